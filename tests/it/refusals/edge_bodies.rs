//! Bodies that stall, and methods that a path does not take.

use argus_core::config::Span;
use argus_testing::{Answer, stores, stores_with};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::raw::read;
use super::support::{Refusals, refused};

#[tokio::test]
async fn a_body_that_stalls_is_no_event() {
    stores_with(
        |settings| settings.edge.body_idle_timeout = Span::millis(200),
        async |app| {
            let (mut refusals, key) = (Refusals::begin(app).await, app.new_key(1).await);
            for framing in [
                "Content-Length: 100\r\n\r\n{\"action\":\"a\"",
                "Transfer-Encoding: chunked\r\n\r\ne\r\n{\"action\":\"a\"}\r\n",
            ] {
                let mut stream = TcpStream::connect(app.address).await.unwrap();
                let request = format!(
                    "POST /audit/v1/event HTTP/1.1\r\nHost: {}\r\nArgus-API-Key: {key}\r\nX-Request-ID: {}\r\n\
                     Content-Type: application/json\r\n{framing}",
                    app.address,
                    refusals.next_id()
                );
                stream.write_all(request.as_bytes()).await.unwrap();
                read(stream).await.refused(408, "request.timeout", framing).closed(framing);
            }
            refusals.end().await;
        },
    )
    .await;
}

#[tokio::test]
async fn a_method_that_a_path_does_not_take_is_told_before_anything_else() {
    stores(async |app| {
        let (mut refusals, anonymous) = (Refusals::begin(app).await, app.anonymous());
        for (method, path, allow) in [
            ("PUT", "/audit/v1/event", "GET, POST, HEAD"),
            ("DELETE", "/audit/v1/event", "GET, POST, HEAD"),
            ("PATCH", "/audit/v1/event", "GET, POST, HEAD"),
            // Events are immutable, whoever asks.
            ("PUT", "/audit/v1/event/1", "GET, HEAD"),
            ("DELETE", "/audit/v1/event/1", "GET, HEAD"),
            ("GET", "/audit/v1/event/search/", ""),
            ("TRACE", "/audit/v1/event", "GET, POST, HEAD"),
            ("OPTIONS", "/audit/v1/event", "GET, POST, HEAD"),
            ("BREW", "/audit/v1/event", "GET, POST, HEAD"),
            ("PUT", "/authentication/v1/password/authentication", "POST"),
            ("GET", "/apikey/v1/apikey/1/1/renew", "PUT"),
        ] {
            for actor in [&anonymous, &app.admin(), &app.by_key("1/1/bad")] {
                let request = actor.request(method, path).header("X-Request-ID", refusals.next_id());
                let answer = Answer::of(request).await;
                let status = if allow.is_empty() { 404 } else { 405 };
                let answer = refused(answer, status, path);
                let said = answer.headers.get("allow").map_or("", |value| value.to_str().unwrap());
                assert_eq!(said, allow, "{method} {path}");
            }
        }
        refusals.end().await;
    })
    .await;
}
