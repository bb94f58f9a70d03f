//! Wrong input: what is wrong is told with its place, and nothing is kept.

use argus_testing::stores;
use serde_json::{Value, json};

use super::{example, owner, places, with};

/// Places and values that are none; nothing for a member that is missing.
fn wrong() -> Vec<(&'static str, Option<Value>)> {
    let mut wrong = Vec::new();
    let mut all = |place: &'static str, values: &[Option<Value>]| {
        wrong.extend(values.iter().map(|value| (place, value.clone())));
    };
    let text = || [None, Some(json!(null)), Some(json!(1)), Some(json!(["x"])), Some(json!("x".repeat(256)))];
    for place in ["/category", "/source_information/application", "/source_information/environment"] {
        // S1-52, S1-53
        all(place, &[Some(json!("")), Some(json!("a b")), Some(json!("a\tb"))]);
        all(place, &text());
    }
    for place in ["/method", "/status", "/level"] {
        // S1-54
        all(place, &[Some(json!(""))]);
        all(place, &text());
    }
    // S1-55, S1-56
    for place in ["/event/name", "/event/type", "/actor/origin"] {
        all(place, &text());
    }
    for place in ["/source_information", "/event", "/actor"] {
        all(place, &[None, Some(json!(null)), Some(json!("x")), Some(json!([])), Some(json!(1))]);
    }
    // S1-55
    for place in ["/event/total_duration", "/event/latency"] {
        all(
            place,
            &[None, Some(json!(null)), Some(json!("0.1")), Some(json!(true)), Some(json!(0)), Some(json!(-0.5))],
        );
    }
    for place in ["/event/cpu_usage", "/event/memory_usage"] {
        all(
            place,
            &[None, Some(json!("0.1")), Some(json!(false)), Some(json!(-0.1)), Some(json!(100.1)), Some(json!({}))],
        );
    }
    let integers = [None, Some(json!(1.5)), Some(json!(1.0)), Some(json!("1")), Some(json!(true)), Some(json!(-1))];
    all("/event/affected_resources", &integers);
    for place in ["/event/detail", "/actor/detail", "/resource/detail"] {
        all(place, &[Some(json!([])), Some(json!("x")), Some(json!(1))]);
    }
    all("/event/description", &[Some(json!(1)), Some(json!("x".repeat(65_537)))]);
    // S1-57
    for place in ["/resource/id", "/resource/name", "/resource/type"] {
        all(place, &[Some(json!(1)), Some(json!({}))]);
    }
    all("/resource", &[Some(json!([])), Some(json!("x"))]);
    all(
        "/metadata",
        &[Some(json!({})), Some(json!("x")), Some(Value::Array(vec![json!({"name": "a", "value": 1}); 1_001]))],
    );
    // S1-59
    for place in [
        "/timestamp",
        "/more",
        "/event/stage",
        "/event/more",
        "/actor/more",
        "/resource/more",
        "/source_information/more",
    ] {
        all(place, &[Some(json!(1)), Some(json!(null))]);
    }
    wrong
}

#[tokio::test]
async fn every_wrong_member_is_named() {
    stores(async |app| {
        let owner = owner(app, "owner").await;
        for (place, value) in wrong() {
            let event = with(place, value.clone());
            let refused = owner.post("/audit/log", event.clone()).await;
            let shown = value.map(|value| value.to_string().chars().take(50).collect::<String>());
            assert_eq!(places(&refused), [format!("body{place}")], "{place} {shown:?}");
            let refused = owner.post("/audit/log", json!([example(), event])).await;
            assert_eq!(places(&refused), [format!("body/1{place}")], "S1-61: {place} {shown:?}");
        }
        assert_eq!(app.events(false).await, 0);
    })
    .await;
}

#[tokio::test]
async fn metadata_is_looked_into() {
    stores(async |app| {
        let owner = owner(app, "owner").await;
        // S1-58
        for (item, place) in [
            (json!({ "value": 1 }), "/name"),
            (json!({ "name": "", "value": 1 }), "/name"),
            (json!({ "name": 5, "value": 1 }), "/name"),
            (json!({ "name": "a" }), "/value"),
            (json!({ "name": "a", "value": 1, "is_metric": "true" }), "/is_metric"),
            (json!({ "name": "a", "value": 1, "isMetric": 1 }), "/isMetric"),
            (json!({ "name": "a", "value": 1, "more": 1 }), "/more"),
            (json!([]), ""),
            (json!("a"), ""),
        ] {
            let sound = json!({ "name": "a", "value": null });
            let refused = owner.post("/audit/log", with("/metadata", json!([sound, item]))).await;
            assert_eq!(places(&refused), [format!("body/metadata/1{place}")], "{item}");
        }
        assert_eq!(app.events(false).await, 0);
    })
    .await;
}

