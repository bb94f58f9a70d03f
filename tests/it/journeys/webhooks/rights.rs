//! Who may have what sent where.

use argus_core::directory::Changed;
use argus_testing::{Store, TestApp, stores_with};
use serde_json::json;

use super::*;

/// What a change that goes through an operation says on one store; the other one counts it.
fn forget(app: &TestApp) {
    if app.store == Store::Sqlite {
        app.platform.directory.forget(&Changed::Everything);
    }
}

#[tokio::test]
async fn customers_do_not_see_each_others() {
    stores_with(here, async |app| {
        let receiver = Receiver::start().await;
        for customer in ["north", "south"] {
            app.customer(customer, "root").await;
        }
        let (northern, southern) = (manager(app, "northern", "north").await, manager(app, "southern", "south").await);
        let made = subscribe(&northern, &receiver.url(), json!({})).await;
        assert_eq!(southern.get(SUBSCRIPTION).await.expect(200)["count"], 0);
        for answer in [
            southern.get(&path(&made)).await,
            southern.put(&path(&made), json!({ "state": "PAUSED" })).await,
            southern.delete(&path(&made)).await,
            southern.get(&format!("{}/delivery", path(&made))).await,
            southern.post(&format!("{}/secret", path(&made)), json!({})).await,
            southern.post(&format!("{}/redeliver", path(&made)), json!({ "from": 0 })).await,
        ] {
            answer.expect(404);
        }
        let body = json!({ "name": "x", "url": receiver.url(), "events": ["audit.log.created"], "customer": "north" });
        assert_eq!(southern.post(SUBSCRIPTION, body).await.expect(412).fields(), ["customer"]);
        assert_eq!(app.admin().get(SUBSCRIPTION).await.expect(200)["count"], 1);
        let nobody = app.user("nobody", &[("viewAuditEvents", "root")]).await;
        nobody.get(SUBSCRIPTION).await.expect(403);
    })
    .await;
}

#[tokio::test]
async fn nobody_has_events_sent_that_he_may_not_see() {
    stores_with(here, async |app| {
        let (admin, receiver) = (app.admin(), Receiver::start().await);
        app.customer("north", "root").await;
        // Subscriptions may be administered by who may not see events.
        let blind = app.user("blind", &[("manageAuditSubscriptions", "root")]).await;
        let body = json!({ "name": "x", "url": receiver.url(), "events": ["audit.log.created"] });
        blind.post(SUBSCRIPTION, body.clone()).await.expect(403);
        let rights = [("manageAuditSubscriptions", "root"), ("viewAuditEvents", "north")];
        let half = app.user("half", &rights).await;
        let made = subscribe(&admin, &receiver.url(), json!({})).await;
        for actor in [&blind, &half] {
            actor.put(&path(&made), json!({ "url": "https://elsewhere.example.org/" })).await.expect(403);
            actor.post(&format!("{}/secret", path(&made)), json!({})).await.expect(403);
            actor.post(&format!("{}/redeliver", path(&made)), json!({ "from": 0 })).await.expect(403);
            actor.get(&path(&made)).await.expect(200);
        }
        // What it may see is what is delivered.
        let other = Receiver::start().await;
        subscribe(&half, &other.url(), json!({})).await;
        add(&admin, json!({ "action": "created" })).await;
        let seen = add(&admin, json!({ "action": "created", "customer": "north" })).await;
        assert_eq!(other.wait(1).await[0].body["data"], seen);
        // A session or a key that was cut is not the user.
        let cut =
            app.user_of("whole", "root", &[("manageAuditSubscriptions", "root"), ("viewAuditEvents", "root")]).await;
        let cut = app.constrained(&cut, json!({ "function": ["manageAuditSubscriptions"] })).await;
        cut.post(SUBSCRIPTION, body).await.expect(403);
    })
    .await;
}

#[tokio::test]
async fn rights_that_were_taken_end_the_delivery() {
    stores_with(here, async |app| {
        let admin = app.by_password("admin", &app.admin_password).await;
        for end in ["block", "revoke"] {
            let receiver = Receiver::start().await;
            let rights = [("manageAuditSubscriptions", "root"), ("viewAuditEvents", "root")];
            let user = app.new_user(end, "root", &rights).await;
            let made = subscribe(&app.by_key(&app.new_key(user).await), &receiver.url(), json!({})).await;
            let first = add_some(&admin, 1).await;
            assert_eq!(sequences(&receiver.wait(1).await), first);
            if end == "block" {
                admin.put("/authentication/v1/user/block/block", json!({})).await.expect(200);
            } else {
                let db = app.platform.db.writer();
                for held in argus_identity::functions::held_by(db, vec![user]).await.unwrap() {
                    argus_identity::functions::revoke(db, held.id, app.clock.now()).await.unwrap();
                }
                forget(app);
            }
            add_some(&admin, 2).await;
            let paused = until(&admin, &made, |it| it["state"] == "PAUSED").await;
            let reason = paused["reason"].as_str().unwrap();
            assert!(reason.contains(end) && *reason == paused["lastError"], "{paused}");
            assert_eq!(receiver.received().len(), 1, "{end}: nothing comes any more");
            // To go on without the rights ends the same way.
            admin.put(&path(&made), json!({ "state": "ACTIVE" })).await.expect(200);
            until(&admin, &made, |it| it["state"] == "PAUSED" && it["reason"] == reason).await;
            assert_eq!(receiver.received().len(), 1);
        }
    })
    .await;
}

#[tokio::test]
async fn rights_on_some_customers_are_taken_from_those_alone() {
    stores_with(here, async |app| {
        let (admin, receiver) = (app.admin(), Receiver::start().await);
        app.customer("north", "root").await;
        app.customer("south", "root").await;
        let rights = [("manageAuditSubscriptions", "root"), ("viewAuditEvents", "north"), ("viewAuditEvents", "south")];
        let user = app.new_user("both", "root", &rights).await;
        subscribe(&app.by_key(&app.new_key(user).await), &receiver.url(), json!({})).await;
        let of = async |customer: &str| {
            add(&admin, json!({ "action": "created", "customer": customer })).await["sequence"].as_i64().unwrap()
        };
        let mut sent = vec![of("north").await, of("south").await];
        assert_eq!(sequences(&receiver.wait(2).await), sent);
        let (db, tree) = (app.platform.db.writer(), app.platform.directory.tree().await.unwrap());
        let north = tree.find_customer("north").unwrap().id;
        for held in argus_identity::functions::held_by(db, vec![user]).await.unwrap() {
            if held.customer_id == north {
                argus_identity::functions::revoke(db, held.id, app.clock.now()).await.unwrap();
            }
        }
        forget(app);
        of("north").await;
        sent.push(of("south").await);
        assert_eq!(sequences(&receiver.wait(3).await), sent);
    })
    .await;
}
