//! HTTP that is not HTTP, or that two readers could read differently: refused in the envelope, before anything is routed.
//! The store does not matter here.

use std::time::{Duration, Instant};

use argus_core::config::Span;
use argus_testing::{Store, TestApp};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::raw::{read, talk};

/// What may not come out of any of the requests here: an event.
const EVENT: &str = r#"{"action":"smuggled"}"#;

struct Client<'a> {
    app: &'a TestApp,
    key: String,
}

impl<'a> Client<'a> {
    async fn of(app: &'a TestApp) -> Self {
        Self { app, key: app.new_key(1).await }
    }

    /// A head with that request line and those lines, from somebody who may do everything.
    fn head(&self, line: &str, lines: &[&str]) -> String {
        let lines = lines.iter().map(|line| format!("{line}\r\n")).collect::<String>();
        format!("{line} HTTP/1.1\r\nArgus-API-Key: {}\r\n{lines}\r\n", self.key)
    }

    fn host(&self) -> String {
        format!("Host: {}", self.app.address)
    }
}

#[tokio::test]
async fn what_is_not_http_ends_the_connection() {
    let app = TestApp::start().await;
    let client = Client::of(&app).await;
    let (host, stored) = (client.host(), app.events(false).await);
    let get = "GET /audit/v1/event";
    let absolute = format!("GET http://{}/version", app.address);
    let cases: Vec<(&str, String, u16, &str)> = vec![
        ("no Host", client.head(get, &[]), 400, "http.host.missing"),
        ("two Hosts", client.head(get, &[&host, "Host: other.example"]), 400, "http.host.twice"),
        ("the same Host twice", client.head(get, &[&host, &host]), 400, "http.host.twice"),
        ("empty Host", client.head(get, &["Host:"]), 400, "http.host.invalid"),
        ("Host with a path", client.head(get, &["Host: a/b"]), 400, "http.host.invalid"),
        ("foreign target", client.head("GET http://other.example/version", &[&host]), 400, "http.target.foreign"),
        ("foreign port", client.head("GET http://127.0.0.1:1/version", &[&host]), 400, "http.target.foreign"),
        ("absolute without Host", client.head(&absolute, &[]), 400, "http.host.missing"),
        ("CONNECT", client.head("CONNECT 127.0.0.1:1", &[&host]), 400, "http.method.connect"),
        ("two lengths", client.head(get, &[&host, "Content-Length: 0", "Content-Length: 5"]), 400, "http.length.twice"),
        (
            "equal lengths",
            client.head(get, &[&host, "Content-Length: 0", "Content-Length: 0"]),
            400,
            "http.length.twice",
        ),
        ("length list", client.head(get, &[&host, "Content-Length: 0, 0"]), 400, "http.length.invalid"),
        ("negative length", client.head(get, &[&host, "Content-Length: -1"]), 400, "http.length.invalid"),
        ("folded line", client.head(get, &[&host, "X: a\r\n b"]), 400, "http.header.folded"),
        ("no colon", client.head(get, &[&host, "nonsense"]), 400, "http.malformed"),
        ("blank before the colon", client.head(get, &[&host, "X : a"]), 400, "http.malformed"),
        ("NUL in a value", client.head(get, &[&host, "X: a\0b"]), 400, "http.malformed"),
        ("no version", format!("{get}\r\n{host}\r\n\r\n"), 400, "http.malformed"),
        ("HTTP/2", format!("{get} HTTP/2.0\r\n{host}\r\n\r\n"), 505, "http.version"),
        ("TLS", "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\u{1}\r\n\r\n".to_owned(), 400, "http.malformed"),
        ("300 headers", client.head(get, &vec!["X: y"; 300]), 431, "http.head.too_many"),
        ("101 headers", client.head(get, &vec!["X: y"; 100]), 431, "http.head.too_many"),
        ("a long head", client.head(get, &[&host, &format!("X: {}", "y".repeat(70_000))]), 431, "http.head.too_large"),
        (
            "17 MiB",
            client.head("POST /audit/v1/event", &[&host, "Content-Length: 17825792"]),
            413,
            "http.body.too_large",
        ),
    ];
    for (what, request, status, template) in &cases {
        // Whatever stands behind the head is neither its body nor another request.
        let smuggled =
            client.head("POST /audit/v1/event", &[&host, "Content-Type: application/json", "Content-Length: 21"]);
        let reply = talk(app.address, format!("{request}{smuggled}{EVENT}")).await;
        reply.refused(*status, template, what).closed(what);
    }
    assert_eq!(app.events(false).await, stored);
    app.stop().await;
}

