//! Times as these clients write and read them (S1-67, S1-79).

use argus_core::clock::{NANOS_PER_DAY, NANOS_PER_MILLI, NANOS_PER_SECOND, Nanos};
use chrono::{DateTime, Months, NaiveDate, NaiveTime, Utc};

/// UTC as Python writes it: `2023-06-11T00:00:05.000001+00:00`, without a fraction where there are no microseconds.
/// `between` stands between the day and the time of day.
pub fn isoformat(at: Nanos, between: char) -> String {
    let at = DateTime::<Utc>::from_timestamp_nanos(at);
    let fraction = if at.timestamp_subsec_micros() == 0 { String::new() } else { at.format("%.6f").to_string() };
    format!("{}{between}{}{fraction}+00:00", at.format("%Y-%m-%d"), at.format("%H:%M:%S"))
}

/// UTC with every digit, as the log's own criteria take it.
pub fn exact(at: Nanos) -> String {
    DateTime::<Utc>::from_timestamp_nanos(at).format("%Y-%m-%dT%H:%M:%S%.9fZ").to_string()
}

/// Reads a time: so long ago (`1d`, `1h30m`, `1mo`), or a date-time of ISO 8601.
pub fn moment(text: &str, now: Nanos) -> Option<Nanos> {
    ago(text, now).or_else(|| iso(text))
}

/// So long ago: numbers with units of ns, us, ms, s, m, h, d, w, mo and y, one after the other. Months and years are those of
/// the calendar. What is before all that can be kept is as long ago as can be.
fn ago(text: &str, now: Nanos) -> Option<Nanos> {
    let (mut nanos, mut months, mut rest) = (0_i128, 0_u32, text);
    if text.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let (amount, tail) = split(rest, |c| c.is_ascii_digit());
        let (unit, tail) = split(tail, |c| c.is_ascii_alphabetic());
        let amount: i64 = amount.parse().ok()?;
        let length = match unit {
            "ns" => 1,
            "us" => 1_000,
            "ms" => NANOS_PER_MILLI,
            "s" => NANOS_PER_SECOND,
            "m" => 60 * NANOS_PER_SECOND,
            "h" => 3_600 * NANOS_PER_SECOND,
            "d" => NANOS_PER_DAY,
            "w" => 7 * NANOS_PER_DAY,
            "mo" | "y" => {
                let of_unit = if unit == "y" { 12 } else { 1 };
                months = u32::try_from(amount).ok()?.checked_mul(of_unit)?.checked_add(months)?;
                rest = tail;
                continue;
            }
            _ => return None,
        };
        nanos = nanos.saturating_add(i128::from(amount) * i128::from(length));
        rest = tail;
    }
    let day = DateTime::<Utc>::from_timestamp_nanos(now).checked_sub_months(Months::new(months));
    let day = day.and_then(|day| day.timestamp_nanos_opt()).unwrap_or(Nanos::MIN);
    Some(i64::try_from(i128::from(day).saturating_sub(nanos)).unwrap_or(Nanos::MIN))
}

fn split(text: &str, wanted: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !wanted(c)).unwrap_or(text.len()))
}

/// A day, or a day and a time of day with `T` or a blank between them, with up to nine digits of fraction and with `Z`, an
/// offset or nothing behind it, which is UTC. A blank before an offset is the plus that was not encoded.
fn iso(text: &str) -> Option<Nanos> {
    let (day, rest) = text.split_at_checked(10)?;
    let date = NaiveDate::parse_from_str(day, "%Y-%m-%d").ok().filter(|date| date.to_string() == day)?;
    let (time, offset) = if rest.is_empty() {
        (NaiveTime::MIN, 0)
    } else {
        let rest = rest.strip_prefix(['T', ' '])?;
        let (time, zone) = split(rest, |c| c.is_ascii_digit() || c == ':' || c == '.');
        (time_of_day(time)?, offset(zone)?)
    };
    let at = date.and_time(time).and_utc().timestamp_nanos_opt()?;
    at.checked_sub(offset * NANOS_PER_SECOND)
}

fn time_of_day(text: &str) -> Option<NaiveTime> {
    let (clock, fraction) = text.split_once('.').map_or((text, None), |(clock, fraction)| (clock, Some(fraction)));
    let mut parts = clock.splitn(3, ':');
    let (hour, minute) = (two_digits(parts.next()?)?, two_digits(parts.next()?)?);
    let second = match (parts.next(), fraction) {
        (Some(second), _) => two_digits(second)?,
        (None, None) => 0,
        (None, Some(_)) => return None,
    };
    let nanos = match fraction {
        Some(digits) if (1..=9).contains(&digits.len()) => format!("{digits:0<9}").parse().ok()?,
        Some(_) => return None,
        None => 0,
    };
    NaiveTime::from_hms_nano_opt(hour, minute, second, nanos)
}

