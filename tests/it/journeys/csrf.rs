//! CSRF tokens: what a browser's own page can make, and another site cannot.

use std::time::Duration;

use argus_core::config::Csrf;
use argus_testing::{Actor, PASSWORD, START, TestApp, stores, stores_with};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::hmac::{HMAC_SHA256, Key, sign};
use serde_json::{Value, json};

use crate::refusals::support::refused;

const EVENTS: &str = "/audit/v1/event";

/// Somebody by cookie, and the key that came with the session.
async fn login(app: &TestApp, user: &str) -> (Actor, Actor, String) {
    let body = json!({ "userName": user, "password": PASSWORD });
    let answer = app.anonymous().post("/authentication/v1/password/authentication", body).await.expect(201);
    let token = answer["data"]["credentials"]["requestCredentialsData"].as_str().unwrap();
    let cookie = app.anonymous().with("Cookie", &format!("argus_session={token}"));
    let bearer = app.anonymous().with("Authorization", &format!("Bearer {token}"));
    (cookie, bearer, answer["data"]["sessionKey"].as_str().unwrap().to_owned())
}

fn token(key: &str, head: &str, claims: &Value) -> String {
    let input = format!("{}.{}", URL_SAFE_NO_PAD.encode(head), URL_SAFE_NO_PAD.encode(claims.to_string()));
    let key = Key::new(HMAC_SHA256, &STANDARD.decode(key).unwrap());
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(sign(&key, input.as_bytes())))
}

const HEAD: &str = r#"{"alg": "HS256", "type": "JWT"}"#;

fn now() -> i64 {
    START / 1_000_000
}

#[tokio::test]
async fn a_token_that_is_sent_must_be_right() {
    stores(async |app| {
        app.new_user("anna", "root", &[("submitAuditEvents", "root")]).await;
        let (anna, bearer, key) = login(app, "anna").await;
        let (_, _, other_key) = login(app, "anna").await;
        let (url, event) = (format!("{}{EVENTS}", app.url()), || json!({"action": "a"}));
        let right = token(&key, HEAD, &json!({ "url": url, "timestamp": now() }));
        // Clients send the very same request again.
        for _ in 0..2 {
            anna.with("Argus-Csrf-Token", &right).post(EVENTS, event()).await.expect(201);
        }
        let local = url.replace("127.0.0.1", "LOCALHOST");
        for claims in
            [json!({ "url": local, "timestamp": now() + 300_000 }), json!({ "url": url, "timestamp": now() - 300_000 })]
        {
            anna.with("Argus-Csrf-Token", &token(&key, HEAD, &claims)).post(EVENTS, event()).await.expect(201);
        }
        let stored = app.events(false).await;
        let good = json!({ "url": url, "timestamp": now() });
        let none =
            format!("{}.{}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#), URL_SAFE_NO_PAD.encode(good.to_string()));
        let (start, _) = right.rsplit_once('.').unwrap();
        for wrong in [
            String::new(),
            "garbage".to_owned(),
            "..".to_owned(),
            none,
            format!("{start}."),
            format!("{right}="),
            token(&other_key, HEAD, &good),
            token(&key, r#"{"alg": "HS512"}"#, &good),
            token(&key, HEAD, &json!({ "url": url, "timestamp": now() + 300_001 })),
            token(&key, HEAD, &json!({ "url": url, "timestamp": now() - 300_001 })),
            token(&key, HEAD, &json!({ "url": url, "timestamp": "now" })),
            token(&key, HEAD, &json!({ "url": format!("{url}/search"), "timestamp": now() })),
            token(&key, HEAD, &json!({ "url": EVENTS, "timestamp": now() })),
            token(&key, HEAD, &json!({ "url": url.replace("127.0.0.1", "argus.evil"), "timestamp": now() })),
            token(&key, HEAD, &json!({ "timestamp": now() })),
        ] {
            let answer = refused(anna.with("Argus-Csrf-Token", &wrong).post(EVENTS, event()).await, 403, &wrong);
            assert_eq!(answer.template(), "csrf.invalid");
            // Reading needs none, and callers by header are not sent along by browsers.
            anna.with("Argus-Csrf-Token", &wrong).get("/authentication/v1/session").await.expect(200);
        }
        assert_eq!(app.events(false).await, stored);
        bearer.with("Argus-Csrf-Token", "garbage").post(EVENTS, event()).await.expect(201);
        app.advance(Duration::from_secs(301));
        refused(anna.with("Argus-Csrf-Token", &right).post(EVENTS, event()).await, 403, "stale");
        anna.post(EVENTS, event()).await.expect(201);
    })
    .await;
}

#[tokio::test]
async fn the_settings_can_demand_one() {
    stores_with(
        |settings| settings.session.csrf = Csrf::Token,
        async |app| {
            app.new_user("anna", "root", &[("submitAuditEvents", "root")]).await;
            let (anna, bearer, key) = login(app, "anna").await;
            let answer = refused(anna.post(EVENTS, json!({"action": "a"})).await, 403, "without");
            assert_eq!(answer.template(), "csrf.missing");
            refused(anna.delete("/authentication/v1/session").await, 403, "without");
            anna.get("/authentication/v1/session").await.expect(200);
            bearer.post(EVENTS, json!({"action": "a"})).await.expect(201);
            let claims = json!({ "url": format!("{}{EVENTS}", app.url()), "timestamp": now() });
            let token = token(&key, HEAD, &claims);
            anna.with("Argus-Csrf-Token", &token).post(EVENTS, json!({"action": "a"})).await.expect(201);
        },
    )
    .await;
}
