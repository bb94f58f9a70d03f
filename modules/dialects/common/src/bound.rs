//! Bounds of time as clients of the other systems write them: ISO 8601, with a day as a whole.

use argus_core::clock::{NANOS_PER_DAY, Nanos};
pub use argus_core::search::Bound;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, TimeDelta};

/// Digits of a fraction that are printed; an end that is written with as many, or fewer, holds all that is printed so.
const PRINTED: usize = 6;

/// What they leave open, in ns.
const BEYOND: Nanos = 1_000;

/// A time as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// It in UTC; midnight where it is a day.
    pub at: NaiveDateTime,
    /// How long the whole is of which this is the begin, in ns: a day, or what the digits that are printed say.
    whole: Nanos,
}

/// Reads a bound, which belongs to the range itself: a [time as it is written](written), a day as a whole. Nothing for what is
/// none.
///
/// Years that cannot be stored (before 1678 and after 2261) are cut to what can, which selects the same.
#[must_use]
pub fn bound(text: &str, bound: Bound) -> Option<Nanos> {
    let Written { at, whole } = written(text)?;
    let at = nanos(at);
    Some(if bound == Bound::End { at.saturating_add(whole - 1) } else { at })
}

/// Reads a time of ISO 8601: a day in UTC (`2025-01-31`), or a day and a time of day with `T` or a blank between them, up to nine
/// digits of fraction, and an offset (`Z`, `+02:00`) or in UTC without one. Nothing for what is none.
#[must_use]
pub fn written(text: &str) -> Option<Written> {
    let (day, rest) = text.split_at_checked(10)?;
    let day = date(day)?;
    if rest.is_empty() {
        return Some(Written { at: day.and_time(NaiveTime::MIN), whole: NANOS_PER_DAY });
    }
    let clock = rest.strip_prefix(['T', ' '])?;
    // A plus that was not encoded comes as a blank.
    let (clock, zone) = clock.split_at(clock.find(['Z', '+', '-', ' ']).unwrap_or(clock.len()));
    let (clock, fraction) = clock.split_once('.').map_or((clock, None), |(clock, fraction)| (clock, Some(fraction)));
    let (hour, minute, second) = match clock.split(':').collect::<Vec<_>>().as_slice() {
        [hour, minute] if fraction.is_none() => (digits(hour, 2)?, digits(minute, 2)?, 0),
        [hour, minute, second] => (digits(hour, 2)?, digits(minute, 2)?, digits(second, 2)?),
        _ => return None,
    };
    let fraction = fraction.unwrap_or("0");
    let nano = if fraction.len() <= 9 {
        digits(&format!("{fraction:0<9}"), 9).filter(|_| !fraction.is_empty())?
    } else {
        return None;
    };
    let local = day.and_time(NaiveTime::from_hms_nano_opt(hour, minute, second, nano)?);
    let at = local.checked_sub_signed(TimeDelta::minutes(offset(zone)?))?;
    Some(Written { at, whole: if fraction.len() <= PRINTED { BEYOND } else { 1 } })
}

/// A bound as criteria of the native search take it, exact to the nanosecond.
#[must_use]
pub fn exact(at: Nanos) -> String {
    DateTime::from_timestamp_nanos(at).to_rfc3339_opts(SecondsFormat::Nanos, true)
}

/// A day as it is written: `2025-01-31`.
fn date(text: &str) -> Option<NaiveDate> {
    let (year, month) = (text.get(..4)?, text.get(4..)?.strip_prefix('-')?);
    let (month, day) = (month.get(..2)?, month.get(2..)?.strip_prefix('-')?);
    NaiveDate::from_ymd_opt(i32::try_from(digits(year, 4)?).ok()?, digits(month, 2)?, digits(day, 2)?)
}

/// The minutes of an offset from UTC.
fn offset(zone: &str) -> Option<i64> {
    let sign = match zone.get(..1) {
        None => return Some(0),
        Some("Z") => return (zone.len() == 1).then_some(0),
        Some("-") => -1,
        Some(_) => 1,
    };
    let rest = zone.get(1..)?;
    let (hours, minutes) = match rest.split_once(':') {
        Some((hours, minutes)) => (hours, minutes),
        None => (rest.get(..2)?, rest.get(2..).filter(|minutes| !minutes.is_empty()).unwrap_or("00")),
    };
    let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
    (hours < 24 && minutes < 60).then_some(sign * i64::from(hours * 60 + minutes))
}

/// Exactly so many digits.
fn digits(text: &str, width: usize) -> Option<u32> {
    (text.len() == width && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

fn nanos(at: NaiveDateTime) -> Nanos {
    let at = at.and_utc();
    at.timestamp_nanos_opt().unwrap_or(if at.timestamp() < 0 { Nanos::MIN } else { Nanos::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2025-01-25T10:30:00Z.
    const AT: Nanos = 1_737_801_000_000_000_000;

    #[test]
    fn bounds_belong_to_the_range() {
        let midnight = AT - 10 * 3_600_000_000_000 - 1_800_000_000_000;
        for (text, start, end) in [
            ("2025-01-25", midnight, midnight + NANOS_PER_DAY - 1),
            ("2025-01-25T10:30:00Z", AT, AT + 999),
            ("2025-01-25T10:30Z", AT, AT + 999),
            ("2025-01-25T10:30:00", AT, AT + 999),
            ("2025-01-25 10:30:00", AT, AT + 999),
            ("2025-01-25T12:30:00+02:00", AT, AT + 999),
            ("2025-01-25T12:30:00 02:00", AT, AT + 999),
            ("2025-01-25T05:00:00-0530", AT, AT + 999),
            ("2025-01-25T11:30:00+01", AT, AT + 999),
            ("2025-01-25T10:30:00.5Z", AT + 500_000_000, AT + 500_000_999),
            ("2025-01-25T10:30:00.000001Z", AT + 1_000, AT + 1_999),
            ("2025-01-25T10:30:00.0000015Z", AT + 1_500, AT + 1_500),
            ("0001-01-01", Nanos::MIN, Nanos::MIN + NANOS_PER_DAY - 1),
            ("9999-12-31T23:59:59Z", Nanos::MAX, Nanos::MAX),
        ] {
            assert_eq!((bound(text, Bound::Start), bound(text, Bound::End)), (Some(start), Some(end)), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "yesterday",
            "now",
            "1737801000000",
            "2025-1-25",
            "2025-02-30",
            "2025-01-25T",
            "2025-01-25T10",
            "2025-01-25T24:00:00Z",
            "2025-01-25T10:30:61Z",
            "2025-01-25T10:30.5Z",
            "2025-01-25T10:30:00.Z",
            "2025-01-25T10:30:00.0000000001Z",
            "2025-01-25T10:30:00z",
            "2025-01-25T10:30:00ZZ",
            "2025-01-25T10:30:00+25:00",
            "2025-01-25T10:30:00+",
            "2025-01-25T10:30:00+1",
            "+025-01-25",
            "2025-01-2\u{e9}",
            "2025\u{2013}01\u{2013}25",
        ] {
            assert_eq!(bound(text, Bound::Start), None, "{text}");
        }
    }

    #[test]
    fn criteria_take_what_is_exact() {
        assert_eq!(exact(AT + 1), "2025-01-25T10:30:00.000000001Z");
        assert_eq!(exact(-1), "1969-12-31T23:59:59.999999999Z");
    }
}
