//! By what users may prove who they are.

use argus_testing::{Answer, PASSWORD, stores};
use serde_json::json;

use crate::refusals::support::{bad_fields, refused};

const SETUP: &str = "administrativeAuthenticationSetup";

fn names(answer: &Answer) -> Vec<&str> {
    answer.list().iter().filter_map(|method| method["method"].as_str()).collect()
}

#[tokio::test]
async fn they_are_enabled_and_disabled_one_by_one() {
    stores(async |app| {
        app.customer("north", "root").await;
        app.new_user("helper", "root", &[(SETUP, "north"), ("viewUsers", "north")]).await;
        let number = app.new_user("anna", "north", &[]).await;
        app.new_user("mighty", "north", &[("viewAuditEvents", "root")]).await;
        let (helper, anna) = (app.by_password("helper", PASSWORD).await, app.by_password("anna", PASSWORD).await);
        let key = app.by_key(&app.new_key(number).await);
        let path = |user: &str, how: &str| format!("/authentication/v1/user/{user}/{how}");
        refused(anna.put(&path("anna", "disable/apikey"), json!({})).await, 403, "without the function");
        refused(helper.put(&path("admin", "disable/apikey"), json!({})).await, 404, "out of reach");
        refused(helper.put(&path("mighty", "disable/apikey"), json!({})).await, 403, "who holds more");
        for unknown in ["sms", "webauthn", "impersonated", "nonsense"] {
            bad_fields(helper.put(&path("anna", &format!("enable/{unknown}")), json!({})).await, &["method"], unknown);
        }
        key.get("/authentication/v1/session").await.expect(200);
        let answer = helper.put(&path("anna", "disable/apikey"), json!({})).await.expect(200);
        assert_eq!((&answer["data"]["method"], &answer["data"]["initialized"]), (&json!("APIKEY"), &json!(true)));
        refused(key.get("/authentication/v1/session").await, 401, "keys are disabled");
        anna.get("/authentication/v1/session").await.expect(200);
        let listed = helper.get(&path("anna", "methods")).await.expect(200);
        assert!(!names(&listed).contains(&"APIKEY") && names(&listed).contains(&"PASSWORD"), "{}", listed.text);
        helper.put(&path("anna", "enable/apikey"), json!({})).await.expect(200);
        key.get("/authentication/v1/session").await.expect(200);
        helper.put(&path("anna", "disable/password"), json!({})).await.expect(200);
        refused(anna.get("/authentication/v1/session").await, 401, "ended with its method");
        let body = json!({ "userName": "anna", "password": PASSWORD });
        refused(app.anonymous().post("/authentication/v1/password/authentication", body).await, 401, "disabled");
        // Nobody locks everybody out.
        let admin = app.by_password("admin", &app.admin_password).await;
        let last = refused(admin.put(&path("admin", "disable/password"), json!({})).await, 412, "the last way in");
        assert_eq!(last.template(), "last.administrator");
        admin.get("/authentication/v1/session").await.expect(200);
        let offered = app.anonymous().get("/authentication/v1/methods").await.expect(200);
        assert_eq!(offered["data"], json!(["PASSWORD", "SIGNATURE", "TOTP", "APIKEY"]));
    })
    .await;
}
