//! Providers that are not there, are slow, or talk nonsense; and keys that come and go.

use argus_core::config::Span;

use super::provider::Manner;
use super::*;

#[tokio::test]
async fn a_provider_that_cannot_be_asked_costs_nobody_a_try() {
    let keys = Keys::ec("ec");
    let provider = Provider::start(&[&keys]).await;
    let configure = |settings: &mut Settings| {
        let idp = OpenIdSettings { timeout: Span::millis(400), ..settings_of(&provider) };
        settings.openid.insert("idp".to_owned(), idp);
        settings.limits.password_address = 2;
    };
    stores_with(configure, async |app| {
        person(app, "anna", "Anna@Example").await;
        for manner in [Manner::Silent, Manner::Redirects, Manner::Endless, Manner::Another] {
            provider.behave(manner);
            let what = format!("{manner:?}");
            refused(app.anonymous().get(PATH).await, 503, &what);
            for _ in 0..3 {
                let answer = refused(log_in(app, "a.b.c").await, 503, &what);
                assert!(answer.headers.contains_key("retry-after"));
            }
        }
        // A code is brought to somebody who does not know us; that is no fault of the user.
        provider.behave(Manner::Strict);
        let code = json!({ "flow": "authorizationCode", "authorizationCode": "x" });
        for _ in 0..3 {
            refused(app.anonymous().post(PATH, code.clone()).await, 503, "our secret");
        }
        provider.behave(Manner::Sound);
        log_in(app, &keys.token(&claims(app, &provider, &nonce(app).await))).await.expect(201);
    })
    .await;
    provider.stop();
    let app = TestApp::start_on(argus_testing::Store::Sqlite, &configure).await.unwrap();
    refused(app.anonymous().get(PATH).await, 503, "gone");
    refused(log_in(&app, "a.b.c").await, 503, "gone");
    app.stop().await;
}

#[tokio::test]
async fn keys_are_kept_for_a_while_and_looked_for_when_they_are_new() {
    let (old, new) = (Keys::ec("old"), Keys::ec("new"));
    let provider = Provider::start(&[&old]).await;
    stores_with(by(&provider), async |app| {
        person(app, "anna", "Anna@Example").await;
        provider.publish(&[&old]);
        let before = provider.looks();
        let by_keys = async |keys: &Keys| {
            let token = keys.token(&claims(app, &provider, &nonce(app).await));
            (log_in(app, &token).await.status, provider.looks() - before)
        };
        assert_eq!(by_keys(&old).await, (201, 1));
        assert_eq!(by_keys(&old).await, (201, 1));
        provider.publish(&[&new]);
        // Whoever makes up names of keys makes us ask once a minute, not more.
        app.advance(Duration::from_secs(59));
        assert_eq!(by_keys(&new).await, (401, 1));
        assert_eq!(by_keys(&old).await, (201, 1));
        app.advance(Duration::from_secs(1));
        assert_eq!(by_keys(&new).await, (201, 2));
        assert_eq!(by_keys(&Keys::ec("other")).await, (401, 2));
        // What is published no more is believed no more.
        assert_eq!(by_keys(&old).await, (401, 2));
        app.advance(Duration::from_secs(3_599));
        assert_eq!(by_keys(&new).await, (201, 2));
        app.advance(Duration::from_secs(1));
        assert_eq!(by_keys(&new).await, (201, 3));
    })
    .await;
}
