//! A receiver of messages, which answers as it is told.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::journeys::PATIENCE;

/// What a receiver does with a message.
#[derive(Debug, Clone, Copy)]
pub enum Say {
    /// Answers with a status.
    Status(u16),
    /// Answers with a status and a line of the head.
    With(u16, &'static str),
    /// Says nothing, and holds the connection.
    Nothing,
    /// Closes the connection.
    Close,
    /// Closes it in the midst of the head of its answer.
    Half,
}

/// A message as it came.
#[derive(Debug, Clone)]
pub struct Received {
    /// Its request line.
    pub line: String,
    /// Headers, by their names in lower case.
    pub headers: HashMap<String, String>,
    /// The body as text.
    pub text: String,
    /// The body.
    pub body: Value,
}

impl Received {
    /// A header; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// Its identifier.
    pub fn id(&self) -> &str {
        self.header("webhook-id")
    }

    /// The number of its event.
    pub fn sequence(&self) -> i64 {
        self.body["data"]["sequence"].as_i64().unwrap()
    }
}

#[derive(Default)]
struct Shared {
    received: Mutex<Vec<Received>>,
    script: Mutex<VecDeque<Say>>,
    connections: Mutex<usize>,
}

/// A receiver on a port of this machine. What it is not told it takes.
pub struct Receiver {
    pub port: u16,
    shared: Arc<Shared>,
    number: watch::Receiver<usize>,
    task: JoinHandle<()>,
}

impl Receiver {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (shared, (count, number)) = (Arc::<Shared>::default(), watch::channel(0));
        let (count, with) = (Arc::new(count), shared.clone());
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                *with.connections.lock().unwrap() += 1;
                tokio::spawn(serve(stream, with.clone(), count.clone()));
            }
        });
        Self { port, shared, number, task }
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/in", self.port)
    }

    /// What it does with the next messages.
    pub fn say(&self, say: impl IntoIterator<Item = Say>) {
        self.shared.script.lock().unwrap().extend(say);
    }

    /// What came, when so many messages came.
    pub async fn wait(&self, number: usize) -> Vec<Received> {
        let mut count = self.number.clone();
        let enough = timeout(PATIENCE, count.wait_for(|count| *count >= number)).await.is_ok();
        let received = self.received();
        assert!(enough, "only {} of {number}: {received:?}", received.len());
        received
    }

    /// What came until now.
    pub fn received(&self) -> Vec<Received> {
        self.shared.received.lock().unwrap().clone()
    }

    /// How often it was connected to.
    pub fn connections(&self) -> usize {
        *self.shared.connections.lock().unwrap()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(mut stream: TcpStream, shared: Arc<Shared>, count: Arc<watch::Sender<usize>>) {
    let mut bytes = Vec::new();
    while let Some(message) = read(&mut stream, &mut bytes).await {
        let say = shared.script.lock().unwrap().pop_front().unwrap_or(Say::Status(204));
        shared.received.lock().unwrap().push(message);
        count.send_modify(|count| *count += 1);
        let (status, line) = match say {
            Say::Status(status) => (status, String::new()),
            Say::With(status, line) => (status, format!("{line}\r\n")),
            Say::Nothing => std::future::pending().await,
            Say::Close => return,
            Say::Half => {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Le").await;
                return;
            }
        };
        let length = if status == 204 { "" } else { "Content-Length: 0\r\n" };
        if stream.write_all(format!("HTTP/1.1 {status} Said\r\n{line}{length}\r\n").as_bytes()).await.is_err() {
            return;
        }
    }
}

/// The next message of a connection; none when that ends.
async fn read(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> Option<Received> {
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
            let mut lines = head.split("\r\n");
            let line = lines.next().unwrap().to_owned();
            let headers: HashMap<String, String> = lines
                .map(|line| line.split_once(": ").unwrap())
                .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
                .collect();
            let length: usize = headers["content-length"].parse().unwrap();
            if bytes.len() >= end + 4 + length {
                let text = String::from_utf8(bytes[end + 4..end + 4 + length].to_vec()).unwrap();
                bytes.drain(..end + 4 + length);
                let body = serde_json::from_str(&text).unwrap();
                return Some(Received { line, headers, text, body });
            }
        }
        if stream.read_buf(bytes).await.ok()? == 0 {
            return None;
        }
    }
}
