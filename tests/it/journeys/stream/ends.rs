//! Streams end with what they stand on.

use std::time::Duration;

use argus_testing::{PASSWORD, Store, TestApp, stores, stores_with};
use serde_json::json;

use super::client::{Listener, STREAM};
use super::{add, add_many, ear};

/// A session of a new user who may listen, as the text of a header.
async fn session(app: &TestApp, name: &str) -> String {
    app.new_user(name, "root", &[("viewAuditEvents", "root")]).await;
    let login = json!({ "userName": name, "password": PASSWORD });
    let made = app.anonymous().post("/authentication/v1/password/authentication", login).await.expect(201);
    let token = made["data"]["credentials"]["requestCredentialsData"].as_str().unwrap().to_owned();
    format!("Bearer {token}")
}

async fn by_session(app: &TestApp, bearer: &str) -> Listener {
    let listener = Listener::ask(app.address, STREAM, &format!("Authorization: {bearer}\r\n")).await;
    listener.begun().await
}

#[tokio::test]
async fn a_revoked_key_hears_nothing_more() {
    stores(async |app| {
        let admin = app.by_password("admin", &app.admin_password).await;
        for (change, quiet) in [("revoke", false), ("rotate", false), ("block", false), ("revoke", true)] {
            let name = format!("{change}-{quiet}");
            let user = app.new_user(&name, "root", &[("viewAuditEvents", "root")]).await;
            let key = app.new_key(user).await;
            let prefix = key.rsplit_once('/').unwrap().0;
            let mut listener = Listener::open(app, &key, "").await.begun().await;
            let heard = add(&admin, json!({ "action": "created" })).await;
            assert_eq!(listener.event().await.unwrap().1, heard);
            match change {
                "revoke" => admin.delete(&format!("/apikey/v1/apikey/{prefix}")).await,
                "rotate" => admin.put(&format!("/apikey/v1/apikey/{prefix}/rotate"), json!({})).await,
                _ => admin.put(&format!("/authentication/v1/user/{name}/block"), json!({})).await,
            }
            .expect(200);
            if quiet {
                app.advance(Duration::from_secs(15));
            } else {
                add(&admin, json!({ "action": "created" })).await;
            }
            assert!(listener.is_over().await, "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_session_that_ended_hears_nothing_more() {
    stores(async |app| {
        let admin = app.admin();
        let bearer = session(app, "left").await;
        let mut listener = by_session(app, &bearer).await;
        app.anonymous().with("Authorization", &bearer).delete("/authentication/v1/session").await.expect(200);
        add(&admin, json!({ "action": "created" })).await;
        assert!(listener.is_over().await);
        // To listen is no use of a session, which ends by itself, without a word from anybody.
        let mut listener = by_session(app, &session(app, "idle").await).await;
        app.advance(Duration::from_secs(3_601));
        assert!(listener.is_over().await);
    })
    .await;
}

#[tokio::test]
async fn rights_that_were_taken_are_taken_from_streams() {
    stores(async |app| {
        let db = app.platform.db.writer();
        let (admin, now) = (app.admin(), app.clock.now());
        app.customer("north", "root").await;
        let north = json!({ "action": "created", "customer": "north" });
        let user = app.new_user("reader", "root", &[("viewAuditEvents", "root"), ("viewAuditEvents", "north")]).await;
        let mut listener = Listener::open(app, &app.new_key(user).await, "").await.begun().await;
        let root = add(&admin, json!({ "action": "created" })).await;
        assert_eq!(listener.event().await.unwrap().1, root);
        // Those on one of two customers, and then on the other.
        let held = argus_identity::functions::held_by(db, vec![user]).await.unwrap();
        let tree = app.platform.directory.tree().await.unwrap();
        let (of_root, of_north): (Vec<_>, Vec<_>) = held.iter().partition(|held| held.customer_id == tree.root());
        argus_identity::functions::revoke(db, of_root[0].id, now).await.unwrap();
        forget(app);
        add(&admin, json!({ "action": "created" })).await;
        let heard = add(&admin, north.clone()).await;
        assert_eq!(listener.event().await.unwrap().1, heard, "nothing of the root customer");
        argus_identity::functions::revoke(db, of_north[0].id, now).await.unwrap();
        forget(app);
        add(&admin, north).await;
        assert!(listener.is_over().await);
    })
    .await;
}

/// What a change that goes through an operation says on one store; the other one counts it.
fn forget(app: &TestApp) {
    if app.store == Store::Sqlite {
        app.platform.directory.forget(&argus_core::directory::Changed::Everything);
    }
}

#[tokio::test]
async fn who_is_too_slow_is_cut_off_and_nobody_else() {
    stores_with(
        |settings| settings.audit.backlog = 64,
        async |app| {
            let admin = app.admin();
            let key = ear(app, "listener", "root").await;
            let mut slow = Listener::open(app, &key, "").await.begun().await;
            let mut quick = Listener::open(app, &key, "").await.begun().await;
            // More than the buffers of both sides of a connection take.
            let large = json!({ "action": "created", "description": "x".repeat(60_000) });
            let mut sent = Vec::new();
            for _ in 0..40 {
                let some = add_many(&admin, 16, large.clone()).await;
                assert_eq!(quick.ids(16).await, some);
                sent.extend(some);
            }
            let mut heard = Vec::new();
            while let Some((id, _)) = slow.event().await {
                heard.push(id);
            }
            assert!(heard.len() < sent.len(), "all of it was in buffers");
            assert_eq!(heard, sent[..heard.len()], "it hears what came first, without a gap");
            // Back, it gets the rest.
            let mut slow = Listener::resume(app, &key, "", *heard.last().unwrap()).await;
            assert_eq!(slow.ids(sent.len() - heard.len()).await, sent[heard.len()..]);
        },
    )
    .await;
}

#[tokio::test]
async fn a_server_that_stops_ends_them() {
    for store in [Store::Sqlite, Store::Postgres] {
        let Some(app) = TestApp::start_on(store, &|_| {}).await else { continue };
        let key = ear(&app, "listener", "root").await;
        let mut listeners = Vec::new();
        for _ in 0..3 {
            listeners.push(Listener::open(&app, &key, "").await.begun().await);
        }
        let last = add(&app.admin(), json!({ "action": "created" })).await;
        for listener in &mut listeners {
            assert_eq!(listener.event().await.unwrap().1, last);
        }
        // Far less than what a drain may take: nobody is waited for.
        tokio::time::timeout(Duration::from_secs(5), app.stop()).await.expect("the streams end");
        for listener in &mut listeners {
            assert!(listener.is_over().await);
        }
    }
}
