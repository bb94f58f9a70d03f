//! Events that are read back: filters, pages, times, and whose they are.

use std::time::Duration;

use argus_testing::stores;
use serde_json::{Value, json};

use super::{bare, event_names, example, list, owner, places, send, with};

#[tokio::test]
async fn filters_are_exact_and_all_of_them_hold() {
    stores(async |app| {
        let owner = owner(app, "owner").await;
        let mut other = with("/event/name", json!("other"));
        for (pointer, value) in [
            ("/source_information/environment", "live"),
            ("/method", "GET"),
            ("/status", "Success"),
            ("/actor/origin", "10.0.0.1:80"),
        ] {
            *other.pointer_mut(pointer).unwrap() = json!(value);
        }
        send(app, &owner, json!([example(), other])).await;
        send(
            app,
            &owner,
            json!([with("/category", json!("else")), with("/source_information/application", json!("App_name"))]),
        )
        .await;
        // S1-66
        for (query, expected) in [
            ("", &["other", "Login"][..]),
            ("&env=staging", &["Login"]),
            ("&env=live&method=GET", &["other"]),
            ("&env=live&method=POST", &[]),
            ("&method=get", &[]),
            ("&status=success", &["Login"]),
            ("&status=Success", &["other"]),
            ("&status=SUCCESS", &[]),
            ("&origin=10.0.0.1%3A80", &["other"]),
            ("&origin=10.0.0.1", &[]),
            ("&origin=127.0.0.1&status=success&env=staging&method=POST", &["Login"]),
            ("&origin=127.0.0.1&status=Success", &[]),
            ("&env=&method=&status=&origin=", &["other", "Login"]),
            ("&env=%25", &[]),
            ("&env=live&env=staging", &["Login"]),
            ("&nonsense=x", &["other", "Login"]),
        ] {
            assert_eq!(event_names(&list(&owner, query).await.expect(200)), expected, "{query}");
        }
        let found = owner.get("/audit/log?category=else&app=app_name").await.expect(200);
        assert_eq!(bare(&found).len(), 1);
    })
    .await;
}

#[tokio::test]
async fn pages_have_fifty_events() {
    stores(async |app| {
        let owner = owner(app, "owner").await;
        let events = (1..=120).map(|number| with("/event/name", json!(number.to_string()))).collect::<Vec<_>>();
        send(app, &owner, events.into()).await;
        // S1-68
        for (page, first, last, length) in
            [("", "120", "71", 50), ("&page=2", "70", "21", 50), ("&page=3", "20", "1", 20)]
        {
            let found = list(&owner, page).await.expect(200);
            let names = event_names(&found);
            assert_eq!((names[0], names[names.len() - 1], names.len()), (first, last, length), "{page}");
        }
        assert_eq!(list(&owner, "&page=4").await.expect(200).text, "[]", "S1-69: beyond the last page");
    })
    .await;
}

#[tokio::test]
async fn ranges_have_their_start_and_not_their_stop() {
    stores(async |app| {
        let owner = owner(app, "owner").await;
        // At 00:00:00.000000, 00:01:00.000001 and 00:02:00.000002 of the first of January.
        for name in ["a", "b", "c"] {
            owner.post("/audit/log", with("/event/name", json!(name))).await.expect(204);
            app.advance(Duration::from_secs(60) + Duration::from_micros(1));
        }
        app.advance(Duration::from_secs(60 * 60));
        let stamps: Vec<String> = bare(&list(&owner, "").await.expect(200))
            .iter()
            .map(|event| event["timestamp"].as_str().unwrap().to_owned())
            .collect();
        let expected =
            ["2026-01-01T00:02:00.000002+00:00", "2026-01-01T00:01:00.000001+00:00", "2026-01-01T00:00:00+00:00"];
        assert_eq!(stamps, expected, "C-25");
        // S1-67, C-07
        for (query, expected) in [
            ("&start=2026-01-01", &["c", "b", "a"][..]),
            ("&start=2026-01-01T00:01:00.000001Z", &["c", "b"]),
            ("&start=2026-01-01T00:01:00.000001%2B00:00&stop=2026-01-01T00:02:00.000002%2B00:00", &["b"]),
            ("&start=2026-01-01T00:01:00.000001+00:00&stop=2026-01-01T00:02:00.000003+00:00", &["c", "b"]),
            ("&start=2026-01-01T02:01:00.000002%2B02:00", &["c"]),
            ("&start=2025-12-31&stop=2026-01-01T00:00:00Z", &[]),
            ("&start=2025-12-31&stop=2026-01-01T00:00:00.000000001Z", &["a"]),
            ("&start=1h1m1us", &["c"]),
            ("&start=1h1m", &[]),
            ("&start=1h", &[]),
            ("&start=62m2us", &["c", "b"]),
            ("&start=1w&stop=61m30s", &["b", "a"]),
            ("&start=1y&stop=1mo", &[]),
            ("&start=1mo&stop=now()", &["c", "b", "a"]),
            ("&start=1000y", &["c", "b", "a"]),
        ] {
            assert_eq!(event_names(&list(&owner, query).await.expect(200)), expected, "{query}");
        }
        app.advance(Duration::from_secs(24 * 60 * 60));
        assert_eq!(bare(&list(&owner, "").await.expect(200)).len(), 0, "the last day, unless it is said");
        let series = bare(&list(&owner, "&start=2d").await.expect(200))[0]["event"]["id"].clone();
        let trail = owner.get(&format!("/audit/log/{}", series.as_str().unwrap())).await.expect(200);
        assert_eq!(event_names(&trail), ["c"], "S1-72: of all times");
    })
    .await;
}

