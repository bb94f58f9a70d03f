//! What sound requests may count on.

mod common;

use std::time::Duration;

use argus_edge::{Edge, Limits};
use common::{BOUND, Server, get};
use tokio::io::AsyncWriteExt;

#[tokio::test]
async fn a_connection_serves_many_requests() {
    let server = Server::start().await;
    let mut client = server.client().await;
    for _ in 0..50 {
        client.send(get("/")).await;
        let answer = client.answer().await;
        assert!(answer.starts_with("HTTP/1.1 200 ") && !answer.contains("connection:"), "{answer}");
    }
    assert_eq!(server.seen.hits(), 50);
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let server = Server::start().await;
    let mut client = server.client().await;
    let all = (0..200).map(|n| get(&format!("/{n}"))).collect::<String>();
    client.send(all).await;
    for _ in 0..200 {
        assert!(client.answer().await.starts_with("HTTP/1.1 200 "));
    }
    let expected = (0..200).map(|n| format!("GET /{n}")).collect::<Vec<_>>();
    assert_eq!(*server.seen.requests.lock().unwrap(), expected);
}

#[tokio::test]
async fn a_head_may_come_byte_by_byte() {
    let server = Server::start().await;
    let mut client = server.client().await;
    client.stream.set_nodelay(true).unwrap();
    let request = format!("{}POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", get("/"));
    for byte in request.bytes() {
        client.send([byte]).await;
        tokio::task::yield_now().await;
    }
    assert!(client.answer().await.ends_with("ok"));
    assert!(client.answer().await.ends_with("hello"));
}

#[tokio::test]
async fn a_long_head_is_served() {
    let server = Server::start().await;
    let mut client = server.client().await;
    let line = format!("X: {}\r\n", "y".repeat(600));
    for _ in 0..3 {
        client
            .send(format!("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n{}\r\nhello", line.repeat(98)))
            .await;
        assert!(client.answer().await.ends_with("hello"));
    }
}

#[tokio::test]
async fn head_options_and_expect_work() {
    let server = Server::start().await;
    let mut client = server.client().await;
    client.send("HEAD /echo HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert!(client.head().await.starts_with("HTTP/1.1 200 "));
    client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert!(client.head().await.contains("content-length: 2\r\n"));
    client.send("OPTIONS / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert!(client.answer().await.ends_with("ok"));
    client.send(get("/empty")).await;
    assert!(client.head().await.starts_with("HTTP/1.1 204 "));

    let expect = "Host: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";
    client.send(format!("POST /echo HTTP/1.1\r\n{expect}")).await;
    assert_eq!(client.head().await, "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("hello").await;
    assert!(client.answer().await.ends_with("hello"));
    // Refused before the body: no 100 invites it.
    client.send(format!("POST // HTTP/1.1\r\n{expect}")).await;
    assert!(client.rest().await.starts_with("HTTP/1.1 404 "));
}

#[tokio::test]
async fn http_1_0_closes_unless_asked() {
    let server = Server::start().await;
    assert!(server.talk("GET / HTTP/1.0\r\n\r\n").await.ends_with("ok"));
    let mut client = server.client().await;
    for _ in 0..2 {
        client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").await;
        let answer = client.answer().await;
        assert!(answer.starts_with("HTTP/1.0 200 ") && answer.contains("connection: keep-alive\r\n"), "{answer}");
    }
}

#[tokio::test]
async fn a_panic_is_a_500_that_tells_nothing() {
    let server = Server::start().await;
    let mut client = server.client().await;
    for _ in 0..2 {
        client.send(get("/panic")).await;
        let answer = client.answer().await;
        assert!(
            answer.starts_with("HTTP/1.1 500 ") && answer.ends_with("{\"template\":\"server.internal\"}"),
            "{answer}"
        );
        assert!(!answer.contains("secret"), "{answer}");
    }
    client.send(get("/")).await;
    assert!(client.answer().await.ends_with("ok"));
}

#[tokio::test]
async fn a_client_that_stops_sending_gets_its_answer() {
    let server = Server::start().await;
    let mut client = server.client().await;
    client.send(get("/hold")).await;
    client.stream.shutdown().await.unwrap();
    server.seen.entered.notified().await;
    server.seen.release.notify_one();
    assert!(client.rest().await.ends_with("held"));
}

#[tokio::test]
async fn a_request_runs_to_its_end_without_its_client() {
    let server = Server::start().await;
    let mut client = server.client().await;
    client.send(get("/hold")).await;
    server.seen.entered.notified().await;
    drop(client);
    server.seen.release.notify_one();
    tokio::time::timeout(BOUND, server.seen.finished.notified()).await.expect("the endpoint goes on");
}

#[tokio::test]
async fn addresses_are_those_of_the_socket() {
    let server = Server::start().await;
    let mut client = server.client().await;
    client.send(get("/peer")).await;
    let expected = format!("socket://{} socket://{}", client.stream.local_addr().unwrap(), server.addr);
    assert!(client.answer().await.ends_with(&expected));
}

#[tokio::test]
async fn an_ipv4_client_of_an_ipv6_listener_is_an_ipv4_client() {
    let Ok(edge) = Edge::bind("[::]:0").await else {
        return; // A machine without IPv6 has no such listener.
    };
    let port = edge.local_addr().unwrap().port();
    let show = poem::endpoint::make_sync(|request| request.remote_addr().to_string());
    let serving = tokio::spawn(edge.serve(show, std::future::pending()));
    let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    tokio::io::AsyncReadExt::read_to_string(&mut stream, &mut answer).await.unwrap();
    assert!(answer.contains("socket://127.0.0.1:"), "{answer}");
    serving.abort();
}

#[tokio::test]
async fn a_listener_of_the_standard_library_serves() {
    let edge = Edge::from_std(std::net::TcpListener::bind("127.0.0.1:0").unwrap()).unwrap();
    let limits = Limits { header_read_timeout: Duration::from_millis(50), ..Limits::default() };
    let addr = edge.local_addr().unwrap();
    let ok = poem::endpoint::make_sync(|_| "ok");
    let serving = tokio::spawn(edge.limits(limits).serve(ok, std::future::pending()));
    let mut stream = tokio::net::TcpStream::connect(addr).await.unwrap();
    // Without a renderer of the caller's, refusals are plain text.
    stream.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    tokio::io::AsyncReadExt::read_to_string(&mut stream, &mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 ") && answer.ends_with("Exactly one Host is needed."), "{answer}");
    serving.abort();
}
