//! Events that are sent: one or many, all or none.

use argus_testing::{Answer, stores, stores_with};
use serde_json::{Value, json};

use super::{bare, event_names, example, list, owner, places, send, with};

#[tokio::test]
async fn a_list_is_one_series() {
    stores(async |app| {
        let owner = owner(app, "owner").await;
        let events: Vec<Value> = ["a", "b", "c"].iter().map(|name| with("/event/name", json!(name))).collect();
        send(app, &owner, events.into()).await;
        send(app, &owner, with("/event/name", json!("d"))).await;
        // S1-51: none at all is nothing.
        send(app, &owner, json!([])).await;
        let found = list(&owner, "").await.expect(200);
        assert_eq!(event_names(&found), ["d", "c", "b", "a"], "S1-68: newest first");
        let of = |index: usize, name: &str| bare(&found)[index]["event"][name].clone();
        // S1-60
        assert_eq!([of(0, "stage"), of(1, "stage"), of(2, "stage"), of(3, "stage")], [1, 3, 2, 1].map(Value::from));
        assert!(of(1, "id") == of(2, "id") && of(2, "id") == of(3, "id") && of(0, "id") != of(1, "id"));
        let path = format!("/audit/log/{}", of(1, "id").as_str().unwrap());
        let trail = owner.get(&path).await.expect(200);
        assert_eq!(event_names(&trail), ["c", "b", "a"], "S1-72: of one moment the last stage first");
    })
    .await;
}

#[tokio::test]
async fn who_shows_no_key_hears_so_before_anything_else() {
    stores(async |app| {
        let before = app.events(false).await;
        // S1-50
        for body in ["{", "[]", "{\"x\":1}"] {
            let refused = app.anonymous().post_raw("/audit/log", "application/json", body).await;
            assert_eq!((refused.status, &refused.json), (401, &json!({ "detail": { "msg": "API Key is required." } })));
        }
        let refused = app.anonymous().post_raw("/audit/log", "text/plain", "x").await;
        assert_eq!(refused.status, 401, "{}", refused.text);
        let reader = app.user("reader", &[("viewAuditEvents", "root")]).await;
        let refused = reader.post_raw("/audit/log", "application/json", "{").await;
        assert_eq!(refused.status, 403, "{}", refused.text);
        // A right on somebody else's bucket is none on one's own.
        app.customer("other", "root").await;
        let stranger = app.user("stranger", &[("submitAuditEvents", "other")]).await;
        assert_eq!(stranger.post("/audit/log", example()).await.status, 403);
        assert_eq!(app.events(false).await, before);
        // C-12: a credential of Argus is as good as an access key.
        app.admin().post("/audit/log", example()).await.expect(204);
    })
    .await;
}

#[tokio::test]
async fn bounds_are_told() {
    stores(async |app| {
        let owner = owner(app, "owner").await;
        let long = |bytes: usize| with("/event/detail", json!({ "x": "y".repeat(bytes) }));
        for (events, status) in [
            (long(250 << 10), 204),
            (long(256 << 10), 413),
            (json!([example(), long(256 << 10)]), 413),
            (json!([long(200 << 10), long(200 << 10)]), 204),
            (Value::Array((0..80).map(|_| long(220 << 10)).collect()), 413),
        ] {
            let answer = owner.post("/audit/log", events).await;
            assert_eq!(answer.status, status, "{}", answer.text);
        }
        assert_eq!(app.events(false).await, 3);
        let many = owner.post("/audit/log", Value::Array(vec![json!({}); 10_001])).await;
        assert_eq!(places(&many), ["body"]);
        // Problems are told in one answer, as far as somebody can read them.
        let wrong = owner.post("/audit/log", Value::Array(vec![json!({}); 2_000])).await;
        assert_eq!(places(&wrong).len(), 1_000);
        assert_eq!(app.events(false).await, 3);
    })
    .await;
}

#[tokio::test]
async fn json_is_told_by_its_content_type() {
    stores(async |app| {
        let owner = owner(app, "owner").await;
        let body = example().to_string();
        for good in ["application/json", "application/json; charset=utf-8", "application/vnd.x+json"] {
            owner.post_raw("/audit/log", good, body.clone()).await.expect(204);
        }
        // What says nothing is JSON.
        Answer::of(owner.request("POST", "/audit/log").body(body.clone())).await.expect(204);
        // C-26
        for bad in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
            assert_eq!(places(&owner.post_raw("/audit/log", bad, body.clone()).await), ["body"], "{bad}");
        }
        assert_eq!(app.events(false).await, 4);
    })
    .await;
}

#[tokio::test]
async fn the_settings_make_it_as_lenient_as_the_original() {
    stores_with(
        |settings| settings.dialects.spectra.lenient = true,
        async |app| {
            // S1-55
            let owner = owner(app, "owner").await;
            let sent = with("/event", json!({ "name": "a", "type": "b", "latency": null, "stage": 9 }));
            send(app, &owner, sent).await;
            let found = list(&owner, "").await.expect(200);
            let event = &bare(&found)[0]["event"];
            assert_eq!(
                (&event["latency"], &event["cpuUsage"], &event["totalDuration"]),
                (&Value::Null, &Value::Null, &Value::Null)
            );
            assert_eq!((&event["affectedResources"], &event["stage"]), (&json!(0), &json!(1)));
            for (name, bad) in [("latency", json!(0)), ("cpu_usage", json!(101)), ("affected_resources", json!(-1))] {
                let refused = owner.post("/audit/log", with(&format!("/event/{name}"), bad)).await;
                assert_eq!(places(&refused), [format!("body/event/{name}")]);
            }
        },
    )
    .await;
}
