//! The server.

use std::io;
use std::net::SocketAddr;

use bytes::Bytes;
use http::Response;
use poem::IntoEndpoint;
use tokio::net::{TcpListener, ToSocketAddrs};

use crate::connection::Server;
use crate::limits::Limits;
use crate::listen::{self, Drained};
use crate::refusal::{Refusal, Renderer};

/// A bound listener, about to serve.
///
/// ```no_run
/// # async fn example(routes: poem::Route) -> std::io::Result<()> {
/// let edge = argus_edge::Edge::bind("127.0.0.1:8080").await?;
/// let drained = edge.serve(routes, async { tokio::signal::ctrl_c().await.unwrap_or_default() }).await;
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Edge {
    listener: TcpListener,
    limits: Limits,
    renderer: Renderer,
}

impl Edge {
    /// Binds to the first of the addresses that can be bound to, with default [`Limits`] and refusals in plain text.
    ///
    /// # Errors
    /// Those of binding: the address is in use, not this machine's, or its port is privileged.
    pub async fn bind(address: impl ToSocketAddrs) -> io::Result<Self> {
        Ok(Self::new(TcpListener::bind(address).await?))
    }

    /// Takes a listener that was bound by someone else, such as a service manager that keeps the socket.
    ///
    /// # Errors
    /// If it cannot be set to non-blocking.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub fn from_std(listener: std::net::TcpListener) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        Ok(Self::new(TcpListener::from_std(listener)?))
    }

    /// Takes a listener of tokio's.
    #[must_use]
    pub fn new(listener: TcpListener) -> Self {
        Self { listener, limits: Limits::default(), renderer: Renderer::default() }
    }

    /// Sets the limits.
    #[must_use]
    pub fn limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Sets how refusals are answered: with the refusal's status, whatever headers and body the caller likes. The edge
    /// adds Date, Content-Length and, where the connection ends, `Connection: close`. The function is called in the
    /// connection's task, so it must be quick; it is also the place to count refusals.
    #[must_use]
    pub fn refusals(self, render: impl Fn(&Refusal) -> Response<Bytes> + Send + Sync + 'static) -> Self {
        Self { renderer: Renderer::new(render), ..self }
    }

    /// The address it is bound to, with the port that the system chose if 0 was asked for.
    ///
    /// # Errors
    /// The operating system's.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until `shutdown` is ready, then drains: the listener closes, idle connections close, open requests have
    /// [`Limits::drain_timeout`] to end, and the rest is cut.
    ///
    /// Dropping the future cuts everything at once.
    pub async fn serve<E>(self, endpoint: E, shutdown: impl Future<Output = ()>) -> Drained
    where
        E: IntoEndpoint,
        E::Endpoint: 'static,
    {
        let server = Server::new(endpoint.into_endpoint(), self.renderer, self.limits);
        listen::run(self.listener, server, shutdown).await
    }
}
