//! Time-based codes: set up, logged in with, once each, not guessed, taken away.

use std::collections::HashMap;
use std::time::Duration;

use argus_core::app::AllTries;
use argus_testing::{Actor, Answer, PASSWORD, START, Store, TestApp, stores};
use ring::hmac::{HMAC_SHA1_FOR_LEGACY_USE_ONLY, Key, sign};
use serde_json::{Value, json};

use crate::refusals::support::{bad_fields, refused};

const TOTP: &str = "/authentication/v1/totp";
const LOGIN: &str = "/authentication/v1/totp/authentication";
const SESSION: &str = "/authentication/v1/session";

/// An authenticator app: it knows what the QR code says, and nothing of this server.
pub struct App {
    secret: Vec<u8>,
}

impl App {
    /// Scans the code.
    pub fn scan(uri: &str) -> Self {
        let (what, parameters) = uri.split_once('?').unwrap();
        assert!(what.starts_with("otpauth://totp/Argus:"), "{uri}");
        let parameters: HashMap<_, _> = parameters.split('&').filter_map(|pair| pair.split_once('=')).collect();
        assert_eq!((parameters["digits"], parameters["period"], parameters["algorithm"]), ("6", "30", "SHA1"));
        let bits = parameters["secret"].bytes().flat_map(|letter| {
            let value = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".iter().position(|known| *known == letter).unwrap();
            (0..5).rev().map(move |bit| u8::from(value & (1 << bit) != 0))
        });
        let bits: Vec<u8> = bits.collect();
        Self { secret: bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |sum, bit| sum << 1 | bit)).collect() }
    }

    /// What it shows so many steps from now.
    pub fn shows(&self, app: &TestApp, steps: i64) -> String {
        let step = app.clock.now_millis() / 30_000 + steps;
        let tag = sign(&Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.secret), &step.to_be_bytes());
        let bytes = tag.as_ref();
        let at = usize::from(bytes[19] & 15);
        let number = u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
        format!("{:06}", number % 1_000_000)
    }

    /// One that it does not show now, nor soon.
    pub fn never_shows(&self, app: &TestApp) -> String {
        let shown = [-2, -1, 0, 1, 2].map(|steps| self.shows(app, steps));
        (0..).map(|number| format!("{number:06}")).find(|code| !shown.contains(code)).unwrap()
    }
}

/// Sets a generator up for a user who is logged in, and waits until its first code is no longer good.
pub async fn enroll(app: &TestApp, user: &Actor) -> App {
    let offered = user.post(TOTP, json!({ "password": PASSWORD })).await.expect(200);
    let phone = App::scan(offered["data"]["otpauthURI"].as_str().unwrap());
    verify(user, &offered, &phone.shows(app, 0)).await.expect(200);
    app.advance(Duration::from_secs(60));
    phone
}

pub async fn verify(user: &Actor, offered: &Answer, code: &str) -> Answer {
    user.put(TOTP, json!({ "cookie": offered["data"]["cookie"], "verificationCode": code })).await
}

/// A login by password and code.
pub async fn login(app: &TestApp, user: &str, password: &str, code: &str) -> Answer {
    app.anonymous().post(LOGIN, json!({ "userName": user, "password": password, "tokenCode": code })).await
}

/// The log, once that is in it: records of changes come right after them, each look takes a round trip.
async fn log_of(app: &TestApp, there: impl Fn(&Answer) -> bool) -> Answer {
    let mut last = None;
    for _ in 0..100 {
        let log = app.admin().get("/audit/v1/event?includeInternal=true&limit=0").await.expect(200);
        if there(&log) {
            return log;
        }
        last = Some(log.text);
    }
    panic!("not in the log: {last:?}")
}

/// Logins by code with that outcome.
fn logins(log: &Answer, outcome: &str) -> usize {
    let by_code = |event: &&Value| event["authMethod"] == "TOTP" && event["verb"] == "LOGIN";
    log.list().iter().filter(by_code).filter(|event| event["outcome"] == outcome).count()
}

