//! What the other system's documentation sends, as it stands.

use argus_core::config::Settings;
use argus_testing::{Answer, START, TestApp, stores_with};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{bearer, key, link, not_believed, refused, send, token};

fn of_spectra(settings: &mut Settings) {
    settings.domain = "SpectraTrace".to_owned();
}

/// S1-04
fn message(text: &str) -> Value {
    json!({ "loc": null, "msg": text, "type": null })
}

fn claims(token: &str) -> Value {
    let parts: Vec<&str> = token.split('.').collect();
    // S1-06: the very head of the example.
    assert_eq!((parts.len(), parts[0]), (3, "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"));
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap()
}

async fn get(app: &TestApp, path: &str) -> Answer {
    Answer::of(app.anonymous().request("GET", path).header("accept", "application/json")).await
}

/// S1-10
#[tokio::test]
async fn health() {
    stores_with(of_spectra, async |app| {
        let answer = get(app, "/dialect/spectra/health").await.expect(200);
        assert_eq!(answer.json, json!({ "appName": "Argus", "mode": "production", "debug": false }));
        let at_root = get(app, "/health").await.expect(200);
        assert!(["appName", "mode", "debug"].iter().all(|name| at_root[name] == answer[name]), "{}", at_root.text);
    })
    .await;
}

/// S1-01, S1-15, S1-21, S1-22, S1-25, S1-27, S1-28, S1-30, S1-35, S1-36, S1-37, S1-40 to S1-43
#[tokio::test]
async fn an_account_from_the_first_to_the_last_example() {
    stores_with(of_spectra, async |app| {
        let anonymous = app.anonymous();
        let fields =
            "username=username&email=address%40email.com&password=Password%4012345&repeatPassword=Password%4012345";
        let made = send(&anonymous, "POST", "/auth/signup", fields).await.expect(201);
        let first = key(&made);
        let address = format!("{}/auth/activate?key={first}", app.url());
        assert_eq!(made.json, message(&format!("Account created. Activate your account using {address}.")));
        assert!(first.len() == 36 && first.as_bytes()[14] == b'4', "{first} is a UUID of version 4");
        let login = "username=username&password=Password%4012345";
        let early = send(&anonymous, "POST", "/auth/login", login).await;
        refused(&early, 403, "The account for username username is not activated.");

        let resent = send(&anonymous, "POST", "/auth/activate/resend", "email=address%40email.com").await.expect(200);
        let second = key(&resent);
        assert_ne!(first, second);
        let address = format!("{}/auth/activate?key={second}", app.url());
        assert_eq!(resent.json, message(&format!("Activation key resent. Activate your account using {address}.")));
        app.advance(std::time::Duration::from_millis(1_500));
        let activated = get(app, &format!("/auth/activate?key={second}")).await.expect(200);
        assert_eq!(activated.json, message("User account username activated."));

        let logged_in = send(&anonymous, "POST", "/auth/login", login).await.expect(202);
        assert_eq!(logged_in["token_type"], "Bearer");
        assert_eq!(logged_in.json.as_object().unwrap().len(), 2);
        let claims = claims(&token(&logged_in));
        let said = ["username", "email", "id", "is_active", "exp"].map(|name| claims[name].clone());
        let exp = START / 1_000_000_000 + 1 + 3_600;
        assert_eq!(json!(said), json!(["username", "address@email.com", 2, true, exp]));
        assert!(claims["sub"].is_string());

        let user = bearer(app, &token(&logged_in));
        let shown = user.get("/users/access-key/me").await.expect(200);
        assert_eq!(shown.json.as_object().unwrap().keys().collect::<Vec<_>>(), ["accessKey"]);
        let access_key = shown["accessKey"].as_str().unwrap().to_owned();
        assert!(access_key.len() == 36 && access_key.as_bytes()[14] == b'4', "{access_key}");
        assert_eq!(user.get("/users/access-key/me").await.expect(200)["accessKey"], access_key.as_str());

        let me = json!({
            "username": "username", "email": "address@email.com", "id": 2, "createdAt": "2026-01-01T00:00:00",
            "lastUpdatedAt": "2026-01-01T00:00:01.500000",
        });
        assert_eq!(user.get("/users/me").await.expect(200).json, me);
        assert_eq!(user.get("/users/2").await.expect(200).json, me);
        // S1-08
        let admin = json!({
            "username": "admin", "email": "admin@spectratrace.io", "id": 1, "createdAt": "2026-01-01T00:00:00",
            "lastUpdatedAt": null,
        });
        assert_eq!(user.get("/users/1").await.expect(200).json, admin);

        let other = bearer(app, &token(&send(&anonymous, "POST", "/auth/login", login).await.expect(202)));
        let fields = "password=Password%4012345&newPassword=Password%401234&repeatPassword=Password%401234";
        let changed = send(&user, "PATCH", "/auth/password/change", fields).await.expect(200);
        assert_eq!(changed.json, message("Password changed."));
        user.get("/users/me").await.expect(200);
        not_believed(&other.get("/users/me").await);
        refused(&send(&anonymous, "POST", "/auth/login", login).await, 401, "Incorrect password.");
        send(&anonymous, "POST", "/auth/login", "username=username&password=Password%401234").await.expect(202);
    })
    .await;
}

