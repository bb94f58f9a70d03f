//! Several nodes write one tree.

use argus_testing::{Actor, Store, TestApp};
use serde_json::{Value, json};

use super::{assert_grew, assert_holds, keys, newest};

async fn write(actor: Actor, rounds: usize) -> Vec<Value> {
    let mut receipts = Vec::new();
    for round in 0..rounds {
        let body = json!({ "action": "read", "targetID": round.to_string() });
        receipts.push(actor.post("/audit/v1/event", body).await.expect(201)["data"]["receipt"].clone());
    }
    receipts
}

#[tokio::test]
async fn the_order_is_one_and_so_is_the_tree() {
    let Some(app) = TestApp::start_on(Store::Postgres, &|_| {}).await else { return };
    let other = app.another_node().await;
    let key = app.new_key(1).await;
    let before = newest(&app.anonymous()).await;
    let tasks: Vec<_> =
        [&app, &other, &app, &other].map(|node| tokio::spawn(write(node.by_key(&key), 100))).into_iter().collect();
    let (mut places, keys) = (Vec::new(), keys(&other.anonymous()).await);
    for task in tasks {
        for receipt in task.await.unwrap() {
            let head = assert_holds(&receipt, &keys);
            assert_grew(&other.anonymous(), before, head).await;
            places.push(receipt["leafIndex"].as_u64().unwrap());
        }
    }
    places.sort_unstable();
    places.dedup();
    assert_eq!(places.len(), 400, "no place was given twice");
    let mut heads = [newest(&app.anonymous()).await, newest(&other.anonymous()).await];
    heads.sort_by_key(|head| head.size);
    assert_grew(&app.anonymous(), heads[0], heads[1]).await;
    other.stop().await;
    app.stop().await;
}
