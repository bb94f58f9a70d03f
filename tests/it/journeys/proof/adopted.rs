//! A log of an earlier version, whose events had no leaves; and one that was stopped and started.

use argus_core::config::Settings;
use argus_testing::{Store, TestApp};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::{assert_grew, assert_holds, keys, newest};

const EVENT: &str = "/audit/v1/event";

async fn fill(app: &TestApp, number: usize) {
    let events: Vec<Value> =
        (0..number).map(|place| json!({ "action": "read", "externalID": format!("e{place}") })).collect();
    app.admin().post(&format!("{EVENT}/bulk"), json!({ "events": events })).await.expect(201);
}

#[tokio::test]
async fn events_without_leaves_get_them_in_the_order_of_the_log() {
    for store in [Store::Sqlite, Store::Postgres] {
        // An earlier version kept no checkpoint anywhere.
        let unkept = |settings: &mut Settings| settings.log.guard = "no/such/folder/log.checkpoint".to_owned();
        let Some(app) = TestApp::start_on(store, &unkept).await else { continue };
        fill(&app, 2_300).await;
        let app = app.restarted().await;
        for table in ["event_leaf", "log_tile", "log_checkpoint", "log_key"] {
            app.platform.db.writer().execute_unprepared(&format!("DELETE FROM {table}")).await.unwrap();
        }
        // As bodies were remembered before.
        let old = "UPDATE event SET fingerprint = 'x' WHERE fingerprint IS NOT NULL";
        app.platform.db.writer().execute_unprepared(old).await.unwrap();
        let app = app.restarted().await;
        let (admin, anybody) = (app.admin(), app.anonymous());
        let keys = keys(&anybody).await;
        let head = newest(&anybody).await;
        assert!(head.size >= 2_300);
        for place in [0, 1, 777, 2_299] {
            let proof = admin.get(&format!("{EVENT}/e{place}/proof")).await.expect(200)["data"].clone();
            assert_holds(&proof, &keys);
        }
        let made = admin.post(EVENT, json!({ "action": "read" })).await.expect(201);
        let later = assert_holds(&made["data"]["receipt"], &keys);
        assert_grew(&anybody, head, later).await;
        app.stop().await;
    }
}

#[tokio::test]
async fn the_tree_goes_on_after_a_start() {
    for store in [Store::Sqlite, Store::Postgres] {
        let Some(mut app) = TestApp::start_on(store, &|_| {}).await else { continue };
        let mut heads = vec![newest(&app.anonymous()).await];
        for number in [1, 250, 513] {
            let events: Vec<Value> = (0..number).map(|_| json!({ "action": "read" })).collect();
            app.admin().post(&format!("{EVENT}/bulk"), json!({ "events": events })).await.expect(201);
            heads.push(newest(&app.anonymous()).await);
            app = app.restarted().await;
            let made = app.admin().post(EVENT, json!({ "action": "read" })).await.expect(201);
            heads.push(assert_holds(&made["data"]["receipt"], &keys(&app.anonymous()).await));
        }
        for pair in heads.windows(2) {
            assert!(pair[0].size < pair[1].size);
            assert_grew(&app.anonymous(), pair[0], pair[1]).await;
        }
        app.stop().await;
    }
}
