//! Subscriptions, made, seen, changed, removed.

use std::time::Duration;

use argus_testing::stores_with;
use serde_json::json;

use super::*;

#[tokio::test]
async fn a_subscription_is_made_found_changed_and_removed() {
    stores_with(here, async |app| {
        let (admin, receiver) = (app.admin(), Receiver::start().await);
        let made = subscribe(&admin, &receiver.url(), json!({ "name": "Büro" })).await;
        assert!(made["secret"].as_str().unwrap().starts_with("whsec_"));
        assert_eq!((&made["state"], &made["signature"], &made["publicKey"]), (&json!("ACTIVE"), &json!("HMAC"), &Value::Null));
        assert_eq!((&made["criteria"], &made["attempts"]), (&json!({}), &json!(0)));
        assert_eq!((&made["customer"]["shortName"], &made["createdByUser"]["shortName"]), (&json!("root"), &json!("admin")));
        let other = subscribe(&admin, &receiver.url(), json!({ "name": "second", "signature": "ED25519" })).await;
        let mut shown = made.clone();
        shown.as_object_mut().unwrap().remove("secret");
        assert_eq!(admin.get(&path(&made)).await.expect(200)["data"], shown);
        let names = async |query: &str| -> Vec<String> {
            let listed = admin.get(&format!("{SUBSCRIPTION}{query}")).await.expect(200);
            assert!(!listed.text.contains("whsec_"));
            listed.list().iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(names("?sortBy=name").await, ["Büro", "second"]);
        assert_eq!(names("?sortBy=-name&limit=1").await, ["second"]);
        assert_eq!(names("?keyword=B%C3%9C").await, ["Büro"]);
        assert_eq!(names("?signature=ED25519&state=ACTIVE&customer=root").await, ["second"]);
        let found = admin.post(&format!("{SUBSCRIPTION}/search"), json!({ "keywords": ["sec"] })).await.expect(200);
        assert_eq!(found.list()[0]["id"], other["id"]);

        // Only what is given changes.
        let change = json!({ "name": "Flur", "addEvents": ["audit.export.completed", "audit.report.completed"] });
        let changed = admin.put(&path(&made), change).await.expect(200)["data"].clone();
        assert_eq!((&changed["name"], &changed["url"]), (&json!("Flur"), &made["url"]));
        assert_eq!(changed["events"], json!(["audit.log.created", "audit.export.completed", "audit.report.completed"]));
        assert_eq!((&changed["secret"], &changed["lastUpdatedByUser"]["shortName"]), (&Value::Null, &json!("admin")));
        let change = json!({ "removeEvents": ["audit.log.created", "audit.suspicious.detected"], "criteria": { "verb": "READ" } });
        let changed = admin.put(&path(&made), change).await.expect(200)["data"].clone();
        assert_eq!(changed["events"], json!(["audit.export.completed", "audit.report.completed"]));
        assert_eq!(changed["criteria"], json!({ "verb": "READ" }));
        let change = json!({ "events": ["audit.suspicious.detected"] });
        let changed = admin.put(&path(&made), change).await.expect(200)["data"].clone();
        assert_eq!(changed["events"], json!(["audit.suspicious.detected"]));

        assert_eq!(admin.delete(&path(&made)).await.expect(200)["data"]["name"], "Flur");
        for answer in [
            admin.get(&path(&made)).await,
            admin.put(&path(&made), json!({ "name": "x" })).await,
            admin.delete(&path(&made)).await,
            admin.get(&format!("{}/delivery", path(&made))).await,
            admin.post(&format!("{}/secret", path(&made)), json!({})).await,
            admin.post(&format!("{}/redeliver", path(&made)), json!({ "from": 0 })).await,
        ] {
            answer.expect(404);
        }
        assert_eq!(names("").await, ["second"]);
    })
    .await;
}

#[tokio::test]
async fn changes_are_recorded_and_no_secret_with_them() {
    stores_with(here, async |app| {
        let admin = app.admin();
        let made = subscribe(&admin, "https://hooks.example.org/T0K3N?key=K3Y", json!({})).await;
        admin.post(&format!("{}/secret", path(&made)), json!({})).await.expect(200);
        admin
            .put(&path(&made), json!({ "state": "PAUSED", "url": "https://hooks.example.com/T0K3N" }))
            .await
            .expect(200);
        admin.delete(&path(&made)).await.expect(200);
        let id = made["id"].as_str().unwrap();
        let query =
            format!("/audit/v1/event?includeInternal=true&targetID={id}&targetType=SUBSCRIPTION&sortBy=sequence");
        let told = super::super::look(&admin, &query, 4).await;
        for secret in ["whsec_", "T0K3N", "K3Y", made["secret"].as_str().unwrap()] {
            assert!(!told.text.contains(secret), "{secret}");
        }
        let verbs: Vec<_> = told.list().iter().map(|it| it["verb"].as_str().unwrap()).collect();
        assert_eq!(verbs, ["CREATE", "CREATE", "UPDATE", "DELETE"]);
        assert_eq!(told.list()[2]["changes"]["state"], json!({ "from": "ACTIVE", "to": "PAUSED" }));
        assert_eq!(told.list()[2]["changes"]["host"]["to"], "hooks.example.com");
    })
    .await;
}

#[tokio::test]
async fn what_is_paused_goes_on_where_it_stood() {
    stores_with(here, async |app| {
        let (admin, receiver) = (app.admin(), Receiver::start().await);
        let made = subscribe(&admin, &receiver.url(), json!({})).await;
        let mut sent = add_some(&admin, 3).await;
        receiver.wait(3).await;
        for _ in 0..3 {
            let paused = admin.put(&path(&made), json!({ "state": "PAUSED" })).await.expect(200);
            assert_eq!(paused["data"]["state"], "PAUSED");
            let before = receiver.received().len();
            sent.extend(add_some(&admin, 5).await);
            app.advance(Duration::from_secs(60));
            assert_eq!(receiver.received().len(), before, "nothing comes meanwhile");
            admin.put(&path(&made), json!({ "state": "ACTIVE" })).await.expect(200);
            receiver.wait(sent.len()).await;
        }
        sent.extend(add_some(&admin, 1).await);
        assert_eq!(sequences(&receiver.wait(sent.len()).await), sent);
        // To go on is nothing new for one that does.
        admin.put(&path(&made), json!({ "state": "ACTIVE" })).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn two_secrets_sign_for_a_while() {
    stores_with(here, async |app| {
        let (admin, receiver) = (app.admin(), Receiver::start().await);
        let hmac = subscribe(&admin, &receiver.url(), json!({})).await;
        let renewed = admin.post(&format!("{}/secret", path(&hmac)), json!({ "graceSeconds": 60 })).await.expect(200);
        let (old, new) = (hmac["secret"].as_str().unwrap(), renewed["data"]["secret"].as_str().unwrap());
        assert_ne!(old, new);
        assert_eq!(renewed["data"]["previousSecretValidUntil"], app.clock.now_millis() + 60_000);
        add_some(&admin, 1).await;
        let message = receiver.wait(1).await.pop().unwrap();
        assert!(is_signed(&message, new) && is_signed(&message, old));
        assert_eq!(message.header("webhook-signature").split(' ').count(), 2);
        // What was answered is heard before the clock moves on.
        deliveries(&admin, &hmac, 1).await;
        app.advance(Duration::from_secs(61));
        add_some(&admin, 1).await;
        let message = receiver.wait(2).await.pop().unwrap();
        assert!(is_signed(&message, new) && !is_signed(&message, old));
        // Without grace the one before is good for nothing at once.
        let last = admin.post(&format!("{}/secret", path(&hmac)), json!({ "graceSeconds": 0 })).await.expect(200);
        assert_eq!(last["data"]["previousSecretValidUntil"], Value::Null);
        add_some(&admin, 1).await;
        let message = receiver.wait(3).await.pop().unwrap();
        assert!(is_signed(&message, last["data"]["secret"].as_str().unwrap()) && !is_signed(&message, new));

        let pair_receiver = Receiver::start().await;
        let pair = subscribe(&admin, &pair_receiver.url(), json!({ "signature": "ED25519" })).await;
        let renewed = admin.post(&format!("{}/secret", path(&pair)), json!({})).await.expect(200)["data"].clone();
        assert_eq!((&renewed["secret"], pair["publicKey"] == renewed["publicKey"]), (&Value::Null, false));
        add_some(&admin, 1).await;
        let message = pair_receiver.wait(1).await.pop().unwrap();
        for known in [&pair, &renewed] {
            assert!(is_signed_by(&message, known["publicKey"].as_str().unwrap()));
        }
    })
    .await;
}
