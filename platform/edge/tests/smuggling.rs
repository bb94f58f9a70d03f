//! Bytes of one request are never served as another.

mod common;

use common::{Server, get};

/// What an attacker wants to have served behind a front that reads the framing otherwise.
const SMUGGLED: &str = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

async fn assert_not_smuggled(server: &Server, request: &str) {
    let answer = server.talk(request).await;
    assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{request:?} got {answer:?}");
    assert!(answer.starts_with("HTTP/1.1 400 ") || answer.starts_with("HTTP/1.1 501 "), "{request:?} got {answer:?}");
    assert_eq!(server.seen.hits(), 0, "{request:?} was served");
}

#[tokio::test]
async fn a_length_beside_a_coding_gets_one_answer() {
    let server = Server::start().await;
    let post = "POST /echo HTTP/1.1\r\nHost: a";
    for framing in [
        "Content-Length: 4\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 4",
        "Transfer-Encoding: chunked\r\nX: y\r\nContent-Length: 0",
        "Content-Length: 4\r\nTransfer-Encoding: identity",
        "Content-Length: 4\r\nTransfer-Encoding: xchunked",
        "Content-Length: 4\r\nTransfer-Encoding:\tchunked",
        "Content-Length: 4\r\ntRANSFER-eNCODING: chunked",
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\nContent-Length: 4",
        "Content-Length: 0\r\nContent-Length: 40",
        "Content-Length: 40\r\nContent-Length: 0",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
        "Content-Length: 4\r\n Transfer-Encoding: chunked",
        "X: y\rTransfer-Encoding: chunked",
        "Content-Length:\r\n 40",
    ] {
        assert_not_smuggled(&server, &format!("{post}\r\n{framing}\r\n\r\n0\r\n\r\n{SMUGGLED}")).await;
    }
}

#[tokio::test]
async fn a_length_beside_a_coding_names_the_rule() {
    let server = Server::start().await;
    for framing in
        ["Content-Length: 5\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 5"]
    {
        let request = format!("POST /echo HTTP/1.1\r\nHost: a\r\n{framing}\r\n\r\n0\r\n\r\n");
        server.refuses(request, 400, "http.length.conflict").await;
    }
}

#[tokio::test]
async fn a_body_is_no_request() {
    let server = Server::start().await;
    let mut client = server.client().await;
    let length = SMUGGLED.len();
    let post = format!("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n{SMUGGLED}");
    let chunked = format!(
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{length:x};x=y\r\n{SMUGGLED}\r\n0\r\nX: y\r\n\r\n"
    );
    // All in one write, so that the bodies' ends are where only their framing says.
    client.send(format!("{post}{chunked}{}{chunked}{post}{}", get("/1"), get("/2"))).await;
    for _ in 0..6 {
        assert!(client.answer().await.starts_with("HTTP/1.1 200 "));
    }
    let paths = ["POST /echo", "POST /echo", "GET /1", "POST /echo", "POST /echo", "GET /2"];
    assert_eq!(*server.seen.requests.lock().unwrap(), paths);
}

#[tokio::test]
async fn a_body_that_nobody_read_is_no_request() {
    let server = Server::start().await;
    // Small bodies are skipped, great ones end the connection; "/" reads none.
    for length in [SMUGGLED.len(), 1 << 20] {
        let before = server.seen.hits();
        let mut body = SMUGGLED.repeat(length / SMUGGLED.len() + 1);
        body.truncate(length);
        let request = format!("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n");
        let mut client = server.client().await;
        // The edge may close while this is being written.
        let _ = tokio::io::AsyncWriteExt::write_all(&mut client.stream, format!("{request}{body}").as_bytes()).await;
        assert!(client.answer().await.starts_with("HTTP/1.1 200 "));
        drop(client);
        assert_eq!(server.seen.hits(), before + 1);
    }
    assert!(server.seen.requests.lock().unwrap().iter().all(|request| request == "POST /"));
}

#[tokio::test]
async fn chunks_that_hyper_would_refuse_end_the_connection() {
    let server = Server::start().await;
    for chunks in
        ["x\r\n", "5\nhello\r\n0\r\n\r\n", "5\r\nhello0\r\n\r\n", "5;\n\r\nhello", "\r\n", "-1\r\n", "0x5\r\nhello\r\n"]
    {
        let request = format!("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}{SMUGGLED}");
        let before = server.seen.hits();
        let answer = server.talk(&request).await;
        assert!(
            answer.starts_with("HTTP/1.1 400 ") && answer.contains("connection: close"),
            "{chunks:?} got {answer:?}"
        );
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{chunks:?} got {answer:?}");
        assert_eq!(server.seen.hits(), before + 1);
    }
    assert!(server.seen.requests.lock().unwrap().iter().all(|request| request == "POST /echo"));
}