#[tokio::test]
async fn all_that_is_wrong_is_told_at_once() {
    stores(async |app| {
        let owner = owner(app, "owner").await;
        let refused = owner.post("/audit/log", json!([{}, 5, example(), { "event": { "latency": "x" } }])).await;
        let places = places(&refused);
        for expected in ["body/0/category", "body/0/actor", "body/1", "body/3/event/latency", "body/3/event/name"] {
            assert!(places.iter().any(|place| place == expected), "{expected}: {places:?}");
        }
        assert!(!places.iter().any(|place| place.starts_with("body/2")), "{places:?}");
        for (latency, kind) in [(json!("0.1"), "type_error.float"), (json!(0), "value_error.number.not_gt")] {
            let refused = owner.post("/audit/log", with("/event/latency", latency)).await;
            let entry = &refused["detail"][0];
            assert_eq!((&entry["loc"], &entry["type"]), (&json!(["body", "event", "latency"]), &json!(kind)));
        }
        // What is no document at all.
        for body in ["", "{", "nonsense", "[1", "{\"category\":\"a\",\"category\":\"b\"}", "\"\\u0000\"", "\u{1F525}"] {
            let refused = owner.post_raw("/audit/log", "application/json", body).await;
            assert_eq!(super::places(&refused), ["body"], "{body}");
        }
        for body in [json!(null), json!(5), json!("x"), json!(true)] {
            assert_eq!(super::places(&owner.post("/audit/log", body).await), ["body"]);
        }
        assert_eq!(app.events(false).await, 0);
    })
    .await;
}

#[tokio::test]
async fn queries_are_looked_into() {
    stores(async |app| {
        let owner = owner(app, "owner").await;
        // S1-65
        for path in ["/audit/log", "/audit/metrics/cpu_usage", "/audit/metrics/status/count"] {
            assert_eq!(places(&owner.get(path).await), ["query/category", "query/app"], "{path}");
            assert_eq!(places(&owner.get(&format!("{path}?category=a")).await), ["query/app"], "{path}");
            for (bad, place) in [
                ("start=yesterday", "query/start"),
                ("start=now()", "query/start"),
                ("start=-1d", "query/start"),
                ("start=", "query/start"),
                ("stop=1", "query/stop"),
                ("stop=2023-13-01", "query/stop"),
                ("start=1h&stop=1h", "query/stop"),
                ("stop=2020-01-01", "query/stop"),
                ("env=%00", "query/env"),
            ] {
                let refused = owner.get(&format!("{path}?category=a&app=b&{bad}")).await;
                assert_eq!(places(&refused), [place], "S1-67: {path} {bad}");
            }
            // Others mean nothing.
            owner.get(&format!("{path}?category=a&app=b&nonsense=1&limit=-1&sortBy=x")).await.expect(200);
        }
        // S1-68
        for page in ["0", "-1", "1.5", "x", "", "99999999999999999999"] {
            let refused = owner.get(&format!("/audit/log?category=a&app=b&page={page}")).await;
            assert_eq!(places(&refused), ["query/page"], "{page}");
        }
        owner.get("/audit/log?category=a&app=b&page=9223372036854775807").await.expect(200);
        // S1-72
        for id in ["x", "123", "%20"] {
            assert_eq!(places(&owner.get(&format!("/audit/log/{id}")).await), ["path/event_id"], "{id}");
        }
        // S1-81
        for (path, bad, place) in [
            ("cpu_usage", "agg=average", "query/agg"),
            ("cpu_usage", "agg=", "query/agg"),
            ("cpu_usage", "interval=5", "query/interval"),
            ("cpu_usage", "interval=1mo1d", "query/interval"),
            ("cpu_usage", "interval=0s", "query/interval"),
            ("cpu_usage", "interval=1ms", "query/interval"),
            ("cpu_usage", "group_by=category", "query/group_by"),
            ("cpu_usage", "group_by=x%29", "query/group_by"),
            ("status/count", "interval=x", "query/interval"),
            ("status/count", "start=1y", "query/interval"),
            ("cpu_usage/count", "interval=1h", "path/metric_name"),
            ("latency/count", "interval=1h", "path/metric_name"),
        ] {
            let refused = owner.get(&format!("/audit/metrics/{path}?category=a&app=b&{bad}")).await;
            assert_eq!(places(&refused), [place], "{path} {bad}");
        }
        for path in ["nothing", "severity", "nothing/count", "targetID/count"] {
            let refused = owner.get(&format!("/audit/metrics/{path}?category=a&app=b")).await.expect(404);
            let name = path.trim_end_matches("/count");
            assert_eq!(refused.json, json!({ "detail": { "msg": format!("Metric {name} does not exist.") } }));
        }
    })
    .await;
}
