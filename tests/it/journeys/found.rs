//! Whatever events are looked for by, the answer is that of reading them all.

use std::collections::HashSet;
use std::sync::Arc;

use argus_audit_log::event::{Column, Model, flag};
use argus_audit_log::record::{empty, folded};
use argus_audit_log::search::{Events, list};
use argus_audit_log::views::View;
use argus_audit_log::{AuditLog, Submission};
use argus_core::access::CustomerSet;
use argus_core::names::CallerNames;
use argus_core::search::{Criteria, Options, run};
use argus_testing::{START, TestApp, stores};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use sea_orm::prelude::Uuid;
use serde_json::{Value, json};

/// Enough for many segments and blocks, and for terms that are too many to be looked at one by one.
const EVENTS: usize = 12_500;

const CRITERIA: usize = 150;

const WORDS: [&str; 9] =
    ["Contract", "contract-7", "tra", "ÅNGSTRÖM", "ström", "zebra", "re", "no such word", "a\"b\\c"];

/// In order, three a second; but some of the first segment are from far ahead, and some of the third from long before. So
/// pages begin in another segment than they go on in, in both directions, and others are to be left aside.
fn at(place: usize, chance: u32) -> i64 {
    match (chance, place) {
        (0, 0..4_000) => START + 90_000_000_000_000_000 + place as i64,
        (0, 9_000..11_000) => START - 40_000_000_000_000 - place as i64,
        _ => START + (place as i64 / 3) * 1_000_000_000,
    }
}

fn rows() -> impl Strategy<Value = Vec<Model>> {
    let one = (0_u32..60, 0_u32..1_000, 0_u32..4, any::<bool>());
    proptest::collection::vec(one, EVENTS).prop_map(|all| {
        let row = |(place, (chance, number, customer, flagged)): (usize, (u32, u32, u32, bool))| {
            let actor = if chance < 50 { format!("actor-{}", number % 3) } else { format!("actor-{number}") };
            let mut row = Model {
                id: Uuid::from_u128(place as u128 + 1),
                customer_id: i64::from(customer) + 100,
                timestamp: at(place, chance),
                actor_id: Some(actor),
                target_id: Some(format!("contract-{number}")),
                target_type: Some(if flagged { "CONTRACT" } else { "Offer" }.to_owned()),
                trace_id: (number % 7 == 0).then(|| format!("trace-{place}")),
                series_id: (number % 5 == 0).then(|| Uuid::from_u128(u128::from(number))),
                machine_id: (chance == 3).then(|| "machine 1".to_owned()),
                action: Some("CONTRACT_CREATED".to_owned()),
                verb: Some("CREATE".to_owned()),
                description: match number {
                    0..3 => Some(format!("Ångström {place}")),
                    3 => Some("a ZEBRA".to_owned()),
                    4 => Some("A\"b\\C\u{1}".to_owned()),
                    _ => None,
                },
                flags: if flagged && chance < 20 { flag::INTERNAL } else { 0 },
                ..empty()
            };
            row.folded = folded(&row);
            row
        };
        all.into_iter().enumerate().map(row).collect()
    })
}

