//! Windows of time: of a fixed length from the epoch on, or of calendar months.

use std::ops::Range;

use argus_core::clock::{NANOS_PER_DAY, NANOS_PER_MILLI, NANOS_PER_SECOND, Nanos};
use chrono::{DateTime, Datelike, NaiveDate};

use crate::rollup::HOUR;

/// The longest interval: a hundred years.
const MOST_NANOS: i64 = 36_525 * NANOS_PER_DAY;
const MOST_MONTHS: i64 = 1_200;

/// The length of windows. Windows of a fixed length begin at multiples of it since the epoch (those of a week on
/// Thursdays, as the epoch did), those of months at multiples since January 1970, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interval {
    /// Nanoseconds.
    Fixed(i64),
    /// Calendar months.
    Months(i64),
}

impl Interval {
    /// A minute: what is meant when nothing is said.
    pub const MINUTE: Self = Self::Fixed(60 * NANOS_PER_SECOND);

    /// Reads numbers with units, one after the other: `1m`, `1h30m`, `2w`, `3mo`, `1y`. Units are ns, us, ms, s, m, h, d, w,
    /// mo and y.
    ///
    /// # Errors
    /// What is wrong, as a text for a person.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const FORM: &str =
            "Not an interval: numbers with units of ns, us, ms, s, m, h, d, w, mo or y, like 5m or 1h30m";
        const LONG: &str = "Longer than a hundred years";
        let (mut nanos, mut months, mut rest) = (0_i64, 0_i64, text);
        while !rest.is_empty() {
            let (amount, tail) = split(rest, |c| c.is_ascii_digit());
            let (unit, tail) = split(tail, |c| c.is_ascii_alphabetic());
            if amount.is_empty() {
                return Err(FORM);
            }
            let amount: i64 = amount.parse().map_err(|_| LONG)?;
            let (sum, length) = match unit {
                "ns" => (&mut nanos, 1),
                "us" => (&mut nanos, 1_000),
                "ms" => (&mut nanos, NANOS_PER_MILLI),
                "s" => (&mut nanos, NANOS_PER_SECOND),
                "m" => (&mut nanos, 60 * NANOS_PER_SECOND),
                "h" => (&mut nanos, HOUR),
                "d" => (&mut nanos, NANOS_PER_DAY),
                "w" => (&mut nanos, 7 * NANOS_PER_DAY),
                "mo" => (&mut months, 1),
                "y" => (&mut months, 12),
                _ => return Err(FORM),
            };
            *sum = amount.checked_mul(length).and_then(|more| sum.checked_add(more)).ok_or(LONG)?;
            rest = tail;
        }
        match (nanos, months) {
            (0, 0) if text.is_empty() => Err(FORM),
            (0, 0) => Err("Must be longer than nothing"),
            (1.., 1..) => Err("Months and years have no fixed length: they go with no other unit"),
            (0, months) if months <= MOST_MONTHS => Ok(Self::Months(months)),
            (nanos, 0) if nanos <= MOST_NANOS => Ok(Self::Fixed(nanos)),
            _ => Err(LONG),
        }
    }

    /// The window of a time, the end not included, cut to what can be kept.
    #[must_use]
    pub fn window(self, at: Nanos) -> Range<Nanos> {
        match self {
            Self::Fixed(length) => {
                let start = at.saturating_sub(at.rem_euclid(length));
                // One that begins before what can be kept ends where it would.
                let end = at.saturating_add(length - at.rem_euclid(length));
                start..end
            }
            Self::Months(length) => {
                let date = DateTime::from_timestamp_nanos(at).date_naive();
                let month = i64::from(date.year() - 1970) * 12 + i64::from(date.month0());
                let first = month - month.rem_euclid(length);
                first_of(first)..first_of(first + length)
            }
        }
    }

    /// How many windows a range has, empty ones too; months are counted short.
    #[must_use]
    pub fn windows(self, range: &Range<Nanos>) -> i128 {
        let shortest = match self {
            Self::Fixed(length) => i128::from(length),
            Self::Months(length) => i128::from(length) * i128::from(28 * NANOS_PER_DAY),
        };
        (i128::from(range.end) - i128::from(range.start)).max(0) / shortest
    }

    /// Whether every window is made of whole hours.
    pub(super) fn is_of_hours(self) -> bool {
        match self {
            Self::Fixed(length) => length % HOUR == 0,
            Self::Months(_) => true,
        }
    }

    /// The length of fixed windows of which all of these are made.
    pub(super) fn unit(self) -> i64 {
        match self {
            Self::Fixed(length) => length,
            Self::Months(_) => NANOS_PER_DAY,
        }
    }
}

