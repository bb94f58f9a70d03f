//! Two nodes on one store: each subscription is delivered by one of them.

use std::time::Duration;

use argus_core::config::Secret;
use argus_testing::Store;
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::*;

async fn nodes() -> Option<(TestApp, TestApp)> {
    let change = |settings: &mut Settings| {
        here(settings);
        settings.secret_key = Secret::new("0123456789abcdef0123456789abcdef");
    };
    let app = TestApp::start_on(Store::Postgres, &change).await?;
    let other = app.another_node().await;
    Some((app, other))
}

#[tokio::test]
async fn what_one_node_leaves_another_takes() {
    let Some((app, other)) = nodes().await else { return };
    let (here, there, receiver) = (app.admin(), other.admin(), Receiver::start().await);
    let made = subscribe(&there, &receiver.url(), json!({})).await;
    let mut sent = Vec::new();
    for actor in [&there, &here, &there] {
        sent.extend(add_some(actor, 5).await);
    }
    assert_eq!(sequences(&receiver.wait(15).await), sent);
    // Changed on a node that does not deliver.
    here.put(&path(&made), json!({ "state": "PAUSED" })).await.expect(200);
    app.advance(Duration::from_secs(5));
    until(&here, &made, |it| it["state"] == "PAUSED").await;
    let more = add_some(&there, 3).await;
    here.put(&path(&made), json!({ "state": "ACTIVE" })).await.expect(200);
    app.advance(Duration::from_secs(5));
    sent.extend(more);
    assert_eq!(sequences(&receiver.wait(18).await), sent);
    // One stops.
    other.stop().await;
    app.advance(Duration::from_secs(5));
    sent.extend(add_some(&here, 5).await);
    assert_eq!(sequences(&receiver.wait(23).await), sent);
    app.stop().await;
}

#[tokio::test]
async fn a_node_that_is_gone_is_waited_for_and_replaced() {
    let Some((app, other)) = nodes().await else { return };
    other.stop().await;
    let (admin, receiver) = (app.admin(), Receiver::start().await);
    let made = subscribe(&admin, &receiver.url(), json!({})).await;
    let mut sent = add_some(&admin, 3).await;
    receiver.wait(3).await;
    deliveries(&admin, &made, 3).await;
    // As if another node had taken it, and had gone then without a word.
    let until_then = app.clock.now() + 20_000_000_000;
    let taken = format!("UPDATE webhook_subscription SET lease_node = 'gone', lease_until = {until_then}");
    app.platform.db.writer().execute_unprepared(&taken).await.unwrap();
    app.advance(Duration::from_secs(5));
    sent.extend(add_some(&admin, 3).await);
    app.advance(Duration::from_secs(10));
    assert_eq!(receiver.received().len(), 3, "it is the other node's still");
    app.advance(Duration::from_secs(10));
    assert_eq!(sequences(&receiver.wait(6).await), sent);
    app.stop().await;
}