#[tokio::test]
async fn password_and_code_give_the_highest_level_once_a_code() {
    stores(async |app| {
        app.new_user("anna", "root", &[("impersonate", "root")]).await;
        app.new_user("berta", "root", &[]).await;
        let session = app.by_password("anna", PASSWORD).await;
        let phone = enroll(app, &session).await;
        let impersonate = json!({ "user": "berta" });
        let low =
            refused(session.post("/authentication/v1/session/impersonate", impersonate.clone()).await, 403, "low");
        assert!(low["messages"][0]["message"].as_str().unwrap().contains("administrative"), "{}", low.text);
        // The same code by many at once: one of them gets in.
        let code = phone.shows(app, 0);
        let tries = (0..8).map(|_| {
            let (anonymous, code) = (app.anonymous(), code.clone());
            let body = json!({ "userName": "anna", "password": PASSWORD, "tokenCode": code });
            tokio::spawn(async move { anonymous.post(LOGIN, body).await })
        });
        let mut answers = Vec::new();
        for one in tries.collect::<Vec<_>>() {
            answers.push(one.await.unwrap());
        }
        let (good, late): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 201);
        assert_eq!((good.len(), late.len()), (1, 7));
        for late in late {
            assert_eq!((late.status, &late["data"]["failed"]), (206, &Value::Bool(false)), "{}", late.text);
            assert!(late["data"]["credentials"].is_null() && !late.headers.contains_key("set-cookie"));
        }
        let good = &good[0];
        assert_eq!(
            (&good["data"]["authenticationMethod"], &good["data"]["securityLevel"]),
            (&json!("TOTP"), &json!("ADMINISTRATIVE"))
        );
        let high = app.by_session(good);
        let other = high.post("/authentication/v1/session/impersonate", impersonate).await.expect(201);
        assert_eq!(app.by_session(&other).get(SESSION).await.expect(200)["data"]["username"], "berta");
        // A code a step early or late is good; two steps are too much.
        for (steps, status) in [(1, 201), (2, 401), (-2, 401)] {
            assert_eq!(login(app, "anna", PASSWORD, &phone.shows(app, steps)).await.status, status, "{steps}");
        }
        // The code of now lies before the one just used.
        assert_eq!(login(app, "anna", PASSWORD, &phone.shows(app, 0)).await.status, 206);
        app.advance(Duration::from_secs(90));
        // The password alone is good as before, at its own level.
        let alone = app.by_password("anna", PASSWORD).await.get(SESSION).await.expect(200);
        assert_eq!(alone["data"]["securityLevel"], "DEFAULT");
        let log = log_of(app, |log| logins(log, "SUCCESS") == 2 && logins(log, "FAILURE") == 10).await;
        assert!(!log.text.contains(&code), "a code stands in the trail");
    })
    .await;
}

#[tokio::test]
async fn a_generator_is_in_use_from_its_first_code_on() {
    stores(async |app| {
        app.new_user("anna", "root", &[]).await;
        let session = app.by_password("anna", PASSWORD).await;
        bad_fields(session.post(TOTP, json!({})).await, &["password"], "without proof");
        bad_fields(session.post(TOTP, json!({ "password": "wrong" })).await, &["password"], "a wrong proof");
        bad_fields(session.post(TOTP, json!({ "authorization": "a.b.c" })).await, &["authorization"], "a false proof");
        refused(app.user("keyed", &[]).await.post(TOTP, json!({ "password": PASSWORD })).await, 403, "a key");
        let first = session.post(TOTP, json!({ "password": PASSWORD })).await.expect(200);
        let offered = session.post(TOTP, json!({ "password": PASSWORD })).await.expect(200);
        assert_eq!((&offered["data"]["userName"], &offered["data"]["passCodeLength"]), (&json!("anna"), &json!(6)));
        let replaced = App::scan(first["data"]["otpauthURI"].as_str().unwrap());
        bad_fields(verify(&session, &first, &replaced.shows(app, 0)).await, &["cookie"], "replaced by the second");
        let phone = App::scan(offered["data"]["otpauthURI"].as_str().unwrap());
        refused(login(app, "anna", PASSWORD, &phone.shows(app, 0)).await, 401, "it is not in use yet");
        bad_fields(verify(&session, &offered, &phone.never_shows(app)).await, &["verificationCode"], "a wrong code");
        let methods = session.get("/authentication/v1/session/authmethods").await.expect(200);
        let totp = |methods: &Answer| methods.list().iter().find(|it| it["method"] == "TOTP").unwrap().clone();
        assert_eq!(totp(&methods)["initialized"], false);
        verify(&session, &offered, &phone.shows(app, 0)).await.expect(200);
        bad_fields(verify(&session, &offered, &phone.shows(app, 1)).await, &["cookie"], "in use already");
        let methods = session.get("/authentication/v1/session/authmethods").await.expect(200);
        assert_eq!(totp(&methods)["initialized"], true);
        assert_eq!(login(app, "anna", PASSWORD, &phone.shows(app, 0)).await.status, 206, "its first code is used");
        // Another one replaces it by its own first code, and not before; late, it is gone.
        let offered = session.post(TOTP, json!({ "password": PASSWORD })).await.expect(200);
        let next = App::scan(offered["data"]["otpauthURI"].as_str().unwrap());
        app.advance(Duration::from_secs(901));
        bad_fields(verify(&session, &offered, &next.shows(app, 0)).await, &["cookie"], "after 15 minutes");
        login(app, "anna", PASSWORD, &phone.shows(app, 0)).await.expect(201);
        let next = enroll(app, &session).await;
        refused(login(app, "anna", PASSWORD, &phone.shows(app, 0)).await, 401, "replaced");
        login(app, "anna", PASSWORD, &next.shows(app, 0)).await.expect(201);
        // Guessing the first code ends the offer.
        let offered = session.post(TOTP, json!({ "password": PASSWORD })).await.expect(200);
        let guessed = App::scan(offered["data"]["otpauthURI"].as_str().unwrap());
        for _ in 0..10 {
            let answer = verify(&session, &offered, &guessed.never_shows(app)).await;
            bad_fields(answer, &["verificationCode"], "a guess");
        }
        bad_fields(verify(&session, &offered, &guessed.shows(app, 0)).await, &["cookie"], "after ten guesses");
        session.delete(TOTP).await.expect(200);
        app.advance(Duration::from_secs(60));
        refused(login(app, "anna", PASSWORD, &next.shows(app, 0)).await, 401, "taken away");
    })
    .await;
}

