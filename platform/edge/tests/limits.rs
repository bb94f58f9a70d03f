//! What a client may not take: bytes, lines, time, connections.

mod common;

use std::time::{Duration, Instant};

use argus_edge::{BodyError, Limits};
use common::{Server, get};

const SHORT: Duration = Duration::from_millis(100);

#[tokio::test]
async fn at_most_100_header_lines() {
    let server = Server::start().await;
    let head =
        |lines: usize| format!("GET / HTTP/1.1\r\nHost: a\r\n{}Connection: close\r\n\r\n", "X: y\r\n".repeat(lines));
    assert!(server.talk(head(98)).await.starts_with("HTTP/1.1 200 "));
    server.refuses(head(99), 431, "http.head.too_many").await;
    server.refuses(head(298), 431, "http.head.too_many").await;
    // Refused as soon as it is known, not when the head ends.
    server.refuses(format!("GET / HTTP/1.1\r\n{}", "X: y\r\n".repeat(101)), 431, "http.head.too_many").await;
}

#[tokio::test]
async fn more_header_lines_if_the_operator_wants() {
    let server = Server::with(Limits { max_header_lines: 300, ..Limits::default() }).await;
    let head =
        |lines: usize| format!("GET / HTTP/1.1\r\nHost: a\r\n{}Connection: close\r\n\r\n", "X: y\r\n".repeat(lines));
    assert!(server.talk(head(298)).await.starts_with("HTTP/1.1 200 "));
    server.refuses(head(299), 431, "http.head.too_many").await;
}

#[tokio::test]
async fn at_most_64_kib_of_head() {
    let server = Server::start().await;
    let head = |size: usize| {
        let frame = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: \r\n\r\n";
        frame.replace("X: ", &format!("X: {}", "y".repeat(size - frame.len())))
    };
    assert!(server.talk(head(65_536)).await.starts_with("HTTP/1.1 200 "));
    server.refuses(head(65_537), 431, "http.head.too_large").await;
    server.refuses("GET /".to_owned() + &"x".repeat(70_000), 431, "http.head.too_large").await;
    server.refuses("\r\n".repeat(33_000), 431, "http.head.too_large").await;
}

#[tokio::test]
async fn a_target_beyond_hypers_limit_is_told_so() {
    let server = Server::with(Limits { max_head_bytes: 200_000, ..Limits::default() }).await;
    let head = format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "x".repeat(65_600));
    server.refuses(head, 414, "http.malformed").await;
}

#[tokio::test]
async fn a_head_that_drips_is_cut_off() {
    let server = Server::with(Limits { header_read_timeout: SHORT, ..Limits::default() }).await;
    let mut client = server.client().await;
    // Also on a connection that has served, and whose next head is slow.
    client.send(get("/")).await;
    client.answer().await;
    let began = Instant::now();
    let mut drip = tokio::time::interval(SHORT / 10);
    let head = "GET /slow HTTP/1.1\r\nHost: a\r\nX-Long: ".to_owned() + &"y".repeat(1000);
    for byte in head.bytes() {
        drip.tick().await;
        if tokio::io::AsyncWriteExt::write_all(&mut client.stream, &[byte]).await.is_err()
            || began.elapsed() > SHORT * 3
        {
            break;
        }
    }
    let answer = client.rest().await;
    assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("connection: close\r\n"), "{answer}");
    assert!(answer.ends_with("{\"template\":\"http.head.late\"}"), "{answer}");
    assert_eq!(server.seen.hits(), 1);
}

#[tokio::test]
async fn silence_is_answered_with_silence() {
    let server = Server::with(Limits { header_read_timeout: SHORT, idle_timeout: SHORT, ..Limits::default() }).await;
    assert_eq!(server.talk("").await, "");
    let mut client = server.client().await;
    client.send(get("/")).await;
    client.answer().await;
    assert_eq!(client.rest().await, "");
}

#[tokio::test]
async fn a_body_that_stalls_fails_to_its_reader() {
    let server = Server::with(Limits { body_idle_timeout: SHORT, ..Limits::default() }).await;
    for framing in [
        "Content-Length: 10\r\n\r\nhello",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "Content-Length: 1\r\n\r\n",
    ] {
        let answer = server.talk(format!("POST /echo HTTP/1.1\r\nHost: a\r\n{framing}")).await;
        assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("connection: close\r\n"), "{answer}");
        assert_eq!(server.seen.errors.lock().unwrap().pop(), Some(Some(BodyError::Idle)));
    }
}

