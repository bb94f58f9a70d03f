//! Bodies of events that cannot be read, or that two readers could read differently.

use argus_testing::stores;
use serde_json::json;

use super::raw::talk;
use super::support::{Refusals, bad_fields, refused};

const EVENT: &str = "/audit/v1/event";
const JSON: &str = "application/json";

/// So deep in all: the event itself, and lists in its metadata.
fn deep(depth: usize) -> Vec<u8> {
    let (open, close) = ("[".repeat(depth - 2), "]".repeat(depth - 2));
    format!(r#"{{"action":"a","metadata":{{"a":{open}1{close}}}}}"#).into_bytes()
}

/// What is no JSON at all, and JSON that readers differ on: refused as a whole, since no field is to blame.
fn unreadable() -> Vec<Vec<u8>> {
    let texts = [
        "",
        " ",
        "{",
        "nul",
        r#"{"action":"a""#,
        r#"{"action":"a",}"#,
        r#"{'action':'a'}"#,
        r#"{action:"a"}"#,
        r#"{"action":"a"} {}"#,
        r#"{"action":"a"}x"#,
        r#"{"action":"a","latency":NaN}"#,
        r#"{"action":"a","latency":Infinity}"#,
        r#"{"action":"a","latency":01}"#,
        r#"{"action":"a","latency":+1}"#,
        r#"{"action":"a","latency":.5}"#,
        r#"{"action":"a","latency":1.}"#,
        r#"{"action":"a" /* what */}"#,
        "\u{feff}{\"action\":\"a\"}",
        "{\"action\":\"a\nb\"}",
        r#"{"action":"\x41"}"#,
        // NUL, as it is and escaped, in values and in names, also in members that nobody reads.
        "{\"action\":\"a\0\"}",
        r#"{"action":"a\u0000"}"#,
        r#"{"action":"a","unknown":"\u0000"}"#,
        r#"{"action":"a","\u0000":1}"#,
        r#"{"action":"a","metadata":{"a\u0000":1}}"#,
        r#"{"action":"a","after":[["\u0000"]]}"#,
        // Names that stand twice, also when one of them is written otherwise, or deep inside, or unknown.
        r#"{"action":"a","action":"b"}"#,
        r#"{"action":"a","action":"a"}"#,
        r#"{"action":"a","\u0061ction":"b"}"#,
        r#"{"action":"a","x":1,"x":2}"#,
        r#"{"action":"a","metadata":{"b":{"c":1,"c":1}}}"#,
        // Integers that not every reader keeps exactly; the last ones are beyond any machine integer.
        r#"{"action":"a","stage":9007199254740992}"#,
        r#"{"action":"a","stage":-9007199254740992}"#,
        r#"{"action":"a","metadata":{"a":9223372036854775808}}"#,
        r#"{"action":"a","metadata":{"a":18446744073709551615}}"#,
        r#"{"action":"a","metadata":{"a":18446744073709551616}}"#,
        r#"{"action":"a","metadata":{"a":-9223372036854775809}}"#,
        r#"{"action":"a","after":[123456789012345678901234567890]}"#,
        // Numbers beyond a double.
        r#"{"action":"a","latency":1e309}"#,
        r#"{"action":"a","metadata":{"a":-1e400}}"#,
        // Halves of characters.
        r#"{"action":"\ud800"}"#,
        r#"{"action":"\udc00"}"#,
        r#"{"action":"\udc00\ud800"}"#,
        r#"{"action":"a\ud800\u0041"}"#,
        r#"{"action":"a","metadata":{"\ud83d":1}}"#,
    ];
    let mut all: Vec<Vec<u8>> = texts.iter().map(|text| text.as_bytes().to_vec()).collect();
    all.extend([33, 40, 1_000, 100_000].map(deep));
    // Invalid UTF-8: a stray byte, an overlong slash, half a surrogate pair, beyond Unicode, cut off, and in a name.
    for bytes in [&b"\xff"[..], b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82"] {
        all.push([br#"{"action":""#, bytes, br#""}"#].concat());
        all.push([br#"{"action":"a","metadata":{""#, bytes, br#"":1}}"#].concat());
    }
    all
}

#[tokio::test]
async fn what_cannot_be_read_in_one_way_is_not_read() {
    stores(async |app| {
        let (mut refusals, admin) = (Refusals::begin(app).await, app.admin());
        for body in unreadable() {
            let shown = String::from_utf8_lossy(&body).chars().take(80).collect::<String>();
            let answer = refused(refusals.of(&admin).post_raw(EVENT, JSON, body).await, 412, &shown);
            assert_eq!((answer.template(), answer.fields().len()), ("invalid.json", 0), "{shown}: {}", answer.text);
        }
        for body in ["[]", "\"action\"", "1", "null", "true", r#"[{"action":"a"}]"#] {
            let answer = refused(refusals.of(&admin).post_raw(EVENT, JSON, body).await, 412, body);
            assert_eq!((answer.template(), answer.fields().len()), ("invalid.body", 0), "{body}");
        }
        refusals.end().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_just_within_the_rules_is_kept_as_it_was_sent() {
    stores(async |app| {
        let admin = app.admin();
        let stored = app.events(false).await;
        admin.post_raw(EVENT, JSON, deep(32)).await.expect(201);
        let exact = r#"{"action":"a","stage":9007199254740991,"metadata":{"a":-9007199254740991,"b":1.5e300,"c":1e22,
            "d":"\ud83d\ude00","e":"\u0001\u001f\u007f","é":"ß"}}"#;
        let added = admin.post_raw(EVENT, JSON, exact).await.expect(201);
        let sent: serde_json::Value = serde_json::from_str(exact).unwrap();
        assert_eq!((&added["data"]["stage"], &added["data"]["metadata"]), (&sent["stage"], &sent["metadata"]));
        for media in ["application/json; charset=utf-8", "APPLICATION/JSON", "application/json;x=y"] {
            admin.post_raw(EVENT, media, r#"{"action":"a"}"#).await.expect(201);
        }
        assert_eq!(app.events(false).await, stored + 5);
    })
    .await;
}

#[tokio::test]
async fn another_content_type_is_refused_once_the_caller_is_known() {
    stores(async |app| {
        let mut refusals = Refusals::begin(app).await;
        let (admin, powerless) = (app.admin(), app.user("powerless", &[]).await);
        let wrong =
            ["text/plain", "text/json", "application/xml", "application/x-www-form-urlencoded", "application/jsonx"];
        for media in wrong.iter().chain(&["application/x-ndjson", "multipart/form-data; boundary=x", "json", ""]) {
            for path in [EVENT, "/audit/v1/event/search", "/apikey/v1/apikey/search"] {
                let answer = refused(refusals.of(&admin).post_raw(path, media, r#"{"action":"a"}"#).await, 405, media);
                assert_eq!(answer.template(), "unsupported.content.type", "{media}");
            }
            let unknown = refusals.of(&app.anonymous()).post_raw(EVENT, media, "{").await;
            assert_eq!(refused(unknown, 401, media).template(), "authentication.required");
            let denied = refusals.of(&powerless).post_raw(EVENT, media, "{").await;
            assert_eq!(refused(denied, 403, media).template(), "access.denied");
        }
        let unnamed = admin.request("POST", EVENT).header("X-Request-ID", refusals.next_id()).body(r#"{"action":"a"}"#);
        refused(argus_testing::Answer::of(unnamed).await, 405, "no content type");
        refusals.end().await;
    })
    .await;
}

#[tokio::test]
async fn an_event_needs_an_action_and_a_sender_who_may() {
    stores(async |app| {
        let (mut refusals, admin) = (Refusals::begin(app).await, app.admin());
        let empty = admin.request("POST", EVENT).header("X-Request-ID", refusals.next_id());
        let answer = bad_fields(argus_testing::Answer::of(empty).await, &["action"], "no body");
        assert_eq!(answer.template(), "missing.field.value");
        bad_fields(refusals.of(&admin).post(EVENT, json!({})).await, &["action"], "{}");
        bad_fields(refusals.of(&admin).post(EVENT, json!({"action": null})).await, &["action"], "null");
        bad_fields(refusals.of(&admin).post(EVENT, json!({"action": ""})).await, &["action"], "empty");
        // Who may not send learns nothing about what was sent.
        let reader = app.user("reader", &[("viewAuditEvents", "root")]).await;
        for body in [&b"{"[..], b"\xff", br#"{"action":1}"#, br#"{"action":"a"}"#] {
            let answer = refusals.of(&app.anonymous()).post_raw(EVENT, JSON, body).await;
            assert_eq!(refused(answer, 401, "anonymous").template(), "authentication.required");
            let answer = refused(refusals.of(&reader).post_raw(EVENT, JSON, body).await, 403, "reader");
            assert!(answer.text.contains("submitAuditEvents"), "{}", answer.text);
        }
        refusals.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_body_that_ends_early_is_no_event() {
    stores(async |app| {
        let before = app.events(false).await;
        let head = format!(
            "POST {EVENT} HTTP/1.1\r\nHost: {}\r\nArgus-API-Key: {}\r\nContent-Type: {JSON}\r\n",
            app.address,
            app.new_key(1).await
        );
        let event = r#"{"action":"a"}"#;
        for (framing, body) in
            [("Content-Length: 40", event.to_owned()), ("Transfer-Encoding: chunked", format!("e\r\n{event}\r\n"))]
        {
            let reply = super::raw::cut_off(app.address, format!("{head}{framing}\r\n\r\n{body}")).await;
            reply.refused(400, "request.body.broken", framing).closed(framing);
        }
        let whole = talk(app.address, format!("{head}Connection: close\r\nContent-Length: 14\r\n\r\n{event}")).await;
        assert_eq!(whole.status, 201, "{}", whole.text);
        assert_eq!(app.events(false).await, before + 1);
    })
    .await;
}
