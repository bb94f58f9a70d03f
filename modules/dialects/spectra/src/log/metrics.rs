//! Numbers of events in windows of time (S1-75 to S1-86).

use std::ops::Range;

use argus_audit_log::access::ViewAuditEvents;
use argus_audit_log::metric;
use argus_audit_log::numbers::{
    self, Aggregate, BUILT_IN, Categorical, Interval, MOST_CELLS, Metric, Selection, Series, Window, WindowCounts,
};
use argus_audit_log::search::Events;
use argus_core::access::{Caller, CustomerSet};
use argus_core::clock::Nanos;
use argus_core::error::ApiError;
use argus_core::search::Criteria;
use argus_dialects_common::names;
use poem::http::StatusCode;
use serde_json::Value;

use super::bucket;
use super::model::{MetricCounts, MetricGroup, MetricValue};
use super::problems::{Place, Problems, of_query, only, unknown};
use super::query::{Asked, Wanted};
use crate::time::isoformat;

/// Numbers of every event that are in the list of metrics, and those that are not; with the log's own names (S1-75).
const LISTED: [(&str, &str); 2] = [("cpu_usage", "cpuUsage"), ("memory_usage", "memoryUsage")];
const UNLISTED: [(&str, &str); 4] = [
    ("event_duration", "totalDuration"),
    ("total_duration", "totalDuration"),
    ("latency", "latency"),
    ("affected_resources", "affectedResources"),
];

/// Fields with names for values, as they are called here: plainly, by their place in an event, or as the query calls them; with
/// the log's own names (S1-82).
const FIELDS: [(&str, &str, &str); 12] = [
    ("status", "status", "status"),
    ("method", "method", "method"),
    ("level", "level", "severity"),
    ("application", "app", "application"),
    ("environment", "env", "environment"),
    ("actor_origin", "origin", "origin"),
    ("event_name", "event.name", "eventName"),
    ("event_type", "event.type", "eventType"),
    ("event_id", "event.id", "seriesID"),
    ("resource_id", "resource.id", "targetID"),
    ("resource_name", "resource.name", "targetName"),
    ("resource_type", "resource.type", "targetType"),
];
const DOTTED: [(&str, &str); 3] =
    [("actor.origin", "origin"), ("tags.application", "application"), ("tags.environment", "environment")];

/// The names of metrics: first those that events of the caller have named, by code point.
///
/// # Errors
/// When the store fails.
pub async fn list(caller: &Caller<ViewAuditEvents>) -> Result<Vec<String>, ApiError> {
    let (mut names, _) = metric::names(&caller.platform.db, &bucket::of(caller)?).await?;
    names.retain(|name| !LISTED.iter().any(|(listed, _)| listed == name));
    names.extend(LISTED.map(|(name, _)| name.to_owned()));
    Ok(names)
}

/// A metric, by groups.
///
/// # Errors
/// 412 for a query that is none, 404 for an unknown metric; when the store fails.
pub async fn series(caller: &Caller<ViewAuditEvents>, name: &str, asked: &Asked) -> Result<Vec<MetricGroup>, ApiError> {
    let mut problems = Problems::default();
    let aggregate = asked.read("agg", Aggregate::Mean, &mut problems, |text| {
        Aggregate::find(text).ok_or_else(|| unknown(Aggregate::NAMES.into_iter().map(|(name, _)| name)))
    });
    let group_by = asked.read("group_by", None, &mut problems, |text| {
        field(text).ok_or_else(|| unknown(FIELDS.into_iter().map(|(name, ..)| name))).map(Some)
    });
    let (wanted, interval) = windows(caller, asked, problems)?;
    let own = bucket::of(caller)?;
    let metric = find(caller, &own, name).await?.ok_or_else(|| no_metric(name))?;
    let series = Series { metric, interval, aggregate, group_by };
    let (platform, selection) = (&caller.platform, selection(caller, &own, &wanted).await?);
    let limit = platform.settings.statistics_timeout.duration();
    let groups = numbers::series(&platform.db, &selection, &series, limit).await.map_err(of_query)?;
    let printed = |(group_key, windows): (String, Vec<Window>)| {
        let value = |window: Window| MetricValue { range: range(&window.window), value: window.value };
        MetricGroup { group_key, data: windows.into_iter().map(value).collect() }
    };
    Ok(groups.into_iter().map(printed).collect())
}

