//! Whoever comes back misses nothing and hears nothing twice.

use argus_testing::{stores, stores_with};
use serde_json::json;

use super::client::Listener;
use super::{add, add_many, ear};

#[tokio::test]
async fn a_listener_that_comes_back_misses_nothing() {
    stores(async |app| {
        let admin = app.admin();
        let key = ear(app, "listener", "root").await;
        let mut listener = Listener::open(app, &key, "?targetType=WANTED").await.begun().await;
        let wanted = json!({ "action": "created", "targetType": "WANTED" });
        let mut expected = add_many(&admin, 3, wanted.clone()).await;
        let mut heard = listener.ids(2).await;
        drop(listener);
        // What comes while nobody listens, and what comes while the listener catches up.
        expected.extend(add_many(&admin, 700, wanted.clone()).await);
        let (writer, more) = (admin.clone(), wanted.clone());
        let meanwhile = tokio::spawn(async move {
            let mut sequences = Vec::new();
            for _ in 0..10 {
                sequences.extend(add_many(&writer, 30, more.clone()).await);
                add(&writer, json!({ "action": "created", "targetType": "OTHER" })).await;
            }
            sequences
        });
        // And gone again, several times, after a few of them.
        for _ in 0..4 {
            let last = *heard.last().unwrap();
            let mut listener = Listener::resume(app, &key, "?targetType=WANTED", last).await;
            heard.extend(listener.ids(150).await);
        }
        let mut listener = Listener::resume(app, &key, "?targetType=WANTED", *heard.last().unwrap()).await;
        expected.extend(meanwhile.await.unwrap());
        expected.extend(add_many(&admin, 5, wanted).await);
        heard.extend(listener.ids(expected.len() - heard.len()).await);
        expected.sort_unstable();
        assert_eq!(heard, expected);
    })
    .await;
}

#[tokio::test]
async fn everything_from_the_first_event_on() {
    // Less than what is written: the store has to be read, and the ring to be reached.
    stores_with(
        |settings| settings.audit.backlog = 40,
        async |app| {
            let admin = app.admin();
            let key = ear(app, "listener", "root").await;
            let first = add(&admin, json!({ "action": "first" })).await["sequence"].as_i64().unwrap();
            add_many(&admin, 400, json!({ "action": "created" })).await;
            // Somebody listens already, so that there is a ring, which has not what is wanted.
            let _other = Listener::open(app, &key, "").await.begun().await;
            add_many(&admin, 100, json!({ "action": "created" })).await;
            let mut listener = Listener::resume(app, &key, "?includeInternal=true", first).await;
            let last = add(&admin, json!({ "action": "last" })).await["sequence"].as_i64().unwrap();
            let expected: Vec<i64> = (first + 1..=last).collect();
            assert_eq!(listener.ids(expected.len()).await, expected);
        },
    )
    .await;
}

#[tokio::test]
async fn nobody_comes_back_from_elsewhere() {
    stores(async |app| {
        let key = ear(app, "listener", "root").await;
        let last = add(&app.admin(), json!({ "action": "created" })).await["sequence"].as_i64().unwrap();
        for (id, what) in [("x", "no number"), ("-1", "negative"), ("01", "another form"), ("1.5", "a fraction")] {
            let actor = app.by_key(&key).with("Last-Event-ID", id);
            let answer = actor.get(&format!("{}?limit=-1", super::client::STREAM)).await.expect(412);
            assert_eq!(answer.fields(), ["Last-Event-ID", "limit"], "{what}");
        }
        let beyond = app.by_key(&key).with("Last-Event-ID", &(last + 1_000).to_string());
        assert_eq!(beyond.get(super::client::STREAM).await.expect(412).fields(), ["Last-Event-ID"]);
    })
    .await;
}
