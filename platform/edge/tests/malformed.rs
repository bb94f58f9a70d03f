//! What is not sound HTTP is answered with 400 and closed, and never reaches the endpoint.

mod common;

use common::{Server, get};

#[tokio::test]
async fn host_must_be_one_and_valid() {
    let server = Server::start().await;
    server.refuses("GET / HTTP/1.1\r\n\r\n", 400, "http.host.missing").await;
    server.refuses("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400, "http.host.twice").await;
    server.refuses("GET / HTTP/1.1\r\nHost: a\r\nX: y\r\nhOST: b\r\n\r\n", 400, "http.host.twice").await;
    server.refuses("GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400, "http.host.twice").await;
    for host in [
        "",
        "a b",
        "a, b",
        "user@a",
        "user:pw@a",
        "a:80x",
        "a:65536",
        "a:-1",
        "a:80:80",
        ":80",
        "a/",
        "http://a",
        "a?",
        "a#",
        "[::1",
        "::1",
        "[::1]x",
        "[g::]",
        "[]",
        "[fe80::1%25eth0]",
        "a%",
        "a%2",
        "a%zz",
        "a\\b",
        "a<b",
        "\u{e4}",
    ] {
        server.refuses(format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n"), 400, "http.host.invalid").await;
    }
    for host in ["a", "A.example", "a:8080", "a:", "127.0.0.1", "127.0.0.1:80", "[::1]", "[::1]:443", "a_b", "x%41"] {
        let answer = server.talk(format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")).await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{host} got {answer}");
    }
}

#[tokio::test]
async fn http_1_0_needs_no_host() {
    let server = Server::start().await;
    let answer = server.talk("GET /host HTTP/1.0\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.0 200 ") && answer.ends_with("\r\n\r\nnone"), "{answer}");
}

#[tokio::test]
async fn absolute_form_must_agree_with_host() {
    let server = Server::start().await;
    for (target, host) in [
        ("http://evil.test/", "argus.test"),
        ("http://argus.test.evil/", "argus.test"),
        ("http://argus.test:81/", "argus.test"),
        ("http://argus.test:443/", "argus.test"),
        ("https://argus.test/", "argus.test:80"),
        ("http://[::1]/", "argus.test"),
    ] {
        let request = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n");
        server.refuses(request, 400, "http.target.foreign").await;
    }
    server.refuses("GET http://a/ HTTP/1.0\r\n\r\n", 400, "http.target.foreign").await;
    server.refuses("GET http://a/ HTTP/1.1\r\n\r\n", 400, "http.host.missing").await;
    for target in
        ["http://user@argus.test/", "http://u:p@argus.test/", "ftp://argus.test/", "argus.test", "argus.test:80"]
    {
        let request = format!("GET {target} HTTP/1.1\r\nHost: argus.test\r\n\r\n");
        server.refuses(request, 400, "http.target.invalid").await;
    }
    for (target, host, path) in [
        ("http://argus.test/x?y=z", "argus.test", "GET /x?y=z"),
        ("HTTP://ARGUS.test/x", "argus.TEST", "GET /x"),
        ("http://argus.test:80/x", "argus.test", "GET /x"),
        ("https://argus.test/x", "argus.test:443", "GET /x"),
        ("http://argus.test:8080/", "argus.test:8080", "GET /"),
        ("http://argus.test", "argus.test", "GET /"),
    ] {
        let request = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        let answer = server.talk(request).await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{target} got {answer}");
        assert_eq!(server.seen.requests.lock().unwrap().last().unwrap(), path);
    }
    let answer =
        server.talk("GET http://argus.test/../x HTTP/1.1\r\nHost: argus.test\r\nConnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
}

#[tokio::test]
async fn only_options_may_ask_for_the_server() {
    let server = Server::start().await;
    server.refuses("GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400, "http.target.invalid").await;
    let answer = server.talk("OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    server.refuses("CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n", 400, "http.method.connect").await;
    server.refuses("CONNECT / HTTP/1.1\r\nHost: a\r\n\r\n", 400, "http.method.connect").await;
}

#[tokio::test]
async fn lengths_must_be_single_numbers() {
    let server = Server::start().await;
    for (lines, template) in [
        ("Content-Length: 5\r\nContent-Length: 5", "http.length.twice"),
        ("Content-Length: 5\r\nX: y\r\ncontent-length: 6", "http.length.twice"),
        ("Content-Length: 5, 5", "http.length.invalid"),
        ("Content-Length: +5", "http.length.invalid"),
        ("Content-Length: -5", "http.length.invalid"),
        ("Content-Length: 0x5", "http.length.invalid"),
        ("Content-Length: 5 5", "http.length.invalid"),
        ("Content-Length:", "http.length.invalid"),
        ("Content-Length : 5", "http.malformed"),
        ("Transfer-Encoding : chunked", "http.malformed"),
        (" Transfer-Encoding: chunked", "http.header.folded"),
    ] {
        server.refuses(format!("POST /echo HTTP/1.1\r\nHost: a\r\n{lines}\r\n\r\nhello"), 400, template).await;
    }
}

#[tokio::test]
async fn codings_other_than_chunked_are_refused() {
    let server = Server::start().await;
    for (value, status, template) in [
        ("gzip, chunked", 501, "http.coding.unknown"),
        ("gzip", 400, "http.coding.invalid"),
        ("identity", 400, "http.coding.invalid"),
        ("chunked, gzip", 400, "http.coding.invalid"),
        ("chunked, chunked", 400, "http.coding.invalid"),
        ("chunked, identity", 400, "http.coding.invalid"),
        ("xchunked", 400, "http.coding.invalid"),
        ("chunked;q=1", 400, "http.coding.invalid"),
        ("\"chunked\"", 400, "http.coding.invalid"),
        ("", 400, "http.coding.invalid"),
        ("chunked\r\nTransfer-Encoding: chunked", 400, "http.coding.invalid"),
        ("\x0bchunked", 400, "http.coding.invalid"),
    ] {
        let request = format!("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: {value}\r\n\r\n0\r\n\r\n");
        server.refuses(request, status, template).await;
    }
    let request = "POST /echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    server.refuses(request, 400, "http.malformed").await;
}

#[tokio::test]
async fn head_lines_must_have_the_form() {
    let server = Server::start().await;
    for lines in ["X Y: z", "X", ": z", "X\x00: z", "X: \x00", "X: a\rb", "\x7f: z", "X: \x01", "(x): y"] {
        server.refuses(format!("GET / HTTP/1.1\r\nHost: a\r\n{lines}\r\n\r\n"), 400, "http.malformed").await;
    }
    for lines in ["X: y\r\n z", "X: y\r\n\tz", "X:\r\n y", "X: y\r\n "] {
        server.refuses(format!("GET / HTTP/1.1\r\nHost: a\r\n{lines}\r\n\r\n"), 400, "http.header.folded").await;
    }
    for line in [
        "GET /",
        "GET  / HTTP/1.1",
        "GET / HTTP/1.1 ",
        " GET / HTTP/1.1",
        "GET / http/1.1",
        "GET / HTTP/1",
        "GET",
        "G\x00T / HTTP/1.1",
        "GET /\x01 HTTP/1.1",
        "GET /\x7f HTTP/1.1",
        "GET x HTTP/1.1/",
        "GET /a b HTTP/1.1",
        "hello",
    ] {
        server.refuses(format!("{line}\r\nHost: a\r\n\r\n"), 400, "http.malformed").await;
    }
    for target in ["", "?x", "http:///x", "http://", "//"] {
        let answer = server.talk(format!("GET {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")).await;
        assert!(answer.starts_with("HTTP/1.1 400 ") || answer.starts_with("HTTP/1.1 404 "), "{target:?} got {answer}");
    }
    server.refuses(b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n", 400, "http.malformed").await;
}

#[tokio::test]
async fn versions_and_other_protocols_are_refused() {
    let server = Server::start().await;
    server.refuses("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505, "http.version").await;
    server.refuses("GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505, "http.version").await;
    server.refuses("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "http.version").await;
    // A TLS handshake has no line whose end could be waited for.
    server.refuses(b"\x16\x03\x01\x02\x00\x01", 400, "http.malformed").await;
}

#[tokio::test]
async fn refusals_to_head_have_no_body() {
    let server = Server::start().await;
    let answer = server.talk("HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 400 ") && answer.ends_with("\r\n\r\n"), "{answer}");
    let answer = server.talk("\r\nHEAD / HTTP/1.1\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 400 ") && answer.ends_with("\r\n\r\n"), "{answer}");
    assert_eq!(server.seen.hits(), 0);
}

#[tokio::test]
async fn what_is_merely_unusual_is_served() {
    let server = Server::start().await;
    for request in [
        "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "GET / HTTP/1.1\nHost: a\nConnection: close\n\n",
        "GET /#fragment HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "GET / HTTP/1.1\r\nHost:\ta \t\r\nConnection: close\r\n\r\n",
        "QUERY / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: CHUNKED\r\nConnection: close\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: Upgrade, close\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: \u{e4}\r\nConnection: close\r\n\r\n",
    ] {
        let answer = server.talk(request).await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{request:?} got {answer}");
    }
}

#[tokio::test]
async fn a_refusal_waits_for_the_answer_before_it() {
    let server = Server::start().await;
    // Found by the service, by the scan, and by hyper.
    for (bad, template) in [
        ("GET / HTTP/1.1\r\n\r\n", "http.host.missing"),
        ("GET / HTTP/1.1\r\n folded\r\n\r\n", "http.header.folded"),
        ("GET / HTTP/1.1\r\nX Y: z\r\n\r\n", "http.malformed"),
    ] {
        let before = server.seen.hits();
        let mut client = server.client().await;
        client.send(format!("{}{bad}{}", get("/hold"), get("/never"))).await;
        server.seen.entered.notified().await;
        server.seen.release.notify_one();
        let answers = client.rest().await;
        let (first, second) = answers.split_once("held").expect("the first is answered");
        assert!(first.starts_with("HTTP/1.1 200 ") && second.starts_with("HTTP/1.1 400 "), "{answers}");
        assert!(second.ends_with(&format!("{{\"template\":\"{template}\"}}")), "{answers}");
        assert_eq!(server.seen.hits(), before + 1);
    }
}