/// The values of a field.
///
/// # Errors
/// 412 for a query that is none, and for a number; 404 for what is neither; when the store fails.
pub async fn counts(
    caller: &Caller<ViewAuditEvents>,
    name: &str,
    asked: &Asked,
) -> Result<Vec<MetricCounts>, ApiError> {
    let (wanted, interval) = windows(caller, asked, Problems::default())?;
    let own = bucket::of(caller)?;
    let Some(field) = field(name).or_else(|| Categorical::find(name).filter(|_| name == "category")) else {
        let place = Place::Name(&Place::Root("path"), "metric_name");
        let fields = || unknown(["category"].into_iter().chain(FIELDS.into_iter().map(|(name, ..)| name)));
        let number = find(caller, &own, name).await?.is_some();
        return Err(if number { only(place, fields()) } else { no_metric(name) });
    };
    let (platform, selection) = (&caller.platform, selection(caller, &own, &wanted).await?);
    let limit = platform.settings.statistics_timeout.duration();
    let windows = numbers::counts(&platform.db, &selection, field, interval, limit).await.map_err(of_query)?;
    let printed = |window: WindowCounts| MetricCounts { range: range(&window.window), data: window.counts };
    Ok(windows.into_iter().map(printed).collect())
}

/// Which events are wanted, and the length of windows; with what was wrong already.
fn windows(
    caller: &Caller<ViewAuditEvents>,
    asked: &Asked,
    mut problems: Problems,
) -> Result<(Wanted, Interval), ApiError> {
    let wanted = Wanted::read(asked, caller.received, &mut problems);
    let interval = asked.read("interval", Interval::MINUTE, &mut problems, |text| {
        Interval::parse(text).map_err(|text| ("value_error.interval", text.into()))
    });
    problems.finish()?;
    if interval.windows(&wanted.range) > MOST_CELLS as i128 {
        return Err(of_query(numbers::too_many()));
    }
    Ok((wanted, interval))
}

async fn selection(
    caller: &Caller<ViewAuditEvents>,
    own: &CustomerSet,
    wanted: &Wanted,
) -> Result<Selection, ApiError> {
    let criteria = Criteria::<Events>::from_json(&Value::Object(wanted.criteria()), caller.received);
    let criteria = criteria.resolve(&names(caller)).await.map_err(of_query)?;
    Ok(Selection::within(own, criteria, wanted.range.clone()).seen(wanted.view()))
}

/// The metric of that name, if there is one. What stands in the list is what is meant.
async fn find(caller: &Caller<ViewAuditEvents>, own: &CustomerSet, name: &str) -> Result<Option<Metric>, ApiError> {
    let of = |known: &[(&str, &str)]| {
        let native = known.iter().find(|(known, _)| *known == name).map(|(_, native)| *native)?;
        BUILT_IN.into_iter().find(|field| *field == native).map(Metric::Field)
    };
    if let Some(listed) = of(&LISTED) {
        return Ok(Some(listed));
    }
    if metric::is_known(&caller.platform.db, own, name).await? {
        return Ok(Some(Metric::Named(name.to_owned())));
    }
    Ok(of(&UNLISTED))
}

fn field(name: &str) -> Option<Categorical> {
    let plain =
        FIELDS.into_iter().find(|(known, other, _)| *known == name || *other == name).map(|(.., native)| native);
    let dotted = || DOTTED.into_iter().find(|(known, _)| *known == name).map(|(_, native)| native);
    Categorical::find(plain.or_else(dotted)?)
}

fn no_metric(name: &str) -> ApiError {
    ApiError::action(StatusCode::NOT_FOUND, "spectra.metric", format!("Metric {name} does not exist."))
}

fn range(window: &Range<Nanos>) -> String {
    format!("{} - {}", isoformat(window.start, ' '), isoformat(window.end, ' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_one_of_the_log() {
        // S1-82
        for (plain, other, native) in FIELDS {
            for name in [plain, other] {
                assert_eq!(field(name).map(|field| field.name), Some(native), "{name}");
            }
        }
        for (dotted, native) in DOTTED {
            assert_eq!(field(dotted).map(|field| field.name), Some(native), "{dotted}");
        }
        for none in ["category", "severity", "targetID", "Status", "", "event"] {
            assert!(field(none).is_none(), "{none}");
        }
        for (_, native) in LISTED.into_iter().chain(UNLISTED) {
            assert!(BUILT_IN.contains(&native), "{native}");
        }
    }

    #[test]
    fn windows_are_printed_with_their_fractions() {
        // S1-79
        let start = 1_686_441_600_000_000_000;
        let printed = range(&(start..start + 5_000_000_000));
        assert_eq!(printed, "2023-06-11 00:00:00+00:00 - 2023-06-11 00:00:05+00:00");
        assert_eq!(
            range(&(start + 1_000..start + 2_000_999)),
            "2023-06-11 00:00:00.000001+00:00 - 2023-06-11 00:00:00.002000+00:00"
        );
    }
}
