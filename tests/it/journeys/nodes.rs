//! Two nodes on one store: a credential that ends on one ends on the other.

use argus_core::config::{Secret, Settings};
use argus_testing::{PASSWORD, Store, TestApp};
use serde_json::json;

use crate::refusals::support::refused;

const SESSION: &str = "/authentication/v1/session";
const CONSTRAIN: &str = "/authentication/v1/session/constrain";
const PASSWORDS: &str = "/authentication/v1/password";
const VALIDATE: &str = "/authentication/v1/authorization/validate";

/// Two nodes that have one secret, as the nodes of one installation do.
async fn nodes() -> Option<(TestApp, TestApp)> {
    let secret = |settings: &mut Settings| settings.secret_key = Secret::new("0123456789abcdef0123456789abcdef");
    let app = TestApp::start_on(Store::Postgres, &secret).await?;
    let other = app.another_node().await;
    Some((app, other))
}

#[tokio::test]
async fn a_session_made_from_a_key_ends_on_every_node_with_the_key() {
    let Some((app, other)) = nodes().await else { return };
    let admin = app.by_password("admin", &app.admin_password).await;
    let user = app.new_user("anna", "root", &[]).await;
    for end in ["revoke", "rotate", "block"] {
        let key = app.new_key(user).await;
        let prefix = key.rsplit_once('/').unwrap().0;
        let made = app.by_key(&key).post(CONSTRAIN, json!({ "readOnly": true })).await.expect(201);
        let token = made["data"]["credentials"]["requestCredentialsData"].as_str().unwrap();
        let bearer = format!("Bearer {token}");
        let sessions = [&app, &other].map(|node| node.anonymous().with("Authorization", &bearer));
        for session in &sessions {
            session.get(SESSION).await.expect(200);
        }
        match end {
            "revoke" => admin.delete(&format!("/apikey/v1/apikey/{prefix}")).await,
            "rotate" => admin.put(&format!("/apikey/v1/apikey/{prefix}/rotate"), json!({})).await,
            _ => admin.put("/authentication/v1/user/anna/block", json!({})).await,
        }
        .expect(200);
        for session in sessions.iter().rev() {
            refused(session.get(SESSION).await, 401, end);
        }
    }
    other.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn an_authorization_that_was_spent_on_one_node_is_spent() {
    let Some((app, other)) = nodes().await else { return };
    app.new_user("anna", "root", &[]).await;
    let admin = app.by_password("admin", &app.admin_password).await;
    let reset = async || {
        let answer = admin.put("/authentication/v1/user/anna/password/reset", json!({})).await.expect(200);
        answer["data"]["authorization"].as_str().unwrap().to_owned()
    };
    let caller = other.by_password("anna", PASSWORD).await;
    let ask = |token: &str, replay: bool| json!({ "authorization": token, "operation": "password.set", "allowReplay": replay });
    let (token, void, spent) = (reset().await, reset().await, reset().await);
    // Good on the other node, which so knows the user.
    for token in [&token, &void, &spent] {
        caller.post(VALIDATE, ask(token, true)).await.expect(200);
    }
    let anna = app.by_password("anna", PASSWORD).await;
    anna.post(VALIDATE, ask(&spent, false)).await.expect(200);
    refused(caller.post(VALIDATE, ask(&spent, false)).await, 401, "spent by being validated");
    let set = |token: &str, new: &str| json!({ "authorization": token, "newPassword": new });
    refused(other.anonymous().put(PASSWORDS, set(&spent, "viel-heller-mond")).await, 401, "the same");
    app.anonymous().put(PASSWORDS, set(&token, "viel-heller-mond")).await.expect(200);
    for (token, what) in [(&token, "spent"), (&void, "of another password")] {
        let answer = refused(other.anonymous().put(PASSWORDS, set(token, "noch-ein-Wort-9")).await, 401, what);
        assert_eq!(answer.template(), "authorization.invalid");
    }
    // What both nodes are given at once is used on one.
    let token = reset().await;
    let (one, two) = (app.anonymous(), other.anonymous());
    let (one, two) = tokio::join!(
        one.put(PASSWORDS, set(&token, "noch-ein-Wort-9")),
        two.put(PASSWORDS, set(&token, "und-noch-eines-8")),
    );
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert!(statuses == [200, 401] || statuses == [200, 412], "{statuses:?}");
    other.stop().await;
    app.stop().await;
}
