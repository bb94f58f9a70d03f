//! Whatever sound events are sent, they come back as they were sent.

use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value, json};

use argus_audit_log::event::{Column, Entity};
use argus_testing::stores;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::{bare, list, owner};

const EVENTS: usize = 150;

fn text(most: usize) -> impl Strategy<Value = String> {
    let signs = prop_oneof![
        6 => prop::char::range('a', 'z'),
        1 => select(vec!['é', '\u{1F525}', '"', '\\', '/', '%', '_', '\'', '\u{7f}', '\u{1}', 'İ']),
    ];
    prop::collection::vec(signs, 1..most).prop_map(String::from_iter)
}

fn any_json() -> impl Strategy<Value = Value> {
    let plain = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-9_007_199_254_740_991..9_007_199_254_740_991_i64).prop_map(Value::from),
        (-1e300..1e300_f64).prop_map(Value::from),
        (-1.0..1.0_f64).prop_map(Value::from),
        text(12).prop_map(Value::from),
    ];
    plain.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(text(6), inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn detail() -> impl Strategy<Value = Option<Value>> {
    let members = prop::collection::btree_map(
        prop_oneof![text(8), select(vec!["id", "username", "user_agent"]).prop_map(str::to_owned)],
        any_json(),
        0..4,
    );
    prop::option::of(members.prop_map(|members| Value::Object(members.into_iter().collect())))
}

fn metadata() -> impl Strategy<Value = Option<Vec<Value>>> {
    let name = || select(vec!["a", "b", "c", "load", "Ü"]);
    let item = (prop::option::of(any::<bool>()), name(), any_json()).prop_map(|(is_metric, name, value)| {
        let mut item = json!({ "name": name, "value": value });
        if let Some(is_metric) = is_metric {
            item["is_metric"] = is_metric.into();
        }
        item
    });
    prop::option::of(prop::collection::vec(item, 0..6))
}

fn number() -> impl Strategy<Value = Value> {
    prop_oneof![(1..100_i64).prop_map(Value::from), (1e-9..100.0_f64).prop_map(Value::from)]
}

/// What is sent, and what has to come back but for series, stage and time.
fn event() -> impl Strategy<Value = (Value, Value)> {
    let words = (select(vec!["GET", "POST", "x"]), text(20), text(20), text(30), text(30), text(40));
    let numbers = (number(), number(), number(), number(), 0..1_000_000_i64);
    let optional = (prop::option::of(text(200)), detail(), detail(), detail(), metadata());
    let resource =
        prop::option::of((prop::option::of(text(20)), prop::option::of(text(20)), prop::option::of(text(20))));
    (words, numbers, optional, resource, any::<bool>()).prop_map(|(words, numbers, optional, resource, camel)| {
        let (method, status, level, name, kind, origin) = words;
        let (total_duration, latency, cpu_usage, memory_usage, affected_resources) = numbers;
        let (description, event_detail, actor_detail, resource_detail, metadata) = optional;
        let key = |snake: &'static str, in_camel: &'static str| if camel { in_camel } else { snake };
        let mut sent = json!({
            "category": "event_name",
            // S1-02: either name of a member
            key("source_information", "sourceInformation"): { "application": "app_name", "environment": "é-env" },
            "method": method, "status": status, "level": level,
            "event": {
                "name": name, "type": kind, key("total_duration", "totalDuration"): total_duration, "latency": latency,
                key("cpu_usage", "cpuUsage"): cpu_usage, key("memory_usage", "memoryUsage"): memory_usage,
                key("affected_resources", "affectedResources"): affected_resources,
            },
            "actor": { "origin": origin },
        });
        put(&mut sent["event"], "description", description.clone().map(Value::from));
        put(&mut sent["event"], "detail", event_detail.clone());
        put(&mut sent["actor"], "detail", actor_detail.clone());
        let empty = || json!({});
        let mut printed_resource = json!({ "id": null, "name": null, "type": null, "detail": {} });
        if let Some((id, name, kind)) = resource {
            let mut members = json!({});
            for (key, value) in [("id", id), ("name", name), ("type", kind)] {
                put(&mut printed_resource, key, value.clone().map(Value::from));
                put(&mut members, key, value.map(Value::from));
            }
            put(&mut members, "detail", resource_detail.clone());
            printed_resource["detail"] = resource_detail.unwrap_or_else(empty);
            sent["resource"] = members;
        }
        let mut merged = Map::new();
        for item in metadata.iter().flatten() {
            merged.insert(item["name"].as_str().unwrap().to_owned(), item["value"].clone());
        }
        put(&mut sent, "metadata", metadata.map(Value::from));
        let float = |number: Value| Value::from(number.as_f64().unwrap());
        let printed = json!({
            "category": "event_name", "tags": { "application": "app_name", "environment": "é-env" },
            "method": method, "status": status, "level": level,
            "event": {
                "name": name, "type": kind, "totalDuration": float(total_duration), "latency": float(latency),
                "cpuUsage": float(cpu_usage), "memoryUsage": float(memory_usage), "affectedResources": affected_resources,
                "detail": event_detail.unwrap_or_else(empty), "description": description,
            },
            "actor": { "origin": origin, "detail": actor_detail.unwrap_or_else(empty) },
            "resource": printed_resource, "metadata": merged,
        });
        (sent, printed)
    })
}

fn put(object: &mut Value, name: &str, value: Option<Value>) {
    if let Some(value) = value {
        object[name] = value;
    }
}

#[tokio::test]
async fn what_is_sent_comes_back() {
    // S1-69
    let mut runner = TestRunner::new(Config::default());
    let events = prop::collection::vec(event(), EVENTS).new_tree(&mut runner).unwrap().current();
    stores(async |app| {
        let owner = owner(app, "owner").await;
        let sent: Vec<Value> = events.iter().map(|(sent, _)| sent.clone()).collect();
        owner.post("/audit/log", sent.into()).await.expect(204);
        app.advance(Duration::from_secs(1));
        let mut found = Vec::new();
        for page in 1..=3 {
            found.extend(bare(&list(&owner, &format!("&page={page}")).await.expect(200)).clone());
        }
        assert_eq!(found.len(), EVENTS);
        let series = found[0]["event"]["id"].clone();
        let trail = owner.get(&format!("/audit/log/{}", series.as_str().unwrap())).await.expect(200);
        assert_eq!(bare(&trail), &found);
        for (index, (sent, expected)) in events.iter().enumerate() {
            let mut expected = expected.clone();
            expected["event"]["id"] = series.clone();
            expected["event"]["stage"] = json!(index + 1);
            expected["timestamp"] = json!("2026-01-01T00:00:00+00:00");
            assert_eq!(found[EVENTS - 1 - index], expected, "{sent}");
        }
        // What is kept of the list is the list.
        let kept = Entity::find().filter(Column::Dialect.eq("spectra")).order_by_asc(Column::Stage);
        let kept = kept.all(app.platform.db.reader()).await.unwrap();
        for (row, (sent, _)) in kept.iter().zip(&events) {
            let list = row.metadata_list.as_ref().map(|text| serde_json::from_str::<Value>(text).unwrap());
            assert_eq!(list.as_ref(), sent.get("metadata"), "A-40");
        }
    })
    .await;
}
