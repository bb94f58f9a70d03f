//! Each limit, from both sides.

use argus_testing::stores;
use serde_json::json;

use super::{BULK, EVENT, LINES, both, events, lines};
use crate::refusals::support::{Refusals, bad_fields, refused};

const EVENT_LIMIT: usize = 256 << 10;
const BULK_LIMIT: usize = 16 << 20;

/// An event of exactly that many bytes.
fn event_of(bytes: usize) -> String {
    let frame = r#"{"action":"a","metadata":{"a":""}}"#;
    frame.replace(r#""a":"""#, &format!(r#""a":"{}""#, "x".repeat(bytes - frame.len())))
}

#[tokio::test]
async fn ten_thousand_events_and_no_more() {
    stores(async |app| {
        let (admin, mut refusals) = (app.admin(), Refusals::begin(app).await);
        let sent = events(10_001);
        for mode in ["atomic", "partial"] {
            let answer = refusals.of(&admin).post(BULK, json!({"events": sent, "mode": mode})).await;
            bad_fields(answer, &["events"], mode);
            let answer = refusals.of(&admin).post_raw(&format!("{BULK}?mode={mode}"), LINES, lines(&sent)).await;
            bad_fields(answer, &["events"], mode);
        }
        refusals.end().await;
        for answer in both(&admin, &sent[1..], "atomic").await {
            assert_eq!(answer.expect(201)["data"]["succeeded"].as_array().unwrap().len(), 10_000);
        }
        assert_eq!(app.events(false).await, 20_000);
    })
    .await;
}

#[tokio::test]
async fn an_event_that_is_too_large_refuses_all_or_itself() {
    stores(async |app| {
        let (admin, mut refusals) = (app.admin(), Refusals::begin(app).await);
        let document = |bytes: usize, mode: &str| {
            format!("{{\"events\":[{{\"action\":\"b\"}}, {} ,{{}}],\"mode\":\"{mode}\"}}", event_of(bytes))
        };
        let text = |bytes: usize| format!("{{\"action\":\"b\"}}\n{}\n{{}}", event_of(bytes));
        for bytes in [EVENT_LIMIT + 1, EVENT_LIMIT * 3] {
            let answer = refusals.of(&admin).post_raw(BULK, "application/json", document(bytes, "atomic")).await;
            assert_eq!(refused(answer, 413, "document").template(), "event.too.large");
            let answer = refusals.of(&admin).post_raw(BULK, LINES, text(bytes)).await;
            assert_eq!(refused(answer, 413, "lines").template(), "event.too.large");
        }
        refusals.end().await;
        for (bytes, failed) in [(EVENT_LIMIT + 1, 2), (EVENT_LIMIT, 1)] {
            let by_document = admin.post_raw(BULK, "application/json", document(bytes, "partial")).await;
            let by_lines = admin.post_raw(&format!("{BULK}?mode=partial"), LINES, text(bytes)).await;
            for answer in [by_document, by_lines] {
                let answer = answer.expect(207);
                assert_eq!(answer["data"]["failed"].as_array().unwrap().len(), failed, "{bytes}");
                let template = &answer["data"]["failed"][0]["messages"][0]["messageTemplate"];
                assert_eq!(*template == "event.too.large", failed == 2);
            }
        }
        assert_eq!(app.events(false).await, 6);
    })
    .await;
}

#[tokio::test]
async fn a_body_may_have_so_many_bytes() {
    stores(async |app| {
        let admin = app.admin();
        // Blanks at the end mean nothing and count all the same.
        let padded = |bytes: usize| {
            let line = event_of(EVENT_LIMIT) + "\n";
            let text = line.repeat(bytes / line.len());
            let blanks = " ".repeat(bytes - text.len());
            text + &blanks
        };
        // The edge does not even read what says that it is larger.
        refused(admin.post_raw(BULK, LINES, padded(BULK_LIMIT + 1)).await, 413, "one more");
        let answer = admin.post_raw(BULK, LINES, padded(BULK_LIMIT)).await.expect(201);
        assert_eq!(answer["data"]["succeeded"].as_array().unwrap().len(), 63);
        assert_eq!(app.events(false).await, 63);
    })
    .await;
}

#[tokio::test]
async fn an_answer_says_no_more_than_can_be_read() {
    stores(async |app| {
        let admin = app.admin();
        let bad = vec![json!({"latency": "x", "stage": "y"}); 2_000];
        let atomic = admin.post(BULK, json!({ "events": bad })).await.expect(412);
        assert_eq!(atomic["messages"].as_array().unwrap().len(), 1_000);
        let partial = admin.post(BULK, json!({"events": bad, "mode": "partial"})).await.expect(207);
        let failed = partial["data"]["failed"].as_array().unwrap();
        let messages: usize = failed.iter().map(|event| event["messages"].as_array().unwrap().len()).sum();
        assert_eq!(failed.len(), 2_000);
        assert!((2_000..3_000).contains(&messages), "{messages}");
        assert_eq!(admin.get(&format!("{EVENT}?limit=1")).await.expect(200)["count"], 0);
    })
    .await;
}