/// Seconds east of UTC.
fn offset(zone: &str) -> Option<i64> {
    if matches!(zone, "" | "Z") {
        return Some(0);
    }
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let digits = zone.strip_prefix(['+', '-', ' '])?;
    let (hours, minutes) = digits.split_at_checked(2)?;
    let minutes = minutes.strip_prefix(':').unwrap_or(minutes);
    let minutes = if minutes.is_empty() { 0 } else { two_digits(minutes)? };
    let hours = two_digits(hours).filter(|hours| *hours < 24 && minutes < 60)?;
    Some(sign * i64::from(hours * 3_600 + minutes * 60))
}

fn two_digits(text: &str) -> Option<u32> {
    let is_number = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2024-03-31T12:00:00Z
    const NOW: Nanos = 1_711_886_400_000_000_000;

    fn printed(text: &str) -> Option<String> {
        moment(text, NOW).map(|at| isoformat(at, 'T'))
    }

    #[test]
    fn durations_are_so_long_ago() {
        // S1-67
        for (text, expected) in [
            ("1d", "2024-03-30T12:00:00+00:00"),
            ("12h", "2024-03-31T00:00:00+00:00"),
            ("30m", "2024-03-31T11:30:00+00:00"),
            ("1h30m", "2024-03-31T10:30:00+00:00"),
            ("1w", "2024-03-24T12:00:00+00:00"),
            ("1mo", "2024-02-29T12:00:00+00:00"),
            ("1y", "2023-03-31T12:00:00+00:00"),
            ("1y1mo1d", "2023-02-27T12:00:00+00:00"),
            ("1mo1d", "2024-02-28T12:00:00+00:00"),
            ("1s1ms1us", "2024-03-31T11:59:58.998999+00:00"),
            ("500ms", "2024-03-31T11:59:59.500000+00:00"),
            ("1000ns", "2024-03-31T11:59:59.999999+00:00"),
            ("0s", "2024-03-31T12:00:00+00:00"),
        ] {
            assert_eq!(printed(text).as_deref(), Some(expected), "{text}");
        }
        for long in ["1000y", "9223372036854775807s", "9223372036854775807w1w"] {
            assert_eq!(moment(long, NOW), Some(Nanos::MIN), "{long}");
        }
        for bad in ["", "d", "1", "-1d", "+1d", "1 d", "1D", "1.5h", "1min", "1d ", "d1", "99999999999999999999s", "१d"]
        {
            assert_eq!(moment(bad, NOW), None, "{bad}");
        }
    }

    #[test]
    fn date_times_are_of_iso_8601() {
        for (text, expected) in [
            ("2023-06-11T00:00:05Z", "2023-06-11T00:00:05+00:00"),
            ("2023-06-11T00:00:05.25Z", "2023-06-11T00:00:05.250000+00:00"),
            ("2023-06-11T02:00:05+02:00", "2023-06-11T00:00:05+00:00"),
            ("2023-06-11T02:00:05 02:00", "2023-06-11T00:00:05+00:00"),
            ("2023-06-10T20:30:00-0330", "2023-06-11T00:00:00+00:00"),
            ("2023-06-11 00:00:05+00:00", "2023-06-11T00:00:05+00:00"),
            ("2023-06-11T00:00:05", "2023-06-11T00:00:05+00:00"),
            ("2023-06-11T00:05+00", "2023-06-11T00:05:00+00:00"),
            ("2023-06-11", "2023-06-11T00:00:00+00:00"),
            ("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999+00:00"),
        ] {
            assert_eq!(printed(text).as_deref(), Some(expected), "{text}");
        }
        for bad in [
            "2023-06-31",
            "2023-6-11",
            "2023-06-11T",
            "2023-06-11T24:00:00Z",
            "2023-06-11T1:00:00Z",
            "2023-06-11T00:00:00.Z",
            "2023-06-11T00:00:00.1234567890Z",
            "2023-06-11T00:00:00+25:00",
            "2023-06-11T00:00:00+2:00",
            "2023-06-11T00:00:00X",
            "2023-06-11t00:00:00Z",
            "1500-01-01T00:00:00Z",
            "now()",
            "ééééé",
        ] {
            assert_eq!(moment(bad, NOW), None, "{bad}");
        }
    }

    #[test]
    fn every_digit_is_written() {
        assert_eq!(exact(NOW - 1), "2024-03-31T11:59:59.999999999Z");
        assert_eq!(isoformat(NOW + 1, ' '), "2024-03-31 12:00:00+00:00");
        assert_eq!(isoformat(NOW + 1_000, ' '), "2024-03-31 12:00:00.000001+00:00");
    }
}
