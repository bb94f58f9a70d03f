//! No cached key outlives a change: not by a request, not under load, not on another node.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use argus_testing::{Actor, Store, TestApp, stores};
use serde_json::json;

const WHO: &str = "/authentication/v1/session";

/// Requests by a key from several tasks while `change` happens once. What is asked after the change was answered must
/// be refused; what is asked before may be either.
async fn race(by_key: &Actor, change: impl Future<Output = ()>) {
    let (changed, stop) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let (actor, changed, stop) = (by_key.clone(), changed.clone(), stop.clone());
            tokio::spawn(async move {
                let mut refused_after = 0;
                while !stop.load(Ordering::SeqCst) || refused_after == 0 {
                    let after = changed.load(Ordering::SeqCst);
                    let status = actor.get(WHO).await.status;
                    assert!(status == 401 || (status == 200 && !after), "{status}, asked after the change: {after}");
                    refused_after += u32::from(after);
                }
            })
        })
        .collect();
    by_key.get(WHO).await.expect(200);
    change.await;
    changed.store(true, Ordering::SeqCst);
    by_key.get(WHO).await.expect(401);
    stop.store(true, Ordering::SeqCst);
    for task in tasks {
        task.await.unwrap();
    }
}

async fn rounds(asked: &TestApp, changing: &TestApp) {
    let manager = changing.by_password("admin", &changing.admin_password).await;
    let user = changing.new_user(&format!("holder{}", asked.address.port()), "root", &[]).await;
    for round in 0..12 {
        let key = changing.new_key(user).await;
        let path = format!("/apikey/v1/apikey/{}", key.rsplit_once('/').unwrap().0);
        let by_key = asked.by_key(&key);
        race(&by_key, async {
            if round % 2 == 0 {
                manager.delete(&path).await.expect(200);
            } else {
                manager.put(&format!("{path}/rotate"), json!({})).await.expect(200);
            }
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_or_rotated_key_fails_at_the_next_request() {
    stores(async |app| rounds(app, app).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn also_on_another_node() {
    let Some(app) = TestApp::start_on(Store::Postgres, &|_| {}).await else { return };
    let other = app.another_node().await;
    rounds(&other, &app).await;
    other.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn a_right_that_was_taken_is_gone_at_the_next_request_on_every_node() {
    let Some(app) = TestApp::start_on(Store::Postgres, &|_| {}).await else { return };
    let other = app.another_node().await;
    let user = app.new_user("reader", "root", &[("viewAuditEvents", "root")]).await;
    let reader = other.by_key(&app.new_key(user).await);
    reader.get("/audit/v1/event").await.expect(200);
    let db = app.platform.db.writer();
    let held = argus_identity::functions::held_by(db, vec![user]).await.unwrap();
    // Straight into the database: nobody tells this process, and none needs to.
    argus_identity::functions::revoke(db, held[0].id, app.clock.now()).await.unwrap();
    reader.get("/audit/v1/event").await.expect(403);
    other.stop().await;
    app.stop().await;
}
