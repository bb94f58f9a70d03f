//! What happened, each event once: as a plain model has it, by the counts of hours and by the log itself.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::time::Duration;

use argus_audit_log::event::{Model, flag};
use argus_audit_log::numbers::{Activity, Selection, activity};
use argus_audit_log::record::empty;
use argus_audit_log::search::Events;
use argus_audit_log::{AuditLog, Outcome, Submission, derive};
use argus_core::access::CustomerSet;
use argus_core::search::Criteria;
use argus_testing::{START, TestApp, stores};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::generate::{DAY, HOUR, time};
use super::property::draw;
use super::taken_away::take_away;

const EVENTS: usize = 400;
const QUESTIONS: usize = 40;

/// An event that need not have anything of what it is told by.
fn event() -> impl Strategy<Value = Model> {
    let text = |values: &'static [&'static str]| prop::option::of(select(values).prop_map(str::to_owned));
    let what = (
        text(&["created", "login", "weird", "tag.read", "CREATE", "STARTED", "gone"]),
        text(&["started", "Started", "\u{e9}tat", "other"]),
        text(&["UPDATE"]),
        text(&["CONTRACT", "USER"]),
    );
    let who = prop::option::of((0..60_u32).prop_map(|number| format!("actor-{number}")));
    let rest = (select(vec![None, Some("SUCCESS"), Some("failed")]), prop::bool::weighted(0.1));
    (time(), what, who, rest, any::<bool>()).prop_map(|(timestamp, what, actor_id, (status, internal), red)| {
        let (action, event_name, verb, target_type) = what;
        let (status, flags) = (status.map(str::to_owned), if internal { flag::INTERNAL } else { 0 });
        // Whose it is, is found out later.
        let customer_id = i64::from(red);
        // One in two of those that say it themselves.
        let verb = verb.filter(|_| red);
        Model { timestamp, action, event_name, verb, target_type, actor_id, status, flags, customer_id, ..empty() }
    })
}

/// Who asks, and about which time.
fn question() -> impl Strategy<Value = (usize, Range<i64>)> {
    (0..3_usize, time(), prop_oneof![0..3 * HOUR, Just(DAY), Just(i64::MAX)])
        .prop_map(|(who, start, length)| (who, start..start.saturating_add(length)))
}

async fn submit(app: &TestApp, rows: &[Model]) {
    let log = app.platform.services.get::<AuditLog>().unwrap();
    for part in rows.chunks(40) {
        let part = part.iter().map(|row| Model { id: app.platform.ids.uuid(), ..row.clone() }).collect();
        assert!(matches!(log.submit(Submission::atomic(part)).await.unwrap(), Outcome::Written(_)));
    }
}

fn expected(rows: &[Model], customers: &[i64], range: &Range<i64>) -> Activity {
    let mut told = Activity::default();
    let mut actors = BTreeSet::new();
    for row in rows.iter().filter(|row| customers.contains(&row.customer_id) && range.contains(&row.timestamp)) {
        if row.verb.as_deref() == Some("LOGIN") && row.outcome == "FAILURE" {
            told.failed_logins += 1;
        }
        if row.flags & flag::INTERNAL != 0 {
            continue;
        }
        told.total += 1;
        let name = row.event_name.as_ref().map(|name| name.to_uppercase());
        let deed = row.verb.clone().or_else(|| row.action.clone()).or(name).unwrap_or_else(|| "OTHER".to_owned());
        *told.by_deed.entry(deed).or_default() += 1;
        if let Some(kind) = &row.target_type {
            *told.by_target_type.entry(kind.clone()).or_default() += 1;
        }
        actors.extend(row.actor_id.clone());
    }
    told.unique_actors = i64::try_from(actors.len()).unwrap();
    told
}

async fn found(app: &TestApp, customers: &[i64], criteria: &Value, range: &Range<i64>) -> Activity {
    let criteria = Criteria::<Events>::from_json(criteria, app.clock.now()).resolve(&()).await.unwrap();
    let scope = CustomerSet::Only(std::sync::Arc::new(customers.iter().copied().collect()));
    let selection = Selection::within(&scope, criteria, range.clone());
    activity(&app.platform.db, &selection, Duration::from_secs(20)).await.unwrap()
}

