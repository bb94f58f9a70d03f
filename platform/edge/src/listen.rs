//! Accepting connections.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use poem::Endpoint;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};

use crate::connection::{Server, Stage};

/// Clients that are told 503 at the same time; any more are closed without a word.
const TURNED_AWAY: usize = 128;
/// Pauses after an accept that failed for lack of something (descriptors, memory): the first, and the longest. Each is
/// twice the one before, until an accept succeeds.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// How long cut connections may take to notice.
const CUT: Duration = Duration::from_secs(1);

/// Where connections come from.
pub(crate) trait Source {
    type Io: AsyncRead + AsyncWrite + Unpin + Send + 'static;

    /// The next connection and its peer.
    async fn accept(&self) -> io::Result<(Self::Io, SocketAddr)>;

    /// This side's address of a connection.
    fn local_addr(io: &Self::Io) -> io::Result<SocketAddr>;
}

impl Source for TcpListener {
    type Io = TcpStream;

    async fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        let (stream, peer) = TcpListener::accept(self).await?;
        // An answer leaves in one write; there is nothing to wait for to join it.
        stream.set_nodelay(true)?;
        Ok((stream, peer))
    }

    fn local_addr(io: &TcpStream) -> io::Result<SocketAddr> {
        io.local_addr()
    }
}

/// What a shutdown left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drained {
    /// Connections that had not ended after [`Limits::drain_timeout`](crate::Limits::drain_timeout) and were cut.
    pub cut: u32,
}

/// Serves what comes from `source` until `shutdown`, and then until the last connection has ended.
pub(crate) async fn run<L, E>(source: L, server: Server<E>, shutdown: impl Future<Output = ()>) -> Drained
where
    L: Source,
    E: Endpoint + 'static,
{
    let max = server.limits.max_connections;
    let drain_timeout = server.limits.drain_timeout;
    let places = Arc::new(Semaphore::new(usize::try_from(max).unwrap_or(usize::MAX).min(Semaphore::MAX_PERMITS)));
    let (stage, stages) = watch::channel(Stage::Serving);
    tokio::select! {
        biased;
        () = shutdown => {}
        () = accept(&source, Arc::new(server), &places, &stages) => {}
    }
    drop(source);
    stage.send_replace(Stage::Draining);
    // All places are free again when every connection has ended. (Nobody closes the semaphore: there is no other end.)
    if timeout(drain_timeout, places.acquire_many(max)).await.is_ok() {
        return Drained { cut: 0 };
    }
    let free = u32::try_from(places.available_permits()).unwrap_or(max);
    stage.send_replace(Stage::Cut);
    let _ = timeout(CUT, places.acquire_many(max)).await;
    Drained { cut: max.saturating_sub(free) }
}

/// Accepts until it is dropped.
async fn accept<L, E>(source: &L, server: Arc<Server<E>>, places: &Arc<Semaphore>, stages: &watch::Receiver<Stage>)
where
    L: Source,
    E: Endpoint + 'static,
{
    let doors = Arc::new(Semaphore::new(TURNED_AWAY));
    let mut pause = FIRST_PAUSE;
    let mut turned_away = 0_u64;
    loop {
        let (io, peer) = match source.accept().await {
            Ok(accepted) => accepted,
            Err(error) if is_of_the_peer(&error) => continue,
            Err(error) => {
                tracing::error!(%error, pause_ms = pause.as_millis(), "cannot accept connections");
                sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
                continue;
            }
        };
        pause = FIRST_PAUSE;
        let Ok(local) = L::local_addr(&io) else {
            continue;
        };
        let (peer, local) = (canonical(peer), canonical(local));
        let (server, stages) = (server.clone(), stages.clone());
        if let Ok(place) = places.clone().try_acquire_owned() {
            if turned_away > 0 {
                tracing::info!(turned_away, "connections are accepted again");
                turned_away = 0;
            }
            tokio::spawn(async move {
                server.serve(io, peer, local, stages).await;
                drop(place);
            });
        } else {
            if turned_away == 0 {
                tracing::warn!(max_connections = server.limits.max_connections, "too many connections");
            }
            turned_away += 1;
            if let Ok(door) = doors.clone().try_acquire_owned() {
                tokio::spawn(async move {
                    server.turn_away(io, peer, local, stages).await;
                    drop(door);
                });
            }
        }
    }
}

/// Whether an accept failed because of that one connection, so that the next may well succeed.
fn is_of_the_peer(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, InvalidInput, NotConnected};
    // The last two: options set or addresses asked for after the peer has gone.
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | InvalidInput | NotConnected)
}

/// An IPv4 peer of a listener on `[::]` is an IPv4 peer.
fn canonical(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

#[cfg(test)]
#[path = "listen_tests.rs"]
mod tests;
