//! Passwords: changed by who knows the old one, set by who was authorized; and users who are kept out.

use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use argus_identity::users::{self, UserChange};
use argus_testing::{Answer, PASSWORD, TestApp, stores, stores_with};
use serde_json::{Value, json};

use crate::refusals::support::{bad_fields, refused};

const PASSWORDS: &str = "/authentication/v1/password";
const LOGIN: &str = "/authentication/v1/password/authentication";
const SESSION: &str = "/authentication/v1/session";
const VALIDATE: &str = "/authentication/v1/authorization/validate";

async fn login(app: &TestApp, user: &str, password: &str) -> Answer {
    app.anonymous().post(LOGIN, json!({ "userName": user, "password": password })).await
}

async fn reset(app: &TestApp, user: &str) -> String {
    let admin = app.by_password("admin", &app.admin_password).await;
    let path = format!("/authentication/v1/user/{user}/password/reset");
    let answer = admin.put(&path, json!({})).await.expect(200);
    assert_eq!(answer["data"]["operation"], "password.set");
    answer["data"]["authorization"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn whoever_knows_the_old_one_can_change_it() {
    stores(async |app| {
        app.new_user("anna", "root", &[]).await;
        let (one, other) = (app.by_password("anna", PASSWORD).await, app.by_password("anna", PASSWORD).await);
        let change = |old: &str, new: &str| json!({ "oldPassword": old, "newPassword": new });
        for (old, new, field, reason) in [
            ("wrong", "viel-heller-mond", "oldPassword", "wrongPassword"),
            (PASSWORD, "Short-7", "newPassword", "tooShort"),
            (PASSWORD, "abababababababab", "newPassword", "tooSimple"),
            (PASSWORD, "Password12345!", "newPassword", "pwnedPassword"),
            (PASSWORD, PASSWORD, "newPassword", "historicPassword"),
        ] {
            let answer = bad_fields_with_data(one.put(PASSWORDS, change(old, new)).await, field);
            assert_eq!(answer["data"]["reason"], reason);
        }
        bad_fields(one.put(PASSWORDS, json!({ "newPassword": "viel-heller-mond" })).await, &["oldPassword"], "neither");
        let both = json!({ "newPassword": "viel-heller-mond", "oldPassword": PASSWORD, "authorization": "x" });
        bad_fields(one.put(PASSWORDS, both).await, &["authorization"], "both");
        refused(app.anonymous().put(PASSWORDS, change(PASSWORD, "viel-heller-mond")).await, 401, "nobody");
        refused(app.user("keyed", &[]).await.put(PASSWORDS, change(PASSWORD, "viel-heller-mond")).await, 403, "a key");
        other.get(SESSION).await.expect(200);
        one.put(PASSWORDS, change(PASSWORD, "viel-heller-mond")).await.expect(200);
        one.get(SESSION).await.expect(200);
        refused(other.get(SESSION).await, 401, "ended by the change");
        refused(login(app, "anna", PASSWORD).await, 401, "the old one");
        login(app, "anna", "viel-heller-mond").await.expect(201);
        let answer =
            bad_fields_with_data(one.put(PASSWORDS, change("viel-heller-mond", PASSWORD)).await, "newPassword");
        assert_eq!(answer["data"]["reason"], "historicPassword");
        for (password, state) in [("Password1", "breached"), ("viel-heller-mond", "ok")] {
            let tested = one.put("/authentication/v1/password/test", json!({ "password": password })).await.expect(200);
            assert_eq!(tested["data"]["state"], state);
        }
        let log = app.admin().get("/audit/v1/event?includeInternal=true&limit=0").await.expect(200);
        assert!(!log.text.contains("viel-heller-mond") && !log.text.contains("argon2"));
    })
    .await;
}

/// A 412 on one field, with data for programs.
fn bad_fields_with_data(answer: Answer, field: &str) -> Answer {
    assert_eq!((answer.status, answer.fields()), (412, vec![field]), "{}", answer.text);
    answer
}

#[tokio::test]
async fn an_authorization_sets_it_once_and_for_a_day() {
    stores(async |app| {
        app.new_user("anna", "root", &[]).await;
        let session = app.by_password("anna", PASSWORD).await;
        let set = |token: &str, new: &str| json!({ "authorization": token, "newPassword": new });
        let (token, late, void) = (reset(app, "anna").await, reset(app, "anna").await, reset(app, "anna").await);
        let weak = app.anonymous().put(PASSWORDS, set(&token, "Short-7")).await;
        bad_fields_with_data(weak, "newPassword");
        app.anonymous().put(PASSWORDS, set(&token, "viel-heller-mond")).await.expect(200);
        refused(session.get(SESSION).await, 401, "ended by the change");
        for used in [token.as_str(), &void, "", "a.b.c", &format!("{token}x"), &token.replace('.', "..")] {
            let answer = refused(app.anonymous().put(PASSWORDS, set(used, "noch-ein-Wort-9")).await, 401, used);
            assert_eq!(answer.template(), "authorization.invalid");
        }
        let fresh = reset(app, "anna").await;
        app.advance(Duration::from_millis(86_400_001));
        for token in [&late, &fresh] {
            refused(app.anonymous().put(PASSWORDS, set(token, "noch-ein-Wort-9")).await, 401, "late");
        }
        login(app, "anna", "viel-heller-mond").await.expect(201);
        let rights: [(&str, &str); 0] = [];
        let plain = app.user("plain", &rights).await;
        let path = "/authentication/v1/user/anna/password/reset";
        refused(plain.put(path, json!({})).await, 403, "without the function");
        refused(app.admin().put(path, json!({})).await, 403, "by key");
        // Of two that come at the same moment one is used.
        let token = reset(app, "anna").await;
        let anonymous = app.anonymous();
        let (one, two) = tokio::join!(
            anonymous.put(PASSWORDS, set(&token, "noch-ein-Wort-9")),
            anonymous.put(PASSWORDS, set(&token, "und-noch-eines-8")),
        );
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert!(statuses == [200, 401] || statuses == [200, 412], "{statuses:?}");
    })
    .await;
}

#[tokio::test]
async fn nobody_lets_himself_into_an_account_that_holds_more() {
    stores(async |app| {
        app.customer("red", "root").await;
        app.new_user("plain", "red", &[("viewAuditEvents", "red")]).await;
        app.new_user("wide", "red", &[("viewAuditEvents", "root")]).await;
        app.new_user("delegate", "red", &[("administrator", "red")]).await;
        app.new_user("desk", "red", &[("resetUserPassword", "red")]).await;
        let (delegate, desk) = (app.by_password("delegate", PASSWORD).await, app.by_password("desk", PASSWORD).await);
        let admin = app.by_password("admin", &app.admin_password).await;
        for (caller, user, status) in [
            (&desk, "plain", 403),
            (&desk, "desk", 200),
            (&delegate, "plain", 200),
            (&delegate, "wide", 403),
            (&delegate, "delegate", 200),
            (&delegate, "admin", 404),
            (&admin, "wide", 200),
            (&admin, "delegate", 200),
        ] {
            let answer = caller.put(&format!("/authentication/v1/user/{user}/password/reset"), json!({})).await;
            assert_eq!(answer.status, status, "{user}: {}", answer.text);
            if status == 403 {
                assert_eq!(answer.template(), "access.denied.escalation", "{user}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn an_authorization_is_validated_once() {
    stores(async |app| {
        let anna = app.new_user("anna", "root", &[]).await;
        let (key, token) = (app.user("keyed", &[]).await, reset(app, "anna").await);
        let ask = |more: Value| {
            let mut body = json!({ "authorization": token, "operation": "password.set" });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            body
        };
        refused(app.anonymous().post(VALIDATE, ask(json!({}))).await, 401, "nobody");
        refused(key.post(VALIDATE, ask(json!({ "operation": "apikey.create" }))).await, 401, "another operation");
        refused(key.post(VALIDATE, ask(json!({ "context": { "a": "b" } }))).await, 401, "another context");
        for _ in 0..2 {
            let good = key.post(VALIDATE, ask(json!({ "allowReplay": true }))).await.expect(200);
            assert_eq!(good["data"]["user"]["id"], anna);
        }
        key.post(VALIDATE, ask(json!({}))).await.expect(200);
        refused(key.post(VALIDATE, ask(json!({}))).await, 401, "used");
        app.advance(Duration::from_millis(86_400_001));
        refused(key.post(VALIDATE, ask(json!({ "allowReplay": true }))).await, 401, "expired");
        let lenient = ask(json!({ "allowReplay": true, "allowExpired": true }));
        key.post(VALIDATE, lenient).await.expect(200);
        let file = std::fs::metadata(app.data_dir().join("secret.key")).unwrap();
        assert_eq!((file.len(), file.permissions().mode() & 0o777), (32, 0o600));
    })
    .await;
}

#[tokio::test]
async fn the_secret_can_be_a_setting() {
    let secret = |settings: &mut argus_core::config::Settings| {
        settings.secret_key = argus_core::config::Secret::new("0123456789abcdef0123456789abcdef");
    };
    stores_with(secret, async |app| {
        app.new_user("anna", "root", &[]).await;
        let body = json!({ "authorization": reset(app, "anna").await, "newPassword": "viel-heller-mond" });
        app.anonymous().put(PASSWORDS, body).await.expect(200);
        assert!(!app.data_dir().join("secret.key").exists());
    })
    .await;
}

#[tokio::test]
async fn a_blocked_user_is_kept_out() {
    stores(async |app| {
        let anna = app.new_user("anna", "root", &[]).await;
        let (session, key) = (app.by_password("anna", PASSWORD).await, app.by_key(&app.new_key(anna).await));
        let blocker = app.user("blocker", &[("blockUser", "root"), ("viewUsers", "root")]).await;
        let (block, unblock) = ("/authentication/v1/user/anna/block", "/authentication/v1/user/anna/unblock");
        key.get(SESSION).await.expect(200);
        refused(key.put(block, json!({})).await, 403, "without the function");
        blocker.put(block, json!({})).await.expect(200);
        let status = blocker.get("/authentication/v1/user/anna").await.expect(200);
        assert_eq!(
            status["data"],
            json!({ "blocked": true, "forcePasswordChange": false, "secondFactorRequired": false })
        );
        refused(session.get(SESSION).await, 401, "blocked");
        refused(key.get(SESSION).await, 401, "blocked");
        refused(login(app, "anna", PASSWORD).await, 401, "blocked");
        refused(blocker.put(unblock, json!({})).await, 403, "another function");
        app.admin().put(unblock, json!({})).await.expect(200);
        key.get(SESSION).await.expect(200);
        refused(session.get(SESSION).await, 401, "a session that ended stays ended");
        let last = refused(blocker.put("/authentication/v1/user/admin/block", json!({})).await, 412, "the last one");
        assert_eq!(last.template(), "last.administrator");
        app.new_user("second", "root", &[("administrator", "root")]).await;
        blocker.put("/authentication/v1/user/admin/block", json!({})).await.expect(200);
        let own = refused(blocker.put("/authentication/v1/user/blocker/block", json!({})).await, 412, "himself");
        assert_eq!(own.template(), "user.block.self");
        refused(blocker.put("/authentication/v1/user/nobody/block", json!({})).await, 404, "not there");
        let methods = blocker.get("/authentication/v1/user/anna/methods").await.expect(200);
        assert_eq!(methods.list().len(), 3);
    })
    .await;
}

/// Logins wait for their turn with the password that they were begun with; what was right then need not be so any more.
#[tokio::test]
async fn a_login_that_was_begun_before_a_change_does_not_outlive_it() {
    stores(async |app| {
        let anna = app.new_user("anna", "root", &[]).await;
        // Now, for it would have to wait behind the logins.
        let hash = app.platform.passwords.hash("viel-heller-mond").await.unwrap();
        let (sent, mut answers) = tokio::sync::mpsc::unbounded_channel();
        for _ in 0..9 {
            let (anonymous, sent) = (app.anonymous(), sent.clone());
            let body = json!({ "userName": "anna", "password": PASSWORD });
            tokio::spawn(async move { sent.send(anonymous.post(LOGIN, body).await.status) });
        }
        drop(sent);
        assert_eq!(answers.recv().await, Some(201), "the first of them");
        let change = UserChange { password_hash: Some(Some(hash)), ..UserChange::default() };
        users::update(app.platform.db.writer(), anna, change).await.unwrap();
        let mut early = 0;
        while let Ok(status) = answers.try_recv() {
            early += usize::from(status == 201);
        }
        let mut late = Vec::new();
        while let Some(status) = answers.recv().await {
            late.push(status);
        }
        // One may have been between its commit and its answer.
        assert!(late.iter().filter(|status| **status == 201).count() <= 1, "{early} before it, {late:?} after it");
    })
    .await;
}
