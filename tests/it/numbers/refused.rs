//! What is refused, and how.

use argus_core::config::Span;
use argus_testing::{stores, stores_with};
use serde_json::json;

use crate::refusals::support::{Refusals, bad_fields, refused};

#[tokio::test]
async fn bad_input_is_named_field_by_field() {
    stores(async |app| {
        let admin = app.admin();
        admin.post("/audit/v1/event", json!({ "action": "a", "metrics": { "load": 1 } })).await.expect(201);
        let mut refusals = Refusals::begin(app).await;
        for (path, fields) in [
            ("statistics?customer=nobody&verb=FLY", vec!["customer", "verb"]),
            ("statistics/errors?startTimestamp=yesterday", vec!["startTimestamp"]),
            ("metric/load?interval=1", vec!["interval"]),
            ("metric/load?interval=", vec!["interval"]),
            ("metric/load?interval=0s", vec!["interval"]),
            ("metric/load?interval=1mo1d", vec!["interval"]),
            ("metric/load?aggregate=average", vec!["aggregate"]),
            ("metric/load?aggregate=MEAN", vec!["aggregate"]),
            ("metric/load?groupBy=latency", vec!["groupBy"]),
            ("metric/load?groupBy=description", vec!["groupBy"]),
            (
                "metric/load?interval=x&aggregate=x&groupBy=x&startTimestamp=x&endTimestamp=x&clientIP=x",
                vec!["aggregate", "clientIP", "endTimestamp", "groupBy", "interval", "startTimestamp"],
            ),
            ("metric/load?startTimestamp=1&startTimestamp=2", vec!["startTimestamp"]),
            // More windows than an answer holds, full or not.
            ("metric/load?interval=1ms", vec!["interval"]),
            ("metric/load?interval=1m&startTimestamp=0", vec!["interval"]),
            ("metric/status/count?interval=1h&startTimestamp=0000-01-01T00:00:00Z", vec!["interval"]),
            ("metric/status/count?interval=never", vec!["interval"]),
            ("metric/load/count", vec!["name"]),
            ("metric/latency/count", vec!["name"]),
            ("metric/affectedResources/count", vec!["name"]),
        ] {
            bad_fields(refusals.of(&admin).get(&format!("/audit/v1/{path}")).await, &fields, path);
        }
        for path in [
            "metric/none",
            "metric/LOAD",
            "metric/status",
            "metric/none?interval=x",
            "metric/none/count",
            "metric/description/count",
            "metric/Status/count",
            "metric/%27%3B--/count",
        ] {
            refused(refusals.of(&admin).get(&format!("/audit/v1/{path}")).await, 404, path);
        }
        for path in ["statistics", "statistics/errors", "metric", "metric/load", "metric/status/count"] {
            let answer = refusals.of(&admin).post(&format!("/audit/v1/{path}"), json!({})).await;
            assert_eq!((answer.status, answer.headers["allow"].to_str().unwrap()), (405, "GET, HEAD"), "{path}");
        }
        refusals.end().await;
    })
    .await;
}

#[tokio::test]
async fn who_may_not_see_hears_nothing_of_the_input() {
    stores(async |app| {
        let powerless = app.user("powerless", &[("submitAuditEvents", "root")]).await;
        let reader = app.user("reader", &[("viewAuditEvents", "root")]).await;
        for path in ["statistics", "statistics/errors", "metric", "metric/none", "metric/none/count"] {
            let path = format!("/audit/v1/{path}?interval=x&verb=x&includeDeleted=true");
            refused(app.anonymous().get(&path).await, 401, &path);
            refused(powerless.get(&path).await, 403, &path);
        }
        for path in ["statistics", "statistics/errors", "metric/latency", "metric/status/count"] {
            let path = format!("/audit/v1/{path}?interval=x&verb=x&includeDeleted=true");
            refused(reader.get(&path).await, 403, "deleted events take a function of their own");
        }
    })
    .await;
}

#[tokio::test]
async fn what_takes_too_long_is_not_answered() {
    stores_with(
        |settings| settings.statistics_timeout = Span::seconds(0),
        async |app| {
            let admin = app.admin();
            for path in
                ["statistics", "statistics/errors?verb=READ", "metric/latency", "metric/status/count?interval=1h"]
            {
                let answer = refused(admin.get(&format!("/audit/v1/{path}")).await, 503, path);
                assert_eq!(answer.template(), "service.too.slow", "{path}");
                assert!(answer.headers.contains_key("retry-after"), "{path}");
                assert!(answer.text.contains("narrow"), "{path}");
            }
            admin.get("/audit/v1/event").await.expect(200);
        },
    )
    .await;
}
