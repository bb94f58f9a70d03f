//! Stands between Argus and PostgreSQL, and cuts their connections.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::random::Random;

/// A connection is cut within so many bytes, in either direction.
const LONGEST: u64 = 3_000_000;

/// One commit in so many is the last thing that its connection sees.
const COMMITS: u64 = 4;

/// The relay. It ends when this is dropped.
pub struct Relay {
    /// Where it listens.
    pub port: u16,
    wire: Arc<Wire>,
    task: JoinHandle<()>,
}

/// What all connections share.
struct Wire {
    server: String,
    random: Mutex<Random>,
    cutting: AtomicBool,
    cuts: AtomicUsize,
    commits: AtomicUsize,
}

impl Relay {
    /// A relay to the server at that address.
    pub async fn start(server: &str, random: Random) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let wire = Arc::new(Wire {
            server: server.to_owned(),
            random: Mutex::new(random),
            cutting: AtomicBool::new(false),
            cuts: AtomicUsize::new(0),
            commits: AtomicUsize::new(0),
        });
        let task = tokio::spawn(accept(listener, wire.clone()));
        Self { port, wire, task }
    }

    /// Begins to cut connections, or leaves them alone.
    pub fn cut(&self, cutting: bool) {
        self.wire.cutting.store(cutting, Ordering::Relaxed);
    }

    /// How many connections were cut, and how many of them while a commit was on its way.
    pub fn cuts(&self) -> (usize, usize) {
        (self.wire.cuts.load(Ordering::Relaxed), self.wire.commits.load(Ordering::Relaxed))
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, wire: Arc<Wire>) {
    loop {
        let (client, _) = listener.accept().await.unwrap();
        // A server that has no place for it just now is as good as one that hangs up.
        let Ok(server) = TcpStream::connect(&wire.server).await else { continue };
        tokio::spawn(connection(client, server, wire.clone()));
    }
}

/// One connection, until either side or the relay ends it.
async fn connection(mut client: TcpStream, mut server: TcpStream, wire: Arc<Wire>) {
    let (mut up, mut down) = (vec![0; 16_384], vec![0; 16_384]);
    let mut left = None;
    loop {
        let (bytes, to, from_client) = tokio::select! {
            read = client.read(&mut up) => (read.map(|read| &up[..read]), &mut server, true),
            read = server.read(&mut down) => (read.map(|read| &down[..read]), &mut client, false),
        };
        let bytes = bytes.unwrap_or_default();
        if bytes.is_empty() {
            return;
        }
        if !wire.cutting.load(Ordering::Relaxed) {
            left = None;
        } else if from_client && is_commit(bytes) && wire.draw(COMMITS) == 0 {
            wire.commits.fetch_add(1, Ordering::Relaxed);
            wire.cuts.fetch_add(1, Ordering::Relaxed);
            return end_commit(bytes, &mut server, &wire).await;
        } else {
            let length = bytes.len() as u64;
            let room = *left.get_or_insert_with(|| wire.draw(LONGEST));
            if length > room {
                wire.cuts.fetch_add(1, Ordering::Relaxed);
                // What is cut off is a part of it.
                let _ = to.write_all(&bytes[..usize::try_from(room).unwrap()]).await;
                return;
            }
            left = Some(room - length);
        }
        if to.write_all(bytes).await.is_err() {
            return;
        }
    }
}

/// The commit does not reach the server; or it does, and nobody sees its answer; or nobody knows.
async fn end_commit(bytes: &[u8], server: &mut TcpStream, wire: &Wire) {
    let way = wire.draw(3);
    if way > 0 {
        let _ = server.write_all(bytes).await;
    }
    if way > 1 {
        let _ = server.read(&mut [0; 1_024]).await;
    }
}

/// A query of its own, which is what the writer of the log ends a transaction with.
fn is_commit(bytes: &[u8]) -> bool {
    bytes.windows(7).any(|word| word == b"COMMIT\0")
}

impl Wire {
    fn draw(&self, below: u64) -> u64 {
        self.random.lock().unwrap().below(below)
    }
}