/// S1-08, S1-41, S1-42, S1-43
#[tokio::test]
async fn the_administrator_sets_another_password() {
    stores_with(of_spectra, async |app| {
        let anonymous = app.anonymous();
        let login = format!("username=admin&password={}", app.admin_password);
        let before = bearer(app, &token(&send(&anonymous, "POST", "/auth/login", &login).await.expect(202)));
        assert_eq!(before.get("/users/me").await.expect(200)["id"], 1);
        let forgot =
            send(&anonymous, "POST", "/auth/password/forgot", "email=admin%40spectratrace.io").await.expect(200);
        let sent = key(&forgot);
        let path = format!("/auth/password/reset?key={sent}");
        assert_eq!(link(&forgot), format!("{}{path}", app.url()));
        let text = format!("Activation key resent. Activate your account using {}{path}.", app.url());
        assert_eq!(forgot.json, message(&text));
        for _ in 0..2 {
            assert_eq!(get(app, &path).await.expect(200).json, message("Allowed to reset password."));
        }
        let fields = "newPassword=Admin%4012345&repeatPassword=Admin%4012345";
        let reset = send(&anonymous, "PATCH", &path, fields).await.expect(200);
        assert_eq!(reset.json, message("User account admin reset password successful."));
        super::gone(&get(app, &path).await);
        not_believed(&before.get("/users/me").await);
        let login = "username=admin&password=Admin%4012345";
        let after = bearer(app, &token(&send(&anonymous, "POST", "/auth/login", login).await.expect(202)));
        assert_eq!(after.get("/users/me").await.expect(200)["lastUpdatedAt"], "2026-01-01T00:00:00");
        // It is the administrator of everything else too.
        after.get("/useradmin/v2/user").await.expect(200);
    })
    .await;
}

/// Where the dialect is found decides where its links lead.
#[tokio::test]
async fn links_lead_to_where_the_dialect_was_found() {
    let elsewhere = |settings: &mut Settings| {
        settings.dialects.spectra.prefix = "/old".to_owned();
        settings.public_urls = vec!["https://audit.example.org/".to_owned()];
    };
    stores_with(elsewhere, async |app| {
        for (number, (prefix, links)) in [("/old", "/old"), ("/dialect/spectra", "/dialect/spectra")].iter().enumerate() {
            let fields = format!(
                "username=user-{number}&email=u{number}%40example.org&password=Password%4012345&repeatPassword=Password%4012345"
            );
            let made = send(&app.anonymous(), "POST", &format!("{prefix}/auth/signup"), &fields).await.expect(201);
            let key = key(&made);
            assert_eq!(link(&made), format!("https://audit.example.org{links}/auth/activate?key={key}"));
            app.anonymous().get(&format!("{links}/auth/activate?key={key}")).await.expect(200);
        }
        app.anonymous().get("/auth/activate?key=x").await.expect(404);
    })
    .await;
}

/// A store of a version that knew of no accounts.
#[tokio::test]
async fn the_administrator_has_an_account_in_older_stores_too() {
    use sea_orm::ConnectionTrait;
    let app = TestApp::start().await;
    app.platform.db.writer().execute_unprepared("DELETE FROM spectra_account").await.unwrap();
    let admin = app.by_password("admin", &app.admin_password).await;
    refused(&admin.get("/users/me").await, 404, "The username admin is not registered.");
    let app = app.restarted().await;
    let admin = app.by_password("admin", &app.admin_password).await;
    let me = admin.get("/users/me").await.expect(200);
    assert_eq!((&me["username"], &me["email"]), (&json!("admin"), &json!("admin@argus.io")));
    app.stop().await;
}
