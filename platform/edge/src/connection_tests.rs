//! The waits, on a clock that the tests move: with the time paused, it jumps to the next deadline whenever all tasks
//! wait, and not at all before.

use poem::Response;
use proptest::prelude::*;
use tokio::io::{AsyncReadExt, DuplexStream};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

use super::*;
use crate::error::BodyError;

const SECOND: Duration = Duration::from_secs(1);

/// Answers with what it was sent, or with the status that fits why it could not be read. At "/big" it answers greatly,
/// at "/late" also, while it goes on reading, and at "/pieces" without an end, a piece every 100 seconds.
struct Echo;

impl Endpoint for Echo {
    type Output = Response;

    async fn call(&self, mut request: poem::Request) -> poem::Result<Response> {
        if request.uri().path() == "/big" {
            return Ok(Response::from(vec![b'x'; 1 << 20]));
        }
        if request.uri().path() == "/late" {
            tokio::spawn(request.take_body().into_bytes());
            return Ok(Response::from(vec![b'x'; 1 << 20]));
        }
        if request.uri().path() == "/pieces" {
            let (mut pieces, body) = tokio::io::duplex(64);
            tokio::spawn(async move {
                while pieces.write_all(b"piece").await.is_ok() {
                    sleep(100 * SECOND).await;
                }
            });
            return Ok(Response::from(poem::Body::from_async_read(body)));
        }
        match request.take_body().into_bytes().await {
            Ok(body) => Ok(Response::from(body)),
            Err(error) => {
                let status = BodyError::of(&error).map(BodyError::status).unwrap_or_default();
                Ok(Response::from(status))
            }
        }
    }
}

struct Open {
    client: DuplexStream,
    task: JoinHandle<()>,
    stage: watch::Sender<Stage>,
    began: Instant,
}

/// A connection served with the default limits, through a pipe of `size` bytes.
fn open(size: usize) -> Open {
    let (client, server) = tokio::io::duplex(size);
    let (stage, stages) = watch::channel(Stage::Serving);
    let address = SocketAddr::from(([127, 0, 0, 1], 1));
    let edge = Server::new(Echo, Renderer::default(), Limits::default());
    let task = tokio::spawn(async move { edge.serve(server, address, address, stages).await });
    Open { client, task, stage, began: Instant::now() }
}

impl Open {
    async fn send(&mut self, bytes: &str) {
        self.client.write_all(bytes.as_bytes()).await.unwrap();
    }

    /// All that comes, and the seconds until the edge closed.
    async fn rest(&mut self) -> (String, f64) {
        let mut answer = String::new();
        self.client.read_to_string(&mut answer).await.unwrap();
        (answer, (self.began.elapsed().as_secs_f64() * 100.0).round() / 100.0)
    }

