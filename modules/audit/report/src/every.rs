//! How often reports are made by themselves, and of what.

use argus_core::clock::{NANOS_PER_DAY, Nanos};
use chrono::{Datelike, Months, NaiveDate, NaiveTime};

use crate::time::{Period, date};

/// How often, in UTC: at the end of each day, of each week from Monday on, or of each month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Every {
    /// Of each day.
    Daily,
    /// Of each week, Monday to Sunday.
    Weekly,
    /// Of each month.
    Monthly,
}

impl Every {
    const ALL: [(&str, Self); 3] = [("DAILY", Self::Daily), ("WEEKLY", Self::Weekly), ("MONTHLY", Self::Monthly)];

    /// The name, as it is stored and printed.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Daily => "DAILY",
            Self::Weekly => "WEEKLY",
            Self::Monthly => "MONTHLY",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, every)| every)
    }

    /// The last one that is over at that time.
    #[must_use]
    pub fn finished(self, now: Nanos) -> Period {
        let end = self.begin(now);
        Period { start: self.begin(end.saturating_sub(1)), end }
    }

    /// When the one that goes on at that time is over.
    #[must_use]
    pub fn next(self, now: Nanos) -> Nanos {
        let begin = self.begin(now);
        match self {
            Self::Daily => begin.saturating_add(NANOS_PER_DAY),
            Self::Weekly => begin.saturating_add(7 * NANOS_PER_DAY),
            Self::Monthly => date(begin).checked_add_months(Months::new(1)).map_or(Nanos::MAX, midnight),
        }
    }

    /// When the one began that goes on at that time.
    fn begin(self, now: Nanos) -> Nanos {
        let today = now.saturating_sub(now.rem_euclid(NANOS_PER_DAY));
        match self {
            Self::Daily => today,
            Self::Weekly => {
                let days = i64::from(date(today).weekday().num_days_from_monday());
                today.saturating_sub(days * NANOS_PER_DAY)
            }
            Self::Monthly => date(today).with_day(1).map_or(today, midnight),
        }
    }
}

fn midnight(day: NaiveDate) -> Nanos {
    day.and_time(NaiveTime::MIN).and_utc().timestamp_nanos_opt().unwrap_or(Nanos::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::iso_day;

    fn at(year: i32, month: u32, day: u32) -> Nanos {
        midnight(NaiveDate::from_ymd_opt(year, month, day).unwrap())
    }

    #[test]
    fn what_is_over_ends_where_what_goes_on_begins() {
        // 2026-01-01 is a Thursday.
        for (every, now, start, end, next) in [
            (Every::Daily, at(2026, 1, 1), "2025-12-31", "2026-01-01", "2026-01-02"),
            (Every::Daily, at(2026, 1, 1) + 1, "2025-12-31", "2026-01-01", "2026-01-02"),
            (Every::Weekly, at(2026, 1, 1), "2025-12-22", "2025-12-29", "2026-01-05"),
            (Every::Weekly, at(2026, 1, 5), "2025-12-29", "2026-01-05", "2026-01-12"),
            (Every::Weekly, at(2026, 1, 5) - 1, "2025-12-22", "2025-12-29", "2026-01-05"),
            (Every::Monthly, at(2026, 1, 31), "2025-12-01", "2026-01-01", "2026-02-01"),
            (Every::Monthly, at(2024, 3, 1), "2024-02-01", "2024-03-01", "2024-04-01"),
            (Every::Monthly, at(2026, 12, 31), "2026-11-01", "2026-12-01", "2027-01-01"),
        ] {
            let period = every.finished(now);
            let found = (iso_day(period.start), iso_day(period.end), iso_day(every.next(now)));
            assert_eq!(found, (start.to_owned(), end.to_owned(), next.to_owned()), "{every:?} {now}");
            assert!(every.next(now) > now && period.end <= now);
        }
        for (name, every) in Every::ALL {
            assert_eq!((every.as_str(), Every::parse(name)), (name, Some(every)));
        }
    }
}
