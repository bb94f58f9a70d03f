//! Fields of events: wrong types, unknown values, other people's customers, times that cannot be kept.

use argus_testing::stores;
use serde_json::{Map, Value, json};

use super::support::{Refusals, bad_fields, without_times};
use crate::journeys::as_read;

const EVENT: &str = "/audit/v1/event";

/// An event with one more member.
fn with(field: &str, value: Value) -> Value {
    let mut event = json!({"action": "a"});
    event[field] = value;
    event
}

#[tokio::test]
async fn wrong_types_are_named() {
    let texts = [
        "action",
        "externalID",
        "traceID",
        "category",
        "application",
        "environment",
        "eventType",
        "eventName",
        "description",
        "method",
        "status",
        "severity",
        "actorType",
        "actorID",
        "actorName",
        "actorEmail",
        "origin",
        "clientIP",
        "userAgent",
        "targetType",
        "targetID",
        "targetName",
        "authMethod",
        "location",
        "device",
        "machineID",
        "seriesID",
        "accessType",
    ];
    let objects = [
        "actorDetail",
        "targetDetail",
        "changes",
        "requestMetadata",
        "responseMetadata",
        "metadata",
        "eventDetail",
        "metrics",
    ];
    let wholes = ["stage", "affectedResources"];
    let numbers = ["totalDuration", "latency", "cpuUsage", "memoryUsage"];
    stores(async |app| {
        let (mut refusals, admin) = (Refusals::begin(app).await, app.admin());
        let mut cases = Vec::new();
        for (fields, values) in [
            (&texts[..], json!([1, {}])),
            (&objects[..], json!(["{}", []])),
            (&wholes[..], json!(["1", 1.5, true])),
            (&numbers[..], json!(["1.5", [1]])),
            (&["customer"][..], json!([true, [1], {}, ["root"]])),
            (&["timestamp"][..], json!([true, [1], {}, 1.5])),
        ] {
            for field in fields {
                cases.extend(values.as_array().unwrap().iter().map(|value| (*field, value.clone())));
            }
        }
        for (field, value) in cases {
            let what = format!("{field}: {value}");
            bad_fields(refusals.of(&admin).post(EVENT, with(field, value)).await, &[field], &what);
        }
        for (value, field) in [(json!("1"), "metrics.a"), (json!(null), "metrics.a"), (json!({}), "metrics.a")] {
            let answer = refusals.of(&admin).post(EVENT, with("metrics", json!({ "a": value, "b": 1 }))).await;
            bad_fields(answer, &[field], "metrics");
        }
        refusals.end().await;
    })
    .await;
}

#[tokio::test]
async fn unknown_values_are_named() {
    stores(async |app| {
        let (mut refusals, admin) = (Refusals::begin(app).await, app.admin());
        for (field, values) in [
            ("accessType", json!(["", "read", "WRITES", "CREATE"])),
            ("seriesID", json!(["", "1", "00000000-0000-0000-0000-00000000000g"])),
            ("clientIP", json!(["", "here", "10.0.0", "10.0.0.0/8", "10.0.0.256", "fe80::1%eth0", "::g"])),
            (
                "customer",
                json!(["", "nobody", "roo", "root ", 0, -1, 9_999_999, "9999999", 1.5, 9_007_199_254_740_991_i64]),
            ),
        ] {
            for value in values.as_array().unwrap() {
                let answer = refusals.of(&admin).post(EVENT, with(field, value.clone())).await;
                let answer = bad_fields(answer, &[field], &format!("{field}: {value}"));
                assert_eq!(answer.template(), "invalid.field.value", "{field}: {value}");
            }
        }
        // Metrics have names of a sane length and number.
        let metrics = |number: usize| {
            let names = (0..number).map(|name| (format!("m{name}"), Value::from(name)));
            Value::Object(names.collect::<Map<_, _>>())
        };
        for bad in [metrics(1_001), json!({"": 1}), json!({ "n".repeat(256): 1 })] {
            bad_fields(refusals.of(&admin).post(EVENT, with("metrics", bad)).await, &["metrics"], "metrics");
        }
        refusals.end().await;
        for good in [metrics(1_000), json!({ "ß".repeat(255): -1.5e300 })] {
            let added = admin.post(EVENT, with("metrics", good.clone())).await.expect(201);
            assert_eq!(added["data"]["flags"], json!(["METRIC"]));
            let sent = good.as_object().unwrap();
            assert!(sent.iter().all(|(name, value)| added["data"]["metrics"][name].as_f64() == value.as_f64()));
        }
    })
    .await;
}

