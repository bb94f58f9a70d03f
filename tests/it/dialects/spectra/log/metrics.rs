//! Metrics and counts, held against a plain model of them.

use std::collections::BTreeMap;
use std::time::Duration;

use argus_testing::{Actor, TestApp, stores};
use serde_json::{Value, json};

use super::{bare, owner, send, with};
use crate::numbers::generate::{SECOND, iso};

const MINUTE: i64 = 60 * SECOND;

/// An event of the model: when it happened, and what it is grouped by and counts.
struct Sent {
    at: i64,
    status: &'static str,
    origin: &'static str,
    resource: Option<&'static str>,
    cpu: f64,
    load: Option<f64>,
}

/// What an event is grouped by, if it has it.
type Of<T> = fn(&Sent) -> Option<T>;

const STATUSES: [&str; 3] = ["success", "error", "x"];

/// Events some 37 seconds apart.
async fn fill(app: &TestApp, owner: &Actor) -> Vec<Sent> {
    let mut sent = Vec::new();
    for number in 0_u32..24 {
        let event = Sent {
            at: app.clock.now(),
            status: STATUSES[number as usize % 3],
            origin: if number.is_multiple_of(4) { "10.0.0.1" } else { "127.0.0.1" },
            resource: (!number.is_multiple_of(5)).then_some("User"),
            cpu: f64::from(number * 7 % 31) + 0.25,
            load: (!number.is_multiple_of(2)).then(|| f64::from(number) * -1.5),
        };
        let mut body = with("/event/cpu_usage", json!(event.cpu));
        body["status"] = json!(event.status);
        body["actor"]["origin"] = json!(event.origin);
        body["resource"] = event.resource.map_or(json!(null), |name| json!({ "name": name }));
        let load = event.load.map(|load| json!({ "is_metric": true, "name": "load", "value": load }));
        body["metadata"] = load.into_iter().collect::<Vec<_>>().into();
        // Of another application, and so in no answer.
        let other = with("/source_information/application", json!("other"));
        owner.post("/audit/log", json!([body, other])).await.expect(204);
        app.advance(Duration::from_millis(37_123));
        sent.push(event);
    }
    sent
}

fn printed(at: i64) -> String {
    let iso = iso(at);
    let (day, rest) = iso.split_once('T').unwrap();
    let micros = &rest[9..15];
    let fraction = if micros == "000000" { String::new() } else { format!(".{micros}") };
    format!("{day} {}{fraction}+00:00", &rest[..8])
}

/// The window of a time within a range, as it is printed.
fn window(at: i64, length: i64, range: (i64, i64)) -> (i64, String) {
    let start = at.div_euclid(length) * length;
    (start, format!("{} - {}", printed(start.max(range.0)), printed((start + length).min(range.1))))
}

fn aggregate(name: &str, values: &[f64]) -> Option<f64> {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let (min, max) = (values.iter().copied().fold(f64::MAX, f64::min), values.iter().copied().fold(f64::MIN, f64::max));
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    Some(match name {
        "mean" => mean,
        "sum" => mean * count,
        "min" => min,
        "max" => max,
        "count" => count,
        "median" if sorted.len() % 2 == 1 => sorted[middle],
        "median" => f64::midpoint(sorted[middle - 1], sorted[middle]),
        "stddev" if values.len() < 2 => return None,
        "stddev" => (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0)).sqrt(),
        "spread" => max - min,
        "first" => values[0],
        "last" => values[values.len() - 1],
        _ => panic!("{name}"),
    })
}

type Groups = BTreeMap<String, BTreeMap<i64, (String, Vec<f64>)>>;

fn assert_same(found: &Value, expected: Groups, agg: &str, place: &str) {
    let found = found.as_array().unwrap();
    assert_eq!(found.len(), expected.len(), "{place}: {found:?}");
    for (found, (group, windows)) in found.iter().zip(expected) {
        assert_eq!(found["groupKey"], group, "{place}");
        let data = found["data"].as_array().unwrap();
        assert_eq!(data.len(), windows.len(), "{place}: {data:?}");
        for (found, (range, values)) in data.iter().zip(windows.into_values()) {
            assert_eq!(found["range"], range, "{place}");
            match (found["value"].as_f64(), aggregate(agg, &values)) {
                (Some(found), Some(value)) => assert!((found - value).abs() < 1e-9, "{place}: {found} {value}"),
                (found, value) => assert_eq!(found, value, "{place}"),
            }
        }
    }
}

