//! One connection, from accept to close.

use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use poem::Endpoint;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::sync::watch;

use crate::limits::Limits;
use crate::refusal::{self, Fault, Renderer};
use crate::service::{Caller, call};
use crate::turn::{Step, Turn};
use crate::wire::Wire;

/// How long the edge reads on, and forgets what it reads, after it closed its side on a client that may still send.
/// Without this the kernel would answer those bytes with a reset, which can destroy the answer before the client has
/// read it (RFC 9112, 9.6).
const LINGER: Duration = Duration::from_secs(2);

/// How long a client that cannot be served may take to begin its request.
const PATIENCE_WHEN_FULL: Duration = Duration::from_secs(1);

/// How far the server's end has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// Not begun.
    Serving,
    /// Idle connections close, open requests are finished.
    Draining,
    /// Everything closes.
    Cut,
}

/// Waits for a stage. A server that was dropped has reached all of them.
pub(crate) async fn reached(mut stages: watch::Receiver<Stage>, stage: Stage) {
    let _ = stages.wait_for(|now| *now >= stage).await;
}

/// What all connections of a server have in common.
#[derive(Debug)]
pub(crate) struct Server<E> {
    pub(crate) endpoint: Arc<E>,
    pub(crate) renderer: Renderer,
    pub(crate) limits: Limits,
    pub(crate) http: Builder,
}

impl<E: Endpoint> Server<E> {
    pub(crate) fn new(endpoint: E, renderer: Renderer, limits: Limits) -> Self {
        Self { endpoint: Arc::new(endpoint), renderer, limits, http: http(&limits) }
    }

    /// Serves a connection until either side ends it, or the server does.
    pub(crate) async fn serve<S>(&self, io: S, remote: SocketAddr, local: SocketAddr, stages: watch::Receiver<Stage>)
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let turn = Arc::new(Turn::default());
        let wire = Wire::new(io, turn.clone(), self.limits);
        self.run(wire, turn, remote, local, stages).await;
    }

    /// Answers the first bytes of a connection with 503.
    pub(crate) async fn turn_away<S>(
        &self,
        io: S,
        remote: SocketAddr,
        local: SocketAddr,
        stages: watch::Receiver<Stage>,
    ) where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let turn = Arc::new(Turn::default());
        let patience = self.limits.header_read_timeout.min(PATIENCE_WHEN_FULL);
        let limits = Limits { header_read_timeout: patience, write_idle_timeout: patience, ..self.limits };
        let wire = Wire::new(io, turn.clone(), limits).doomed(refusal::FULL);
        self.run(wire, turn, remote, local, stages).await;
    }

    async fn run<S>(
        &self,
        mut wire: Wire<S>,
        turn: Arc<Turn>,
        remote: SocketAddr,
        local: SocketAddr,
        stages: watch::Receiver<Stage>,
    ) where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let endpoint = self.endpoint.clone();
        let caller = Arc::new(Caller { endpoint, renderer: self.renderer.clone(), turn: turn.clone(), remote, local });
        let mut draining = false;
        let mut signal = pin!(reached(stages.clone(), Stage::Draining));
        loop {
            let service = service_fn(|request| {
                turn.go(Step::InFlight);
                call(caller.clone(), request)
            });
            let mut http = self.http.serve_connection(TokioIo::new(wire), service);
            let mut told = false;
            let ended = poll_fn(|cx| {
                while signal.as_mut().poll(cx).is_ready() {
                    if draining {
                        return Poll::Ready(None);
                    }
                    draining = true;
                    turn.set_last();
                    signal.set(reached(stages.clone(), Stage::Cut));
                }
                loop {
                    if let Poll::Ready(ended) = Pin::new(&mut http).poll(cx) {
                        return Poll::Ready(Some(ended));
                    }
                    // Told between two requests, hyper closes at once, and knows nothing of a head half come. That one
                    // is served; its answer says that it is the last.
                    if !draining || told || turn.is_partial() {
                        return Poll::Pending;
                    }
                    told = true;
                    Pin::new(&mut http).graceful_shutdown();
                }
            });
            let Some(ended) = ended.await else {
                return;
            };
            if let Err(error) = &ended {
                tracing::debug!(peer = %remote, %error, "the connection failed");
            }
            wire = http.into_parts().io.into_inner();
            match refused_by_hyper(&mut wire, &ended) {
                // Once refused, a connection gives hyper nothing more that it could refuse.
                Some(fault) if turn.refusal().is_none() => wire.refuse(fault),
                _ => break,
            }
        }
        tokio::select! {
            () = close(wire) => {}
            () = reached(stages, Stage::Cut) => {}
        }
    }
}

/// hyper with its limits out of the way: those of the wire below it come first.
fn http(limits: &Limits) -> Builder {
    /// What hyper parses without an allocation.
    const HEADERS_INLINE: usize = 100;
    /// hyper asks for room beyond a head of the greatest size.
    const ROOM: usize = 8 * 1024;

    let mut http = Builder::new();
    if limits.max_header_lines > HEADERS_INLINE {
        http.max_headers(limits.max_header_lines);
    }
    http.max_buf_size(limits.max_head_bytes.saturating_add(ROOM));
    http.header_read_timeout(None);
    // A request that has begun runs to its end though the client may have left (see the crate's documentation), or though
    // the wire has ended reading because of what it refuses.
    http.half_close(true);
    http
}

/// What hyper found wrong with a head that passed the scan.
fn refused_by_hyper<S>(wire: &mut Wire<S>, ended: &hyper::Result<()>) -> Option<Fault> {
    let held_back = wire.held_back();
    let parse = ended.as_ref().is_err_and(hyper::Error::is_parse);
    match held_back {
        Some(status) => Some(Fault { status, ..refusal::MALFORMED }),
        None if parse => Some(refusal::MALFORMED),
        None => None,
    }
}

/// Closes so that the client can read the last answer.
async fn close<S: AsyncRead + AsyncWrite + Unpin>(wire: Wire<S>) {
    let has_unread = wire.has_unread();
    let mut io = wire.into_inner();
    if io.shutdown().await.is_ok() && has_unread {
        let _ = tokio::time::timeout(LINGER, tokio::io::copy(&mut io, &mut tokio::io::sink())).await;
    }
}

#[cfg(test)]
#[path = "connection_tests.rs"]
mod tests;
