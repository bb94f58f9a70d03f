//! A tiny endpoint behind an edge, and a client that writes bytes.
#![allow(dead_code, reason = "each test binary uses a part of it")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot go on fails")]

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use argus_edge::{BodyError, Drained, Edge, Limits, Refusal};
use bytes::Bytes;
use http::StatusCode;
use poem::error::ReadBodyError;
use poem::{Body, Endpoint, Request, Response, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;

/// Nothing in a test may take longer.
pub const BOUND: Duration = Duration::from_secs(10);

/// What the endpoint was called with, and the handles to hold and release it.
#[derive(Default)]
pub struct Seen {
    hits: AtomicUsize,
    pub requests: Mutex<Vec<String>>,
    pub errors: Mutex<Vec<Option<BodyError>>>,
    pub entered: Notify,
    pub release: Notify,
    pub finished: Notify,
}

impl Seen {
    /// How often the endpoint was called.
    pub fn hits(&self) -> usize {
        self.hits.load(Ordering::SeqCst)
    }
}

struct Tiny(Arc<Seen>);

impl Endpoint for Tiny {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        self.0.hits.fetch_add(1, Ordering::SeqCst);
        self.0.requests.lock().unwrap().push(format!("{} {}", request.method(), request.uri()));
        match request.uri().path() {
            "/echo" => match request.take_body().into_bytes().await {
                Ok(body) => Ok(Response::from(body)),
                Err(error) => {
                    self.0.errors.lock().unwrap().push(BodyError::of(&error));
                    let ReadBodyError::Io(_) = &error else { panic!("{error}") };
                    let status = BodyError::of(&error).map_or(StatusCode::IM_A_TEAPOT, BodyError::status);
                    Ok(Response::builder().status(status).body("body"))
                }
            },
            "/hold" => {
                self.0.entered.notify_one();
                self.0.release.notified().await;
                self.0.finished.notify_one();
                Ok(Response::from("held"))
            }
            "/peer" => Ok(Response::from(format!("{} {}", request.remote_addr(), request.local_addr()))),
            "/panic" => panic!("secret of the endpoint"),
            "/big" => Ok(Response::from(vec![b'x'; 32 * 1024 * 1024])),
            "/host" => Ok(Response::from(request.header("host").unwrap_or("none").to_owned())),
            "/empty" => Ok(Response::builder().status(StatusCode::NO_CONTENT).body(Body::empty())),
            _ => Ok(Response::from("ok")),
        }
    }
}

/// A running edge.
pub struct Server {
    pub addr: SocketAddr,
    pub seen: Arc<Seen>,
    stop: oneshot::Sender<()>,
    handle: JoinHandle<Drained>,
}

fn refused(refusal: &Refusal) -> http::Response<Bytes> {
    let body = format!("{{\"template\":\"{}\"}}", refusal.template());
    http::Response::builder()
        .status(refusal.status())
        .header("content-type", "application/json")
        .body(Bytes::from(body))
        .unwrap()
}

impl Server {
    pub async fn start() -> Self {
        Self::with(Limits::default()).await
    }

    pub async fn with(limits: Limits) -> Self {
        let edge = Edge::bind("127.0.0.1:0").await.unwrap().limits(limits).refusals(refused);
        let addr = edge.local_addr().unwrap();
        let seen = Arc::new(Seen::default());
        let (stop, stopped) = oneshot::channel();
        let serve = edge.serve(Tiny(seen.clone()), async move { stopped.await.unwrap_or_default() });
        Self { addr, seen, stop, handle: tokio::spawn(serve) }
    }

    pub async fn client(&self) -> Client {
        Client { stream: TcpStream::connect(self.addr).await.unwrap(), read: Vec::new() }
    }

    /// Sends bytes on a connection of their own, and gives all that comes back until the edge closes.
    pub async fn talk(&self, bytes: impl AsRef<[u8]>) -> String {
        let mut client = self.client().await;
        client.send(bytes).await;
        client.rest().await
    }

