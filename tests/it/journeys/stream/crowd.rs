//! Many listen.

use argus_testing::stores;
use serde_json::json;

use super::client::Listener;
use super::{add_many, ear};

/// How many.
const LISTENERS: usize = 1_000;

#[tokio::test(flavor = "multi_thread")]
async fn each_of_a_thousand_hears_each_event_once() {
    stores(async |app| {
        let key = ear(app, "listener", "root").await;
        let mut listeners = Vec::new();
        for number in 0..LISTENERS {
            // Every second one wants only some of them.
            let query = if number % 2 == 0 { "" } else { "?targetType=SOME" };
            listeners.push((Listener::open(app, &key, query).await.begun().await, number % 2 == 0));
        }
        let admin = app.admin();
        let mut all = add_many(&admin, 20, json!({ "action": "created" })).await;
        let some = add_many(&admin, 20, json!({ "action": "created", "targetType": "SOME" })).await;
        all.extend(&some);
        let tasks: Vec<_> = listeners
            .into_iter()
            .map(|(mut listener, every)| {
                let expected = if every { all.clone() } else { some.clone() };
                tokio::spawn(async move { assert_eq!(listener.ids(expected.len()).await, expected) })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    })
    .await;
}
