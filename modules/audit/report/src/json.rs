//! Reports as JSON, under the names of `GET /audit/v1/statistics`.

use std::collections::BTreeMap;

use argus_audit_log::numbers::{Export, Source};
use argus_core::authentication::api_key::moments::Moments;
use argus_core::clock::millis;
use serde::Serialize;

use crate::facts::{Facts, Subject};
use crate::time::{iso, iso_day};

/// The one type of report.
pub const TYPE: &str = "COMPLIANCE_SUMMARY";

/// Times are milliseconds since the epoch. Breakdowns are left out unless they were asked for.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report<'a> {
    report_type: &'static str,
    customer: Option<Customer<'a>>,
    customers: &'a str,
    period: Period,
    created_timestamp: i64,
    created_by: &'a str,
    total_events: i64,
    success_rate: f64,
    unique_actors: i64,
    failed_logins: i64,
    #[serde(flatten)]
    breakdowns: Option<Breakdowns<'a>>,
    exports: Exports<'a>,
    keys_created: Keys<'a>,
    keys_revoked: Keys<'a>,
    keys_expiring: Keys<'a>,
    log: Kept,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Customer<'a> {
    id: i64,
    short_name: &'a str,
    name: &'a str,
}

/// The first and the last millisecond.
#[derive(Serialize)]
struct Period {
    from: i64,
    to: i64,
    #[serde(rename = "fromISO")]
    from_iso: String,
    #[serde(rename = "toISO")]
    to_iso: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Breakdowns<'a> {
    activity_by_day: Vec<Day>,
    by_verb: BTreeMap<String, i64>,
    by_target_type: &'a BTreeMap<String, i64>,
    most_active_actors: Vec<Actor<'a>>,
    most_common_actions: Vec<Action<'a>>,
    failed_login_source_count: i64,
    failed_login_sources: Vec<Origin<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Day {
    day: String,
    events: i64,
    failed: i64,
    failed_logins: i64,
}

#[derive(Serialize)]
struct Actor<'a> {
    actor: &'a str,
    count: i64,
}

#[derive(Serialize)]
struct Action<'a> {
    action: &'a str,
    count: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Origin<'a> {
    address: Option<String>,
    location: Option<&'a str>,
    count: i64,
    last_timestamp: i64,
}

#[derive(Serialize)]
struct Exports<'a> {
    count: i64,
    latest: Vec<Exported<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Exported<'a> {
    timestamp: i64,
    actor: Option<&'a str>,
    action: Option<&'a str>,
    target_type: Option<&'a str>,
    #[serde(rename = "targetID")]
    target_id: Option<&'a str>,
    outcome: &'a str,
}

#[derive(Serialize)]
struct Keys<'a> {
    count: i64,
    keys: Vec<Key<'a>>,
}

#[derive(Serialize)]
struct Key<'a> {
    timestamp: i64,
    prefix: &'a str,
    user: &'a str,
    description: &'a str,
}

/// `retention` is null as long as nothing takes events away.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Kept {
    events: i64,
    oldest_timestamp: Option<i64>,
    newest_timestamp: Option<i64>,
    retention: Option<()>,
}

/// The report as a JSON document.
///
/// # Errors
/// None that is known: everything in it can be written.
pub fn write(facts: &Facts) -> Result<Vec<u8>, serde_json::Error> {
    let (statistics, (from, to)) = (&facts.log.statistics, facts.period.bounds());
    let Subject { customer, name, .. } = &facts.subject;
    let iso_of = |millis: i64| iso(millis.saturating_mul(argus_core::clock::NANOS_PER_MILLI));
    let report = Report {
        report_type: TYPE,
        customer: customer.as_ref().map(|(id, short_name, name)| Customer { id: *id, short_name, name }),
        customers: name,
        period: Period { from, to, from_iso: iso_of(from), to_iso: iso_of(to) },
        created_timestamp: millis(facts.made_at),
        created_by: &facts.made_by,
        total_events: statistics.total,
        success_rate: statistics.success_rate(),
        unique_actors: statistics.unique_actors,
        failed_logins: statistics.failed_logins,
        breakdowns: facts.include_stats.then(|| breakdowns(facts)),
        exports: Exports {
            count: facts.log.exports.count,
            latest: facts.log.exports.latest.iter().map(exported).collect(),
        },
        keys_created: keys(&facts.keys_created),
        keys_revoked: keys(&facts.keys_revoked),
        keys_expiring: keys(&facts.keys_expiring),
        log: Kept {
            events: facts.log.kept.events,
            oldest_timestamp: facts.log.kept.oldest.map(millis),
            newest_timestamp: facts.log.kept.newest.map(millis),
            retention: None,
        },
    };
    serde_json::to_vec_pretty(&report)
}

fn breakdowns(facts: &Facts) -> Breakdowns<'_> {
    let (statistics, sources) = (&facts.log.statistics, facts.log.sources.as_ref());
    let days = facts.log.days.iter().map(|day| Day {
        day: iso_day(day.start),
        events: day.events,
        failed: day.failed,
        failed_logins: day.failed_logins,
    });
    let actors = statistics.most_active_actors.iter().map(|(actor, count)| Actor { actor, count: *count });
    let actions = statistics.most_common_actions.iter().map(|(action, count)| Action { action, count: *count });
    Breakdowns {
        activity_by_day: days.collect(),
        by_verb: statistics.verbs(),
        by_target_type: &statistics.by_target_type,
        most_active_actors: actors.collect(),
        most_common_actions: actions.collect(),
        failed_login_source_count: sources.map_or(0, |sources| sources.count),
        failed_login_sources: sources.map(|sources| sources.most.iter().map(source).collect()).unwrap_or_default(),
    }
}

fn source(of: &Source) -> Origin<'_> {
    Origin {
        address: of.address.map(|address| address.to_string()),
        location: of.location.as_deref(),
        count: of.count,
        last_timestamp: millis(of.last),
    }
}

fn exported(of: &Export) -> Exported<'_> {
    Exported {
        timestamp: millis(of.timestamp),
        actor: of.actor.as_deref(),
        action: of.action.as_deref(),
        target_type: of.target_type.as_deref(),
        target_id: of.target_id.as_deref(),
        outcome: &of.outcome,
    }
}

fn keys(of: &Moments) -> Keys<'_> {
    let keys = of.keys.iter().map(|key| Key {
        timestamp: millis(key.at),
        prefix: &key.prefix,
        user: &key.owner,
        description: &key.description,
    });
    Keys { count: of.count, keys: keys.collect() }
}
