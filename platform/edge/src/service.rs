//! From hyper's request to the endpoint, and back.

use std::any::Any;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::CONNECTION;
use http::uri::Scheme;
use http::{HeaderValue, Request, Response};
use http_body_util::BodyExt;
use http_body_util::combinators::BoxBody;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Endpoint, RequestParts};

use crate::refusal::{self, Fault, Refusal, Renderer};
use crate::target;
use crate::turn::{Step, Turn};

/// What the requests of one connection have in common.
#[derive(Debug)]
pub(crate) struct Caller<E> {
    pub(crate) endpoint: Arc<E>,
    pub(crate) renderer: Renderer,
    pub(crate) turn: Arc<Turn>,
    pub(crate) remote: SocketAddr,
    pub(crate) local: SocketAddr,
}

/// Answers one request.
pub(crate) async fn call<E: Endpoint>(
    caller: Arc<Caller<E>>,
    request: Request<Incoming>,
) -> Result<Response<Answer>, Infallible> {
    let response = match caller.turn.refusal() {
        Some(fault) => caller.refuse(fault),
        None => caller.serve(request).await,
    };
    let mut response = response.map(|body| Answer { body, turn: caller.turn.clone() });
    if caller.turn.is_last() {
        close(&mut response);
    }
    Ok(response)
}

impl<E: Endpoint> Caller<E> {
    async fn serve(&self, request: Request<Incoming>) -> Response<BoxBody<Bytes, io::Error>> {
        let (mut parts, body) = request.into_parts();
        if let Err(fault) = target::check(&mut parts) {
            let mut response = self.refuse(fault);
            if !body.is_end_stream() {
                // Nobody is going to read the body.
                close(&mut response);
            }
            return response;
        }
        let local = LocalAddr(self.local.into());
        let remote = RemoteAddr(self.remote.into());
        let parts = RequestParts::from((parts, local, remote, Scheme::HTTP));
        let body = if body.is_end_stream() {
            poem::Body::empty()
        } else {
            poem::Body::from(BoxBody::new(body.map_err(io::Error::other)))
        };
        // Pinned where it is made: moved into a function it would be copied, and it is some kilobytes.
        let answer = pin!(self.endpoint.get_response(poem::Request::from_parts(parts, body)));
        match unpanicked(answer).await {
            Ok(response) => response.into(),
            Err(panic) => {
                tracing::error!(peer = %self.remote, panic = said(&*panic), "the endpoint panicked");
                self.refuse(refusal::PANIC)
            }
        }
    }

    fn refuse(&self, fault: Fault) -> Response<BoxBody<Bytes, io::Error>> {
        tracing::debug!(peer = %self.remote, status = fault.status.as_u16(), template = fault.template, "refused");
        let answer = self.renderer.render(&Refusal::new(fault, self.remote));
        let mut answer = answer.map(|body| poem::Body::from_bytes(body).into());
        if fault.closes {
            close(&mut answer);
        }
        answer
    }
}

fn close<B>(response: &mut Response<B>) {
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
}

/// Runs a future to its end, or to its panic. A future that panicked is never polled again, so nothing sees what it
/// may have left half done, except what it shares with others: that is the endpoint's to guard.
async fn unpanicked<F: Future>(mut future: Pin<&mut F>) -> Result<F::Output, Box<dyn Any + Send>> {
    std::future::poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
        Ok(poll) => poll.map(Ok),
        Err(panic) => Poll::Ready(Err(panic)),
    })
    .await
}

/// The text of a panic, for the log only.
fn said(panic: &(dyn Any + Send)) -> &str {
    match (panic.downcast_ref::<&str>(), panic.downcast_ref::<String>()) {
        (Some(text), _) => text,
        (_, Some(text)) => text,
        _ => "(no text)",
    }
}

/// A body that tells when hyper is done with it.
pub(crate) struct Answer {
    body: BoxBody<Bytes, io::Error>,
    turn: Arc<Turn>,
}

impl Body for Answer {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        Pin::new(&mut self.get_mut().body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.turn.go(Step::Answered);
    }
}
