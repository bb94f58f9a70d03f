//! Passwords, tokens, access keys and links are in no record, and nowhere in the store.

use argus_testing::{Answer, TestApp, stores};
use serde_json::Value;

use super::{activate, bearer, key, log_in, send, sign_up, token};
use crate::journeys::secrets::{hex, holds, store};

/// The whole log, once it has so many records of the dialect. They are written behind the requests; every look takes a round trip,
/// which is time enough.
async fn records(app: &TestApp, number: usize) -> Answer {
    let ours = |event: &&Value| event["action"].as_str().is_some_and(|action| action.starts_with("dialect_spectra"));
    for _ in 0..200 {
        let log = app.admin().get("/audit/v1/event?includeInternal=true&limit=0").await.expect(200);
        if log.list().iter().filter(ours).count() >= number {
            return log;
        }
    }
    panic!("there are not {number} records")
}

/// S1-23, S1-35, S1-90
#[tokio::test]
async fn secrets_are_kept_nowhere() {
    stores(async |app| {
        let anonymous = app.anonymous();
        let activation = key(&sign_up(app, "username").await.expect(201));
        activate(app, &activation).await.expect(200);
        activate(app, &activation).await.expect(410);
        let token = token(&log_in(app, "username", super::PASSWORD).await.expect(202));
        log_in(app, "username", "Wrong-horse@8").await.expect(401);
        let user = bearer(app, &token);
        let access_key = user.get("/users/access-key/me").await.expect(200)["accessKey"].as_str().unwrap().to_owned();
        anonymous.with("api-key", &access_key).get("/users/me").await.expect(401);
        let forgot =
            send(&anonymous, "POST", "/auth/password/forgot", "email=username%40example.org").await.expect(200);
        let reset = key(&forgot);
        let path = format!("/auth/password/reset?key={reset}");
        anonymous.get(&path).await.expect(200);
        let fields = "newPassword=Another-horse%409&repeatPassword=Another-horse%409";
        send(&anonymous, "PATCH", &path, fields).await.expect(200);
        user.get("/users/me").await.expect(403);
        let secrets = [super::PASSWORD, "Wrong-horse@8", "Another-horse@9", &activation, &reset, &access_key, &token];
        let log = records(app, 11).await;
        for secret in secrets {
            assert!(!log.text.contains(secret), "{secret} in {}", log.text);
        }
        app.platform.usage.flush(&app.platform.db).await.unwrap();
        let store = store(app).await;
        assert!(holds(&store, "username@example.org"), "this looks in the right place");
        for secret in secrets {
            assert!(!holds(&store, secret) && !holds(&store, &hex(secret)), "{secret} is in the store");
        }
    })
    .await;
}
