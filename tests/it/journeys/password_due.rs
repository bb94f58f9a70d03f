//! Users who have to set another password before anything else.

use argus_identity::users::{self, UserChange, flag};
use argus_testing::{PASSWORD, TestApp, stores};
use serde_json::json;

use crate::refusals::support::refused;

const LOGIN: &str = "/authentication/v1/password/authentication";
const SESSION: &str = "/authentication/v1/session";

async fn mark(app: &TestApp, user: i64) {
    let change = UserChange { flags: Some(flag::FORCE_PASSWORD_CHANGE), ..UserChange::default() };
    users::update(app.platform.db.writer(), user, change).await.unwrap();
    app.platform.directory.forget(&argus_core::directory::Changed::Everything);
}

#[tokio::test]
async fn the_session_can_only_set_it() {
    stores(async |app| {
        let anna = app.new_user("anna", "root", &[("viewAuditEvents", "root")]).await;
        let earlier = app.by_password("anna", PASSWORD).await;
        let key = app.by_key(&app.new_key(anna).await);
        mark(app, anna).await;
        let body = json!({ "userName": "anna", "password": PASSWORD, "requestedAuthorizations": ["setPassword"] });
        let answer = app.anonymous().post(LOGIN, body.clone()).await.expect(221);
        assert!(answer["data"]["sessionKey"].is_string() && answer.headers.contains_key("set-cookie"));
        for member in ["username", "userID", "cookie", "requestCredentialsData", "authenticationMethod"] {
            assert!(!answer["data"][member].is_null(), "{member}: {}", answer.text);
        }
        let session = app.by_session(&answer);
        for caller in [&session, &earlier] {
            let answer = refused(caller.get("/audit/v1/event").await, 403, "before another password is set");
            assert_eq!(answer.template(), "password.change.required");
            refused(caller.get("/authentication/v1/session/function").await, 403, "also about itself");
            refused(caller.post("/authentication/v1/session/constrain", json!({})).await, 403, "nor by a detour");
            caller.get(SESSION).await.expect(200);
        }
        key.get("/audit/v1/event").await.expect(200);
        // By the authorization that came along, or in the session.
        let token = answer["data"]["authorizations"][0]["authorization"].as_str().unwrap();
        let change = json!({ "authorization": token, "newPassword": "viel-heller-mond" });
        app.anonymous().put("/authentication/v1/password", change).await.expect(200);
        let body = json!({ "userName": "anna", "password": "viel-heller-mond" });
        let answer = app.anonymous().post(LOGIN, body).await.expect(201);
        assert_eq!(answer["data"]["authorizations"], json!([]));
        let session = app.by_session(&answer);
        session.get("/audit/v1/event").await.expect(200);
        mark(app, anna).await;
        let change = json!({ "oldPassword": "viel-heller-mond", "newPassword": "noch-ein-Wort-9" });
        session.put("/authentication/v1/password", change).await.expect(200);
        session.get("/audit/v1/event").await.expect(200);
        // Nobody else is handed a way to set a password along with a login.
        let body = json!({
            "userName": "anna", "password": "noch-ein-Wort-9", "requestedAuthorizations": ["setPassword", "nonsense"],
        });
        let answer = app.anonymous().post(LOGIN, body).await.expect(201);
        assert_eq!(answer["data"]["authorizations"], json!([]));
        mark(app, anna).await;
        session.delete(SESSION).await.expect(200);
    })
    .await;
}