/// The first instant of a month, counted from January 1970, cut to what can be kept.
fn first_of(month: i64) -> Nanos {
    let year = i32::try_from(1970 + month.div_euclid(12)).ok();
    let number = u32::try_from(month.rem_euclid(12) + 1).ok();
    let date = year.zip(number).and_then(|(year, number)| NaiveDate::from_ymd_opt(year, number, 1));
    let at = date.and_then(|date| date.and_hms_opt(0, 0, 0)?.and_utc().timestamp_nanos_opt());
    at.unwrap_or(if month < 0 { Nanos::MIN } else { Nanos::MAX })
}

fn split(text: &str, wanted: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !wanted(c)).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use argus_core::search::{Bound, parse_time};

    use super::*;

    fn at(iso: &str) -> Nanos {
        parse_time(&iso.into(), 0, Bound::Start).unwrap()
    }

    #[test]
    fn intervals_are_read() {
        let minutes = |number: i64| Ok(Interval::Fixed(number * 60 * NANOS_PER_SECOND));
        for (text, expected) in [
            ("1m", minutes(1)),
            ("1h30m", minutes(90)),
            ("1w", minutes(7 * 24 * 60)),
            ("15ns", Ok(Interval::Fixed(15))),
            ("1s500ms2us", Ok(Interval::Fixed(1_500_002_000))),
            ("3mo", Ok(Interval::Months(3))),
            ("1y6mo", Ok(Interval::Months(18))),
        ] {
            assert_eq!(Interval::parse(text), expected, "{text}");
        }
        let bad = [
            "",
            "m",
            "1",
            "0s",
            "0mo",
            "-1m",
            "1 m",
            "1M",
            "1.5h",
            "1mo1d",
            "101y",
            "36526d",
            "99999999999999999999s",
            "9223372036854775807ns1ns",
            "1min",
            "1h 30m",
            "१m",
        ];
        for bad in bad {
            assert!(Interval::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn windows_begin_at_the_epoch_or_with_the_calendar() {
        for (interval, time, start, end) in [
            ("5m", "2023-06-11T00:07:01Z", "2023-06-11T00:05:00Z", "2023-06-11T00:10:00Z"),
            ("1w", "2026-01-01T12:00:00Z", "2026-01-01T00:00:00Z", "2026-01-08T00:00:00Z"),
            ("1w", "1969-12-31T23:59:59Z", "1969-12-25T00:00:00Z", "1970-01-01T00:00:00Z"),
            ("1mo", "2024-02-29T23:00:00Z", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z"),
            ("5mo", "1969-12-31T23:00:00Z", "1969-08-01T00:00:00Z", "1970-01-01T00:00:00Z"),
            ("2y", "2025-06-01T00:00:00Z", "2024-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        ] {
            let window = Interval::parse(interval).unwrap().window(at(time));
            assert_eq!(window, at(start)..at(end), "{interval} {time}");
        }
    }

    #[test]
    fn windows_at_the_ends_of_time_are_cut() {
        for interval in ["1h", "7d", "100y", "1mo", "3ns"] {
            let interval = Interval::parse(interval).unwrap();
            for at in [Nanos::MIN, Nanos::MIN + 1, -1, 0, Nanos::MAX - 1] {
                let window = interval.window(at);
                assert!(window.contains(&at), "{interval:?} {at} {window:?}");
            }
        }
    }
}
