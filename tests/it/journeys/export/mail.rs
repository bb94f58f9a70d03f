//! An export is sent by e-mail: kept without a mail server, taken by one, refused for now and for good.

use std::time::{Duration, Instant};

use argus_core::config::{Secret, Settings};
use argus_testing::{Actor, Answer, Store, TestApp, stores};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::sink::Sink;
use super::{PATIENCE, add, ask, until};

const MAIL: &str = "/audit/v1/mail";

fn by_mail(format: &str) -> Value {
    json!({ "format": format, "destination": { "type": "EMAIL", "email": "auditor@example.org" } })
}

/// Looks at the one mail until it is in that state, or was tried so often.
async fn mail(app: &TestApp, actor: &Actor, state: &str, attempts: i64) -> Value {
    let began = Instant::now();
    loop {
        // The outbox is looked at every five seconds.
        app.advance(Duration::from_secs(5));
        let mails = actor.get(MAIL).await.expect(200);
        let found = &mails.list()[0];
        if found["state"] == state && found["attempts"].as_i64() >= Some(attempts) {
            return found.clone();
        }
        assert!(began.elapsed() < PATIENCE, "not {state}: {}", mails.text);
    }
}

#[tokio::test]
async fn without_a_mail_server_it_is_kept() {
    stores(async |app| {
        for customer in ["north", "south"] {
            app.customer(customer, "root").await;
        }
        let rights = |customer| [("exportAuditEvents", customer), ("viewAuditEvents", customer)];
        let north = app.user_of("northern", "north", &rights("north")).await;
        let south = app.user_of("southern", "south", &rights("south")).await;
        let path = ask(&north, by_mail("CSV")).await;
        let done = until(&north, &path, "COMPLETED").await;
        assert_eq!(done["delivery"], "QUEUED");
        assert_eq!(done["destination"], json!({ "type": "EMAIL", "email": "auditor@example.org" }));
        let mails = north.get(MAIL).await.expect(200);
        let found = &mails.list()[0];
        assert_eq!((&mails["count"], &found["state"]), (&json!(1), &json!("QUEUED")));
        assert_eq!(
            (&found["recipient"], &found["customer"]["shortName"]),
            (&json!("auditor@example.org"), &json!("north"))
        );
        assert!(!mails.text.contains(&path), "the text of the mail is not shown");
        assert_eq!(south.get(MAIL).await.expect(200)["count"], 0);
        assert_eq!(app.admin().get(&format!("{MAIL}?state=QUEUED")).await.expect(200)["count"], 1);
        app.user("viewer", &[("viewAuditEvents", "root")]).await.get(MAIL).await.expect(403);
        assert_eq!(Answer::of(north.request("GET", &format!("{path}/content"))).await.status, 200);
    })
    .await;
}

/// A server that sends by that sink.
async fn sending(store: Store, sink: &Sink, largest: u64) -> Option<TestApp> {
    let change = |settings: &mut Settings| {
        settings.mail.url = Secret::new(format!("smtp://127.0.0.1:{}", sink.port));
        settings.mail.from = "Argus <argus@example.org>".to_owned();
        settings.mail.attachment_bytes = largest;
        settings.public_urls = vec!["https://argus.example.org".to_owned()];
    };
    TestApp::start_on(store, &change).await
}

#[tokio::test]
async fn a_mail_server_gets_the_file() {
    for store in [Store::Sqlite, Store::Postgres] {
        let sink = Sink::start().await;
        let Some(app) = sending(store, &sink, 1 << 20).await else { continue };
        let admin = app.admin();
        add(&admin, "created", 20).await;
        let path = ask(&admin, by_mail("CSV")).await;
        until(&admin, &path, "COMPLETED").await;
        let sent = mail(&app, &admin, "SENT", 1).await;
        assert_eq!((&sent["error"], &sent["nextTimestamp"]), (&Value::Null, &Value::Null));
        assert_eq!(admin.get(&path).await.expect(200)["data"]["delivery"], "SENT");
        let taken = sink.taken();
        assert_eq!(taken.len(), 1);
        assert!(taken[0].from.contains("<argus@example.org>") && taken[0].to.contains("<auditor@example.org>"));
        let text = &taken[0].text;
        assert!(text.contains("Subject: Argus: the export is ready") && text.contains("Message-ID: <"), "{text}");
        // The text may be encoded as its characters need; lines are joined again.
        let joined = text.replace("=\n", "");
        assert!(joined.contains(&format!("https://argus.example.org{path}/content")), "{text}");
        let (_, attached) = text.split_once("Content-Disposition: attachment").unwrap();
        let (_, attached) = attached.split_once("\n\n").unwrap();
        let encoded: String = attached.split("\n--").next().unwrap().split_whitespace().collect();
        let content = admin.get(&format!("{path}/content")).await.text;
        assert_eq!(String::from_utf8(STANDARD.decode(encoded).unwrap()).unwrap(), content);
        app.stop().await;
    }
}

#[tokio::test]
async fn large_files_stay_where_they_are() {
    let sink = Sink::start().await;
    let app = sending(Store::Sqlite, &sink, 100).await.unwrap();
    let admin = app.admin();
    let path = ask(&admin, by_mail("JSON")).await;
    until(&admin, &path, "COMPLETED").await;
    add(&admin, "created", 20).await;
    let large = ask(&admin, by_mail("JSON")).await;
    until(&admin, &large, "COMPLETED").await;
    let began = Instant::now();
    while sink.taken().len() < 2 {
        app.advance(Duration::from_secs(5));
        admin.get(MAIL).await.expect(200);
        assert!(began.elapsed() < PATIENCE);
    }
    let attached = |mail: &str| mail.contains("Content-Disposition: attachment");
    for taken in sink.taken() {
        assert_eq!(attached(&taken.text), !taken.text.replace("=\n", "").contains(&large), "{}", taken.text);
    }
    app.stop().await;
}

#[tokio::test]
async fn what_is_refused_for_now_is_tried_again() {
    for store in [Store::Sqlite, Store::Postgres] {
        let sink = Sink::start().await;
        let Some(app) = sending(store, &sink, 1 << 20).await else { continue };
        let admin = app.admin();
        sink.say("451 come again");
        until(&admin, &ask(&admin, by_mail("CSV")).await, "COMPLETED").await;
        let waits = mail(&app, &admin, "QUEUED", 2).await;
        assert!(waits["error"].as_str().unwrap().contains("come again"), "{waits}");
        assert!(sink.taken().is_empty());
        sink.say("250 fine");
        app.advance(Duration::from_secs(3_600));
        mail(&app, &admin, "SENT", 2).await;
        assert_eq!(sink.taken().len(), 1);
        app.stop().await;
    }
}

#[tokio::test]
async fn what_is_refused_for_good_has_failed() {
    let sink = Sink::start().await;
    let app = sending(Store::Sqlite, &sink, 1 << 20).await.unwrap();
    let admin = app.admin();
    sink.say("550 nobody here");
    let path = ask(&admin, by_mail("CSV")).await;
    until(&admin, &path, "COMPLETED").await;
    let failed = mail(&app, &admin, "FAILED", 1).await;
    assert!(failed["error"].as_str().unwrap().contains("nobody here"), "{failed}");
    assert_eq!(admin.get(&path).await.expect(200)["data"]["delivery"], "FAILED");
    app.advance(Duration::from_secs(7_200));
    mail(&app, &admin, "FAILED", 1).await;
    assert!(sink.taken().is_empty());
    app.stop().await;
}