#[tokio::test]
async fn a_length_beside_a_coding_is_answered_once_and_closed() {
    let app = TestApp::start().await;
    let client = Client::of(&app).await;
    let (host, stored) = (client.host(), app.events(false).await);
    let media = "Content-Type: application/json";
    for framing in [
        ["Content-Length: 4", "Transfer-Encoding: chunked"],
        ["Transfer-Encoding: chunked", "Content-Length: 4"],
        ["Content-Length: 0", "Transfer-Encoding: gzip, chunked"],
    ] {
        let post = client.head("POST /audit/v1/event", &[&host, media, framing[0], framing[1]]);
        let inner = client.head("POST /audit/v1/event", &[&host, media, "Content-Length: 21"]);
        let reply = talk(app.address, format!("{post}15\r\n{EVENT}\r\n0\r\n\r\n{inner}{EVENT}")).await;
        reply.refused(400, "http.length.conflict", &framing.join(" ")).closed("conflict");
    }
    for coding in ["gzip", "chunked, gzip", "chunked, chunked", "identity", "xchunked"] {
        let post = client.head("POST /audit/v1/event", &[&host, media, &format!("Transfer-Encoding: {coding}")]);
        let reply = talk(app.address, format!("{post}15\r\n{EVENT}\r\n0\r\n\r\n")).await;
        assert!([400, 501].contains(&reply.status), "{coding}: {}", reply.text);
        assert_eq!(reply.answers(), 1, "{coding}: {}", reply.text);
        assert!(reply.json["messages"][0]["messageTemplate"].as_str().unwrap().starts_with("http.coding"), "{coding}");
        reply.closed(coding);
    }
    assert_eq!(app.events(false).await, stored);
    app.stop().await;
}

#[tokio::test]
async fn a_path_means_one_thing_or_nothing() {
    let app = TestApp::start().await;
    let client = Client::of(&app).await;
    let (host, stored) = (client.host(), app.events(false).await);
    let post = ["Content-Type: application/json", "Content-Length: 21", "Connection: close"];
    let lines = [&[host.as_str()], &post[..]].concat();
    for (path, template) in [
        ("/audit/v1/../v1/event", "http.path.ambiguous"),
        ("/audit/v1/./event", "http.path.ambiguous"),
        ("/audit/v1/event/..", "http.path.ambiguous"),
        ("/../audit/v1/event", "http.path.ambiguous"),
        ("/audit/v1/%2e%2e/v1/event", "http.path.ambiguous"),
        ("/audit/v1/.%2E/v1/event", "http.path.ambiguous"),
        ("//audit/v1/event", "http.path.ambiguous"),
        ("/audit//v1/event", "http.path.ambiguous"),
        ("/audit/v1/event//", "http.path.ambiguous"),
        ("/audit/v1%2fevent", "http.path.ambiguous"),
        ("/audit%2Fv1/event", "http.path.ambiguous"),
        ("/audit/v1\\event", "http.path.ambiguous"),
        ("/audit/v1%5cevent", "http.path.ambiguous"),
        ("/audit/v1/event%00", "http.path.unreadable"),
        ("/audit/v1/%00event", "http.path.unreadable"),
        ("/audit/v1/event%", "http.path.unreadable"),
        ("/audit/v1/event%zz", "http.path.unreadable"),
        ("/audit/v1/event%ff", "http.path.unreadable"),
        ("/audit/v1/event%0a", "http.path.unreadable"),
        // Not mended either: a slash too many, another case, an encoded letter, a parameter.
        ("/audit/v1/event/", "path.not.found"),
        ("/Audit/v1/event", "path.not.found"),
        ("/audit/V1/event", "path.not.found"),
        ("/audit/v1/%65vent", "path.not.found"),
        ("/audit/v1/event;x=y", "path.not.found"),
        ("/audit/v2/event", "path.not.found"),
        ("/event", "path.not.found"),
        ("/", "method.not.allowed"),
    ] {
        let reply = talk(app.address, client.head(&format!("POST {path}"), &lines) + EVENT).await;
        let status = if template == "method.not.allowed" { 405 } else { 404 };
        reply.refused(status, template, path).closed(path);
    }
    assert_eq!(app.events(false).await, stored);
    // What comes behind the question mark is no path.
    let query = client.head("POST /audit/v1/event?a=//../%2f%00", &lines);
    assert_eq!(talk(app.address, query + EVENT).await.status, 201);
    let own = format!("POST http://{}/audit/v1/event", app.address);
    assert_eq!(talk(app.address, client.head(&own, &lines) + EVENT).await.status, 201);
    app.stop().await;
}

#[tokio::test]
async fn a_slow_head_is_cut_off() {
    let short = |settings: &mut argus_core::config::Settings| settings.edge.head_timeout = Span::millis(200);
    let app = TestApp::start_on(Store::Sqlite, &short).await.unwrap();
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    let began = Instant::now();
    let head = format!("GET /version HTTP/1.1\r\nHost: {}\r\nX: {}", app.address, "y".repeat(10_000));
    for byte in head.bytes() {
        if stream.write_all(&[byte]).await.is_err() || began.elapsed() > Duration::from_millis(600) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    read(stream).await.refused(408, "http.head.late", "drip").closed("drip");
    assert!(began.elapsed() < Duration::from_secs(10));
    assert_eq!(talk(app.address, "").await.text, "", "silence is answered with silence");
    // Others were served meanwhile and are now.
    app.admin().get("/audit/v1/event").await.expect(200);
    app.stop().await;
}
