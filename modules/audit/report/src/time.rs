//! Times as reports print them: in UTC, in words that are the same everywhere.

use argus_core::clock::{NANOS_PER_DAY, Nanos, millis};
use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, Timelike, Utc};

/// A stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The first moment, in ns.
    pub start: Nanos,
    /// The first moment that does not belong to it any more.
    pub end: Nanos,
}

impl Period {
    /// Its first and its last millisecond: what a search for the same events takes as its bounds.
    #[must_use]
    pub fn bounds(self) -> (i64, i64) {
        (millis(self.start), millis(self.end.saturating_sub(1)))
    }

    /// How it is written for people: by days where it is made of whole ones.
    #[must_use]
    pub fn words(self) -> String {
        let open = [Nanos::MIN, Nanos::MAX];
        let whole = |at: Nanos| open.contains(&at) || at.rem_euclid(NANOS_PER_DAY) == 0;
        let whole = whole(self.start) && whole(self.end);
        let last = self.end.saturating_sub(1);
        match (self.start, self.end) {
            (Nanos::MIN, Nanos::MAX) => "All time".to_owned(),
            (start, _) if whole && start.div_euclid(NANOS_PER_DAY) == last.div_euclid(NANOS_PER_DAY) => day(start),
            (Nanos::MIN, _) => format!("Up to {}", if whole { day(last) } else { minute(last) }),
            (start, Nanos::MAX) => format!("From {}", if whole { day(start) } else { minute(start) }),
            (start, _) if whole => format!("{} \u{2013} {}", day(start), day(last)),
            (start, _) => format!("{} \u{2013} {}", minute(start), minute(last)),
        }
    }
}

fn date_time(at: Nanos) -> DateTime<Utc> {
    DateTime::from_timestamp_nanos(at)
}

/// The day of a time.
#[must_use]
pub fn date(at: Nanos) -> NaiveDate {
    date_time(at).date_naive()
}

/// `31 January 2026`.
#[must_use]
pub fn day(at: Nanos) -> String {
    date_time(at).format("%-d %B %Y").to_string()
}

/// `2026-01-31`.
#[must_use]
pub fn iso_day(at: Nanos) -> String {
    date_time(at).format("%Y-%m-%d").to_string()
}

/// `2026-01-31 23:59`, which is in UTC.
#[must_use]
pub fn minute(at: Nanos) -> String {
    date_time(at).format("%Y-%m-%d %H:%M").to_string()
}

/// `2026-01-31T23:59:59.123Z`.
#[must_use]
pub fn iso(at: Nanos) -> String {
    date_time(at).to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Year, month, day, hour, minute and second.
#[must_use]
pub fn parts(at: Nanos) -> (i32, u32, u32, u32, u32, u32) {
    let at = date_time(at);
    (at.year(), at.month(), at.day(), at.hour(), at.minute(), at.second())
}

#[cfg(test)]
mod tests {
    use super::*;

    const JANUARY: Nanos = 1_767_225_600_000_000_000;

    #[test]
    fn periods_are_written_as_whoever_asked_would() {
        let day = NANOS_PER_DAY;
        for (start, end, expected) in [
            (JANUARY, JANUARY + 31 * day, "1 January 2026 \u{2013} 31 January 2026"),
            (JANUARY, JANUARY + day, "1 January 2026"),
            (JANUARY, JANUARY + 1, "2026-01-01 00:00 \u{2013} 2026-01-01 00:00"),
            (JANUARY + 1, JANUARY + day, "2026-01-01 00:00 \u{2013} 2026-01-01 23:59"),
            (Nanos::MIN, JANUARY, "Up to 31 December 2025"),
            (JANUARY, Nanos::MAX, "From 1 January 2026"),
            (Nanos::MIN, Nanos::MAX, "All time"),
        ] {
            assert_eq!(Period { start, end }.words(), expected);
        }
        let bounds = Period { start: JANUARY, end: JANUARY + day }.bounds();
        assert_eq!(bounds, (1_767_225_600_000, 1_767_311_999_999));
    }
}
