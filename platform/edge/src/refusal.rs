//! Why a request was refused at the edge, and how that is said.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{Response, StatusCode};

/// A fixed reason to refuse, one per rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) status: StatusCode,
    pub(crate) template: &'static str,
    pub(crate) message: &'static str,
    /// Whether nothing more can be read from this connection with certainty, or should be.
    pub(crate) closes: bool,
}

const fn closing(status: StatusCode, template: &'static str, message: &'static str) -> Fault {
    Fault { status, template, message, closes: true }
}

const fn malformed(template: &'static str, message: &'static str) -> Fault {
    closing(StatusCode::BAD_REQUEST, template, message)
}

const fn not_found(template: &'static str, message: &'static str) -> Fault {
    Fault { status: StatusCode::NOT_FOUND, template, message, closes: false }
}

pub(crate) const MALFORMED: Fault = malformed("http.malformed", "The request is not valid HTTP/1.1.");
pub(crate) const OBS_FOLD: Fault = malformed("http.header.folded", "A header line must not be folded.");
pub(crate) const LENGTH_INVALID: Fault = malformed("http.length.invalid", "Content-Length must be one decimal number.");
pub(crate) const LENGTH_TWICE: Fault = malformed("http.length.twice", "Content-Length must be sent once.");
pub(crate) const LENGTH_AND_CODING: Fault =
    malformed("http.length.conflict", "Content-Length and Transfer-Encoding exclude each other.");
pub(crate) const CODING_INVALID: Fault =
    malformed("http.coding.invalid", "The last transfer coding must be chunked, and be given once.");
pub(crate) const HOST_MISSING: Fault = malformed("http.host.missing", "Exactly one Host is needed.");
pub(crate) const HOST_TWICE: Fault = malformed("http.host.twice", "Host must be sent once.");
pub(crate) const HOST_INVALID: Fault = malformed("http.host.invalid", "Host is not a valid host and port.");
pub(crate) const TARGET_INVALID: Fault = malformed("http.target.invalid", "This form of request target is not served.");
pub(crate) const TARGET_FOREIGN: Fault =
    malformed("http.target.foreign", "The authority of the request target is not that of Host.");
pub(crate) const CONNECT: Fault = malformed("http.method.connect", "This is no proxy: CONNECT is not served.");
pub(crate) const CODING_UNKNOWN: Fault =
    closing(StatusCode::NOT_IMPLEMENTED, "http.coding.unknown", "No transfer coding but chunked is served.");
pub(crate) const VERSION: Fault =
    closing(StatusCode::HTTP_VERSION_NOT_SUPPORTED, "http.version", "Only HTTP/1.1 and HTTP/1.0 are served.");
pub(crate) const HEAD_LATE: Fault =
    closing(StatusCode::REQUEST_TIMEOUT, "http.head.late", "The head of the request did not arrive in time.");
pub(crate) const HEAD_TOO_LARGE: Fault = closing(
    StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
    "http.head.too_large",
    "The head of the request has too many bytes.",
);
pub(crate) const HEAD_TOO_MANY: Fault = closing(
    StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
    "http.head.too_many",
    "The head of the request has too many header lines.",
);
pub(crate) const BODY_TOO_LARGE: Fault =
    closing(StatusCode::PAYLOAD_TOO_LARGE, "http.body.too_large", "The body of the request is too large.");
pub(crate) const FULL: Fault =
    closing(StatusCode::SERVICE_UNAVAILABLE, "server.connections.full", "Too many connections; try again later.");
pub(crate) const PANIC: Fault = Fault {
    status: StatusCode::INTERNAL_SERVER_ERROR,
    template: "server.internal",
    message: "The request failed for a reason of the server's own.",
    closes: false,
};
pub(crate) const PATH_AMBIGUOUS: Fault =
    not_found("http.path.ambiguous", "A path must not have empty or dot segments, nor hide separators.");
pub(crate) const PATH_UNREADABLE: Fault =
    not_found("http.path.unreadable", "A path must be valid percent-encoded UTF-8 without control characters.");

/// A request that the edge answers itself, without the endpoint.
#[derive(Debug, Clone, Copy)]
pub struct Refusal {
    fault: Fault,
    peer: SocketAddr,
}

impl Refusal {
    pub(crate) fn new(fault: Fault, peer: SocketAddr) -> Self {
        Self { fault, peer }
    }

    /// The status: 400, 404, 408, 413, 414, 431, 500 (the endpoint panicked), 501, 503 or 505.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.fault.status
    }

    /// A stable name of the rule, such as `http.host.missing`.
    #[must_use]
    pub fn template(&self) -> &'static str {
        self.fault.template
    }

    /// An English sentence for people; holds nothing of what the client sent.
    #[must_use]
    pub fn message(&self) -> &'static str {
        self.fault.message
    }

    /// The other end of the connection, which may be a proxy; IPv4 addresses are never IPv4-mapped here.
    #[must_use]
    pub fn peer(&self) -> SocketAddr {
        self.peer
    }
}

type Render = dyn Fn(&Refusal) -> Response<Bytes> + Send + Sync;

/// Turns refusals into answers.
#[derive(Clone)]
pub(crate) struct Renderer(Arc<Render>);

impl Renderer {
    pub(crate) fn new(render: impl Fn(&Refusal) -> Response<Bytes> + Send + Sync + 'static) -> Self {
        Self(Arc::new(render))
    }

    pub(crate) fn render(&self, refusal: &Refusal) -> Response<Bytes> {
        (self.0)(refusal)
    }
}

impl Default for Renderer {
    /// The message as plain text.
    fn default() -> Self {
        Self::new(|refusal| {
            let mut answer = Response::new(Bytes::from_static(refusal.message().as_bytes()));
            *answer.status_mut() = refusal.status();
            let plain = http::HeaderValue::from_static("text/plain; charset=utf-8");
            answer.headers_mut().insert(http::header::CONTENT_TYPE, plain);
            answer
        })
    }
}

impl fmt::Debug for Renderer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Renderer")
    }
}
