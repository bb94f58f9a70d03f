//! What is believed: once, and from a clock that does not jump.

use std::time::Duration;

use argus_testing::stores;
use serde_json::json;

use super::{Client, SESSION, administrator, by, signing_user};

#[tokio::test]
async fn a_signed_request_is_somebody_at_level_default() {
    stores(async |app| {
        signing_user(app, "sam").await;
        let client = Client::new(app, "sam", json!({ "name": "batch" })).await;
        assert_eq!(client.name, "ARGUS/sam/1");
        let session = client.get(SESSION).await.expect(200);
        assert_eq!(session["data"]["authenticationMethod"], "SIGNATURE");
        assert_eq!(session["data"]["securityLevel"], "DEFAULT");
        // The query does not count, on neither side.
        let header = client.header("/audit/v1/event");
        by(app, &header).get("/audit/v1/event?limit=1").await.expect(200);
        let listed = client.get("/authentication/v1/signature").await.expect(200);
        assert_eq!(listed["data"]["keys"][0]["description"], "batch");
        assert!(listed["data"]["keys"][0]["lastUsedTimestamp"].is_i64(), "{}", listed.text);
        assert!(!listed.text.contains("PRIVATE"));
    })
    .await;
}

#[tokio::test]
async fn each_signature_is_good_once_however_often_it_is_sent() {
    stores(async |app| {
        signing_user(app, "sam").await;
        let client = Client::new(app, "sam", json!({})).await;
        let header = client.header(SESSION);
        let copies = (0..64).map(|_| {
            let actor = by(app, &header);
            tokio::spawn(async move { actor.get(SESSION).await.status })
        });
        let mut passed = 0;
        for copy in copies.collect::<Vec<_>>() {
            match copy.await.unwrap() {
                200 => passed += 1,
                status => assert_eq!(status, 401),
            }
        }
        assert_eq!(passed, 1);
        let again = by(app, &header).get(SESSION).await.expect(401);
        assert_eq!(again.template(), "signature.nonce.used");
        assert_eq!(again["data"]["serverTimestamp"], app.clock.now_millis());
        // A constant nonce is no nonce, whatever its timestamp; with another key it is one.
        let other = Client::new(app, "sam", json!({})).await;
        client.claim(client.claims("constant")).await.expect(200);
        other.claim(other.claims("constant")).await.expect(200);
        app.advance(Duration::from_secs(5));
        assert_eq!(client.claim(client.claims("constant")).await.expect(401).template(), "signature.nonce.used");
    })
    .await;
}

#[tokio::test]
async fn a_clock_is_pinned_until_somebody_takes_the_pin_away() {
    stores(async |app| {
        signing_user(app, "sam").await;
        let mut client = Client::new(app, "sam", json!({})).await;
        let two_hours = 7_200_000;
        client.skew = two_hours + 1_000;
        assert_eq!(client.get(SESSION).await.expect(401).template(), "signature.timestamp");
        client.skew = 1_800_000;
        client.get(SESSION).await.expect(200);
        let old = client.header(SESSION);
        by(app, &old).get(SESSION).await.expect(200);
        client.skew = 0;
        assert_eq!(client.get(SESSION).await.expect(401).template(), "signature.timestamp.jump");
        client.skew = 1_800_000 + 60_000;
        client.get(SESSION).await.expect(200);
        // What was refused moved nothing.
        client.skew = 1_800_000 - 60_000;
        client.get(SESSION).await.expect(200);
        let admin = administrator(app).await;
        let evicted = admin.delete("/authentication/v1/user/sam/signature/session").await.expect(200);
        assert_eq!(evicted["data"]["evictedKeys"], json!(["ARGUS/sam/1"]));
        assert_eq!(by(app, &old).get(SESSION).await.expect(401).template(), "signature.nonce.used");
        client.skew = -1_800_000;
        client.get(SESSION).await.expect(200);
        assert_eq!(by(app, &old).get(SESSION).await.expect(401).status, 401);
    })
    .await;
}
