//! What one client may take.

use std::time::Duration;

/// What one client, and all of them together, may take before the edge refuses or closes.
///
/// Every limit is enforced before a request reaches the endpoint, except those on bodies, which the endpoint meets as
/// a [`BodyError`](crate::BodyError) while it reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How long a head may take, from its first byte to the empty line; on a new connection, from the accept. Then 408,
    /// or a silent close when nothing was sent. Default 10 s.
    pub header_read_timeout: Duration,
    /// How long the edge waits for the next bytes of a body that somebody reads. Then
    /// [`BodyError::Idle`](crate::BodyError::Idle) to the reader, and close. Default 15 s.
    pub body_idle_timeout: Duration,
    /// How long a connection may wait for its next request (RFC 9112, 9.5). Then a silent close. Default 60 s.
    pub idle_timeout: Duration,
    /// How long the edge waits for a client to take any bytes of its answer. Then close. Default 30 s.
    pub write_idle_timeout: Duration,
    /// How long requests may still run after the shutdown began. Then they are cut. Default 10 s.
    pub drain_timeout: Duration,
    /// Header lines of one request. More: 431 (RFC 6585, 5). Default 100.
    pub max_header_lines: usize,
    /// Bytes of one head: request line, header lines and the empty line (and empty lines before it). More: 431.
    /// Default 64 KiB.
    pub max_head_bytes: usize,
    /// Bytes of one body, without the framing of chunks. A greater Content-Length: 413 unread; a chunked body that
    /// grows beyond: [`BodyError::TooLarge`](crate::BodyError::TooLarge) to the reader, and close. An absolute bound
    /// for what no endpoint may exceed, not a limit by operation. Default 16 MiB.
    pub max_body_bytes: u64,
    /// Connections served at the same time. Each takes one file descriptor: keep this below the process's limit of
    /// them. One more: 503 and close, so that a balancer learns at once what a full backlog would hide. Default 10,000.
    pub max_connections: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header_read_timeout: Duration::from_secs(10),
            body_idle_timeout: Duration::from_secs(15),
            idle_timeout: Duration::from_secs(60),
            write_idle_timeout: Duration::from_secs(30),
            drain_timeout: Duration::from_secs(10),
            max_header_lines: 100,
            max_head_bytes: 64 * 1024,
            max_body_bytes: 16 * 1024 * 1024,
            max_connections: 10_000,
        }
    }
}
