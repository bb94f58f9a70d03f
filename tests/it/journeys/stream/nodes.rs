//! Two nodes on one store.

use argus_testing::{Store, TestApp};
use serde_json::json;

use super::client::Listener;
use super::{add, add_many, ear};

#[tokio::test(flavor = "multi_thread")]
async fn what_one_node_commits_is_heard_on_the_other_in_order() {
    let Some(app) = TestApp::start_on(Store::Postgres, &|_| {}).await else { return };
    let other = app.another_node().await;
    let key = ear(&app, "listener", "root").await;
    let mut listeners = Vec::new();
    for node in [&app, &other] {
        listeners.push(Listener::open(node, &key, "").await.begun().await);
    }
    // Committed by a node whose own listener hears it at once, and by one that hears of it from the store alone.
    let first = add(&app.admin(), json!({ "action": "created" })).await["sequence"].as_i64().unwrap();
    for listener in &mut listeners {
        assert_eq!(listener.ids(1).await, [first]);
    }
    let event = json!({ "action": "created" });
    let (one, two) = (app.admin(), other.admin());
    let (here, there) = tokio::join!(add_many(&one, 300, event.clone()), add_many(&two, 300, event));
    let mut all = [here, there].concat();
    all.sort_unstable();
    for listener in &mut listeners {
        assert_eq!(listener.ids(all.len()).await, all);
    }
    // A key that was revoked there is revoked here, also for who only listens.
    let admin = other.by_password("admin", &other.admin_password).await;
    admin.delete(&format!("/apikey/v1/apikey/{}", key.rsplit_once('/').unwrap().0)).await.expect(200);
    add(&app.admin(), json!({ "action": "created" })).await;
    for listener in &mut listeners {
        assert!(listener.is_over().await);
    }
    other.stop().await;
    app.stop().await;
}
