//! How serving ends.

mod common;

use std::time::Duration;

use argus_edge::{Drained, Limits};
use common::{BOUND, Server, get};
use tokio::net::TcpStream;

#[tokio::test]
async fn idle_connections_close_at_once() {
    let server = Server::start().await;
    let (mut fresh, mut used) = (server.client().await, server.client().await);
    used.send(get("/")).await;
    used.answer().await;
    let addr = server.addr;
    assert_eq!(server.stop().await, Drained { cut: 0 });
    assert!(fresh.is_closed().await && used.is_closed().await);
    assert!(TcpStream::connect(addr).await.is_err(), "the listener is closed");
}

#[tokio::test]
async fn open_requests_are_finished() {
    let server = Server::start().await;
    let mut client = server.client().await;
    // The pipelined request behind it has not begun.
    client.send(get("/hold") + &get("/never")).await;
    let seen = server.seen.clone();
    seen.entered.notified().await;
    let drained = server.begin_stop();
    tokio::task::yield_now().await;
    seen.release.notify_one();
    let answer = client.rest().await;
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("held"), "{answer}");
    assert!(answer.contains("connection: close\r\n"), "{answer}");
    assert_eq!(drained.await.unwrap(), Drained { cut: 0 });
    assert_eq!(seen.hits(), 1);
}

#[tokio::test]
async fn a_head_that_has_begun_is_served() {
    let server = Server::start().await;
    let mut client = server.client().await;
    client.send(get("/")).await;
    client.answer().await;
    client.send("GET / HTTP/1.1\r\nHo").await;
    // Nothing tells a client that its bytes have been read; another one's request on the same runtime comes after them.
    let mut other = server.client().await;
    other.send(get("/")).await;
    other.answer().await;
    let seen = server.seen.clone();
    let drained = server.begin_stop();
    assert!(other.is_closed().await);
    client.send("st: a\r\n\r\n").await;
    let answer = client.rest().await;
    assert!(answer.ends_with("ok") && answer.contains("connection: close\r\n"), "{answer}");
    assert_eq!(drained.await.unwrap(), Drained { cut: 0 });
    assert_eq!(seen.hits(), 3);
}

#[tokio::test]
async fn an_answer_half_sent_is_sent() {
    let server = Server::start().await;
    let mut client = server.client().await;
    client.send(get("/big")).await;
    let head = client.head().await;
    let drained = server.begin_stop();
    tokio::task::yield_now().await;
    let body = client.rest().await;
    assert!(head.contains("content-length: 33554432\r\n"), "{head}");
    assert_eq!(body.len(), 33_554_432);
    assert_eq!(drained.await.unwrap(), Drained { cut: 0 });
}

#[tokio::test]
async fn what_takes_too_long_is_cut_and_counted() {
    let limits = Limits { drain_timeout: Duration::from_millis(100), ..Limits::default() };
    let server = Server::with(limits).await;
    let (mut first, mut second, mut idle) = (server.client().await, server.client().await, server.client().await);
    for client in [&mut first, &mut second] {
        client.send(get("/hold")).await;
        server.seen.entered.notified().await;
    }
    idle.send(get("/")).await;
    idle.answer().await;
    let drained = tokio::time::timeout(BOUND, server.stop()).await.unwrap();
    assert_eq!(drained, Drained { cut: 2 });
    assert!(first.is_closed().await && second.is_closed().await && idle.is_closed().await);
}
