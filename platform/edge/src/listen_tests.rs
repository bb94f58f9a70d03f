//! Accepting when accepting fails, on a clock that stands still unless all tasks wait.

use std::cell::RefCell;
use std::collections::VecDeque;

use poem::endpoint::{make, make_sync};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::*;
use crate::limits::Limits;
use crate::refusal::Renderer;

const ENFILE: i32 = 23;
const EMFILE: i32 = 24;
const ECONNABORTED: i32 = 103;

/// Connections, and errors of the operating system, in a given order; then nothing more.
struct Script(RefCell<VecDeque<Result<DuplexStream, i32>>>);

impl Source for Script {
    type Io = DuplexStream;

    async fn accept(&self) -> io::Result<(DuplexStream, SocketAddr)> {
        let next = self.0.borrow_mut().pop_front();
        match next {
            Some(Ok(io)) => Ok((io, SocketAddr::from(([127, 0, 0, 1], 1)))),
            Some(Err(code)) => Err(io::Error::from_raw_os_error(code)),
            None => std::future::pending().await,
        }
    }

    fn local_addr(_: &DuplexStream) -> io::Result<SocketAddr> {
        Ok(SocketAddr::from(([127, 0, 0, 1], 2)))
    }
}

fn serve(
    script: impl IntoIterator<Item = Result<DuplexStream, i32>>,
    limits: Limits,
    shutdown: impl Future<Output = ()>,
) -> impl Future<Output = Drained> {
    let server = Server::new(make_sync(|_| "ok"), Renderer::default(), limits);
    run(Script(RefCell::new(script.into_iter().collect())), server, shutdown)
}

async fn talk(client: &mut DuplexStream) -> String {
    client.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test(start_paused = true)]
async fn errors_of_one_connection_are_passed_over_at_once() {
    let (mut client, io) = tokio::io::duplex(1024);
    let (stop, stopped) = oneshot::channel::<()>();
    let script = [Err(ECONNABORTED), Err(ECONNABORTED), Ok(io)];
    let began = Instant::now();
    let client = async {
        assert!(talk(&mut client).await.starts_with("HTTP/1.1 200 "));
        assert_eq!(began.elapsed(), Duration::ZERO);
        stop.send(()).unwrap();
    };
    let serving = serve(script, Limits::default(), async { stopped.await.unwrap_or_default() });
    let (drained, ()) = tokio::join!(serving, client);
    assert_eq!(drained, Drained { cut: 0 });
}

#[tokio::test(start_paused = true)]
async fn a_lack_of_descriptors_is_waited_out_in_growing_pauses() {
    let ((mut first, io), (mut second, next)) = (tokio::io::duplex(1024), tokio::io::duplex(1024));
    let lack = (0..9).map(|n| Err(if n % 2 == 0 { EMFILE } else { ENFILE }));
    let script = lack.chain([Ok(io), Err(EMFILE), Ok(next)]);
    let began = Instant::now();
    let clients = async {
        assert!(talk(&mut first).await.starts_with("HTTP/1.1 200 "));
        // 10 + 20 + ... + 640 ms, then a second each.
        assert_eq!(began.elapsed().as_millis(), 1270 + 2000);
        assert!(talk(&mut second).await.starts_with("HTTP/1.1 200 "));
        // Once it went well, the pauses begin anew.
        assert_eq!(began.elapsed().as_millis(), 1270 + 2000 + 10);
    };
    tokio::select! {
        _ = serve(script, Limits::default(), std::future::pending()) => {}
        () = clients => {}
    }
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_does_not_wait_for_a_pause() {
    let began = Instant::now();
    let shutdown = tokio::time::sleep(Duration::from_millis(15));
    assert_eq!(serve([Err(EMFILE), Err(EMFILE)], Limits::default(), shutdown).await, Drained { cut: 0 });
    assert_eq!(began.elapsed().as_millis(), 15);
}

#[tokio::test(start_paused = true)]
async fn who_cannot_be_told_is_closed() {
    let (mut clients, script): (Vec<_>, Vec<_>) = (0..=TURNED_AWAY + 2).map(|_| tokio::io::duplex(1024)).unzip();
    let limits = Limits { max_connections: 1, ..Limits::default() };
    let script = script.into_iter().map(Ok).collect::<Vec<_>>();
    let serving = serve(script, limits, std::future::pending());
    let check = async {
        tokio::task::yield_now().await;
        // One is served, as many as there are doors are told 503 if they say anything, the rest is closed.
        for client in &mut clients[TURNED_AWAY + 1..] {
            assert_eq!(client.read(&mut [0]).await.unwrap(), 0);
        }
        for client in &mut clients[1..3] {
            assert!(talk(client).await.starts_with("HTTP/1.1 503 "));
        }
        let began = Instant::now();
        assert_eq!(clients[TURNED_AWAY].read(&mut [0]).await.unwrap(), 0);
        assert!(began.elapsed() <= Duration::from_secs(1));
        assert!(talk(&mut clients[0]).await.starts_with("HTTP/1.1 200 "));
    };
    tokio::select! {
        _ = serving => {}
        () = check => {}
    }
}

#[tokio::test(start_paused = true)]
async fn a_drain_takes_no_longer_than_it_may() {
    let (mut client, io) = tokio::io::duplex(1024);
    client.write_all(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n").await.unwrap();
    let hang = make(|_| async {
        std::future::pending::<()>().await;
        Ok::<_, poem::Error>("never")
    });
    let server = Server::new(hang, Renderer::default(), Limits::default());
    let script = Script(RefCell::new(VecDeque::from([Ok(io)])));
    let began = Instant::now();
    let drained = run(script, server, tokio::time::sleep(Duration::from_secs(5))).await;
    assert_eq!(drained, Drained { cut: 1 });
    assert_eq!(began.elapsed().as_secs(), 15);
    assert_eq!(client.read(&mut [0]).await.unwrap(), 0);
}
