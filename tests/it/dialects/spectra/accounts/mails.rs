//! Links by e-mail.

use std::time::{Duration, Instant};

use argus_core::config::{Links, Secret, Settings};
use argus_testing::{Store, TestApp, stores_with};

use super::{PASSWORD, activate, gone, log_in, refused, send, sign_up};
use crate::access::untouched;
use crate::journeys::export::sink::Sink;

const PATIENCE: Duration = Duration::from_secs(20);

/// The key in the mail that comes next to an address.
async fn mailed(app: &TestApp, sink: &Sink, number: usize, to: &str) -> String {
    let began = Instant::now();
    while sink.taken().len() < number {
        // The outbox is looked at every five seconds.
        app.advance(Duration::from_secs(5));
        app.anonymous().get("/dialect/spectra/health").await.expect(200);
        assert!(began.elapsed() < PATIENCE, "no mail");
    }
    let mail = sink.taken().swap_remove(number - 1);
    assert!(mail.to.contains(to), "{}", mail.to);
    let text = mail.text.replace("=\n", "").replace("=3D", "=");
    let (_, rest) = text.split_once("?key=").unwrap_or_else(|| panic!("no link: {text}"));
    rest.chars().take(36).collect()
}

/// S1-21, S1-28 and S1-41, by e-mail.
#[tokio::test]
async fn links_are_sent_and_not_shown() {
    for store in [Store::Sqlite, Store::Postgres] {
        let sink = Sink::start().await;
        let change = |settings: &mut Settings| {
            settings.mail.url = Secret::new(format!("smtp://127.0.0.1:{}", sink.port));
            settings.mail.from = "Argus <argus@example.org>".to_owned();
            settings.dialects.spectra.links = Links::Mail;
            settings.dialects.spectra.link_lifetime = argus_core::config::Span::seconds(3_600);
        };
        let Some(app) = TestApp::start_on(store, &change).await else { continue };
        let made = sign_up(&app, "username").await.expect(201);
        assert_eq!(made["msg"], "Account created. The link was sent by e-mail.");
        let key = mailed(&app, &sink, 1, "<username@example.org>").await;
        assert!(!made.text.contains(&key));
        activate(&app, &key).await.expect(200);
        log_in(&app, "username", PASSWORD).await.expect(202);
        for (number, path) in [(2, "/auth/activate/resend"), (3, "/auth/password/forgot")] {
            let sent = send(&app.anonymous(), "POST", path, "email=username%40example.org").await.expect(200);
            assert_eq!(sent["msg"], "Activation key resent. The link was sent by e-mail.");
            let key = mailed(&app, &sink, number, "<username@example.org>").await;
            let reset = format!("/auth/password/reset?key={key}");
            match number {
                2 => gone(&app.anonymous().get(&reset).await),
                _ => drop(app.anonymous().get(&reset).await.expect(200)),
            }
        }
        // Who looks at mails does not see what is in them.
        let mails = app.admin().get("/audit/v1/mail").await.expect(200);
        assert!(mails.text.contains("spectra.link") && !mails.text.contains("key="), "{}", mails.text);
        app.stop().await;
    }
}

#[tokio::test]
async fn without_a_mail_server_nothing_is_made() {
    let change = |settings: &mut Settings| settings.dialects.spectra.links = Links::Mail;
    stores_with(change, async |app| {
        let before = untouched::state(app).await;
        let refusal = sign_up(app, "username").await;
        refused(&refusal, 503, "Such links are sent by e-mail, and there is no mail server");
        untouched::assert_same(&before, &untouched::state(app).await);
    })
    .await;
}
