//! A request that carries a key of its own may be sent again: it is answered as the first time, and done once.

use argus_testing::{Actor, Answer, Store, TestApp, stores};
use serde_json::{Value, json};

use crate::refusals::support::{Refusals, bad_fields};

const EVENT: &str = "/audit/v1/event";
const BULK: &str = "/audit/v1/event/bulk";
const LINES: &str = "application/x-ndjson";
const KEY: &str = "Idempotency-Key";

async fn send(actor: &Actor, key: &str, path: &str, body: &Value) -> Answer {
    actor.with(KEY, key).post(path, body.clone()).await
}

#[tokio::test]
async fn the_same_again_is_answered_as_the_first_time() {
    stores(async |app| {
        let admin = app.admin();
        let event = json!({"action": "a", "timestamp": "now - 1 day", "metadata": {"b": 1, "a": [null]}});
        let bulk = json!({"events": [{"action": "a"}, {}, {"action": "b", "externalID": "x"}], "mode": "partial"});
        let taken = json!({"events": [{"action": "c"}, {"action": "other", "externalID": "x"}, {"action": "b", "externalID": "x"}], "mode": "partial"});
        let known = json!({"action": "b", "externalID": "x"});
        let whole = json!({"events": [{"action": "d"}, {"action": "e"}]});
        let requests = [
            ("1", EVENT, event, 201),
            ("2", BULK, bulk, 207),
            ("3", BULK, taken, 207),
            ("4", EVENT, known, 200),
            ("5", BULK, whole, 201),
            ("6", BULK, json!({"events": [{}], "mode": "partial"}), 207),
        ];
        let mut answers = Vec::new();
        for (key, path, body, status) in &requests {
            answers.push(send(&admin, key, path, body).await.expect(*status));
        }
        let stored = app.events(false).await;
        assert_eq!(stored, 6);
        app.advance(std::time::Duration::from_secs(90_000));
        for _ in 0..2 {
            for ((key, path, body, status), first) in requests.iter().zip(&answers) {
                let again = send(&admin, key, path, body).await.expect(*status);
                assert_eq!(again.text, first.text, "{body}");
            }
        }
        // In another order of members it is the same body.
        let reordered = r#"{"metadata":{"a":[null],"b":1},"timestamp":"now - 1 day","action":"a"}"#;
        let again = admin.with(KEY, "1").post_raw(EVENT, "application/json", reordered).await.expect(201);
        assert_eq!(again.text, answers[0].text);
        assert_eq!(app.events(false).await, stored);
        // Behind it all records that were waiting are in the log.
        admin.post(EVENT, json!({"action": "last"})).await.expect(201);
        let log = admin.get(&format!("{EVENT}?includeFlags=INTERNAL&action=audit_v1_event_add&limit=0")).await.expect(200);
        assert_eq!(log.list().len(), 8, "every request leaves its record");
    })
    .await;
}

#[tokio::test]
async fn another_body_is_refused_and_another_place_is_another_key() {
    stores(async |app| {
        let (admin, body) = (app.admin(), json!({"action": "a"}));
        let other = app.user("other", &[("submitAuditEvents", "root")]).await;
        let first = send(&admin, "k", EVENT, &body).await.expect(201);
        let mut refusals = Refusals::begin(app).await;
        let changed = json!({"action": "b"});
        bad_fields(send(&refusals.of(&admin), "k", EVENT, &changed).await, &[KEY], "another body");
        let both = json!({"action": "b", "clientIP": "x", "customer": "nobody"});
        bad_fields(send(&refusals.of(&admin), "k", EVENT, &both).await, &[KEY, "clientIP", "customer"], "all of it");
        refusals.end().await;
        let ids = [
            send(&other, "k", EVENT, &body).await.expect(201)["data"]["id"].clone(),
            send(&admin, "K", EVENT, &body).await.expect(201)["data"]["id"].clone(),
            send(&admin, "k", BULK, &json!({"events": [body]})).await.expect(201)["data"]["succeeded"][0]["id"].clone(),
        ];
        assert!(ids.iter().all(|id| *id != first["data"]["id"]));
        assert_eq!(app.events(false).await, 4);
        // The mode is a part of what was sent, and the form is none.
        let events = json!({"events": [body], "mode": "partial"});
        bad_fields(send(&admin, "k", BULK, &events).await, &[KEY], "another mode");
        let lines = admin.with(KEY, "k").post_raw(BULK, LINES, "{\"action\":\"a\"}").await.expect(201);
        assert_eq!(lines["data"]["succeeded"][0]["id"], ids[2]);
        assert_eq!(app.events(false).await, 4);
    })
    .await;
}