#[tokio::test]
async fn seeds_are_not_stored_as_they_are() {
    stores(async |app| {
        app.new_user("anna", "root", &[]).await;
        let session = app.by_password("anna", PASSWORD).await;
        let phone = enroll(app, &session).await;
        let rows = argus_identity::totp::active(app.platform.db.reader(), 2).await.unwrap().unwrap();
        let shown = |haystack: &[u8]| haystack.windows(phone.secret.len()).any(|part| part == phone.secret);
        assert!(!shown(&rows.seed));
        let log = log_of(app, |log| log.list().iter().any(|event| event["after"]["totp"] == "active")).await;
        assert!(!log.text.contains("otpauth"));
    })
    .await;
}

#[tokio::test]
async fn guesses_are_counted_in_the_store() {
    stores(async |app| {
        app.new_user("anna", "root", &[]).await;
        let session = app.by_password("anna", PASSWORD).await;
        let phone = enroll(app, &session).await;
        // What this node remembers goes with a restart.
        let restart = || app.platform.tries.accounts.forget(&AllTries::account(1, "anna"));
        for _ in 0..10 {
            refused(login(app, "anna", PASSWORD, &phone.never_shows(app)).await, 401, "a guess");
        }
        restart();
        let limited = refused(login(app, "anna", PASSWORD, &phone.shows(app, 0)).await, 429, "after ten guesses");
        assert!(limited.headers.contains_key("retry-after"));
        if app.store == Store::Postgres {
            let other = app.another_node().await;
            refused(login(&other, "anna", PASSWORD, &phone.shows(app, 0)).await, 429, "on another node");
            other.stop().await;
        }
        app.advance(Duration::from_secs(301));
        restart();
        login(app, "anna", PASSWORD, &phone.shows(app, 0)).await.expect(201);
        // A hundred in a row lock it, until an administrator says otherwise.
        for window in 0..10 {
            for _ in 0..10 {
                refused(login(app, "anna", PASSWORD, &phone.never_shows(app)).await, 401, "a guess");
            }
            restart();
            app.advance(Duration::from_secs(301));
            assert!(window < 10);
        }
        let locked = refused(login(app, "anna", PASSWORD, &phone.shows(app, 0)).await, 401, "locked");
        assert_eq!(locked.template(), "totp.locked");
        refused(login(app, "anna", "wrong", &phone.shows(app, 0)).await, 401, "who does not know the password");
        let admin = app.by_password("admin", &app.admin_password).await;
        admin.put("/authentication/v1/user/anna/unblock", json!({})).await.expect(200);
        login(app, "anna", PASSWORD, &phone.shows(app, 0)).await.expect(201);
    })
    .await;
}

#[tokio::test]
async fn wrong_password_wrong_code_and_no_generator_sound_the_same() {
    stores(async |app| {
        app.new_user("anna", "root", &[]).await;
        app.new_user("berta", "root", &[]).await;
        let session = app.by_password("anna", PASSWORD).await;
        let phone = enroll(app, &session).await;
        let (good, bad) = (phone.shows(app, 0), phone.never_shows(app));
        let mut words = std::collections::HashSet::new();
        for (user, password, code) in [
            ("anna", "wrong", &good),
            ("anna", PASSWORD, &bad),
            ("berta", PASSWORD, &good),
            ("nobody", PASSWORD, &good),
        ] {
            let answer = refused(login(app, user, password, code).await, 401, user);
            words.insert(answer["messages"][0]["message"].to_string());
        }
        assert_eq!(words.len(), 1, "{words:?}");
        assert_eq!(app.clock.now() / 1_000_000_000, START / 1_000_000_000 + 60);
    })
    .await;
}
