//! Second factors of others: who sets them up, asks for them and takes them away, and who does not get around them.

use std::time::Duration;

use argus_testing::{PASSWORD, stores};
use serde_json::json;

use super::totp::{App, enroll, login, verify};
use crate::refusals::support::{bad_fields, refused};

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
        let high = app.by_session(&login(app, "anna", PASSWORD, &phone.shows(app, 0)).await.expect(201));
        app.advance(Duration::from_secs(60));
        let other = app.by_session(&login(app, "anna", PASSWORD, &phone.shows(app, 0)).await.expect(201));
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
        let helper = app.by_session(&login(app, "helper", PASSWORD, &phone.shows(app, 0)).await.expect(201));
        let acting = json!({ "user": "mighty" });
        let acting = helper.post("/authentication/v1/session/impersonate", acting).await.expect(201);
        let acting = app.by_session(&acting);
        acting.get(SESSION).await.expect(200);
        let user = "/authentication/v1/user/mighty";
        refused(acting.delete(&format!("{user}/totp")).await, 403, "its generator");
        refused(acting.post(&format!("{user}/totp"), json!({})).await, 403, "another generator");
        refused(acting.put(&format!("{user}/disable/totp"), json!({})).await, 403, "its methods");
        refused(acting.put(user, json!({ "forcePasswordChange": true })).await, 403, "its marks");
    })
    .await;
}

#[tokio::test]
async fn who_needs_both_does_not_come_in_by_one() {
    stores(async |app| {
        app.customer("north", "root").await;
        app.new_user("helper", "root", &[("administrativeAuthenticationSetup", "north")]).await;
        app.new_user("anna", "north", &[]).await;
        app.new_user("mighty", "north", &[("viewAuditEvents", "root")]).await;
        let (helper, anna) = (app.by_password("helper", PASSWORD).await, app.by_password("anna", PASSWORD).await);
        let phone = enroll(app, &anna).await;
        let high = app.by_session(&login(app, "anna", PASSWORD, &phone.shows(app, 0)).await.expect(201));
        let (path, mark) = ("/authentication/v1/user/anna", json!({ "secondFactorRequired": true }));
        refused(anna.put(path, mark.clone()).await, 403, "without the function");
        refused(helper.put("/authentication/v1/user/mighty", mark.clone()).await, 403, "who holds more");
        let status = helper.put(path, mark.clone()).await.expect(200);
        assert_eq!(
            status["data"],
            json!({ "blocked": false, "forcePasswordChange": false, "secondFactorRequired": true })
        );
        refused(anna.get(SESSION).await, 401, "made without a code");
        high.get(SESSION).await.expect(200);
        let by_password = "/authentication/v1/password/authentication";
        let alone = json!({ "userName": "anna", "password": PASSWORD });
        let answer = refused(app.anonymous().post(by_password, alone.clone()).await, 401, "the password alone");
        assert_eq!(answer.template(), "authentication.second.factor");
        let wrong = json!({ "userName": "anna", "password": "wrong" });
        let answer = refused(app.anonymous().post(by_password, wrong).await, 401, "a wrong one does not hear it");
        assert_eq!(answer.template(), "authentication.failed");
        app.advance(Duration::from_secs(60));
        login(app, "anna", PASSWORD, &phone.shows(app, 0)).await.expect(201);
        let both = json!({ "secondFactorRequired": false, "forcePasswordChange": true });
        helper.put(path, both).await.expect(200);
        app.anonymous().post(by_password, alone).await.expect(221);
        // Nobody is shut out for want of a generator.
        let admin = app.by_password("admin", &app.admin_password).await;
        let none = admin.put("/authentication/v1/user/admin", mark).await;
        bad_fields(none, &["secondFactorRequired"], "no generator");
    })
    .await;
}

#[tokio::test]
async fn administrators_set_up_and_take_away() {
    stores(async |app| {
        app.customer("north", "root").await;
        let setup = "administrativeAuthenticationSetup-TOTP";
        app.new_user("helper", "root", &[(setup, "north")]).await;
        app.new_user("anna", "north", &[]).await;
        app.new_user("mighty", "north", &[("viewAuditEvents", "root")]).await;
        let (helper, anna) = (app.by_password("helper", PASSWORD).await, app.by_password("anna", PASSWORD).await);
        let path = |user: &str| format!("/authentication/v1/user/{user}/totp");
        refused(anna.post(&path("helper"), json!({})).await, 403, "without the function");
        refused(helper.post(&path("admin"), json!({})).await, 404, "of a customer out of reach");
        refused(helper.post(&path("mighty"), json!({})).await, 403, "who holds more");
        refused(helper.delete(&path("mighty")).await, 403, "who holds more");
        let offered = helper.post(&path("anna"), json!({})).await.expect(200);
        let phone = App::scan(offered["data"]["otpauthURI"].as_str().unwrap());
        bad_fields(verify(&helper, &offered, &phone.shows(app, 0)).await, &["cookie"], "it is for anna");
        verify(&anna, &offered, &phone.shows(app, 0)).await.expect(200);
        app.advance(Duration::from_secs(60));
        login(app, "anna", PASSWORD, &phone.shows(app, 0)).await.expect(201);
        helper.delete(&path("anna")).await.expect(200);
        app.advance(Duration::from_secs(60));
        refused(login(app, "anna", PASSWORD, &phone.shows(app, 0)).await, 401, "taken away");
        // Without the method neither login nor setting up.
        let admin = app.by_password("admin", &app.admin_password).await;
        admin.put("/authentication/v1/user/anna/disable/totp", json!({})).await.expect(200);
        refused(anna.post(TOTP, json!({ "password": PASSWORD })).await, 403, "disabled");
    })
    .await;
}
