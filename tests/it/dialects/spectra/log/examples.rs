//! The examples of the document, as they stand.

use std::time::Duration;

use argus_testing::{Answer, stores};
use serde_json::json;

use super::{bare, example, owner};

#[tokio::test]
async fn the_examples_are_answered() {
    stores(async |app| {
        let johndoe = owner(app, "johndoe").await;
        // S1-50, S1-51: an event is logged.
        let request = johndoe.request("POST", "/audit/log").header("accept", "*/*").json(&example());
        let logged = Answer::of(request).await.expect(204);
        assert_eq!(logged.text, "");
        app.advance(Duration::from_secs(90));
        let query = "category=event_name&app=app_name&env=staging&method=POST&status=success&origin=127.0.0.1&start=1d\
                     &stop=now%28%29";
        // S1-65 to S1-69: and found again.
        let found = johndoe.get(&format!("/audit/log?page=1&{query}")).await.expect(200);
        let series = bare(&found)[0]["event"]["id"].as_str().unwrap().to_owned();
        let expected = json!([{
            "category": "event_name",
            "tags": { "application": "app_name", "environment": "staging" },
            "method": "POST",
            "status": "success",
            "level": "info",
            "event": {
                "id": series, "name": "Login", "type": "Authentication", "stage": 1, "totalDuration": 0.1,
                "affectedResources": 1, "latency": 0.05, "cpuUsage": 0.5, "memoryUsage": 0.2,
                "detail": { "username": "johndoe" }, "description": "User logged in successfully"
            },
            "actor": { "origin": "127.0.0.1", "detail": { "username": "johndoe" } },
            "resource": { "id": "1", "name": "User", "type": "User", "detail": { "username": "johndoe" } },
            "metadata": { "login_time": 0.1 },
            "timestamp": "2026-01-01T00:00:00+00:00"
        }]);
        assert_eq!(found.json, expected);
        // S1-72: the trail.
        assert_eq!(johndoe.get(&format!("/audit/log/{series}")).await.expect(200).json, expected);
        // S1-75: metrics by name.
        let names = johndoe.get("/audit/metrics").await.expect(200);
        assert_eq!(names.json, json!(["login_time", "cpu_usage", "memory_usage"]));
        // S1-78, S1-79: a metric.
        let path = format!("/audit/metrics/cpu_usage?interval=1m&agg=sum&group_by=status&{query}");
        let range = "2026-01-01 00:00:00+00:00 - 2026-01-01 00:01:00+00:00";
        let expected = json!([{ "groupKey": "success", "data": [{ "range": range, "value": 0.5 }] }]);
        assert_eq!(johndoe.get(&path).await.expect(200).json, expected);
        // S1-85, S1-86: counts.
        let path = format!("/audit/metrics/status/count?interval=1m&{query}");
        let expected = json!([{ "range": range, "data": { "success": 1 } }]);
        assert_eq!(johndoe.get(&path).await.expect(200).json, expected);
    })
    .await;
}

/// Also where it is found whatever the settings say, and as the native modules show it: at once.
#[tokio::test]
async fn what_was_logged_is_an_event_like_any() {
    stores(async |app| {
        let johndoe = owner(app, "johndoe").await;
        let mut sent = example();
        sent["actor"]["detail"] = json!({ "id": 7, "username": "a@b.io", "user_agent": "curl/8", "more": [1] });
        sent["metadata"] = json!([
            { "is_metric": false, "name": "why", "value": { "x": null } },
            { "is_metric": true, "name": "load", "value": 2 },
            { "is_metric": true, "name": "word", "value": "no number" },
        ]);
        johndoe.post("/dialect/spectra/audit/log", sent.clone()).await.expect(204);
        let found = app.admin().get("/audit/v1/event?dialect=spectra").await.expect(200);
        let event = &found.list()[0];
        let expected = json!({
            "dialect": "spectra", "stage": 1, "category": "event_name", "application": "app_name",
            "environment": "staging", "method": "POST", "status": "success", "outcome": "SUCCESS", "severity": "info",
            "eventName": "Login", "eventType": "Authentication", "description": "User logged in successfully",
            "verb": "LOGIN", "action": null, "totalDuration": 0.1, "affectedResources": 1, "latency": 0.05,
            "cpuUsage": 0.5, "memoryUsage": 0.2, "eventDetail": { "username": "johndoe" }, "origin": "127.0.0.1",
            "clientIP": "127.0.0.1", "actorID": "7", "actorName": "a@b.io", "userAgent": "curl/8",
            "actorDetail": sent["actor"]["detail"], "targetID": "1", "targetName": "User", "targetType": "User",
            "targetDetail": { "username": "johndoe" }, "metadata": { "why": { "x": null }, "word": "no number" },
            "metrics": { "load": 2.0 }, "timestampISO": "2026-01-01T00:00:00Z", "flags": ["LOGIN", "METRIC"],
        });
        for (name, value) in expected.as_object().unwrap() {
            assert_eq!(&event[name], value, "{name}");
        }
        assert_eq!(event["customer"]["shortName"], "johndoe");
        assert_eq!(event["createdByUser"]["shortName"], "johndoe");
        assert_eq!(event["timestamp"], event["createdTimestamp"], "S1-59: the server's own time");
        let series = event["seriesID"].as_str().unwrap();
        let trail = johndoe.get(&format!("/dialect/spectra/audit/log/{series}")).await.expect(200);
        assert_eq!(bare(&trail).len(), 1);
    })
    .await;
}
