//! A month in numbers (S4-24).

use argus_audit_log::numbers::{self, Selection};
use argus_audit_log::search::Events;
use argus_core::clock::Nanos;
use argus_core::error::ApiError;
use argus_core::search::Criteria;
use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveTime};
use serde_json::json;

use crate::list::Reader;
use crate::model::Stats;

/// What happened in a month, by UTC: the one that goes on where none is said.
///
/// # Errors
/// 412 for what is no month; 503 when it takes too long; when the store fails.
pub async fn month(caller: &Reader, period: Option<&str>) -> Result<Stats, ApiError> {
    let first = match period {
        Some(text) => {
            let refused = || ApiError::field("period", "invalid.field.value", "Must be a month, such as 2025-01");
            read(text).ok_or_else(refused)?
        }
        None => first_of(DateTime::from_timestamp_nanos(caller.received).date_naive()),
    };
    let range = midnight(first)..first.checked_add_months(Months::new(1)).map_or(Nanos::MAX, midnight);
    let everything = Criteria::<Events>::from_json(&json!({}), caller.received).resolve(&()).await?;
    let selection = Selection::within(&caller.scope(), everything, range);
    let limit = caller.platform.settings.statistics_timeout.duration();
    let of = numbers::activity(&caller.platform.db, &selection, limit).await?;
    Ok(Stats {
        period: first.format("%Y-%m").to_string(),
        total_events: of.total,
        by_action: of.by_deed,
        by_entity_type: of.by_target_type,
        unique_actors: of.unique_actors,
        failed_logins: of.failed_logins,
    })
}

/// The first day of a month as it is written: `2025-01`.
fn read(text: &str) -> Option<NaiveDate> {
    let form = |at: usize, byte: u8| if at == 4 { byte == b'-' } else { byte.is_ascii_digit() };
    let sound = text.len() == 7 && text.bytes().enumerate().all(|(at, byte)| form(at, byte));
    let (year, month) = sound.then(|| text.split_once('-'))??;
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, 1)
}

fn first_of(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

fn midnight(day: NaiveDate) -> Nanos {
    let at = day.and_time(NaiveTime::MIN).and_utc();
    at.timestamp_nanos_opt().unwrap_or(if at.timestamp() < 0 { Nanos::MIN } else { Nanos::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_have_one_form() {
        assert_eq!(read("2025-01"), NaiveDate::from_ymd_opt(2025, 1, 1));
        assert_eq!(read("2024-12"), NaiveDate::from_ymd_opt(2024, 12, 1));
        for text in
            ["", "2025", "2025-1", "2025-00", "2025-13", "2025-01-01", "202501", "+025-01", "20\u{e9}5-01", "now"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
