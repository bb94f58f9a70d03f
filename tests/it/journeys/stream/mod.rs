//! Somebody listens to events as they are committed.

pub mod client;
mod crowd;
mod ends;
mod nodes;
mod refused;
mod resumed;

use std::time::Duration;

use argus_testing::{Actor, TestApp, stores};
use serde_json::{Value, json};

use client::{Block, Listener};

/// A key of a new user who may listen to the events of a customer.
async fn ear(app: &TestApp, name: &str, customer: &str) -> String {
    let user = app.new_user(name, "root", &[("viewAuditEvents", customer)]).await;
    app.new_key(user).await
}

/// Adds an event; gives it as everybody reads it.
async fn add(actor: &Actor, event: Value) -> Value {
    super::as_read(&actor.post("/audit/v1/event", event).await.expect(201)["data"])
}

/// Adds so many events, several at a time; gives their numbers, sorted.
async fn add_many(actor: &Actor, number: usize, event: Value) -> Vec<i64> {
    let (mut sequences, mut left) = (Vec::with_capacity(number), number);
    while left > 0 {
        let some = left.min(32);
        let tasks: Vec<_> = (0..some)
            .map(|_| {
                let (actor, event) = (actor.clone(), event.clone());
                tokio::spawn(async move { add(&actor, event).await["sequence"].as_i64().unwrap() })
            })
            .collect();
        for task in tasks {
            sequences.push(task.await.unwrap());
        }
        left -= some;
    }
    sequences.sort_unstable();
    sequences
}

#[tokio::test]
async fn events_come_as_they_are_committed() {
    stores(async |app| {
        let admin = app.admin();
        let key = ear(app, "listener", "root").await;
        add(&admin, json!({ "action": "before" })).await;
        let mut all = Listener::open(app, &key, "").await.begun().await;
        assert!(all.head.contains("\r\ncontent-type: text/event-stream\r\n"), "{}", all.head);
        assert!(all.head.contains("\r\ncache-control: no-store\r\n"), "{}", all.head);
        let mut created = Listener::open(app, &key, "?verb=CREATE&keyword=GR%C3%9CSSE&sortBy=-id&limit=1").await;
        let mut internal = Listener::open(app, &key, "?includeFlag=INTERNAL&action=audit_v1_event_get").await;

        let deleted = add(&admin, json!({ "action": "thing_deleted", "description": "viele Grüße" })).await;
        let made = add(&admin, json!({ "action": "thing_created", "description": "Viele Grüße" })).await;
        let other = add(&admin, json!({ "action": "thing_created", "clientIP": "2001:db8::1", "before": null })).await;
        for sent in [&deleted, &made, &other] {
            let (id, event) = all.event().await.unwrap();
            assert_eq!((Some(id), &event), (sent["sequence"].as_i64(), sent));
            let path = format!("/audit/v1/event/{}", event["id"].as_str().unwrap());
            assert_eq!(app.by_key(&key).get(&path).await.expect(200)["data"], event);
        }
        assert_eq!(created.event().await.unwrap().1, made);
        // The record of the first of those requests to get one.
        let (_, event) = internal.event().await.unwrap();
        assert_eq!((&event["action"], &event["flags"]), (&json!("audit_v1_event_get"), &json!(["INTERNAL"])));
        // What opened the streams is in the trail, though they go on.
        let opened = admin.get("/audit/v1/event?includeInternal=true&action=audit_v1_event_stream").await.expect(200);
        assert_eq!(opened["count"], 3);
    })
    .await;
}

#[tokio::test]
async fn a_comment_comes_every_fifteen_seconds() {
    stores(async |app| {
        let key = ear(app, "listener", "root").await;
        let mut listener = Listener::open(app, &key, "").await.begun().await;
        for _ in 0..3 {
            app.advance(Duration::from_secs(15));
            assert_eq!(listener.next().await, Some(Block::Comment));
        }
        app.advance(Duration::from_secs(14));
        let event = add(&app.admin(), json!({ "action": "created" })).await;
        assert_eq!(listener.next().await, Some(Block::Event(event["sequence"].as_i64().unwrap(), event)));
    })
    .await;
}

#[tokio::test]
async fn events_of_other_customers_are_not_heard() {
    stores(async |app| {
        for customer in ["north", "south"] {
            app.customer(customer, "root").await;
        }
        app.customer("village", "north").await;
        let key = ear(app, "northern", "north").await;
        let before = add(&app.admin(), json!({ "action": "created", "customer": "north" })).await;
        let mut listener = Listener::open(app, &key, "").await.begun().await;
        let mut heard = Vec::new();
        for customer in ["south", "north", "root", "village", "south", "north"] {
            let event = add(&app.admin(), json!({ "action": "created", "customer": customer })).await;
            heard.extend(["north", "village"].contains(&customer).then_some(event));
        }
        for event in &heard {
            assert_eq!(listener.event().await.unwrap().1, *event);
        }
        // From the store just as well, whatever the criteria say.
        let everything = r"?includeInternal=true";
        let mut resumed = Listener::resume(app, &key, everything, before["sequence"].as_i64().unwrap()).await;
        for event in &heard {
            loop {
                let (_, next) = resumed.event().await.unwrap();
                let customer = next["customer"]["shortName"].as_str().unwrap();
                assert!(["north", "village"].contains(&customer), "{next}");
                if next == *event {
                    break;
                }
            }
        }
        // One that the caller cannot see is none.
        let answer = app.by_key(&key).get(&format!("{}?customer=south", client::STREAM)).await.expect(412);
        assert_eq!(answer.fields(), ["customer"]);
    })
    .await;
}
