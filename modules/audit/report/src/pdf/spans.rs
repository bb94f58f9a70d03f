//! Days, put together into weeks, months or years where there are too many of them for a chart.

use argus_audit_log::numbers::Day;
use argus_core::clock::{NANOS_PER_DAY, Nanos};
use chrono::{Datelike, Days, Months, NaiveDate};

use crate::time::{Period, date};

/// The most bars in a chart, and rows of its table.
const MOST: usize = 62;

/// What a bar stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A day.
    Day,
    /// A week, from Monday on.
    Week,
    /// A month.
    Month,
    /// A year.
    Year,
}

/// A stretch of time, and what happened in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Its first day.
    pub first: NaiveDate,
    /// Events.
    pub events: i64,
    /// Those that failed.
    pub failed: i64,
    /// Logins that failed.
    pub failed_logins: i64,
}

impl Unit {
    /// As the title of a column.
    pub fn title(self) -> &'static str {
        match self {
            Self::Day => "Day",
            Self::Week => "Week from",
            Self::Month => "Month",
            Self::Year => "Year",
        }
    }

    /// As an adverb.
    pub fn by(self) -> &'static str {
        match self {
            Self::Day => "by day",
            Self::Week => "by week",
            Self::Month => "by month",
            Self::Year => "by year",
        }
    }

    /// How a stretch that begins on that day is called in a table.
    pub fn long(self, first: NaiveDate) -> String {
        let form = match self {
            Self::Day => "%a, %-d %b %Y",
            Self::Week => "%-d %b %Y",
            Self::Month => "%B %Y",
            Self::Year => "%Y",
        };
        first.format(form).to_string()
    }

    /// How it is called in a chart.
    pub fn short(self, first: NaiveDate) -> String {
        let form = match self {
            Self::Day | Self::Week => "%-d %b",
            Self::Month => "%b %y",
            Self::Year => "%Y",
        };
        first.format(form).to_string()
    }

    fn first_of(self, day: NaiveDate) -> NaiveDate {
        let first = match self {
            Self::Day => Some(day),
            Self::Week => day.checked_sub_days(Days::new(u64::from(day.weekday().num_days_from_monday()))),
            Self::Month => day.with_day(1),
            Self::Year => NaiveDate::from_ymd_opt(day.year(), 1, 1),
        };
        first.unwrap_or(day)
    }

    fn next(self, first: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Day => first.checked_add_days(Days::new(1)),
            Self::Week => first.checked_add_days(Days::new(7)),
            Self::Month => first.checked_add_months(Months::new(1)),
            Self::Year => first.checked_add_months(Months::new(12)),
        }
    }
}

/// The days of a period in stretches of one length, empty ones too. Of a period without begin or end the part with events
/// counts, and of very many years the last ones.
pub fn spans(days: &[Day], period: Period) -> (Unit, Vec<Span>) {
    let open = period.start == Nanos::MIN || period.end == Nanos::MAX;
    let (first, last) = match (days.first(), days.last()) {
        (Some(first), Some(last)) if open => (first.start, last.start),
        (_, _) if open => return (Unit::Day, Vec::new()),
        _ => (period.start, period.end.saturating_sub(1)),
    };
    if last < first {
        return (Unit::Day, Vec::new());
    }
    let length = (last.div_euclid(NANOS_PER_DAY) - first.div_euclid(NANOS_PER_DAY)).unsigned_abs() + 1;
    let most = MOST as u64;
    let unit = match length {
        length if length <= most => Unit::Day,
        length if length <= 7 * (most - 1) => Unit::Week,
        length if length <= 28 * (most - 2) => Unit::Month,
        _ => Unit::Year,
    };
    let (mut spans, mut next) = (Vec::new(), Some(unit.first_of(date(first))));
    while let Some(first) = next.filter(|next| *next <= date(last)) {
        spans.push(Span { first, events: 0, failed: 0, failed_logins: 0 });
        next = unit.next(first);
    }
    for day in days {
        let first = unit.first_of(date(day.start));
        let place = spans.binary_search_by_key(&first, |span| span.first);
        if let Some(span) = place.ok().and_then(|place| spans.get_mut(place)) {
            span.events += day.events;
            span.failed += day.failed;
            span.failed_logins += day.failed_logins;
        }
    }
    let many = spans.len().saturating_sub(MOST);
    spans.drain(..many);
    (unit, spans)
}

#[cfg(test)]
mod tests {
    use super::*;

    const JANUARY: Nanos = 1_767_225_600_000_000_000;

    fn days(number: i64) -> (Unit, Vec<Span>) {
        let days: Vec<Day> = (0..number)
            .map(|day| Day { start: JANUARY + day * NANOS_PER_DAY, events: 2, failed: 1, failed_logins: 3 })
            .collect();
        spans(&days, Period { start: JANUARY, end: JANUARY + number * NANOS_PER_DAY })
    }

    #[test]
    fn there_are_never_too_many_and_nothing_is_lost() {
        for (number, unit) in [
            (1, Unit::Day),
            (31, Unit::Day),
            (62, Unit::Day),
            (63, Unit::Week),
            (366, Unit::Week),
            (427, Unit::Week),
            (428, Unit::Month),
            (1_680, Unit::Month),
            (1_681, Unit::Year),
            (3_660, Unit::Year),
        ] {
            let (found, spans) = days(number);
            assert_eq!(found, unit, "{number}");
            assert!(spans.len() <= MOST, "{number}: {}", spans.len());
            let sum: (i64, i64, i64) = spans
                .iter()
                .fold((0, 0, 0), |sum, span| (sum.0 + span.events, sum.1 + span.failed, sum.2 + span.failed_logins));
            assert_eq!(sum, (2 * number, number, 3 * number), "{number}");
        }
    }

    #[test]
    fn open_periods_are_those_of_their_events() {
        let all = Period { start: Nanos::MIN, end: Nanos::MAX };
        assert_eq!(spans(&[], all), (Unit::Day, Vec::new()));
        let day = Day { start: JANUARY, events: 1, failed: 0, failed_logins: 0 };
        let (unit, spans) = spans(&[day], all);
        assert_eq!((unit, spans.len(), spans[0].events), (Unit::Day, 1, 1));
        let nothing = Period { start: JANUARY, end: JANUARY };
        assert_eq!(super::spans(&[], nothing), (Unit::Day, Vec::new()));
    }
}
