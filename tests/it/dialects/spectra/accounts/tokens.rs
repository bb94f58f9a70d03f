//! The token of a login is a session's: good on every mount, and over when the session is.

use std::time::Duration;

use argus_core::config::{Settings, Span};
use argus_testing::{PASSWORD as NATIVE, stores, stores_with};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac::{HMAC_SHA256, Key, sign};
use serde_json::{Value, json};

use super::{PASSWORD, bearer, log_in, not_believed, refused, send, somebody, token};

/// C-13, C-23
#[tokio::test]
async fn every_credential_is_good_on_every_mount() {
    stores(async |app| {
        let user = somebody(app, "username").await;
        let me = user.get("/users/me").await.expect(200);
        let native = user.get("/currentuser/v1/user").await.expect(200);
        assert_eq!(native["data"]["userName"], "username");
        let session = user.get("/authentication/v1/session").await.expect(200);
        assert_eq!(session["data"]["securityLevel"], "DEFAULT", "{}", session.text);
        // A native session, a native key, and the paths below /dialect.
        let by_session = app.by_password("username", PASSWORD).await;
        assert_eq!(by_session.get("/users/me").await.expect(200).json, me.json);
        let id = native["data"]["id"].as_i64().unwrap();
        let by_key = app.by_key(&app.new_key(id).await);
        assert_eq!(by_key.get("/dialect/spectra/users/me").await.expect(200).json, me.json);
        // A key of Argus is of level external, and does not show the other one (S1-35).
        let low = by_key.get("/users/access-key/me").await.expect(403);
        assert!(low["detail"]["msg"].as_str().unwrap().contains("default"), "{}", low.text);
        let key = by_session.get("/users/access-key/me").await.expect(200);
        assert_eq!(user.get("/users/access-key/me").await.expect(200).json, key.json);
        let narrow = app.constrained(&by_session, json!({ "functions": ["viewAuditEvents"] })).await;
        refused(&narrow.get("/users/access-key/me").await, 403, "The access key is shown in sessions of a login only");
        // Who did not sign up is not registered, whatever rights there are.
        app.new_user("native-user", "root", &[("viewAuditEvents", "root")]).await;
        let other = app.by_password("native-user", NATIVE).await;
        for path in ["/users/me", "/users/1", "/users/access-key/me"] {
            refused(&other.get(path).await, 404, "The username native-user is not registered.");
        }
        // No rights come with an account but those on the bucket.
        user.get("/useradmin/v2/user").await.expect(403);
    })
    .await;
}

/// S1-05, S1-06
#[tokio::test]
async fn a_token_is_good_for_an_hour() {
    stores(async |app| {
        let user = somebody(app, "username").await;
        app.advance(Duration::from_secs(1_800));
        user.get("/users/me").await.expect(200);
        app.advance(Duration::from_secs(1_800));
        user.get("/users/me").await.expect(200);
        app.advance(Duration::from_millis(1));
        not_believed(&user.get("/users/me").await);
    })
    .await;
    let short = |settings: &mut Settings| settings.dialects.spectra.token_lifetime = Span::seconds(5);
    stores_with(short, async |app| {
        let user = somebody(app, "username").await;
        user.get("/users/me").await.expect(200);
        app.advance(Duration::from_millis(5_001));
        not_believed(&user.get("/users/me").await);
    })
    .await;
}

/// What a token says is believed by nobody: only the very token of a session that lasts is one.
#[tokio::test]
async fn no_other_token_comes_in() {
    stores(async |app| {
        somebody(app, "username").await;
        let real = token(&log_in(app, "username", PASSWORD).await);
        let [head, claims, signature] = real.split('.').collect::<Vec<_>>()[..] else { panic!("{real}") };
        let encoded = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let mut others: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
        others["id"] = 1.into();
        others["username"] = "admin".into();
        let forged = format!("{head}.{}", encoded(others.clone()));
        let mut tried = vec![
            format!("{forged}.{signature}"),
            format!("{forged}."),
            format!("{}.{}.", encoded(json!({ "alg": "none", "typ": "JWT" })), encoded(others)),
            format!("{head}.{claims}"),
            "x".to_owned(),
        ];
        for key in [&b"secret"[..], b"", b"0123456789abcdef0123456789abcdef"] {
            let signed = sign(&Key::new(HMAC_SHA256, key), forged.as_bytes());
            tried.push(format!("{forged}.{}", URL_SAFE_NO_PAD.encode(signed)));
        }
        for token in tried {
            not_believed(&bearer(app, &token).get("/users/me").await);
            assert_eq!(bearer(app, &token).get("/currentuser/v1/user").await.status, 401, "{token}");
        }
        // C-14: it is no signature either.
        for text in [real.clone(), format!("ARGUS/username/1:{real}")] {
            let signed = app.anonymous().with("Argus-Signature", &text);
            assert_eq!(signed.get("/currentuser/v1/user").await.status, 401);
            assert_eq!(signed.get("/users/me").await.status, 401);
        }
        bearer(app, &real).get("/users/me").await.expect(200);
        let two = log_in(app, "username", PASSWORD).await;
        assert_ne!(token(&two), real, "no two tokens are the same");
    })
    .await;
}

/// S1-45, and what else ends a session.
#[tokio::test]
async fn a_token_ends_with_its_session() {
    stores(async |app| {
        let admin = app.by_password("admin", &app.admin_password).await;
        let user = somebody(app, "username").await;
        user.delete("/authentication/v1/session").await.expect(200);
        not_believed(&user.get("/users/me").await);
        let again = async || bearer(app, &token(&log_in(app, "username", PASSWORD).await.expect(202)));
        let user = again().await;
        admin.put("/authentication/v1/user/username/block", json!({})).await.expect(200);
        not_believed(&user.get("/users/me").await);
        admin.put("/authentication/v1/user/username/unblock", json!({})).await.expect(200);
        let user = again().await;
        let native = json!({ "oldPassword": PASSWORD, "newPassword": "Entirely-different-7" });
        app.by_password("username", PASSWORD).await.put("/authentication/v1/password", native).await.expect(200);
        not_believed(&user.get("/users/me").await);
        let user = bearer(app, &token(&log_in(app, "username", "Entirely-different-7").await.expect(202)));
        let id = user.get("/currentuser/v1/user").await.expect(200)["data"]["id"].clone();
        admin.delete(&format!("/useradmin/v2/user/{id}")).await.expect(200);
        not_believed(&user.get("/users/me").await);
        let login = log_in(app, "username", "Entirely-different-7").await;
        refused(&login, 404, "The username username is not registered.");
        let forgot = send(&app.anonymous(), "POST", "/auth/password/forgot", "email=username%40example.org").await;
        refused(&forgot, 404, "username@example.org is not registered.");
        let other = somebody(app, "user-2").await;
        refused(&other.get("/users/2").await, 404, "User with ID 2 does not exist.");
    })
    .await;
}

/// Whoever is marked to need a code does not come in without one.
#[tokio::test]
async fn a_second_factor_is_asked_for_elsewhere() {
    stores(async |app| {
        use sea_orm::ConnectionTrait;
        somebody(app, "username").await;
        let sql = "UPDATE subject SET flags = 16 WHERE short_name_key = 'username'";
        app.platform.db.writer().execute_unprepared(sql).await.unwrap();
        let text = "This user needs a time-based code too: log in at /authentication/v1/totp/authentication";
        refused(&log_in(app, "username", PASSWORD).await, 403, text);
        refused(&log_in(app, "username", "Wrong@12345").await, 401, "Incorrect password.");
    })
    .await;
}
