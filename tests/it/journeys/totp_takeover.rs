//! Nobody gets around somebody's second factor by replacing it, or takes it away.

use std::time::Duration;

use argus_testing::{PASSWORD, stores};
use serde_json::json;

use super::totp::{App, by_session, enroll, login, verify};
use crate::refusals::support::refused;

const TOTP: &str = "/authentication/v1/totp";
const SESSION: &str = "/authentication/v1/session";

#[tokio::test]
async fn a_password_alone_does_not_replace_what_it_is_not_enough_for() {
    stores(async |app| {
        app.new_user("anna", "root", &[]).await;
        let first = app.by_password("anna", PASSWORD).await;
        let phone = enroll(app, &first).await;
        let thief = app.by_password("anna", PASSWORD).await;
        refused(thief.post(TOTP, json!({ "password": PASSWORD })).await, 403, "another generator");
        refused(thief.delete(TOTP).await, 403, "none at all");
        let high = by_session(app, &login(app, "anna", PASSWORD, &phone.shows(app, 0)).await.expect(201));
        app.advance(Duration::from_secs(60));
        let other = by_session(app, &login(app, "anna", PASSWORD, &phone.shows(app, 0)).await.expect(201));
        let offered = high.post(TOTP, json!({ "password": PASSWORD })).await.expect(200);
        let next = App::scan(offered["data"]["otpauthURI"].as_str().unwrap());
        verify(&high, &offered, &next.shows(app, 0)).await.expect(200);
        high.get(SESSION).await.expect(200);
        refused(other.get(SESSION).await, 401, "made by the generator until now");
        first.get(SESSION).await.expect(200);
        refused(first.delete(TOTP).await, 403, "it took another one into use");
        high.delete(TOTP).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn who_acts_as_another_user_does_not_disarm_it() {
    stores(async |app| {
        let (setup, codes) = ("administrativeAuthenticationSetup", "administrativeAuthenticationSetup-TOTP");
        app.customer("north", "root").await;
        let rights = [("impersonate", "north"), (setup, "north"), (codes, "north")];
        app.new_user("helper", "north", &rights).await;
        app.new_user("mighty", "north", &[(setup, "north"), (codes, "north"), ("viewAuditEvents", "root")]).await;
        enroll(app, &app.by_password("mighty", PASSWORD).await).await;
        let helper = app.by_password("helper", PASSWORD).await;
        let phone = enroll(app, &helper).await;
        let helper = by_session(app, &login(app, "helper", PASSWORD, &phone.shows(app, 0)).await.expect(201));
        let acting = json!({ "user": "mighty" });
        let acting = helper.post("/authentication/v1/session/impersonate", acting).await.expect(201);
        let acting = by_session(app, &acting);
        acting.get(SESSION).await.expect(200);
        let user = "/authentication/v1/user/mighty";
        refused(acting.delete(&format!("{user}/totp")).await, 403, "its generator");
        refused(acting.post(&format!("{user}/totp"), json!({})).await, 403, "another generator");
        refused(acting.put(&format!("{user}/disable/totp"), json!({})).await, 403, "its methods");
        refused(acting.put(user, json!({ "forcePasswordChange": true })).await, 403, "its marks");
    })
    .await;
}