    /// Asserts that `bytes` are refused with `status` and `template`, that the edge closes, and that the endpoint was
    /// not called.
    pub async fn refuses(&self, bytes: impl AsRef<[u8]>, status: u16, template: &str) {
        let shown = String::from_utf8_lossy(bytes.as_ref()).chars().take(200).collect::<String>();
        let before = self.seen.hits();
        let answer = self.talk(bytes).await;
        // hyper answers HTTP/1.0 in kind.
        let said = answer.strip_prefix("HTTP/1.1 ").or(answer.strip_prefix("HTTP/1.0 ")).unwrap_or_default();
        assert!(said.starts_with(&format!("{status} ")), "{shown:?} got {answer:?}");
        assert!(answer.contains("connection: close\r\n"), "{shown:?} got {answer:?}");
        assert!(answer.contains("\r\ndate: "), "{shown:?} got {answer:?}");
        assert!(answer.contains("content-type: application/json\r\n"), "{shown:?} got {answer:?}");
        assert!(answer.ends_with(&format!("\r\n\r\n{{\"template\":\"{template}\"}}")), "{shown:?} got {answer:?}");
        assert_eq!(self.seen.hits(), before, "{shown:?} reached the endpoint");
    }

    /// Stops, and gives what was left.
    pub async fn stop(self) -> Drained {
        self.stop.send(()).unwrap();
        tokio::time::timeout(BOUND, self.handle).await.expect("drains in time").unwrap()
    }

    /// Begins to stop.
    pub fn begin_stop(self) -> JoinHandle<Drained> {
        self.stop.send(()).unwrap();
        self.handle
    }
}

/// A connection of bytes.
pub struct Client {
    pub stream: TcpStream,
    read: Vec<u8>,
}

impl Client {
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).await.unwrap();
    }

    /// Everything until the edge closes.
    pub async fn rest(mut self) -> String {
        let reading = self.stream.read_to_end(&mut self.read);
        tokio::time::timeout(BOUND, reading).await.expect("closes in time").unwrap();
        String::from_utf8_lossy(&self.read).into_owned()
    }

    /// One answer that has a Content-Length.
    pub async fn answer(&mut self) -> String {
        tokio::time::timeout(BOUND, self.read_answer()).await.expect("answers in time")
    }

    async fn read_answer(&mut self) -> String {
        loop {
            let text = String::from_utf8_lossy(&self.read).into_owned();
            if let Some(end) = text.find("\r\n\r\n") {
                let length = text[..end].lines().find_map(|line| line.strip_prefix("content-length: "));
                let total = end + 4 + length.map_or(0, |length| length.parse::<usize>().unwrap());
                if self.read.len() >= total {
                    let answer = self.read.drain(..total).collect::<Vec<u8>>();
                    return String::from_utf8(answer).unwrap();
                }
            }
            self.more().await;
        }
    }

    /// The next head without body, such as 100 or that of an answer to HEAD.
    pub async fn head(&mut self) -> String {
        loop {
            let text = String::from_utf8_lossy(&self.read).into_owned();
            if let Some(end) = text.find("\r\n\r\n") {
                return String::from_utf8(self.read.drain(..end + 4).collect()).unwrap();
            }
            tokio::time::timeout(BOUND, self.more()).await.expect("answers in time");
        }
    }

    async fn more(&mut self) {
        let mut buffer = [0; 16 * 1024];
        let count = self.stream.read(&mut buffer).await.unwrap();
        assert_ne!(count, 0, "closed after {:?}", String::from_utf8_lossy(&self.read));
        self.read.extend_from_slice(&buffer[..count]);
    }

    /// Whether the edge has closed this connection without another byte.
    pub async fn is_closed(&mut self) -> bool {
        let mut byte = [0];
        matches!(
            tokio::time::timeout(BOUND, self.stream.read(&mut byte)).await.expect("closes in time"),
            Ok(0) | Err(_)
        )
    }
}

/// A GET of a path.
pub fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: argus.test\r\n\r\n")
}
