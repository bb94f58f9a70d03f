//! What answers look like, by hand.

use argus_testing::{START, TestApp, stores};
use serde_json::{Value, json};

/// In ms.
const NOW: i64 = START / 1_000_000;
const MINUTE: i64 = 60_000;

async fn send(app: &TestApp, events: Vec<Value>) {
    for event in events {
        app.admin().post("/audit/v1/event", event).await.expect(201);
    }
}

#[tokio::test]
async fn statistics_of_nothing_are_zeros() {
    stores(async |app| {
        let admin = app.admin();
        let expected = json!({
            "totalEvents": 0, "successRate": 0.0, "byVerb": {}, "byTargetType": {}, "uniqueActors": 0,
            "mostActiveActors": [], "mostCommonActions": [], "failedLogins": 0,
        });
        for query in ["", "?startTimestamp=now - 90 minutes", "?action=none", "?endTimestamp=0&startTimestamp=1"] {
            let answer = admin.get(&format!("/audit/v1/statistics{query}")).await.expect(200);
            assert_eq!(answer["data"], expected, "{query}");
            assert_eq!((&answer["size"], &answer["count"]), (&json!(0), &json!(0)));
        }
        let expected = json!({
            "totalErrors": 0, "errorRate": 0.0, "errorsByAction": [], "errorsByActor": [], "errorsBySeverity": [],
            "recentErrors": [],
        });
        assert_eq!(admin.get("/audit/v1/statistics/errors").await.expect(200)["data"], expected);
        for path in ["latency", "latency?groupBy=status", "status/count", "status/count?interval=1h"] {
            let answer = admin.get(&format!("/audit/v1/metric/{path}")).await.expect(200);
            assert_eq!(answer["data"], json!([]), "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn statistics_count_what_was_sent_at_once() {
    stores(async |app| {
        let event = |action: &str, actor: &str, status: &str, target: Option<&str>| {
            json!({ "action": action, "actorID": actor, "status": status, "targetType": target })
        };
        send(
            app,
            vec![
                event("CONTRACT_CREATED", "anna", "SUCCESS", Some("CONTRACT")),
                event("LOGIN", "anna", "FAILED", None),
                event("ping", "bob", "pending", Some("HOST")),
            ],
        )
        .await;
        let answer = app.admin().get("/audit/v1/statistics").await.expect(200);
        let expected = json!({
            "totalEvents": 3, "successRate": 66.7, "byVerb": {"CREATE": 1, "LOGIN": 1, "OTHER": 1},
            "byTargetType": {"CONTRACT": 1, "HOST": 1}, "uniqueActors": 2,
            "mostActiveActors": [{"actor": "anna", "count": 2}, {"actor": "bob", "count": 1}],
            "mostCommonActions": [
                {"action": "CONTRACT_CREATED", "count": 1}, {"action": "LOGIN", "count": 1}, {"action": "ping", "count": 1},
            ],
            "failedLogins": 1,
        });
        assert_eq!(answer["data"], expected);
        // What Argus itself was asked counts for whoever asks for it.
        let all = app.admin().get("/audit/v1/statistics?includeInternal=true&endTimestamp=now").await.expect(200);
        assert!(all["data"]["totalEvents"].as_i64().unwrap() >= 6, "{}", all.text);
    })
    .await;
}

#[tokio::test]
async fn metrics_have_names_series_and_windows() {
    stores(async |app| {
        let at = |minutes: i64| NOW - minutes * MINUTE;
        send(
            app,
            vec![
                json!({ "action": "a", "timestamp": at(10), "status": "ok", "metrics": {"zoom": 4.0, "Alpha": 1}, "latency": 3 }),
                json!({ "action": "a", "timestamp": at(10) + 59_999, "status": "ok", "metrics": {"zoom": 8.0} }),
                json!({ "action": "a", "timestamp": at(8), "status": "failed", "metrics": {"zoom": 1.5, "latency": 99} }),
            ],
        )
        .await;
        let admin = app.admin();
        let names = admin.get("/audit/v1/metric").await.expect(200);
        let built_in = ["totalDuration", "latency", "cpuUsage", "memoryUsage", "affectedResources"];
        let expected: Vec<&str> = ["Alpha", "zoom"].into_iter().chain(built_in).collect();
        assert_eq!((&names["data"], &names["count"], &names["size"]), (&json!(expected), &json!(7), &json!(7)));
        let window = |minutes: i64, value: Value| {
            json!({ "startTimestamp": at(minutes), "endTimestamp": at(minutes - 1), "value": value })
        };
        for (query, expected) in [
            ("zoom", json!([{ "groupKey": "all", "data": [window(10, json!(6.0)), window(8, json!(1.5))] }])),
            ("zoom?aggregate=stddev", {
                let deviation = json!(8_f64.sqrt());
                json!([{ "groupKey": "all", "data": [window(10, deviation), window(8, Value::Null)] }])
            }),
            (
                "zoom?aggregate=count&groupBy=status",
                json!([
                    { "groupKey": "failed", "data": [window(8, json!(1.0))] },
                    { "groupKey": "ok", "data": [window(10, json!(2.0))] },
                ]),
            ),
            ("latency", json!([{ "groupKey": "all", "data": [window(10, json!(3.0))] }])),
            ("zoom?groupBy=machineID", json!([])),
            ("zoom?status=failed", json!([{ "groupKey": "all", "data": [window(8, json!(1.5))] }])),
            ("zoom?endTimestamp=0", json!([])),
        ] {
            let answer = admin.get(&format!("/audit/v1/metric/{query}")).await.expect(200);
            assert_eq!(answer["data"], expected, "{query}");
        }
        let counted = admin.get("/audit/v1/metric/status/count?interval=2m").await.expect(200);
        let window = |minutes: i64, data: Value| {
            json!({ "startTimestamp": at(minutes), "endTimestamp": at(minutes - 2), "data": data })
        };
        assert_eq!(counted["data"], json!([window(10, json!({"ok": 2})), window(8, json!({"failed": 1}))]));
    })
    .await;
}

#[tokio::test]
async fn names_are_those_of_the_callers_customers() {
    stores(async |app| {
        for name in ["red", "blue"] {
            app.customer(name, "root").await;
            send(app, vec![json!({ "action": "a", "customer": name, "metrics": { name: 1, "both": 1 } })]).await;
        }
        let red = app.user_of("red-reader", "red", &[("viewAuditEvents", "red")]).await;
        let names = red.get("/audit/v1/metric").await.expect(200);
        assert_eq!(names.list()[..2], [json!("both"), json!("red")]);
        assert_eq!(names["count"], 7);
        red.get("/audit/v1/metric/red").await.expect(200);
        red.get("/audit/v1/metric/blue").await.expect(404);
        red.get("/audit/v1/metric/blue/count").await.expect(404);
        app.advance(std::time::Duration::from_secs(1));
        let sum = |answer: argus_testing::Answer| answer.expect(200)["data"][0]["data"][0]["value"].clone();
        assert_eq!(sum(red.get("/audit/v1/metric/both?aggregate=sum").await), 1.0);
        assert_eq!(sum(app.admin().get("/audit/v1/metric/both?aggregate=sum").await), 2.0);
        assert_eq!(sum(app.admin().get("/audit/v1/metric/both?aggregate=sum&customer=blue").await), 1.0);
    })
    .await;
}
