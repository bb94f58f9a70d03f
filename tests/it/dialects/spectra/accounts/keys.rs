//! The access key opens one operation, for the bucket of its owner (S1-50).

use std::net::IpAddr;

use argus_core::authentication::{Credential, Principal, Refused};
use argus_core::config::Settings;
use argus_core::dialect::Asked;
use argus_server::modules;
use argus_testing::{Actor, TestApp, stores, stores_with};
use reqwest::header::HeaderMap;
use serde_json::json;

use super::{activate, key, sign_up, somebody};

const SUBMIT: &str = "dialect_spectra_log_add";

/// Whom the dialect takes for the sender of these headers.
async fn ask(
    app: &TestApp,
    operation: &str,
    headers: &[(&'static str, &str)],
    is_known: bool,
) -> Result<Option<std::sync::Arc<Principal>>, Refused> {
    let spectra = modules::all().into_iter().find(|module| module.version == "spectra").unwrap();
    let mut sent = HeaderMap::new();
    for (name, value) in headers {
        sent.append(*name, value.parse().unwrap());
    }
    let client_ip: IpAddr = "127.0.0.1".parse().unwrap();
    let asked = Asked { platform: &app.platform, headers: &sent, client_ip, operation, is_known };
    spectra.dialect.unwrap().credential.unwrap()(asked).await
}

fn told(refused: Refused) -> (u16, String) {
    (refused.error.status.as_u16(), refused.error.messages[0].text.to_string())
}

async fn access_key(user: &Actor) -> String {
    user.get("/users/access-key/me").await.expect(200)["accessKey"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_key_stands_for_its_owner_in_one_operation() {
    stores(async |app| {
        let (user, other) = (somebody(app, "username").await, somebody(app, "user-two").await);
        let (key, others) = (access_key(&user).await, access_key(&other).await);
        assert_ne!(key, others);
        let sender = ask(app, SUBMIT, &[("api-key", &key)], false).await.unwrap().unwrap();
        let bucket = app.platform.directory.tree().await.unwrap().find_customer("username").unwrap().id;
        assert_eq!((sender.user_name.as_str(), sender.customer_id), ("username", bucket));
        assert!(matches!(sender.credential, Credential::Dialect));
        let functions: Vec<String> = sender.rights.functions().map(ToString::to_string).collect();
        assert_eq!(functions, ["submitAuditEvents"]);
        let customers = sender.customers_for("submitAuditEvents");
        assert!(customers.contains(bucket) && !customers.contains(1));
        assert!(
            !customers.contains(app.platform.directory.tree().await.unwrap().find_customer("user-two").unwrap().id)
        );
        // The administrator's is the root customer, and none below.
        let admin = app.by_password("admin", &app.admin_password).await;
        let sender = ask(app, SUBMIT, &[("api-key", &access_key(&admin).await)], false).await.unwrap().unwrap();
        let customers = sender.customers_for("submitAuditEvents");
        assert!(customers.contains(1) && !customers.contains(bucket));
        // Elsewhere it is nothing.
        for operation in ["dialect_spectra_log_list", "dialect_spectra_user_self_get", ""] {
            assert!(ask(app, operation, &[("api-key", &key)], false).await.unwrap().is_none());
        }
        for path in ["/users/me", "/currentuser/v1/user", "/audit/v1/event"] {
            app.anonymous().with("api-key", &key).get(path).await.expect(401);
            app.anonymous().with("Argus-API-Key", &key).get(path).await.expect(401);
        }
        let natively = app.anonymous().with("api-key", &key).post("/audit/v1/event", json!({ "action": "x" })).await;
        natively.expect(401);
    })
    .await;
}

#[tokio::test]
async fn other_keys_are_refused() {
    stores(async |app| {
        let made = sign_up(app, "username").await.expect(201);
        activate(app, &key(&made)).await.expect(200);
        let user = app.by_password("username", super::PASSWORD).await;
        let good = access_key(&user).await;
        assert_eq!(told(ask(app, SUBMIT, &[], false).await.unwrap_err()), (401, "API Key is required.".to_owned()));
        assert!(ask(app, SUBMIT, &[], true).await.unwrap().is_none(), "another credential will do");
        assert_eq!(told(ask(app, SUBMIT, &[("api-key", "")], false).await.unwrap_err()).0, 401);
        for unknown in ["14b36dba-c16e-4174-8494-b234c4bc5dda", "x", &good.to_uppercase(), &good[..35]] {
            let refused = ask(app, SUBMIT, &[("api-key", unknown)], false).await.unwrap_err();
            assert_eq!(refused.tried.as_ref().unwrap().name, "unknown access key");
            assert_eq!(told(refused), (404, "User with access key does not exist.".to_owned()));
        }
        let twice = ask(app, SUBMIT, &[("api-key", &good), ("api-key", &good)], false).await.unwrap_err();
        assert_eq!(told(twice).0, 400);
        let admin = app.by_password("admin", &app.admin_password).await;
        let inactive = (403, "Inactive user".to_owned());
        for (end, back) in [("block", "unblock"), ("disable/apikey", "enable/apikey")] {
            let path = |what: &str| format!("/authentication/v1/user/username/{what}");
            admin.put(&path(end), json!({})).await.expect(200);
            assert_eq!(told(ask(app, SUBMIT, &[("api-key", &good)], false).await.unwrap_err()), inactive, "{end}");
            admin.put(&path(back), json!({})).await.expect(200);
            ask(app, SUBMIT, &[("api-key", &good)], false).await.unwrap().unwrap();
        }
        admin.put("/customeradmin/v2/customer/username/disable", json!({})).await.expect(200);
        assert_eq!(told(ask(app, SUBMIT, &[("api-key", &good)], false).await.unwrap_err()), inactive);
    })
    .await;
}

#[tokio::test]
async fn keys_cannot_be_guessed() {
    let few = |settings: &mut Settings| settings.limits.key_address = 2;
    stores_with(few, async |app| {
        let good = access_key(&somebody(app, "username").await).await;
        for status in [404, 404, 429, 429] {
            let refused = ask(app, SUBMIT, &[("api-key", "x")], false).await.unwrap_err();
            assert_eq!(told(refused).0, status);
        }
        ask(app, SUBMIT, &[("api-key", &good)], false).await.unwrap().unwrap();
        // Keys of links are guessed at by the same measure.
        activate(app, "x").await.expect(429);
    })
    .await;
}
