//! Keys: making, registering, revoking, and their limits.

use std::time::Duration;

use argus_core::directory::Changed;
use argus_identity::users::{UserChange, update};
use argus_testing::{PASSWORD, START, stores};
use serde_json::json;

use super::{Client, SESSION, administrator, by, signing_user};

#[tokio::test]
async fn a_key_ends_with_its_time_its_place_its_user_and_its_revocation() {
    stores(async |app| {
        let id = signing_user(app, "sam").await;
        let admin = administrator(app).await;
        let far = Client::new(app, "sam", json!({ "validSources": ["192.0.2.0/24"] })).await;
        assert_eq!(far.get(SESSION).await.expect(401).template(), "signature.key.source");
        let short = Client::new(app, "sam", json!({ "validDays": 1 })).await;
        short.get(SESSION).await.expect(200);
        app.advance(Duration::from_secs(86_401));
        assert_eq!(short.get(SESSION).await.expect(401).template(), "signature.key.expired");
        let admin = {
            drop(admin);
            administrator(app).await
        };
        let key = Client::new(app, "sam", json!({})).await;
        key.get(SESSION).await.expect(200);
        admin.delete(&format!("/authentication/v1/user/{id}/signature/3")).await.expect(200);
        assert_eq!(key.get(SESSION).await.expect(401).template(), "signature.key.revoked");
        admin.delete(&format!("/authentication/v1/user/{id}/signature/3")).await.expect(404);
        let last = Client::new(app, "sam", json!({ "sessionConstraints": { "function": ["viewAuditEvents"] } })).await;
        last.get(SESSION).await.expect(200);
        let blocked = UserChange { blocked: Some(true), ..UserChange::default() };
        update(app.platform.db.writer(), id, blocked).await.unwrap();
        app.platform.directory.forget(&Changed::Everything);
        assert_eq!(last.get(SESSION).await.expect(401).template(), "user.blocked");
    })
    .await;
}

#[tokio::test]
async fn nobody_makes_a_key_that_can_do_more_than_its_maker() {
    stores(async |app| {
        signing_user(app, "sam").await;
        let own = "/authentication/v1/signature";
        let sam = app.by_password("sam", PASSWORD).await;
        let narrow = json!({ "function": ["submitAuditEvents"] });
        let derived = app.constrained(&sam, narrow).await;
        let refused = derived.post(own, json!({ "publicKey": RSA_2048 })).await.expect(403);
        assert_eq!(refused.template(), "access.denied.derived");
        // A key cut to other functions signs for no key that is not cut.
        let cut = json!({ "sessionConstraints": { "function": ["submitAuditEvents"] } });
        let client = Client::new(app, "sam", cut).await;
        let signed = by(app, &client.header(own));
        let refused = signed.post(own, json!({ "publicKey": RSA_2048 })).await.expect(403);
        assert_eq!(refused.template(), "access.denied.escalation");
        // Nor does somebody who administers signatures, and nothing else, for somebody who does more.
        let rights = [("administrativeAuthenticationSetup-SIGNATURE", "root")];
        app.new_user("locksmith", "root", &rights).await;
        let locksmith = app.by_password("locksmith", PASSWORD).await;
        let path = "/authentication/v1/user/sam/signature";
        for (path, body) in [(path.to_owned(), json!({ "publicKey": RSA_2048 })), (format!("{path}/create"), json!({}))]
        {
            let refused = locksmith.post(&path, body).await.expect(403);
            assert_eq!(refused.template(), "access.denied.escalation", "{path}");
        }
        let keys = administrator(app).await.get(path).await.expect(200);
        assert_eq!(keys["data"]["keys"].as_array().unwrap().len(), 1, "{}", keys.text);
    })
    .await;
}

#[tokio::test]
async fn the_default_key_is_made_anew_under_its_name() {
    stores(async |app| {
        signing_user(app, "sam").await;
        let first = Client::new(app, "sam", json!({ "defaultKey": true })).await;
        assert_eq!(first.name, "ARGUS/sam/0");
        first.get(SESSION).await.expect(200);
        let second = Client::new(app, "sam", json!({ "defaultKey": true })).await;
        assert_eq!(second.name, "ARGUS/sam/0");
        assert_eq!(first.get(SESSION).await.expect(401).template(), "signature.invalid");
        second.get(SESSION).await.expect(200);
        let admin = administrator(app).await;
        let key = admin.get("/authentication/v1/user/sam/signature/pubkey").await.expect(200);
        assert_eq!(key.headers["content-type"], "application/octet-stream");
    })
    .await;
}

