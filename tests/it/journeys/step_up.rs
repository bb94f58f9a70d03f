//! Step-up: who proves once more who is at the keyboard gets an authorization for one operation.

use std::time::Duration;

use argus_testing::{Actor, PASSWORD, TestApp, stores};
use serde_json::{Value, json};

use super::totp::{enroll, login};
use crate::refusals::support::{bad_fields, refused};

const BY_PASSWORD: &str = "/authentication/v1/password/authorize";
const BY_CODE: &str = "/authentication/v1/totp/authorize";
const KEYS: &str = "/authentication/v1/apikey";

fn asked(operation: &str, proof: (&str, &str)) -> Value {
    json!({ "operation": operation, "nextURI": "/next", proof.0: proof.1 })
}

async fn authorization(user: &Actor, operation: &str) -> String {
    let answer = user.post(BY_PASSWORD, asked(operation, ("password", PASSWORD))).await.expect(200);
    assert_eq!((&answer["data"]["operation"], &answer["data"]["nextURI"]), (&json!(operation), &json!("/next")));
    answer["data"]["authorization"].as_str().unwrap().to_owned()
}

fn key(proof: Value) -> Value {
    let mut body = json!({ "description": "by step-up", "expirationDays": 30, "validSources": ["127.0.0.1"] });
    body.as_object_mut().unwrap().extend(proof.as_object().unwrap().clone());
    body
}

#[tokio::test]
async fn an_authorization_stands_for_the_password_once() {
    stores(async |app| {
        app.new_user("anna", "root", &[]).await;
        app.new_user("berta", "root", &[]).await;
        let (anna, berta) = (app.by_password("anna", PASSWORD).await, app.by_password("berta", PASSWORD).await);
        let token = authorization(&anna, "apikey.create").await;
        let by = |token: &str| key(json!({ "authorization": token }));
        bad_fields(berta.post(KEYS, by(&token)).await, &["authorization"], "somebody else's");
        let other = authorization(&anna, "apikey.renew").await;
        bad_fields(anna.post(KEYS, by(&other)).await, &["authorization"], "for another operation");
        let made = anna.post(KEYS, by(&token)).await.expect(201);
        bad_fields(anna.post(KEYS, by(&token)).await, &["authorization"], "used");
        let prefix = made["data"]["keyDescriptor"]["prefix"].as_str().unwrap().to_owned();
        let renewal = json!({ "expirationDays": 60, "authorization": other });
        anna.put(&format!("{KEYS}/{prefix}"), renewal.clone()).await.expect(200);
        bad_fields(anna.put(&format!("{KEYS}/{prefix}"), renewal).await, &["authorization"], "used");
        let token = authorization(&anna, "apikey.create").await;
        app.advance(Duration::from_millis(300_001));
        bad_fields(anna.post(KEYS, by(&token)).await, &["authorization"], "after five minutes");
        let token = authorization(&anna, "totp.initialize").await;
        anna.post("/authentication/v1/totp", json!({ "authorization": token })).await.expect(200);
        let again = anna.post("/authentication/v1/totp", json!({ "authorization": token })).await;
        bad_fields(again, &["authorization"], "used");
        // Two that come at the same moment: one.
        let token = authorization(&anna, "apikey.create").await;
        let (one, two) = tokio::join!(anna.post(KEYS, by(&token)), anna.post(KEYS, by(&token)));
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 412]);
    })
    .await;
}

#[tokio::test]
async fn only_by_the_method_of_the_session_and_only_back_here() {
    stores(async |app| {
        app.new_user("anna", "root", &[]).await;
        let anna = app.by_password("anna", PASSWORD).await;
        let phone = enroll(app, &anna).await;
        let high = app.by_session(&login(app, "anna", PASSWORD, &phone.shows(app, 0)).await.expect(201));
        app.advance(Duration::from_secs(60));
        let code = |code: String| asked("apikey.create", ("tokenCode", &code));
        refused(anna.post(BY_CODE, code(phone.shows(app, 0))).await, 403, "a session by password");
        let by_password = asked("apikey.create", ("password", PASSWORD));
        refused(high.post(BY_PASSWORD, by_password.clone()).await, 403, "a session by code");
        refused(app.user("keyed", &[]).await.post(BY_PASSWORD, by_password).await, 403, "a key");
        bad_fields(high.post(BY_CODE, code(phone.never_shows(app))).await, &["tokenCode"], "a wrong code");
        high.post(BY_CODE, code(phone.shows(app, 0))).await.expect(200);
        bad_fields(high.post(BY_CODE, code(phone.shows(app, 0))).await, &["tokenCode"], "used by the step-up before");
        refused_next_uris(app, &anna).await;
        let wrong = asked("apikey.create", ("password", "wrong"));
        bad_fields(anna.post(BY_PASSWORD, wrong).await, &["password"], "a wrong password");
        let many: serde_json::Map<String, Value> = (0..21).map(|number| (number.to_string(), json!("x"))).collect();
        let mut body = asked("apikey.create", ("password", PASSWORD));
        body["context"] = Value::Object(many);
        bad_fields(anna.post(BY_PASSWORD, body).await, &["context"], "too many pairs");
        let mut body = asked("order.place", ("password", PASSWORD));
        body["context"] = json!({ "order": "7" });
        let given = anna.post(BY_PASSWORD, body).await.expect(200);
        let check = |context: Value| {
            let token = &given["data"]["authorization"];
            json!({ "authorization": token, "operation": "order.place", "context": context })
        };
        let validate = "/authentication/v1/authorization/validate";
        refused(anna.post(validate, check(json!({ "order": "8" }))).await, 401, "another order");
        let valid = app.admin().post(validate, check(json!({ "order": "7" }))).await.expect(200);
        assert_eq!(valid["data"]["user"]["shortName"], "anna");
        refused(app.admin().post(validate, check(json!({ "order": "7" }))).await, 401, "validated once");
    })
    .await;
}

async fn refused_next_uris(app: &TestApp, anna: &Actor) {
    let own = app.url();
    let evil = ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "next", "/\\evil.example", ""];
    let disguised = [format!("{own}@evil.example/"), own.replace("://", "://evil@"), format!("{own}.evil.example/")];
    for bad in evil.iter().map(|text| (*text).to_owned()).chain(disguised) {
        let body = json!({ "operation": "apikey.create", "nextURI": bad, "password": PASSWORD });
        bad_fields(anna.post(BY_PASSWORD, body).await, &["nextURI"], &bad);
    }
    for good in [format!("{own}/page?a=b"), "/page".to_owned()] {
        let body = json!({ "operation": "apikey.create", "nextURI": good, "password": PASSWORD });
        anna.post(BY_PASSWORD, body).await.expect(200);
    }
}
