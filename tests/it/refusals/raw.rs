//! A client that sends whatever bytes a test wants.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::support::enveloped;

/// Nothing may take longer.
const BOUND: Duration = Duration::from_secs(20);

/// Everything that came back on one connection.
pub struct Reply {
    /// The status of the first answer; 0 when there was none.
    pub status: u16,
    /// Its header lines.
    pub head: String,
    /// Its body, null where it is no JSON.
    pub json: Value,
    /// All bytes.
    pub text: String,
}

impl Reply {
    /// How many answers there were.
    pub fn answers(&self) -> usize {
        let is_status = |rest: &str| rest.bytes().next().is_some_and(|byte| byte.is_ascii_digit());
        ["HTTP/1.1 ", "HTTP/1.0 "]
            .iter()
            .flat_map(|version| self.text.split(version).skip(1))
            .filter(|rest| is_status(rest))
            .count()
    }

    /// Asserts one refusal in the envelope, with that template.
    #[track_caller]
    pub fn refused(&self, status: u16, template: &str, what: &str) -> &Self {
        assert_eq!(self.status, status, "{what}: {}", self.text);
        assert_eq!(self.answers(), 1, "{what}: {}", self.text);
        assert!(self.head.contains("content-type: application/json"), "{what}: {}", self.head);
        enveloped(&self.json, status, what);
        assert_eq!(self.json["messages"][0]["messageTemplate"], template, "{what}: {}", self.text);
        self
    }

    /// Asserts that the server said that it closes the connection, which it did: otherwise there were no reply.
    #[track_caller]
    pub fn closed(&self, what: &str) -> &Self {
        assert!(self.head.contains("connection: close"), "{what}: {}", self.head);
        self
    }
}

/// Sends bytes on a connection of their own and reads until the server closes it.
pub async fn talk(address: SocketAddr, bytes: impl AsRef<[u8]>) -> Reply {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // The server may have refused and closed before all was sent.
    let _ = stream.write_all(bytes.as_ref()).await;
    read(stream).await
}

/// Reads until the server closes.
pub async fn read(mut stream: TcpStream) -> Reply {
    let mut bytes = Vec::new();
    let reading = stream.read_to_end(&mut bytes);
    let ended = tokio::time::timeout(BOUND, reading).await.expect("the server closes in time");
    assert!(ended.is_ok() || !bytes.is_empty(), "{ended:?}");
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
    Reply {
        status,
        head: head.to_lowercase(),
        json: serde_json::from_str(body).unwrap_or_default(),
        text: text.clone(),
    }
}

/// Sends bytes, says that no more will come, and reads.
pub async fn cut_off(address: SocketAddr, bytes: impl AsRef<[u8]>) -> Reply {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes.as_ref()).await.unwrap();
    stream.shutdown().await.unwrap();
    read(stream).await
}