#[tokio::test]
async fn great_bodies_are_refused_unread() {
    let server = Server::with(Limits { max_body_bytes: 1000, ..Limits::default() }).await;
    let post = |length: &str| format!("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n");
    for length in ["1001", "18446744073709551615", "99999999999999999999999999"] {
        server.refuses(post(length), 413, "http.body.too_large").await;
        server.refuses(post(length) + &"x".repeat(2000), 413, "http.body.too_large").await;
    }
    let expect = "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1001\r\n\r\n";
    server.refuses(expect, 413, "http.body.too_large").await;
    let mut client = server.client().await;
    client.send(post("1000") + &"x".repeat(1000)).await;
    assert!(client.answer().await.ends_with(&"x".repeat(1000)));
}

#[tokio::test]
async fn a_client_can_read_the_refusal_of_a_body_it_is_still_sending() {
    let server = Server::start().await;
    let length = 64 * 1024 * 1024;
    let mut client = server.client().await;
    client.send(format!("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n")).await;
    for _ in 0..length / 65_536 {
        client.send([b'x'; 65_536]).await;
    }
    assert!(client.rest().await.starts_with("HTTP/1.1 413 "));
}

#[tokio::test]
async fn chunks_that_grow_too_large_fail_to_their_reader() {
    let server = Server::with(Limits { max_body_bytes: 1000, ..Limits::default() }).await;
    let post = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    let chunk = format!("64\r\n{}\r\n", "x".repeat(100));
    let mut client = server.client().await;
    client.send(format!("{post}{}0\r\n\r\n", chunk.repeat(10))).await;
    assert!(client.answer().await.ends_with(&"x".repeat(1000)));
    for chunks in [chunk.repeat(10) + "1\r\nx\r\n0\r\n\r\n", "3e9\r\n".to_owned(), "ffffffffffffffff\r\n".to_owned()] {
        let answer = server.talk(format!("{post}{chunks}")).await;
        assert!(answer.starts_with("HTTP/1.1 413 ") && answer.contains("connection: close\r\n"), "{answer}");
        assert_eq!(server.seen.errors.lock().unwrap().pop(), Some(Some(BodyError::TooLarge)));
    }
}

#[tokio::test]
async fn a_body_that_ends_early_fails_to_its_reader() {
    let server = Server::start().await;
    for (framing, expected) in [
        ("Content-Length: 10\r\n\r\nhello", BodyError::Truncated),
        ("Transfer-Encoding: chunked\r\n\r\n5\r\nhel", BodyError::Truncated),
        ("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", BodyError::Truncated),
        ("Transfer-Encoding: chunked\r\n\r\nhello", BodyError::Malformed),
    ] {
        let mut client = server.client().await;
        client.send(format!("POST /echo HTTP/1.1\r\nHost: a\r\n{framing}")).await;
        tokio::io::AsyncWriteExt::shutdown(&mut client.stream).await.unwrap();
        assert!(client.rest().await.starts_with("HTTP/1.1 400 "));
        assert_eq!(server.seen.errors.lock().unwrap().pop(), Some(Some(expected)), "{framing:?}");
    }
}

#[tokio::test]
async fn a_client_that_does_not_read_is_cut_off() {
    let server = Server::with(Limits { write_idle_timeout: SHORT, ..Limits::default() }).await;
    let mut client = server.client().await;
    client.send(get("/big")).await;
    client.head().await;
    // It reads no more, and its place is free again all the same.
    let drained = server.stop().await;
    assert_eq!(drained.cut, 0);
}

#[tokio::test]
async fn one_connection_too_many_is_told_so() {
    let server = Server::with(Limits { max_connections: 2, ..Limits::default() }).await;
    let (mut first, mut second) = (server.client().await, server.client().await);
    for client in [&mut first, &mut second] {
        client.send(get("/")).await;
        client.answer().await;
    }
    for _ in 0..3 {
        server.refuses(get("/"), 503, "server.connections.full").await;
    }
    drop(first);
    // A place is free as soon as the edge has seen the close, which the client cannot see.
    let free = async {
        while !server.talk("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await.starts_with("HTTP/1.1 200 ")
        {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(common::BOUND, free).await.expect("a place is free");
    second.send(get("/")).await;
    assert!(second.answer().await.ends_with("ok"));
}