#[tokio::test]
async fn what_was_refused_may_be_mended_and_sent_again() {
    stores(async |app| {
        let admin = app.admin();
        admin.post(EVENT, json!({"action": "a", "externalID": "x"})).await.expect(201);
        for (number, bad) in
            [json!({}), json!({"action": "a", "clientIP": "x"}), json!({"action": "b", "externalID": "x"})]
                .into_iter()
                .enumerate()
        {
            let (one, many) = (format!("e{number}"), format!("b{number}"));
            send(&admin, &one, EVENT, &bad).await.expect(412);
            send(&admin, &one, EVENT, &json!({"action": "mended"})).await.expect(201);
            send(&admin, &many, BULK, &json!({"events": [{"action": "a"}, bad]})).await.expect(412);
            send(&admin, &many, BULK, &json!({"events": [{"action": "mended"}]})).await.expect(201);
        }
        assert_eq!(app.events(false).await, 7);
        // That an event could not come in any more does not undo that it did.
        let red = app.customer("red", "root").await;
        let event = json!({"action": "a", "customer": "red"});
        let first = send(&admin, "gone", EVENT, &event).await.expect(201);
        let person = app.by_password("admin", &app.admin_password).await;
        person.put(&format!("/customeradmin/v2/customer/{red}/disable"), json!({})).await.expect(200);
        admin.post(EVENT, event.clone()).await.expect(412);
        let again = send(&admin, "gone", EVENT, &event).await.expect(201);
        assert_eq!(again["data"]["id"], first["data"]["id"]);
    })
    .await;
}

#[tokio::test]
async fn a_key_is_visible_and_of_some_length() {
    stores(async |app| {
        let (admin, body) = (app.admin(), json!({"action": "a"}));
        let mut refusals = Refusals::begin(app).await;
        for (path, body) in [(EVENT, body.clone()), (BULK, json!({"events": [body]}))] {
            for bad in ["", "a b", "a\tb", &"k".repeat(256)] {
                bad_fields(send(&refusals.of(&admin), bad, path, &body).await, &[KEY], bad);
            }
            let twice = refusals.of(&admin).with(KEY, "a").with(KEY, "b").post(path, body.clone()).await;
            bad_fields(twice, &[KEY], "twice");
        }
        let both = send(&refusals.of(&admin), "", EVENT, &json!({"clientIP": "x"})).await;
        bad_fields(both, &[KEY, "action", "clientIP"], "with the others");
        refusals.end().await;
        send(&admin, &"k".repeat(255), EVENT, &body).await.expect(201);
    })
    .await;
}

/// Sends 32 copies at once; all answers are equal, and they added so many events.
async fn copies(nodes: &[&TestApp], key: &str, path: &'static str, body: &Value, adds: i64) {
    let before = nodes[0].events(false).await;
    let tasks: Vec<_> = (0..32)
        .map(|number: usize| {
            let (admin, body, key) = (nodes[number % nodes.len()].admin(), body.clone(), key.to_owned());
            tokio::spawn(async move { send(&admin, &key, path, &body).await })
        })
        .collect();
    let mut texts = Vec::new();
    for task in tasks {
        texts.push(task.await.unwrap().expect(201).text);
    }
    texts.dedup();
    assert_eq!((texts.len(), nodes[0].events(false).await), (1, before + adds), "{texts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_copies_sent_at_once_one_is_stored() {
    stores(async |app| {
        copies(&[app], "one", EVENT, &json!({"action": "a"}), 1).await;
        copies(&[app], "many", BULK, &json!({"events": vec![json!({"action": "a"}); 20]}), 20).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn also_when_they_are_sent_to_two_nodes() {
    let Some(app) = TestApp::start_on(Store::Postgres, &|_| {}).await else { return };
    let other = app.another_node().await;
    copies(&[&app, &other], "one", EVENT, &json!({"action": "a"}), 1).await;
    copies(&[&app, &other], "many", BULK, &json!({"events": vec![json!({"action": "a"}); 20]}), 20).await;
    let first = send(&app.admin(), "k", EVENT, &json!({"action": "a"})).await.expect(201);
    assert_eq!(send(&other.admin(), "k", EVENT, &json!({"action": "a"})).await.expect(201).text, first.text);
    bad_fields(send(&other.admin(), "k", EVENT, &json!({"action": "b"})).await, &[KEY], "another body");
    other.stop().await;
    app.stop().await;
}
