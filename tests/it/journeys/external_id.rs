//! A sender that names its events itself may send them again: one event comes of it.

use std::time::Duration;

use argus_testing::{Store, TestApp, stores};
use serde_json::{Value, json};

use crate::journeys::as_read;
use crate::refusals::support::{Refusals, bad_fields};

const EVENTS: &str = "/audit/v1/event";

#[tokio::test]
async fn the_same_again_is_the_same_event_and_another_one_is_refused() {
    stores(async |app| {
        let admin = app.admin();
        let metrics: serde_json::Map<String, Value> =
            (0..50).map(|number| (format!("m{number}"), json!(number))).collect();
        let sent = json!({
            "externalID": "order-1", "action": "ORDER_CREATED", "metrics": metrics, "after": {"b": 1, "a": [1, 2]},
            "timestamp": "now - 1 day", "latency": 1.5, "metadata": {"z": 1, "a": {"y": null, "b": "ß"}},
        });
        let first = admin.post(EVENTS, sent.clone()).await.expect(201);
        app.advance(Duration::from_secs(86_400));
        // Again, later; in another order of members; with members that nobody reads; by somebody else.
        let mut reordered = serde_json::Map::new();
        for (name, value) in sent.as_object().unwrap().iter().rev() {
            reordered.insert(name.clone(), value.clone());
        }
        let text = format!(
            "{{{}}}",
            reordered.iter().rev().map(|(k, v)| format!("\n\"{k}\" : {v}")).collect::<Vec<_>>().join(",")
        );
        let mut ignored = sent.clone();
        ignored["unknown"] = json!({"x": 1});
        let other = app.user("other", &[("submitAuditEvents", "root")]).await;
        for again in [
            admin.post(EVENTS, sent.clone()).await,
            admin.post_raw(EVENTS, "application/json", text).await,
            admin.post(EVENTS, ignored).await,
            other.post(EVENTS, sent.clone()).await,
        ] {
            assert_eq!(again.expect(200)["data"], first["data"]);
        }
        let mut refusals = Refusals::begin(app).await;
        for (member, value) in [
            ("action", json!("ORDER_UPDATED")),
            ("latency", json!(1.6)),
            ("timestamp", json!("now - 2 days")),
            ("timestamp", json!(null)),
            ("metrics", json!({"m0": 0})),
            ("after", json!({"b": 1, "a": [2, 1]})),
            ("metadata", json!({"z": 1, "a": {"b": "ß"}})),
            ("description", json!("")),
        ] {
            let mut another = sent.clone();
            another[member] = value;
            let answer = refusals.of(&admin).post(EVENTS, another).await;
            let answer = bad_fields(answer, &["externalID"], member);
            assert!(!answer.text.contains("ORDER_CREATED"), "{}", answer.text);
        }
        // Null before and no before are two things.
        let mut null = sent.clone();
        null["before"] = Value::Null;
        bad_fields(refusals.of(&admin).post(EVENTS, null).await, &["externalID"], "null before");
        refusals.end().await;
        assert_eq!(admin.get(&format!("{EVENTS}/order-1")).await.expect(200)["data"], as_read(&first["data"]));
        assert_eq!(app.events(false).await, 1);
        let log =
            admin.get(&format!("{EVENTS}?includeFlags=INTERNAL&action=audit_v1_event_add&limit=0")).await.expect(200);
        let outcome = |word: &str| log.list().iter().filter(|event| event["outcome"] == word).count();
        assert_eq!((outcome("SUCCESS"), outcome("FAILURE")), (5, 9), "every request leaves its record");
    })
    .await;
}

#[tokio::test]
async fn each_customer_names_its_own_events() {
    stores(async |app| {
        let mut events = Vec::new();
        for name in ["red", "blue"] {
            app.customer(name, "root").await;
            let rights = [("submitAuditEvents", name), ("viewAuditEvents", name)];
            let sender = app.user_of(&format!("{name}-sender"), name, &rights).await;
            let added = sender.post(EVENTS, json!({"externalID": "e", "action": name})).await.expect(201);
            events.push((sender, as_read(&added["data"])));
        }
        for (sender, event) in &events {
            assert_eq!(sender.get(&format!("{EVENTS}/e")).await.expect(200)["data"], *event);
            let again = sender.post(EVENTS, json!({"externalID": "e", "action": event["action"]})).await;
            assert_eq!(again.expect(200)["data"]["id"], event["id"]);
        }
        // Without a name of its own every event is another one, and names differ by case.
        for body in [json!({"action": "a"}), json!({"action": "a"}), json!({"action": "a", "externalID": "E"})] {
            app.admin().post(EVENTS, body).await.expect(201);
        }
        assert_eq!(app.events(false).await, 5);
    })
    .await;
}

/// Sends the same identifier from many tasks at once, to those nodes; gives the statuses, and the ids of the answers.
async fn twins(nodes: &[&TestApp], external: &str, distinct: bool) -> (Vec<u16>, Vec<String>) {
    let tasks: Vec<_> = (0..24)
        .map(|number: usize| {
            let admin = nodes[number % nodes.len()].admin();
            let action = if distinct { format!("a{number}") } else { "a".to_owned() };
            let event = json!({ "externalID": external, "action": action });
            tokio::spawn(async move { admin.post(EVENTS, event).await })
        })
        .collect();
    let (mut statuses, mut ids) = (Vec::new(), Vec::new());
    for task in tasks {
        let answer = task.await.unwrap();
        statuses.push(answer.status);
        ids.extend(answer["data"]["id"].as_str().map(str::to_owned));
    }
    statuses.sort_unstable();
    ids.dedup();
    (statuses, ids)
}

async fn one_of_twins(nodes: &[&TestApp]) {
    let before = nodes[0].events(false).await;
    let (statuses, ids) = twins(nodes, "same", false).await;
    assert_eq!(statuses, [vec![200; 23], vec![201]].concat());
    assert_eq!(ids.len(), 1, "{ids:?}");
    let (statuses, ids) = twins(nodes, "distinct", true).await;
    assert_eq!(statuses, [vec![201], vec![412; 23]].concat());
    assert_eq!((ids.len(), nodes[0].events(false).await), (1, before + 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_twins_sent_at_once_one_is_stored() {
    stores(async |app| one_of_twins(&[app]).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn also_when_they_are_sent_to_two_nodes() {
    let Some(app) = TestApp::start_on(Store::Postgres, &|_| {}).await else { return };
    let other = app.another_node().await;
    one_of_twins(&[&app, &other]).await;
    other.stop().await;
    app.stop().await;
}