#[tokio::test]
async fn everybody_sees_one_bucket() {
    stores(async |app| {
        let (alice, bob) = (owner(app, "alice").await, owner(app, "bob").await);
        send(app, &alice, with("/event/name", json!("of alice"))).await;
        send(app, &bob, with("/metadata", json!([{ "is_metric": true, "name": "of_bob", "value": 1 }]))).await;
        let found = list(&alice, "").await.expect(200);
        assert_eq!(event_names(&found), ["of alice"], "S1-66");
        let series = bare(&found)[0]["event"]["id"].as_str().unwrap().to_owned();
        assert_eq!(event_names(&list(&bob, "").await), ["Login"]);
        for other in [&bob, &app.admin()] {
            let trail = other.get(&format!("/audit/log/{series}")).await.expect(200);
            assert_eq!(trail.text, "[]", "S1-72: another's is like an unknown one");
        }
        let unknown = alice.get("/audit/log/0192f0c1-2d3e-7a4b-8c5d-6e7f80910a1b").await.expect(200);
        assert_eq!(unknown.text, "[]");
        // The administrator's bucket is the root customer, without those below.
        assert!(bare(&list(&app.admin(), "").await.expect(200)).is_empty());
        let names = ["login_time", "cpu_usage", "memory_usage"];
        assert_eq!(alice.get("/audit/metrics").await.expect(200).json, json!(names));
        assert_eq!(bob.get("/audit/metrics").await.expect(200).json, json!(["of_bob", "cpu_usage", "memory_usage"]));
        assert_eq!(app.admin().get("/audit/metrics").await.expect(200).json, json!(["cpu_usage", "memory_usage"]));
        let query = "category=event_name&app=app_name";
        for path in [format!("of_bob?{query}"), format!("of_bob/count?{query}")] {
            alice.get(&format!("/audit/metrics/{path}")).await.expect(404);
        }
        for path in ["cpu_usage", "status/count"] {
            let path = format!("/audit/metrics/{path}?{query}");
            assert_eq!(app.admin().get(&path).await.expect(200).text, "[]");
            assert_eq!(bare(&alice.get(&path).await.expect(200)).len(), 1);
        }
        // S1-05
        for path in ["log", &format!("log/{series}"), "metrics", "metrics/cpu_usage", "metrics/status/count"] {
            let refused = app.anonymous().get(&format!("/audit/{path}?{query}")).await;
            assert_eq!((refused.status, &refused.json), (401, &json!({ "detail": "Not authenticated" })), "{path}");
            let writer = app.user(&format!("writer-{}", path.len()), &[("submitAuditEvents", "root")]).await;
            assert_eq!(writer.get(&format!("/audit/{path}?{query}")).await.status, 403, "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn events_that_came_by_another_door_are_shown_by_what_follows_from_them() {
    stores(async |app| {
        let owner = owner(app, "owner").await;
        let foreign = json!({
            "action": "created", "category": "event_name", "application": "app_name", "status": "404", "eventName": "native",
            "actorID": "somebody", "metadata": { "a": 1, "b": "x" }, "metrics": { "load": 2.5 }, "origin": "here",
        });
        owner.post("/audit/v1/event", foreign).await.expect(201);
        app.advance(Duration::from_secs(1));
        let found = list(&owner, "&status=404&origin=here").await.expect(200);
        let event = &bare(&found)[0];
        assert_eq!(event["metadata"], json!({ "a": 1, "b": "x", "load": 2.5 }), "S1-69");
        assert_eq!((&event["event"]["id"], &event["event"]["stage"]), (&Value::Null, &Value::Null));
        assert_eq!((&event["tags"]["environment"], &event["level"]), (&Value::Null, &json!("info")));
        assert_eq!(event["resource"], json!({ "id": null, "name": null, "type": null, "detail": {} }));
        // S1-90, S1-91: requests to Argus itself are never among them.
        let internal = app.admin().get("/audit/log?category=argus&app=argus&start=1y").await.expect(200);
        assert_eq!(internal.text, "[]");
        assert_eq!(places(&app.admin().get("/audit/log").await), ["query/category", "query/app"]);
    })
    .await;
}

/// Where nothing says how an event ended, its outcome does: as printed, so found.
#[tokio::test]
async fn a_status_that_was_not_sent_is_the_outcome() {
    stores(async |app| {
        let owner = owner(app, "owner").await;
        let customer = app.platform.directory.tree().await.unwrap().find_customer("owner").unwrap().id;
        let rows = ["FAILURE", "UNKNOWN"].map(|outcome| argus_audit_log::event::Model {
            id: app.platform.ids.uuid(),
            customer_id: customer,
            timestamp: app.clock.now(),
            category: Some("event_name".to_owned()),
            application: Some("app_name".to_owned()),
            event_name: Some(outcome.to_owned()),
            outcome: outcome.to_owned(),
            ..argus_audit_log::record::empty()
        });
        let log = app.platform.services.get::<argus_audit_log::AuditLog>().unwrap();
        log.submit(argus_audit_log::Submission::atomic(rows.to_vec())).await.unwrap();
        app.advance(Duration::from_secs(1));
        for (query, expected) in [
            ("", &["UNKNOWN", "FAILURE"][..]),
            ("&status=failure", &["FAILURE"]),
            ("&status=unknown", &["UNKNOWN"]),
            ("&status=FAILURE", &[]),
            ("&status=success", &[]),
        ] {
            let found = list(&owner, query).await.expect(200);
            assert_eq!(event_names(&found), expected, "{query}");
            assert!(
                bare(&found)
                    .iter()
                    .all(|event| event["status"] == event["event"]["name"].as_str().unwrap().to_lowercase())
            );
        }
    })
    .await;
}
