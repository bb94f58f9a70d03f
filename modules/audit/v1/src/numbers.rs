//! Numbers on the wire.

use std::collections::BTreeMap;

use argus_audit_log::numbers;
use argus_core::clock::millis;
use poem_openapi::Object;

use crate::model::Event;

/// What happened.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct Statistics {
    /// All events.
    pub total_events: i64,
    /// Percent of events that did not fail, with one decimal; an unknown outcome is no failure. 0 where there is no event.
    pub success_rate: f64,
    /// Events by verb, under OTHER those without one.
    pub by_verb: BTreeMap<String, i64>,
    /// Events by kind of object; those without one are left out.
    pub by_target_type: BTreeMap<String, i64>,
    /// Different `actorID`s.
    pub unique_actors: i64,
    /// The ten with most events, by count and then by code point.
    pub most_active_actors: Vec<ActorCount>,
    /// The ten that are most common, by count and then by code point.
    pub most_common_actions: Vec<ActionCount>,
    /// Logins that failed, those into Argus itself too.
    pub failed_logins: i64,
}

/// What went wrong: events with outcome FAILURE, or of severity error or critical.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct ErrorStatistics {
    /// Errors.
    pub total_errors: i64,
    /// Percent of all events, with one decimal. 0 where there is no event.
    pub error_rate: f64,
    /// The ten actions with most errors, by count and then by code point.
    pub errors_by_action: Vec<ActionCount>,
    /// The ten actors with most errors, by count and then by code point.
    pub errors_by_actor: Vec<ActorCount>,
    /// Errors by severity, at most ten, by count and then by code point.
    pub errors_by_severity: Vec<SeverityCount>,
    /// The last ten errors, newest first.
    pub recent_errors: Vec<Event>,
}

/// An actor.
#[derive(Debug, Clone, Object)]
pub struct ActorCount {
    /// Its `actorID`.
    pub actor: String,
    /// Its events.
    pub count: i64,
}

/// An action.
#[derive(Debug, Clone, Object)]
pub struct ActionCount {
    /// As it was sent.
    pub action: String,
    /// Its events.
    pub count: i64,
}

/// A severity.
#[derive(Debug, Clone, Object)]
pub struct SeverityCount {
    /// As it was sent.
    pub severity: String,
    /// Its events.
    pub count: i64,
}

/// A metric of one group.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct MetricSeries {
    /// The value of `groupBy` that the group has; `all` without groups.
    pub group_key: String,
    /// Its windows with values, in order of time.
    pub data: Vec<MetricWindow>,
}

/// A metric in one window of time.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct MetricWindow {
    /// Where the window begins, in ms since the epoch.
    pub start_timestamp: i64,
    /// Where it ends, itself not included.
    pub end_timestamp: i64,
    /// The aggregate of its values; null where they have none.
    pub value: Option<f64>,
}

/// How many events of a window of time have which value.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct CountWindow {
    /// Where the window begins, in ms since the epoch.
    pub start_timestamp: i64,
    /// Where it ends, itself not included.
    pub end_timestamp: i64,
    /// Events by value; those without one are left out.
    pub data: BTreeMap<String, i64>,
}

impl From<numbers::Statistics> for Statistics {
    fn from(of: numbers::Statistics) -> Self {
        Self {
            total_events: of.total,
            success_rate: of.success_rate(),
            by_verb: of.verbs(),
            by_target_type: of.by_target_type,
            unique_actors: of.unique_actors,
            most_active_actors: actors(of.most_active_actors),
            most_common_actions: actions(of.most_common_actions),
            failed_logins: of.failed_logins,
        }
    }
}

impl ErrorStatistics {
    /// What went wrong, and the last of it.
    pub fn of(errors: numbers::Errors, recent_errors: Vec<Event>) -> Self {
        let severity = |(severity, count)| SeverityCount { severity, count };
        Self {
            total_errors: errors.total,
            error_rate: numbers::percent(errors.total, errors.events),
            errors_by_action: actions(errors.by_action),
            errors_by_actor: actors(errors.by_actor),
            errors_by_severity: errors.by_severity.into_iter().map(severity).collect(),
            recent_errors,
        }
    }
}

impl From<(String, Vec<numbers::Window>)> for MetricSeries {
    fn from((group_key, windows): (String, Vec<numbers::Window>)) -> Self {
        Self { group_key, data: windows.into_iter().map(MetricWindow::from).collect() }
    }
}

impl From<numbers::Window> for MetricWindow {
    fn from(of: numbers::Window) -> Self {
        let (start_timestamp, end_timestamp) = (millis(of.window.start), millis(of.window.end));
        Self { start_timestamp, end_timestamp, value: of.value }
    }
}

impl From<numbers::WindowCounts> for CountWindow {
    fn from(of: numbers::WindowCounts) -> Self {
        let (start_timestamp, end_timestamp) = (millis(of.window.start), millis(of.window.end));
        Self { start_timestamp, end_timestamp, data: of.counts }
    }
}

fn actors(counts: Vec<numbers::Count>) -> Vec<ActorCount> {
    counts.into_iter().map(|(actor, count)| ActorCount { actor, count }).collect()
}

fn actions(counts: Vec<numbers::Count>) -> Vec<ActionCount> {
    counts.into_iter().map(|(action, count)| ActionCount { action, count }).collect()
}