#[tokio::test]
async fn metrics_are_those_of_the_model() {
    stores(async |app| {
        let owner = owner(app, "owner").await;
        let sent = fill(app, &owner).await;
        let now = app.clock.now();
        // S1-80: windows lie on the epoch and are cut to the range.
        let ranges = [
            (String::new(), (now - 24 * 60 * MINUTE, now)),
            (format!("&start={}&stop={}", iso(sent[2].at), iso(sent[20].at)), (sent[2].at, sent[20].at)),
            ("&start=10m&stop=90s".to_owned(), (now - 10 * MINUTE, now - 90 * SECOND)),
        ];
        let aggregates = ["mean", "sum", "min", "max", "count", "median", "stddev", "spread", "first", "last"];
        let groups: [(&str, Of<String>); 5] = [
            ("", |_| Some("all".to_owned())),
            ("status", |event| Some(event.status.to_owned())),
            ("origin", |event| Some(event.origin.to_owned())),
            ("actor_origin", |event| Some(event.origin.to_owned())),
            ("resource.name", |event| event.resource.map(str::to_owned)),
        ];
        for (number, agg) in aggregates.into_iter().enumerate() {
            for (group_by, group) in groups {
                for (query, range) in &ranges {
                    let (interval, length) = [("1m", MINUTE), ("5m", 5 * MINUTE), ("1m30s", 90 * SECOND)][number % 3];
                    for name in ["cpu_usage", "load"] {
                        let mut expected = Groups::new();
                        for event in sent.iter().filter(|event| event.at >= range.0 && event.at < range.1) {
                            let value = if name == "load" { event.load } else { Some(event.cpu) };
                            if let Some((group, value)) = group(event).zip(value) {
                                let (start, window) = window(event.at, length, *range);
                                let windows = expected.entry(group).or_default();
                                windows.entry(start).or_insert_with(|| (window, Vec::new())).1.push(value);
                            }
                        }
                        let by = if group_by.is_empty() { String::new() } else { format!("&group_by={group_by}") };
                        let path = format!(
                            "/audit/metrics/{name}?category=event_name&app=app_name&interval={interval}&agg={agg}{by}{query}"
                        );
                        assert_same(&owner.get(&path).await.expect(200).json, expected, agg, &path);
                    }
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn counts_are_those_of_the_model() {
    stores(async |app| {
        let owner = owner(app, "owner").await;
        let sent = fill(app, &owner).await;
        let range = (sent[1].at, sent[22].at);
        let times = format!("start={}&stop={}", iso(range.0), iso(range.1));
        let fields: [(&str, Of<&'static str>); 5] = [
            ("status", |event| Some(event.status)),
            ("actor_origin", |event| Some(event.origin)),
            ("resource_name", |event| event.resource),
            ("category", |_| Some("event_name")),
            ("level", |_| Some("info")),
        ];
        for (name, field) in fields {
            for (filter, holds) in [("", None), ("&status=error", Some("error"))] {
                for (interval, length) in [("", MINUTE), ("&interval=5m", 5 * MINUTE), ("&interval=1h", 60 * MINUTE)] {
                    let mut expected = BTreeMap::<i64, (String, BTreeMap<&str, i64>)>::new();
                    let within = sent.iter().filter(|event| event.at >= range.0 && event.at < range.1);
                    for event in within.filter(|event| holds.is_none_or(|status| event.status == status)) {
                        if let Some(value) = field(event) {
                            let (start, window) = window(event.at, length, range);
                            *expected
                                .entry(start)
                                .or_insert_with(|| (window, BTreeMap::new()))
                                .1
                                .entry(value)
                                .or_default() += 1;
                        }
                    }
                    let expected: Vec<Value> =
                        expected.into_values().map(|(range, data)| json!({ "range": range, "data": data })).collect();
                    let path = format!(
                        "/audit/metrics/{name}/count?category=event_name&app=app_name&{times}{interval}{filter}"
                    );
                    // S1-86
                    assert_eq!(owner.get(&path).await.expect(200).json, Value::from(expected), "{path}");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_listed_is_what_is_meant() {
    stores(async |app| {
        let owner = owner(app, "owner").await;
        let metrics = [("cpu_usage", 7), ("latency", 8), ("b", 1), ("a", 2)];
        let metadata = metrics.map(|(name, value)| json!({ "is_metric": true, "name": name, "value": value }));
        send(app, &owner, with("/metadata", json!(metadata))).await;
        send(app, &owner, with("/metadata", json!([{ "name": "plain", "value": 1 }]))).await;
        // S1-75
        let names = owner.get("/audit/metrics").await.expect(200);
        assert_eq!(names.json, json!(["a", "b", "latency", "cpu_usage", "memory_usage"]));
        let value = async |path: &str| {
            let found = owner.get(&format!("/audit/metrics/{path}category=event_name&app=app_name")).await.expect(200);
            bare(&found).first().map(|group| (group["groupKey"].clone(), group["data"][0]["value"].clone()))
        };
        let all = |value: f64| Some((json!("all"), json!(value)));
        // S1-78: the mean of a minute, unless it is said. A field of events comes before a name, if both are listed.
        assert_eq!(value("cpu_usage?").await, all(0.5));
        assert_eq!(value("latency?").await, all(8.0));
        assert_eq!(value("total_duration?agg=max&").await, all(0.1));
        assert_eq!(value("event_duration?").await, all(0.1));
        assert_eq!(value("affected_resources?agg=count&").await, all(2.0));
        assert_eq!(value("a?agg=stddev&").await, Some((json!("all"), Value::Null)));
        assert_eq!(value("a?env=nothing&").await, None, "S1-79: nothing matched");
        assert_eq!(value("a?start=2020-01-01&interval=1y&").await, all(2.0));
        owner.get("/audit/metrics/plain?category=event_name&app=app_name").await.expect(404);
        // S1-82
        for (name, key) in [
            ("status", "success"),
            ("method", "POST"),
            ("level", "info"),
            ("application", "app_name"),
            ("app", "app_name"),
            ("environment", "staging"),
            ("env", "staging"),
            ("event_name", "Login"),
            ("event.type", "Authentication"),
            ("resource_id", "1"),
            ("resource.type", "User"),
        ] {
            assert_eq!(value(&format!("a?group_by={name}&")).await, Some((json!(key), json!(2.0))), "{name}");
            let path = format!("/audit/metrics/{name}/count?category=event_name&app=app_name");
            let counts = owner.get(&path).await.expect(200);
            assert_eq!(bare(&counts)[0]["data"], json!({ key: 2 }), "S1-85: {name}");
        }
        let found = owner.get("/audit/log?category=event_name&app=app_name").await.expect(200);
        let series = bare(&found)[1]["event"]["id"].clone();
        assert_eq!(value("a?group_by=event_id&").await, Some((series, json!(2.0))));
    })
    .await;
}
