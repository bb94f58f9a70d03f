//! Stretches of time, as bodies have them.

use argus_audit_report::Period;
use argus_core::clock::{NANOS_PER_DAY, Nanos};
use argus_core::error::FieldErrors;
use argus_core::search::{Bound, parse_time};
use chrono::{NaiveDate, NaiveTime};
use serde_json::Value;

use crate::model::NewPeriod;

/// The stretch of time that a body asks for; `now` is what relative times count from. What is wrong with it goes into
/// `errors`.
pub fn read(sent: &NewPeriod, now: Nanos, errors: &mut FieldErrors) -> Period {
    let mut bound = |field: &str, sent: &Value, bound: Bound| match time(sent, now, bound) {
        Ok(time) => Some(time),
        Err(text) => {
            if !errors.has(field) {
                errors.add(field, "invalid.field.value", text);
            }
            None
        }
    };
    let start = bound("period.from", &sent.from.0, Bound::Start);
    let last = bound("period.to", &sent.to.0, Bound::End);
    if let (Some(start), Some(last)) = (start, last)
        && start > last
    {
        errors.add("period.to", "invalid.field.value", "Before the begin of the period");
    }
    Period { start: start.unwrap_or(now), end: last.unwrap_or(now).saturating_add(1) }
}

fn time(sent: &Value, now: Nanos, bound: Bound) -> Result<Nanos, &'static str> {
    match sent.as_str().and_then(day) {
        Some(day) if bound == Bound::End => Ok(day.saturating_add(NANOS_PER_DAY - 1)),
        Some(day) => Ok(day),
        None => parse_time(sent, now, bound),
    }
}

/// The first moment of a day; none for what is no day.
fn day(text: &str) -> Option<Nanos> {
    // Each with its zeros: chrono would read more forms.
    let form = |at: usize, byte: u8| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() };
    let day = (text.len() == 10 && text.bytes().enumerate().all(|(at, byte)| form(at, byte))).then_some(text)?;
    let day = NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()?;
    let begin = day.and_time(NaiveTime::MIN).and_utc();
    Some(begin.timestamp_nanos_opt().unwrap_or(if begin.timestamp() < 0 { Nanos::MIN } else { Nanos::MAX }))
}

#[cfg(test)]
mod tests {
    use poem_openapi::types::Any;
    use serde_json::json;

    use super::*;

    const NOW: Nanos = 1_767_225_600_000_000_000;

    fn of(from: Value, to: Value) -> (Period, usize) {
        let mut errors = FieldErrors::default();
        let period = read(&NewPeriod { from: Any(from), to: Any(to) }, NOW, &mut errors);
        (period, errors.len())
    }

    #[test]
    fn days_are_whole_and_times_are_as_criteria_take_them() {
        for (from, to, start, end) in [
            (json!("2026-01-01"), json!("2026-01-01"), NOW, NOW + NANOS_PER_DAY),
            (json!("2025-12-31"), json!("2026-01-02"), NOW - NANOS_PER_DAY, NOW + 2 * NANOS_PER_DAY),
            (json!(1_767_225_600_000_i64), json!(1_767_225_600_000_i64), NOW, NOW + 1_000_000),
            (json!("now - 1 day"), json!("now"), NOW - NANOS_PER_DAY, NOW + 1),
            (
                json!("2026-01-01T00:00:00Z"),
                json!("2026-01-01T12:00:00.000Z"),
                NOW,
                NOW + NANOS_PER_DAY / 2 + 1_000_000,
            ),
            (json!("0001-01-01"), json!("9999-12-31"), Nanos::MIN, Nanos::MAX),
        ] {
            assert_eq!(of(from.clone(), to.clone()), (Period { start, end }, 0), "{from} {to}");
        }
    }

    #[test]
    fn what_is_no_period_is_refused() {
        for (from, to, errors) in [
            (json!("2026-01-02"), json!("2026-01-01"), 1),
            (json!("2026-1-2"), json!("2026-02-30"), 2),
            (json!(null), json!(true), 2),
            (json!("yesterday"), json!("now"), 1),
            (json!({}), json!([]), 2),
        ] {
            assert_eq!(of(from.clone(), to.clone()).1, errors, "{from} {to}");
        }
    }
}
