//! Sessions: from the login to the logout, by cookie and by Bearer.

use std::time::Duration;

use argus_testing::{Actor, Answer, PASSWORD, Store, TestApp, stores, stores_with};
use serde_json::{Value, json};

use crate::refusals::support::refused;

const LOGIN: &str = "/authentication/v1/password/authentication";
const SESSION: &str = "/authentication/v1/session";
const EVENTS: &str = "/audit/v1/event";

/// A login: the whole answer, its token and its cookie.
async fn login(app: &TestApp, user: &str) -> (Answer, String, String) {
    let body = json!({ "userName": user, "password": PASSWORD });
    let answer = app.anonymous().post(LOGIN, body).await.expect(201);
    let token = answer["data"]["credentials"]["requestCredentialsData"].as_str().unwrap().to_owned();
    let cookie = answer.headers["set-cookie"].to_str().unwrap().to_owned();
    (answer, token, cookie)
}

fn by_cookie(app: &TestApp, token: &str) -> Actor {
    app.anonymous().with("Cookie", &format!("a=b; argus_session={token}; c=d"))
}

fn by_bearer(app: &TestApp, token: &str) -> Actor {
    app.anonymous().with("Authorization", &format!("Bearer {token}"))
}

#[tokio::test]
async fn a_session_from_login_to_logout() {
    stores(async |app| {
        let user = app.new_user("anna", "root", &[("submitAuditEvents", "root")]).await;
        let (answer, token, cookie) = login(app, "anna").await;
        let data = &answer["data"];
        assert_eq!(cookie, format!("argus_session={token}; Path=/; HttpOnly; SameSite=Lax"));
        assert_eq!((&data["userID"], &data["username"]), (&json!(user), &json!("anna")));
        assert_eq!(data["credentials"]["requestCredentialsType"], "sessionToken");
        assert!(token.len() >= 43 && data["sessionKey"].as_str().unwrap().ends_with('='));
        for actor in [by_cookie(app, &token), by_bearer(app, &token)] {
            let session = actor.get(SESSION).await.expect(200);
            assert_eq!(
                (&session["data"]["userID"], &session["data"]["sessionKey"]),
                (&json!(user), &data["sessionKey"])
            );
            assert_eq!(session["data"]["securityLevel"], "DEFAULT");
            assert_eq!(session["data"]["validUntilTimestamp"], data["validUntilTimestamp"]);
            actor.post(EVENTS, json!({"action": "a"})).await.expect(201);
        }
        // A login never takes up a session that was there before.
        let (_, other, _) = login(app, "anna").await;
        assert_ne!(token, other);
        let ended = by_cookie(app, &token).delete(SESSION).await.expect(200);
        let gone = ended.headers["set-cookie"].to_str().unwrap();
        assert!(gone.starts_with("argus_session=;") && gone.contains("Max-Age=0"), "{gone}");
        for actor in [by_cookie(app, &token), by_bearer(app, &token)] {
            assert_eq!(refused(actor.get(SESSION).await, 401, "ended").template(), "session.expired");
            refused(actor.post(EVENTS, json!({"action": "a"})).await, 401, "ended");
            refused(actor.delete(SESSION).await, 401, "ended twice");
        }
        by_bearer(app, &other).get(SESSION).await.expect(200);
        by_bearer(app, &other).delete("/authentication/v1/logout").await.expect(200);
        refused(by_bearer(app, &other).get(SESSION).await, 401, "ended the old way");
        // A caller by key has no session to end, and is told no.
        let key = app.user("keyed", &[]).await;
        key.delete(SESSION).await.expect(200);
        key.get(SESSION).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn a_session_ends_when_it_is_idle_and_when_it_is_old() {
    stores(async |app| {
        app.new_user("anna", "root", &[]).await;
        let (_, token, _) = login(app, "anna").await;
        let anna = by_bearer(app, &token);
        // Used every hour it lives on, but no longer than twelve.
        for _ in 0..12 {
            app.advance(Duration::from_secs(3_600));
            anna.get(SESSION).await.expect(200);
        }
        app.advance(Duration::from_nanos(1));
        assert_eq!(refused(anna.get(SESSION).await, 401, "old").template(), "session.expired");
        let (_, token, _) = login(app, "anna").await;
        let anna = by_cookie(app, &token);
        app.advance(Duration::from_secs(3_600));
        anna.get(SESSION).await.expect(200);
        app.advance(Duration::from_nanos(3_600_000_000_001));
        for _ in 0..2 {
            assert_eq!(refused(anna.get(SESSION).await, 401, "idle").template(), "session.expired");
        }
        // Refused requests did not wake it up.
        app.advance(Duration::from_secs(1));
        refused(anna.get(SESSION).await, 401, "still idle");
        let log = app.admin().get(&format!("{EVENTS}?includeFlags=LOGIN&includeInternal=true&outcome=FAILURE")).await;
        let names: Vec<&Value> = log.list().iter().map(|event| &event["actorName"]).collect();
        assert_eq!(names, vec!["anna"; 4]);
    })
    .await;
}

/// Each node knows when it last saw a session itself; before it calls one idle it has to ask what the others saw.
#[tokio::test]
async fn a_session_that_another_node_serves_is_not_idle() {
    let Some(app) = TestApp::start_on(Store::Postgres, &|_| {}).await else { return };
    let other = app.another_node().await;
    app.new_user("anna", "root", &[]).await;
    let (_, token, _) = login(&app, "anna").await;
    let (here, there) = (by_bearer(&app, &token), by_bearer(&other, &token));
    there.get(SESSION).await.expect(200);
    for _ in 0..3 {
        app.advance(Duration::from_secs(3_000));
        here.get(SESSION).await.expect(200);
        // What housekeeping does every few seconds.
        app.platform.usage.flush(&app.platform.db).await.unwrap();
    }
    there.get(SESSION).await.expect(200);
    here.delete(SESSION).await.expect(200);
    refused(there.get(SESSION).await, 401, "ended on another node");
    app.advance(Duration::from_secs(4_000));
    let (_, token, _) = login(&app, "anna").await;
    app.advance(Duration::from_secs(3_601));
    refused(by_bearer(&other, &token).get(SESSION).await, 401, "idle everywhere");
    other.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn another_site_cannot_use_the_cookie() {
    stores(async |app| {
        app.new_user("anna", "root", &[("submitAuditEvents", "root"), ("viewAuditEvents", "root")]).await;
        let (_, token, _) = login(app, "anna").await;
        let stored = app.events(false).await;
        let (cookie, bearer, own) = (by_cookie(app, &token), by_bearer(app, &token), app.url());
        let event = || json!({"action": "a"});
        for (name, value) in [
            ("Sec-Fetch-Site", "cross-site"),
            ("Sec-Fetch-Site", "same-site"),
            ("Sec-Fetch-Site", "else"),
            ("Origin", "https://evil.example"),
            ("Origin", "null"),
            ("Origin", ""),
            ("Origin", "http://127.0.0.1"),
            ("Origin", "http://127.0.0.1:1"),
            ("Origin", &format!("{own}.evil.example")),
            ("Origin", &own.replace("http:", "https:")),
        ] {
            let foreign = cookie.with(name, value);
            let answer = refused(foreign.post(EVENTS, event()).await, 403, value);
            assert_eq!(answer.template(), "session.cross.site", "{name}: {value}");
            refused(foreign.post(&format!("{EVENTS}/search"), json!({})).await, 403, value);
            refused(foreign.post("/apikey/v1/apikey", json!({"description": "key"})).await, 403, value);
            refused(foreign.delete(SESSION).await, 403, value);
            // Reading changes nothing, and a header is never sent by a browser on its own.
            foreign.get(SESSION).await.expect(200);
            bearer.with(name, value).post(&format!("{EVENTS}/search"), json!({})).await.expect(200);
        }
        let two_faced = cookie.with("Sec-Fetch-Site", "same-origin").with("Origin", "https://evil.example");
        refused(two_faced.post(EVENTS, event()).await, 403, "both");
        assert_eq!(app.events(false).await, stored);
        for (name, value) in [
            ("Sec-Fetch-Site", "same-origin"),
            ("Sec-Fetch-Site", "none"),
            ("Origin", &own),
            ("Origin", &own.replace("127.0.0.1", "localhost")),
            ("Origin", &own.to_uppercase()),
        ] {
            cookie.with(name, value).post(EVENTS, event()).await.expect(201);
        }
        cookie.post(EVENTS, event()).await.expect(201);
        bearer.with("Origin", "https://evil.example").post(EVENTS, event()).await.expect(201);
        let log = app.admin().get(&format!("{EVENTS}?includeInternal=true&outcome=FAILURE&limit=0")).await.expect(200);
        let refusals = log.list().iter().filter(|event| event["responseMetadata"]["responseCode"] == 403).count();
        assert_eq!(refusals, 41);
    })
    .await;
}

#[tokio::test]
async fn a_cookie_of_an_https_address_is_secure() {
    let https = |settings: &mut argus_core::config::Settings| {
        settings.public_urls = vec!["https://argus.example/".to_owned()];
    };
    stores_with(https, async |app| {
        app.new_user("anna", "root", &[]).await;
        let (_, token, cookie) = login(app, "anna").await;
        assert_eq!(cookie, format!("argus_session={token}; Path=/; HttpOnly; SameSite=Lax; Secure"));
        let anna = by_cookie(app, &token);
        anna.with("Origin", "https://argus.example").post("/apikey/v1/apikey/search", json!({})).await.expect(200);
        for foreign in ["http://argus.example", "https://argus.example:8443", "https://argus.example.evil", &app.url()]
        {
            refused(anna.with("Origin", foreign).post("/apikey/v1/apikey/search", json!({})).await, 403, foreign);
        }
        let ended = anna.delete(SESSION).await.expect(200);
        assert!(ended.headers["set-cookie"].to_str().unwrap().ends_with("; Secure"));
    })
    .await;
}
