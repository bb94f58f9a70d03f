//! A client of streams that reads when it is told to, byte by byte as they come.

use std::net::SocketAddr;
use std::time::Duration;

use argus_testing::TestApp;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Nothing that a test waits for takes longer.
pub const BOUND: Duration = Duration::from_secs(60);

/// The path of the stream.
pub const STREAM: &str = "/audit/v1/event/stream";

/// One open stream.
pub struct Listener {
    stream: TcpStream,
    /// As it came.
    raw: Vec<u8>,
    /// Without the framing of chunks.
    text: String,
    ended: bool,
    pub status: u16,
    pub head: String,
}

/// What comes in a stream.
#[derive(Debug, PartialEq)]
pub enum Block {
    Comment,
    Event(i64, Value),
}

impl Listener {
    /// Asks for a stream by an API key; of a refusal only the head is read.
    pub async fn open(app: &TestApp, key: &str, query: &str) -> Self {
        Self::ask(app.address, &format!("{STREAM}{query}"), &format!("Argus-API-Key: {key}\r\n")).await
    }

    /// The same, behind an event.
    pub async fn resume(app: &TestApp, key: &str, query: &str, after: i64) -> Self {
        let headers = format!("Argus-API-Key: {key}\r\nLast-Event-ID: {after}\r\n");
        Self::ask(app.address, &format!("{STREAM}{query}"), &headers).await
    }

    pub async fn ask(address: SocketAddr, path: &str, headers: &str) -> Self {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n{headers}\r\n").as_bytes()).await.unwrap();
        let mut listener =
            Self { stream, raw: Vec::new(), text: String::new(), ended: false, status: 0, head: String::new() };
        let end = loop {
            if let Some(end) = listener.raw.windows(4).position(|four| four == b"\r\n\r\n") {
                break end;
            }
            assert!(listener.more().await, "closed before there was a head");
        };
        listener.head = String::from_utf8(listener.raw.drain(..end + 4).collect()).unwrap().to_lowercase();
        listener.status = listener.head.split(' ').nth(1).unwrap().parse().unwrap();
        listener
    }

    /// The stream, which must have begun, behind the comment that says so.
    pub async fn begun(mut self) -> Self {
        assert_eq!(self.status, 200, "{}", self.head);
        assert_eq!(self.next().await, Some(Block::Comment));
        self
    }

    /// What comes next; nothing once the stream has ended.
    pub async fn next(&mut self) -> Option<Block> {
        loop {
            if let Some(end) = self.text.find("\n\n") {
                let block: String = self.text.drain(..end + 2).collect();
                return Some(read(&block));
            }
            if self.ended {
                assert_eq!(self.text, "", "the stream ends within a block");
                return None;
            }
            while !self.chunk() {
                if !self.more().await {
                    self.ended = true;
                    break;
                }
            }
        }
    }

    /// The next event; nothing once the stream has ended.
    pub async fn event(&mut self) -> Option<(i64, Value)> {
        loop {
            match self.next().await? {
                Block::Comment => {}
                Block::Event(id, event) => return Some((id, event)),
            }
        }
    }

    /// The ids of so many events.
    pub async fn ids(&mut self, number: usize) -> Vec<i64> {
        let mut ids = Vec::with_capacity(number);
        while ids.len() < number {
            ids.push(self.event().await.expect("the stream goes on").0);
        }
        ids
    }

    /// Whether the stream ends without another event.
    pub async fn is_over(&mut self) -> bool {
        self.event().await.is_none()
    }

    /// Takes a chunk out of what came, if it is whole. The last one ends the stream.
    fn chunk(&mut self) -> bool {
        let Some(line) = self.raw.windows(2).position(|two| two == b"\r\n") else { return false };
        let size = usize::from_str_radix(std::str::from_utf8(&self.raw[..line]).unwrap(), 16).unwrap();
        if self.raw.len() < line + 2 + size + 2 {
            return false;
        }
        let chunk: Vec<u8> = self.raw.drain(..line + 2 + size + 2).skip(line + 2).take(size).collect();
        self.text.push_str(std::str::from_utf8(&chunk).expect("blocks are whole"));
        self.ended |= size == 0;
        true
    }

    /// Reads on; false at the end of the connection.
    async fn more(&mut self) -> bool {
        let mut buffer = vec![0; 64 * 1024];
        let read = timeout(BOUND, self.stream.read(&mut buffer)).await.expect("something comes in time");
        // A connection that was cut is at its end, too.
        let read = read.unwrap_or(0);
        self.raw.extend_from_slice(&buffer[..read]);
        read > 0
    }
}

fn read(block: &str) -> Block {
    if block == ":\n\n" {
        return Block::Comment;
    }
    let (id, data) = block.strip_prefix("id: ").and_then(|rest| rest.split_once("\ndata: ")).expect(block);
    let data = data.strip_suffix("\n\n").filter(|data| !data.contains('\n')).expect(block);
    Block::Event(id.parse().unwrap(), serde_json::from_str(data).unwrap())
}