#[tokio::test]
async fn times_that_cannot_be_kept_are_refused_not_cut() {
    stores(async |app| {
        let (mut refusals, admin) = (Refusals::begin(app).await, app.admin());
        let bad = json!([
            "",
            "yesterday",
            "2026-01-01",
            "2026-01-01T00:00:00",
            "2026-01-01T00:00:00+01:00",
            "2026-02-30T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:00:60Z",
            "2026-01-01T00:00:00.Z",
            "2026-01-01T00:00:00.0000000001Z",
            "2026-01-01 00:00:00Z",
            "1e3",
            "now - 1",
            "now + 999999999 years",
            // Beyond 64 bits of nanoseconds. What happened then must not be kept as having happened in 2262 or 1677.
            "3000-01-01T00:00:00Z",
            32_503_680_000_000_i64,
            "32503680000000",
            "2262-04-12T00:00:00Z",
            "2262-04-11T23:47:16.854775808Z",
            "1677-09-21T00:12:43Z",
            "1500-01-01T00:00:00Z",
            -14_831_769_600_000_i64,
            9_007_199_254_740_991_i64,
            "99999999999999999999",
        ]);
        for time in bad.as_array().unwrap() {
            let answer = refusals.of(&admin).post(EVENT, with("timestamp", time.clone())).await;
            bad_fields(answer, &["timestamp"], &time.to_string());
        }
        refusals.end().await;
        for (sent, printed) in [
            (json!("2262-04-11T23:47:16.854Z"), "2262-04-11T23:47:16.854Z"),
            (json!("1677-09-21T00:12:44Z"), "1677-09-21T00:12:44Z"),
            (json!("2026-01-01T00:00:00.000000001Z"), "2026-01-01T00:00:00.000000001Z"),
            (json!(-1), "1969-12-31T23:59:59.999Z"),
            (json!("0"), "1970-01-01T00:00:00Z"),
            (json!("now - 1 day"), "2025-12-31T00:00:00Z"),
            (json!(null), "2026-01-01T00:00:00Z"),
        ] {
            let added = admin.post(EVENT, with("timestamp", sent.clone())).await.expect(201);
            assert_eq!(added["data"]["timestampISO"], printed, "{sent}");
            let id = added["data"]["id"].as_str().unwrap();
            assert_eq!(
                admin.get(&format!("{EVENT}/{id}")).await.expect(200)["data"],
                as_read(&added["data"]),
                "{sent}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn every_bad_field_is_named_in_one_answer() {
    stores(async |app| {
        let (mut refusals, admin) = (Refusals::begin(app).await, app.admin());
        let bad = json!({
            "action": "a".repeat(51), "category": 7, "stage": "x", "seriesID": "x", "accessType": "x",
            "metadata": [], "latency": "x", "status": "s".repeat(21),
            // These are looked at by other rules than the ones above, which must not matter to the sender.
            "customer": "nobody", "timestamp": "yesterday", "clientIP": "here", "metrics": {"": 1},
        });
        let fields: Vec<&str> = bad.as_object().unwrap().keys().map(String::as_str).collect();
        bad_fields(refusals.of(&admin).post(EVENT, bad.clone()).await, &fields, "all");
        let finer = json!({"action": "a", "customer": "nobody", "timestamp": "yesterday", "clientIP": "here", "metrics": {"": 1}});
        let fields = ["customer", "timestamp", "clientIP", "metrics"];
        bad_fields(refusals.of(&admin).post(EVENT, finer).await, &fields, "the finer ones");
        let without_action = json!({"category": 7, "customer": "nobody"});
        bad_fields(refusals.of(&admin).post(EVENT, without_action).await, &["action", "category", "customer"], "no action");
        refusals.end().await;
    })
    .await;
}

#[tokio::test]
async fn another_customers_customer_is_refused_like_an_unknown_one() {
    stores(async |app| {
        let (red, blue) = (app.customer("red", "root").await, app.customer("blue", "root").await);
        let inner = app.customer("red-inner", "red").await;
        let sender = app.user_of("sender", "red", &[("submitAuditEvents", "red")]).await;
        let mut refusals = Refusals::begin(app).await;
        let unknown = refusals.of(&sender).post(EVENT, with("customer", json!("no-such"))).await;
        let unknown = bad_fields(unknown, &["customer"], "unknown");
        for other in [json!("blue"), json!("BLUE"), json!(blue), json!(blue.to_string()), json!("root"), json!(1)] {
            let answer = refusals.of(&sender).post(EVENT, with("customer", other.clone())).await;
            let answer = bad_fields(answer, &["customer"], &other.to_string());
            assert_eq!(without_times(&answer), without_times(&unknown), "{other}");
        }
        // The function on one customer only: without a word on the customer the event would be the sender's own, where
        // it may not write.
        let guest = app.user_of("guest", "blue", &[("submitAuditEvents", "red-inner")]).await;
        bad_fields(refusals.of(&guest).post(EVENT, json!({"action": "a"})).await, &["customer"], "guest at home");
        bad_fields(refusals.of(&guest).post(EVENT, with("customer", json!("red"))).await, &["customer"], "guest above");
        refusals.end().await;
        for (who, customer, id) in
            [(&sender, json!(null), red), (&sender, json!("Red-Inner"), inner), (&guest, json!(inner), inner)]
        {
            let added = who.post(EVENT, with("customer", customer)).await.expect(201);
            assert_eq!(added["data"]["customer"]["id"], id);
        }
    })
    .await;
}

#[tokio::test]
async fn what_the_server_makes_cannot_be_sent() {
    stores(async |app| {
        let (admin, id) = (app.admin(), "00000000-0000-7000-8000-000000000000");
        let sent = json!({
            "action": "a", "id": id, "sequence": -5, "createdTimestamp": 0, "createdTimestampISO": "x", "dialect": "import",
            "createdByUser": {"id": 99}, "createdByKey": "1/1", "verb": "DELETE", "outcome": "FAILURE", "receipt": {},
            "flags": ["INTERNAL", "DELETED", "SUSPICIOUS"], "fingerprint": "x", "folded": "x", "customerID": 99,
        });
        let added = admin.post(EVENT, sent).await.expect(201);
        let event = &added["data"];
        assert_ne!(event["id"], id);
        assert!(event["sequence"].as_i64().unwrap() >= 0);
        assert_eq!((&event["dialect"], &event["verb"], &event["outcome"]), (&json!("native"), &Value::Null, &json!("SUCCESS")));
        assert_eq!((&event["flags"], &event["createdByUser"]["shortName"]), (&json!([]), &json!("admin")));
        assert_eq!((&event["createdTimestamp"], &event["customer"]["shortName"]), (&json!(argus_testing::START / 1_000_000), &json!("root")));
        assert_eq!(admin.get(&format!("{EVENT}/{id}")).await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn null_is_a_value_before_and_after_and_nothing_elsewhere() {
    stores(async |app| {
        let admin = app.admin();
        for (sent, before, after, changes) in [
            (json!({"before": null, "after": {"a": 1}}), Some(json!(null)), Some(json!({"a": 1})), json!(null)),
            (
                json!({"before": {"a": 1}, "after": null}),
                Some(json!({"a": 1})),
                Some(json!(null)),
                json!({"a": {"from": 1, "to": null}}),
            ),
            (json!({"before": {"a": 1}}), Some(json!({"a": 1})), None, json!({"a": {"from": 1, "to": null}})),
            (json!({"after": [null]}), None, Some(json!([null])), json!(null)),
            (json!({"metadata": null, "externalID": null, "stage": null, "metrics": null}), None, None, json!(null)),
        ] {
            let mut event = sent.clone();
            event["action"] = "a".into();
            let added = admin.post(EVENT, event).await.expect(201);
            let data = admin.get(&format!("{EVENT}/{}", added["data"]["id"].as_str().unwrap())).await.expect(200);
            assert_eq!(data["data"], as_read(&added["data"]));
            assert_eq!(data["data"].get("before"), before.as_ref(), "{sent}");
            assert_eq!((data["data"].get("after"), &data["data"]["changes"]), (after.as_ref(), &changes), "{sent}");
        }
    })
    .await;
}
