//! Whatever events are looked for by, the answer is that of reading them all.
//!
//! The ordinary run has enough events for many segments and blocks, and for terms that are too many to be looked at one by
//! one. For a larger one: `ARGUS_EVENTS=100000 ARGUS_CRITERIA=500 tests/run found::`.

mod criteria;
mod model;
mod rows;

use std::time::Duration;

use argus_audit_log::event::Model;
use argus_audit_log::{AuditLog, Submission};
use argus_core::audit::Requests;
use argus_core::config::Span;
use argus_testing::{Actor, TestApp, stores_with};
use serde_json::{Map, Value, json};

use crate::dice::Dice;
use crate::numbers::taken_away::take_away;
use criteria::Maker;
use model::{Seen, found};
use rows::rows;

const EVENTS: usize = 20_000;

const CRITERIA: usize = 200;

const CUSTOMERS: [&str; 4] = ["red", "blue", "green", "grey"];

const SEARCH: &str = "/audit/v1/event/search";

/// How many of something, unless the environment wants another number.
fn wanted(variable: &str, otherwise: usize) -> usize {
    std::env::var(variable).map_or(otherwise, |number| number.parse().expect("a number"))
}

async fn write(app: &TestApp, rows: Vec<Model>) {
    let log = app.platform.services.get::<AuditLog>().unwrap();
    // Batches that end within a block and within a segment, each received when its events are sent.
    for rows in rows.chunks(700) {
        log.submit(Submission::atomic(rows.to_vec())).await.unwrap();
        app.advance(Duration::from_nanos(233_333_333_333));
    }
}

/// All events of the log, as they are printed.
async fn read(admin: &Actor, keywords: &[&str]) -> Vec<Seen> {
    let (mut seen, mut cursor) = (Vec::new(), Value::Null);
    loop {
        let all = json!({
            "sortBy": ["sequence"], "limit": 5_000, "includeInternal": true, "includeDeleted": true, "cursor": cursor,
        });
        let page = admin.post(SEARCH, all).await.expect(200);
        seen.extend(page.list().iter().map(|event| Seen::of(event, keywords)));
        cursor = page["metaData"]["nextCursor"].clone();
        if cursor.is_null() {
            return seen;
        }
    }
}

/// A body without sub-criteria as a query.
fn query(body: &Value) -> String {
    let mut query = String::new();
    for (name, value) in body.as_object().unwrap() {
        for value in value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice) {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let encoded: String = text.bytes().map(|byte| format!("%{byte:02x}")).collect();
            query.push_str(&format!("&{name}={encoded}"));
        }
    }
    query
}

/// A page is that part of what was found, is counted where that is asked for, and says whether there is more.
fn compare(page: &Value, expected: &[&Seen], from: usize, body: &Value) {
    let limit = body["limit"].as_u64().unwrap() as usize;
    let part: Vec<i64> = expected.iter().skip(from).take(limit).map(|seen| seen.sequence).collect();
    let sequences = page["data"].as_array().unwrap_or_else(|| panic!("{body}: {page}")).iter();
    let sequences: Vec<i64> = sequences.map(|event| event["sequence"].as_i64().unwrap()).collect();
    assert_eq!(sequences, part, "{body}");
    let counted = body["count"] != false;
    assert_eq!(page["count"], if counted { expected.len() as i64 } else { -1 }, "{body}");
    let more = !part.is_empty() && from + part.len() < expected.len();
    assert_eq!(!page["metaData"]["nextCursor"].is_null(), more, "{body}");
}

/// The first pages, and what is found by them all.
async fn look(reader: &Actor, all: &[Seen], mut body: Value, customers: Option<&[&str]>) -> usize {
    let expected = found(all, &body, customers);
    let mut from = body["offset"].as_u64().unwrap_or(0) as usize;
    if body.get("subCriteria").is_none() && from.is_multiple_of(2) {
        let path = format!("/audit/v1/event?{}", query(&body));
        compare(&reader.get(&path).await.expect(200).json, &expected, from, &body);
    }
    for _ in 0..3 {
        let page = reader.post(SEARCH, body.clone()).await.expect(200);
        compare(&page.json, &expected, from, &body);
        from += page.list().len();
        body["cursor"] = page["metaData"]["nextCursor"].clone();
        body["count"] = json!(true);
        if body["cursor"].is_null() {
            break;
        }
    }
    expected.len()
}

fn schema() -> Map<String, Value> {
    let documents = argus_server::documents::all().unwrap();
    let (_, document) = documents.into_iter().find(|(name, _)| name == "audit.v1.json").unwrap();
    document["components"]["schemas"]["EventCriteria"]["properties"].as_object().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_looked_up_is_what_reading_them_all_gives() {
    let (events, criteria) = (wanted("ARGUS_EVENTS", EVENTS), wanted("ARGUS_CRITERIA", CRITERIA));
    let schema = schema();
    let keywords = schema["keywordFieldStrategy"]["items"]["enum"].as_array().unwrap();
    let keywords: Vec<&str> = keywords.iter().filter_map(Value::as_str).filter(|name| *name != "all").collect();
    let settings = |settings: &mut argus_core::config::Settings| {
        settings.audit.requests = Requests::Off;
        settings.count_timeout = Span::seconds(60);
    };
    stores_with(settings, async |app| {
        let (mut ids, mut users) = (Vec::new(), Vec::new());
        for customer in CUSTOMERS {
            ids.push(app.customer(customer, "root").await);
            users.push(app.new_user(&format!("{customer}-sender"), customer, &[]).await);
        }
        write(app, rows(&mut Dice::new(), events, &ids, &users)).await;
        take_away(app, "Zebra_deleted").await;
        let all = read(&app.admin(), &keywords).await;
        assert!(all.len() >= events, "{} of {events}", all.len());
        // Who sees everything, some customers, one.
        let rights = |customers: &[&'static str]| -> Vec<_> {
            let both = |on: &&'static str| [("viewAuditEvents", *on), ("manageAuditRetention", *on)];
            customers.iter().flat_map(both).collect()
        };
        let some = app.user("some", &rights(&["red", "green"])).await;
        let one = app.user("one", &rights(&["blue"])).await;
        let readers = [
            (app.admin(), None, &CUSTOMERS[..]),
            (some, Some(&["red", "green"][..]), &["red", "green"][..]),
            (one, Some(&["blue"][..]), &["blue"][..]),
        ];
        let (mut maker, mut hits) = (Maker::new(&schema, &all), 0);
        for number in 0..criteria {
            let (reader, customers, known) = &readers[number % readers.len()];
            let body = maker.criteria(known);
            hits += usize::from(look(reader, &all, body, *customers).await > 0);
        }
        assert!(hits * 2 > criteria, "only {hits} of {criteria} find anything");
        let unused: Vec<_> = schema.keys().filter(|name| *name != "cursor" && !maker.used.contains(*name)).collect();
        assert!(unused.is_empty() || criteria < CRITERIA, "{unused:?} were never asked for");
    })
    .await;
}
