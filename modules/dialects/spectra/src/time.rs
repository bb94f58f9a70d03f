//! Times as these clients write and read them (S1-67, S1-79).

use argus_core::clock::{NANOS_PER_DAY, NANOS_PER_MILLI, NANOS_PER_SECOND, Nanos};
use argus_dialects_common::bound::written;
use chrono::{DateTime, Months, Utc};

/// UTC as Python writes it: `2023-06-11T00:00:05.000001+00:00`. `between` stands between the day and the time of day.
pub fn isoformat(at: Nanos, between: char) -> String {
    format!("{}+00:00", naive(at, between))
}

/// The same without a zone: `2023-06-11T00:00:05.000001`, and no fraction where there are no microseconds.
pub fn naive(at: Nanos, between: char) -> String {
    let at = DateTime::<Utc>::from_timestamp_nanos(at);
    let fraction = if at.timestamp_subsec_micros() == 0 { String::new() } else { at.format("%.6f").to_string() };
    format!("{}{between}{}{fraction}", at.format("%Y-%m-%d"), at.format("%H:%M:%S"))
}

/// Reads a time: so long ago (`1d`, `1h30m`, `1mo`), or a date-time of ISO 8601.
pub fn moment(text: &str, now: Nanos) -> Option<Nanos> {
    ago(text, now).or_else(|| written(text)?.at.and_utc().timestamp_nanos_opt())
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

#[cfg(test)]
mod tests {
    use argus_dialects_common::bound::exact;

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
    fn times_have_no_zone() {
        assert_eq!(naive(1_767_225_600_000_000_000, 'T'), "2026-01-01T00:00:00");
        assert_eq!(naive(1_767_225_600_120_000_999, 'T'), "2026-01-01T00:00:00.120000");
    }

    #[test]
    fn every_digit_is_written() {
        assert_eq!(exact(NOW - 1), "2024-03-31T11:59:59.999999999Z");
        assert_eq!(isoformat(NOW + 1, ' '), "2024-03-31 12:00:00+00:00");
        assert_eq!(isoformat(NOW + 1_000, ' '), "2024-03-31 12:00:00.000001+00:00");
    }
}