fn filters() -> BoxedStrategy<Value> {
    let seconds = EVENTS as i64 / 3;
    let actor =
        prop_oneof![(0..3_u32).prop_map(|n| format!("actor-{n}")), (0..1_000_u32).prop_map(|n| format!("actor-{n}"))];
    let one = prop_oneof![
        4 => proptest::collection::vec(actor, 1..3).prop_map(|actors| json!({"actorID": actors})),
        2 => (0..1_000_u32).prop_map(|n| json!({"targetID": format!("contract-{n}")})),
        1 => (0..EVENTS).prop_map(|n| json!({"traceID": format!("trace-{n}")})),
        1 => (0..1_000_u128).prop_map(|n| json!({"seriesID": Uuid::from_u128(n).to_string()})),
        1 => Just(json!({"machineID": "machine 1"})),
        4 => select(&WORDS[..]).prop_map(|word| json!({"keywords": [word]})),
        1 => (select(&WORDS[..]), select(&WORDS[..])).prop_map(|(a, b)| json!({"keywords": [a, b], "keywordMatch": "any"})),
        1 => select(&WORDS[..]).prop_map(|word| json!({"keywords": [word], "keywordField": ["description"]})),
        1 => Just(json!({"targetType": "CONTRACT"})),
    ]
    .boxed();
    let times = (0..seconds, 0..seconds).prop_map(|(start, length)| {
        let start = START / 1_000_000 + start * 1_000;
        json!({"startTimestamp": start, "endTimestamp": start + length * 1_000})
    });
    let level = prop_oneof![5 => one.clone(), 3 => (one.clone(), one).prop_map(merged), 2 => times].boxed();
    prop_oneof![
        4 => level.clone(),
        2 => (level.clone(), level.clone()).prop_map(merged),
        1 => (level.clone(), level.clone()).prop_map(|(root, sub)| {
            merged((root, json!({"subCriteria": [merged((sub, json!({"required": true})))]})))
        }),
        1 => (level.clone(), level).prop_map(|(root, sub)| {
            merged((root, json!({"subCriteria": [merged((sub, json!({"exclude": true})))]})))
        }),
    ]
    .boxed()
}

fn criteria() -> BoxedStrategy<Value> {
    let sort = prop_oneof![
        3 => Just(json!({})),
        2 => Just(json!({"sortBy": ["timestamp"]})),
        1 => Just(json!({"sortBy": ["-targetID"]})),
        1 => Just(json!({"sortBy": ["-timestamp", "sequence"]})),
    ];
    let page = (1..40_u32, prop_oneof![3 => Just(0), 1 => 0..60_u32], any::<bool>());
    let page = page
        .prop_map(|(limit, offset, internal)| json!({"limit": limit, "offset": offset, "includeInternal": internal}));
    (filters(), sort, page).prop_map(|(filters, sort, page)| merged((merged((filters, sort)), page))).boxed()
}

fn merged((mut a, b): (Value, Value)) -> Value {
    for (name, value) in b.as_object().unwrap() {
        a[name] = value.clone();
    }
    a
}

async fn write(app: &TestApp, rows: Vec<Model>) {
    let log = app.platform.services.get::<AuditLog>().unwrap();
    // Batches that end within a block and within a segment.
    for rows in rows.chunks(700) {
        log.submit(Submission::atomic(rows.to_vec())).await.unwrap();
    }
}

/// What both give: ids, count, and whether there is more.
async fn compare(app: &TestApp, body: &Value, scope: &CustomerSet, cursor: Option<&str>) -> Option<String> {
    let mut body = body.clone();
    if let Some(cursor) = cursor {
        body["cursor"] = json!(cursor);
        body["count"] = json!(true);
    }
    let names = CallerNames { platform: &app.platform, scope: scope.clone(), domain: None };
    let criteria = Criteria::<Events>::from_json(&body, START).resolve(&names).await.unwrap();
    let (db, options) = (&app.platform.db, Options::default());
    let found = list(db, scope, &criteria, View::default(), &options).await.unwrap();
    let read = run(db.reader(), &criteria, scope.condition(Column::CustomerId), &options).await.unwrap();
    let ids = |rows: &[Model]| rows.iter().map(|row| row.sequence).collect::<Vec<_>>();
    assert_eq!(ids(&found.rows), ids(&read.rows), "{body}");
    assert_eq!(found.count, read.count, "{body}");
    assert_eq!(found.next_cursor, read.next_cursor, "{body}");
    found.next_cursor
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_looked_up_is_what_reading_them_all_gives() {
    let mut runner = TestRunner::deterministic();
    let rows = rows().new_tree(&mut runner).unwrap().current();
    stores(async |app| {
        write(app, rows.clone()).await;
        let mut runner = TestRunner::deterministic();
        let some = CustomerSet::Only(Arc::new(HashSet::from([100, 102])));
        for number in 0..CRITERIA {
            let body = criteria().new_tree(&mut runner).unwrap().current();
            let scope = if number % 3 == 0 { &some } else { &CustomerSet::All };
            let next = compare(app, &body, scope, None).await;
            if let Some(cursor) = next {
                compare(app, &body, scope, Some(&cursor)).await;
            }
        }
    })
    .await;
}