#[tokio::test]
async fn each_event_is_told_once() {
    let mut runner = TestRunner::new(Config::default());
    let events = draw(&mut runner, prop::collection::vec(event(), EVENTS));
    let questions = draw(&mut runner, prop::collection::vec(question(), QUESTIONS));
    stores(async |app| {
        let ids = [app.customer("blue", "root").await, app.customer("red", "root").await];
        let mut rows = events.clone();
        for row in &mut rows {
            row.customer_id = ids[usize::from(row.customer_id == 1)];
            derive::complete(row);
        }
        submit(app, &rows).await;
        let mut kept = rows;
        // Twice: before and after some of it was taken away.
        for _ in 0..2 {
            for (who, range) in &questions {
                let customers = [&ids[..1], &ids[1..], &ids[..]][*who];
                let expected = expected(&kept, customers, range);
                assert_eq!(expected.by_deed.values().sum::<i64>(), expected.total);
                let everything = json!({"outcome": ["SUCCESS", "FAILURE", "UNKNOWN"]});
                for criteria in [json!({}), everything] {
                    assert_eq!(found(app, customers, &criteria, range).await, expected, "{criteria} {range:?}");
                }
            }
            if kept.iter().any(|row| row.action.as_deref() == Some("gone")) {
                take_away(app, "gone").await;
                kept.retain(|row| row.action.as_deref() != Some("gone"));
            }
        }
    })
    .await;
}

/// Events of before there were these counts.
#[tokio::test]
async fn what_was_there_before_is_counted_too() {
    use sea_orm::ConnectionTrait;
    use sea_orm_migration::SchemaManager;

    stores(async |app| {
        let customer = app.customer("blue", "root").await;
        let of = |timestamp: i64, action: Option<&str>, name: Option<&str>, flags: i64| {
            let [action, event_name] = [action, name].map(|it| it.map(str::to_owned));
            let mut row = Model { timestamp, action, event_name, flags, customer_id: customer, ..empty() };
            derive::complete(&mut row);
            row
        };
        let rows = [
            of(START, Some("odd"), None, 0),
            of(START + 1, Some("odd"), Some("named"), 0),
            of(START - HOUR, None, Some("named"), 0),
            of(-1, None, Some("named"), 0),
            of(-HOUR, Some("odd"), None, 0),
            of(START, None, None, 0),
            of(START, Some("create"), Some("named"), 0),
            of(START, Some("odd"), None, flag::INTERNAL),
        ];
        submit(app, &rows).await;
        let range = i64::MIN..i64::MAX;
        let before = found(app, &[customer], &json!({}), &range).await;
        let expected = [("CREATE", 1), ("NAMED", 2), ("OTHER", 1), ("odd", 3)];
        let expected: BTreeMap<String, i64> =
            expected.into_iter().map(|(deed, count)| (deed.to_owned(), count)).collect();
        assert_eq!(before.by_deed, expected);
        let db = app.platform.db.writer();
        db.execute_unprepared("DELETE FROM event_rollup WHERE field >= 23").await.unwrap();
        assert_ne!(found(app, &[customer], &json!({}), &range).await, before);
        let all = argus_audit_log::migration::all();
        let migration = all.iter().find(|it| it.name().ends_with("other_deeds")).unwrap();
        migration.up(&SchemaManager::new(db)).await.unwrap();
        assert_eq!(found(app, &[customer], &json!({}), &range).await, before);
        // Hour by hour, as they are counted now.
        for hour in [-HOUR, 0, START - HOUR, START] {
            let range = hour..hour + HOUR;
            let counted = found(app, &[customer], &json!({}), &range).await;
            let looked = found(app, &[customer], &json!({"outcome": ["UNKNOWN"]}), &range).await;
            assert_eq!(counted, looked, "{range:?}");
        }
    })
    .await;
}
