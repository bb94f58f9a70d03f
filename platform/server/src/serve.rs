//! The socket.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use argus_audit_log::Hub;
use argus_core::app::App;
use argus_core::envelope;
use argus_core::error::ApiError;
use argus_edge::{Edge, Limits, Refusal};
use bytes::Bytes;
use http::Response;
use poem::Endpoint;
use tokio::net::TcpListener;

use crate::Argus;

/// Longest drain: requests in flight get this long, then they are cut.
const DRAIN: Duration = Duration::from_secs(10);

/// Serves until `stop` is ready, then drains.
pub async fn serve(argus: Argus, listener: TcpListener, stop: impl Future<Output = ()>) {
    let platform = argus.app.platform().clone();
    let settings = &platform.settings.edge;
    let limits = Limits {
        header_read_timeout: settings.head_timeout.duration(),
        body_idle_timeout: settings.body_idle_timeout.duration(),
        idle_timeout: settings.idle_timeout.duration(),
        drain_timeout: DRAIN,
        max_connections: u32::try_from(settings.max_connections).unwrap_or(u32::MAX),
        ..Limits::default()
    };
    let refused = platform.metrics.counter("argus_edge_refusals_total", "Requests refused before they were routed");
    let clock = platform.clock.clone();
    let render = move |refusal: &Refusal| {
        refused.increment(1);
        envelope_of(refusal, clock.now_millis())
    };
    let edge = Edge::new(listener).limits(limits).refusals(render);
    let housekeeping = tokio::spawn(Argus::housekeeping(platform.clone()));
    let hub = platform.services.get::<Hub>();
    let stop = async {
        stop.await;
        // Streams have no end of their own, and the drain waits for whatever goes on.
        if let Some(hub) = hub {
            hub.close();
        }
    };
    let drained = edge.serve(Shared(argus.app.clone()), stop).await;
    housekeeping.abort();
    if drained.cut > 0 {
        tracing::warn!(connections = drained.cut, "connections were cut at the end of the drain");
    }
    argus.finish().await;
}

/// The edge wants an endpoint of its own; tests keep the other handle.
struct Shared(Arc<App>);

impl Endpoint for Shared {
    type Output = poem::Response;

    async fn call(&self, request: poem::Request) -> poem::Result<poem::Response> {
        self.0.call(request).await
    }
}

fn envelope_of(refusal: &Refusal, now_millis: i64) -> Response<Bytes> {
    let error = ApiError::action(refusal.status(), refusal.template(), refusal.message());
    let mut response = Response::new(Bytes::from(envelope::error_body(&error, now_millis)));
    *response.status_mut() = refusal.status();
    response.headers_mut().insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static(envelope::JSON));
    response
}