#[tokio::test]
async fn only_keys_that_requests_can_be_signed_with_are_taken() {
    stores(async |app| {
        let id = signing_user(app, "sam").await;
        let sam = app.by_password("sam", PASSWORD).await;
        let path = "/authentication/v1/signature";
        for bad in ["", "x", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", P384, RSA_1024, NO_POINT] {
            let refused = sam.post(path, json!({ "publicKey": bad, "validSources": ["10.0.0.1/8"] })).await.expect(412);
            assert_eq!(refused.fields(), ["publicKey", "validSources"], "{bad}");
        }
        for days in [0, 366] {
            let refused = sam.post(path, json!({ "publicKey": RSA_2048, "validDays": days })).await.expect(412);
            assert_eq!(refused.fields(), ["validDays"]);
        }
        assert!(sam.get(path).await.expect(200)["data"]["keys"].as_array().unwrap().is_empty());
        let made = sam.post(path, json!({ "publicKey": RSA_2048, "name": "from openssl" })).await.expect(201);
        assert_eq!(made["data"]["keyID"], 1);
        let listed = sam.get(path).await.expect(200);
        assert_eq!(listed["data"]["keys"][0]["algorithm"], "RS256");
        assert_eq!(listed["data"]["keys"][0]["validUntil"], START / 1_000_000 + 365 * 86_400_000);
        // By key nobody comes near.
        app.by_key(&app.new_key(id).await).post(path, json!({ "publicKey": RSA_2048 })).await.expect(403);
        // An ES256 token under the name of an RSA key.
        let client = Client::new(app, "sam", json!({})).await;
        let header = client.header(SESSION).replace("ARGUS/sam/2", "ARGUS/sam/1");
        assert_eq!(by(app, &header).get(SESSION).await.expect(401).template(), "signature.invalid");
        sam.delete("/authentication/v1/signature/1").await.expect(200);
        sam.delete("/authentication/v1/signature/1").await.expect(404);
    })
    .await;
}

const P384: &str = "-----BEGIN PUBLIC KEY-----
MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEuOcRedCvpECePQWeNALOD0Palbj3G5Ol
VE+0niYwTG3jDphnrEjUsgJl2TTygMNyELRqE/T0CqKpEMO8CZiYKotoTatBgaMV
/Ur8OHB7mG33K0dbwbcnbEHMc2Ywr8s5
-----END PUBLIC KEY-----";
const RSA_1024: &str = "-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDFS6TykDLQlJq+Y/GFNJEtNmrE
JgcshH65P/phEpQhBYO/aUTER5QYIotMXikAwCl+z7LzPtlXLyo1I893ZWzBitB3
XMTdO5iYyjS1s60Lru/U/oZn6MVC2OXHu2b1cfYvf6wW8gnPWBoubRE7xzQNOklH
kWs78UFJmFFqlXgiUQIDAQAB
-----END PUBLIC KEY-----";
const RSA_2048: &str = "-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1HjsSw791aJVUN0CT7o7
ZMfopop5ovGg+VOv0ogS8hB4lRPrdUgIvfz5VNR3PDySjb2JymnAfoTmLCxjPW0c
/htjZk9hWTJsG5M53TA95mlvDupdh4WPCr9+WuZ3EFdC9WQ2Z1sSO++wWmaJuKPO
lo3ViQGI61rxA/WqNpA7CyIa3YUliAr/JCHCPQp6tfKmfaQZy5PtZdBvBO9tk2nK
7T1rOe19jr/5PRATXFID6zqQ0CZa0YyWSqptI7n+WOhd4NkbTs0CErDX6/WYXYvk
NAmPtbUpSKzQrQpy+2ubTxh7lYdpFxFBp5848h61wAqTpr/zwIS+Y+qurKsnkqV3
LQIDAQAB
-----END PUBLIC KEY-----";
/// Base64 of DER whose point is not on the curve.
const NO_POINT: &str = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqLnHzB4eH31+1WLQEHly2dfCQTEDjWBgMfPhkfDUp8pUxBKz3M3rE+htxs0GLlGEv9RtDsiwI9nuhN0udpgQBA==";
