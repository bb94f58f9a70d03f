//! How long texts and how large events may be.

use argus_testing::stores;
use serde_json::{Value, json};

use super::raw::talk;
use super::support::{Refusals, bad_fields, refused};
use crate::journeys::as_read;

const EVENT: &str = "/audit/v1/event";

/// Limits in characters, which are not bytes.
const LIMITED: [(&str, usize); 25] = [
    ("action", 50),
    ("method", 50),
    ("eventType", 50),
    ("actorType", 50),
    ("targetType", 50),
    ("authMethod", 50),
    ("status", 20),
    ("severity", 20),
    ("externalID", 255),
    ("traceID", 255),
    ("category", 255),
    ("application", 255),
    ("environment", 255),
    ("eventName", 255),
    ("actorID", 255),
    ("actorName", 255),
    ("actorEmail", 255),
    ("origin", 255),
    ("targetID", 255),
    ("targetName", 255),
    ("location", 255),
    ("device", 255),
    ("machineID", 255),
    ("description", 65_536),
    ("userAgent", 65_536),
];

/// Of that many characters; long ones of one byte each, so that the event as a whole is not too large.
fn text(length: usize) -> String {
    if length > 1_000 { "x".repeat(length) } else { "\u{1f600}".repeat(length) }
}

#[tokio::test]
async fn texts_may_be_so_long_and_no_longer() {
    stores(async |app| {
        let (mut refusals, admin) = (Refusals::begin(app).await, app.admin());
        for (field, limit) in LIMITED {
            let mut event = json!({"action": "a"});
            event[field] = text(limit + 1).into();
            let answer = bad_fields(refusals.of(&admin).post(EVENT, event).await, &[field], field);
            assert_eq!(answer.template(), "invalid.field.length", "{field}");
        }
        let all =
            |more: usize| LIMITED.iter().map(move |(field, limit)| ((*field).to_owned(), text(limit + more).into()));
        let fields = LIMITED.map(|(field, _)| field);
        bad_fields(refusals.of(&admin).post(EVENT, Value::Object(all(1).collect())).await, &fields, "all at once");
        refusals.end().await;
        let longest = Value::Object(all(0).collect());
        let added = admin.post(EVENT, longest.clone()).await.expect(201);
        for (field, _) in LIMITED {
            assert_eq!(added["data"][field], longest[field], "{field}");
        }
        let found = admin.get(&format!("{EVENT}/{}", added["data"]["id"].as_str().unwrap())).await.expect(200);
        assert_eq!(found["data"], as_read(&added["data"]));
    })
    .await;
}

/// An event of exactly that many bytes.
fn event_of(bytes: usize) -> String {
    let frame = r#"{"action":"a","metadata":{"a":""}}"#;
    frame.replace(r#""a":"""#, &format!(r#""a":"{}""#, "x".repeat(bytes - frame.len())))
}

#[tokio::test]
async fn an_event_may_be_so_large_and_no_larger() {
    const LIMIT: usize = 256 * 1024;
    stores(async |app| {
        let (mut refusals, admin) = (Refusals::begin(app).await, app.admin());
        for bytes in [LIMIT + 1, LIMIT * 2, 3 << 20] {
            let answer = refusals.of(&admin).post_raw(EVENT, "application/json", event_of(bytes)).await;
            assert_eq!(refused(answer, 413, &bytes.to_string()).template(), "request.too.large");
        }
        // Chunks say nothing of their sum beforehand.
        let head = |id: &str, key: &str| {
            format!(
                "POST {EVENT} HTTP/1.1\r\nHost: {}\r\nArgus-API-Key: {key}\r\nX-Request-ID: {id}\r\n\
                 Content-Type: application/json\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n",
                app.address
            )
        };
        let chunked = |event: &str| {
            let chunks = event.as_bytes().chunks(10_000).map(|part| (part.len(), String::from_utf8_lossy(part)));
            chunks.map(|(length, part)| format!("{length:x}\r\n{part}\r\n")).collect::<String>() + "0\r\n\r\n"
        };
        let key = app.new_key(1).await;
        for bytes in [LIMIT + 1, LIMIT * 4, 17 << 20] {
            let request = head(&refusals.next_id(), &key) + &chunked(&event_of(bytes));
            talk(app.address, request).await.refused(413, "request.too.large", &bytes.to_string());
        }
        refusals.end().await;
        let stored = app.events(false).await;
        admin.post_raw(EVENT, "application/json", event_of(LIMIT)).await.expect(201);
        let whole = talk(app.address, head("whole", &key) + &chunked(&event_of(LIMIT))).await;
        assert_eq!((whole.status, whole.answers()), (201, 1), "{}", whole.head);
        assert_eq!(app.events(false).await, stored + 2);
    })
    .await;
}

#[tokio::test]
async fn searches_and_logins_have_their_limit_too() {
    stores(async |app| {
        let mut refusals = Refusals::begin(app).await;
        let keywords = json!({ "keywords": vec!["x".repeat(60_000); 20] });
        let answer = refusals.of(&app.admin()).post("/audit/v1/event/search", keywords).await;
        assert_eq!(refused(answer, 413, "search").template(), "request.too.large");
        let login = json!({"userName": "admin", "password": "x".repeat(1 << 20)});
        let answer = refusals.of(&app.anonymous()).post("/authentication/v1/password/authentication", login).await;
        assert_eq!(refused(answer, 413, "login").template(), "request.too.large");
        let long = json!({"userName": "u".repeat(256), "password": "x".repeat(1_025), "domain": "d".repeat(256)});
        let answer = refusals.of(&app.anonymous()).post("/authentication/v1/password/authentication", long).await;
        bad_fields(answer, &["userName", "password", "domain"], "login");
        refusals.end().await;
    })
    .await;
}