    async fn request(&mut self) {
        self.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
        let mut answer = [0; 1024];
        assert!(self.client.read(&mut answer).await.unwrap() > 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_new_connection_has_10_seconds_for_its_first_head() {
    let mut open = open(1024);
    assert_eq!(open.rest().await, (String::new(), 10.0));

    let mut open = self::open(1024);
    sleep(9 * SECOND).await;
    open.send("GET / HTTP/1.1\r\nHost: a\r\n").await;
    let (answer, seconds) = open.rest().await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!((seconds - 10.0).abs() < 0.01, "{seconds}");
}

#[tokio::test(start_paused = true)]
async fn a_later_head_has_10_seconds_from_its_first_byte() {
    let mut open = open(1024);
    open.request().await;
    sleep(50 * SECOND).await;
    // A byte a second does not help.
    for byte in "GET / HTTP".chars() {
        open.send(&byte.to_string()).await;
        sleep(SECOND).await;
    }
    let (answer, seconds) = open.rest().await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!((seconds - 60.0).abs() < 0.01, "{seconds}");
}

#[tokio::test(start_paused = true)]
async fn an_idle_connection_closes_after_60_seconds() {
    let mut open = open(1024);
    for _ in 0..3 {
        open.request().await;
        sleep(59 * SECOND).await;
    }
    open.request().await;
    assert_eq!(open.rest().await, (String::new(), 3.0 * 59.0 + 60.0));
}

#[tokio::test(start_paused = true)]
async fn a_body_may_pause_for_15_seconds() {
    let mut open = open(1024);
    open.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n").await;
    for _ in 0..8 {
        sleep(14 * SECOND).await;
        open.send("x").await;
    }
    let (answer, seconds) = open.rest().await;
    assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("connection: close\r\n"), "{answer}");
    assert!((seconds - (8.0 * 14.0 + 15.0)).abs() < 0.01, "{seconds}");
}

#[tokio::test(start_paused = true)]
async fn a_client_may_take_30_seconds_to_read_on() {
    let mut open = open(1024);
    open.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let mut some = [0; 512];
    for _ in 0..3 {
        sleep(29 * SECOND).await;
        open.client.read_exact(&mut some).await.unwrap();
    }
    timeout(31 * SECOND, &mut open.task).await.expect("gives up").unwrap();
    assert_eq!(open.began.elapsed().as_secs(), 3 * 29 + 30);
}

#[tokio::test(start_paused = true)]
async fn an_answer_may_go_on_for_as_long_as_its_client_stays() {
    let Open { mut client, task, began, stage: _stage } = {
        let mut open = open(1024);
        open.send("GET /pieces HTTP/1.1\r\nHost: a\r\n\r\n").await;
        open
    };
    let mut answer = String::new();
    for piece in 0..40 {
        // Each piece leaves when it is there, however long the next one takes.
        while answer.matches("\r\npiece\r\n").count() <= piece {
            let mut some = [0; 64];
            let read = client.read(&mut some).await.unwrap();
            answer.push_str(std::str::from_utf8(&some[..read]).unwrap());
        }
        assert_eq!(began.elapsed(), u32::try_from(piece).unwrap() * 100 * SECOND);
    }
    // Whoever left is missed at the next piece.
    drop(client);
    timeout(101 * SECOND, task).await.expect("the answer ends").unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_client_that_goes_on_sending_is_heard_for_2_seconds() {
    let mut open = open(64);
    open.send("GET / HTTP/1.1\r\n\r\n").await;
    let mut sent = 0;
    while timeout(SECOND / 10, open.client.write_all(b"more")).await.is_ok_and(|written| written.is_ok()) {
        sleep(SECOND / 10).await;
        sent += 1;
    }
    // The answer does not fit into the pipe and is not read, so that the edge first waits for that.
    assert!(sent > 0);
    let (answer, _) = open.rest().await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    let drained = Instant::now();
    open.task.await.unwrap();
    assert!(drained.elapsed() <= 2 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn the_next_request_waits_until_the_answer_has_left() {
    for (next, status) in [("GET / HTTP/1.1\r\nHost: a", 200), ("GET / HTTP/1.1\r\nX Y: z", 400)] {
        let mut open = open(64);
        open.send("POST /late HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhell").await;
        sleep(SECOND).await;
        // hyper has all of the answer, and the pipe is full of it, when the body ends and the next head comes.
        open.send("o you").await;
        sleep(SECOND).await;
        open.send(&format!("{next}\r\nConnection: close\r\n\r\n")).await;
        sleep(SECOND).await;
        let (answers, seconds) = open.rest().await;
        let (first, second) = answers.split_at(answers.rfind("HTTP/1.1 ").expect("answers"));
        assert!(first.starts_with("HTTP/1.1 200 ") && first.ends_with('x') && first.len() > 1 << 20, "{first:.100}");
        assert!(second.starts_with(&format!("HTTP/1.1 {status} ")), "{second}");
        assert!((seconds - 3.0).abs() < 0.01, "{seconds}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_gone_cuts_at_once() {
    let mut open = open(1024);
    open.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n").await;
    sleep(SECOND).await;
    drop(open.stage);
    open.task.await.unwrap();
    assert_eq!(open.began.elapsed(), SECOND);
}

/// Two requests and a little chaos: pieces of the stream lost, doubled or overwritten.
fn streams() -> impl Strategy<Value = Vec<u8>> {
    let stream = b"POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;x\r\nhello\r\n0\r\nX: y\r\n\r\n\
        POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello\r\nGET /c HTTP/1.1\r\nHost: a\r\n\r\n";
    let size = stream.len();
    let change =
        (0..size, 0..size, prop_oneof![Just(&b""[..]), Just(&b"\r\n"[..]), Just(&b"0"[..]), Just(&b"\x00"[..])]);
    prop::collection::vec(change, 0..4).prop_map(move |changes| {
        let mut stream = stream.to_vec();
        for (at, len, new) in changes {
            let at = at.min(stream.len());
            let end = (at + len % 6).min(stream.len());
            stream.splice(at..end, new.iter().copied());
        }
        stream
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    /// Whatever comes, in whatever pieces, the connection ends in time and every answer is one.
    #[test]
    fn every_connection_ends(stream in streams(), piece in 1_usize..400) {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let answers = runtime.enable_time().start_paused(true).build().unwrap().block_on(async {
            let mut open = open(64 * 1024);
            for piece in stream.chunks(piece) {
                // The edge may have closed.
                let _ = open.client.write_all(piece).await;
                tokio::task::yield_now().await;
            }
            let (answers, _) = timeout(100 * SECOND, open.rest()).await.expect("closes");
            timeout(3 * SECOND, open.task).await.expect("ends").unwrap();
            answers
        });
        let count = answers.matches("\r\ndate: ").count();
        prop_assert!(count <= 4 && (answers.is_empty() || answers.starts_with("HTTP/1.")), "{answers}");
    }
}
