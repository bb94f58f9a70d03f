//! The edge: where connections become requests.
//!
//! [`Edge`] accepts TCP connections, speaks HTTP/1.1 (and 1.0) on them with hyper, and gives each sound request to one
//! poem [`Endpoint`](poem::Endpoint). It stands where `poem::Server` would, and knows nothing of what it serves. What
//! it adds is a border that holds:
//!
//! | What | Answer |
//! |---|---|
//! | no Host, two, or an invalid one; user information in it (RFC 9112, 3.2; a request under HTTP/1.0 may have no Host) | 400, close |
//! | a target in absolute form whose authority is not Host's; in authority form; `*` but for OPTIONS; CONNECT | 400, close |
//! | Content-Length twice, as a list, or beside Transfer-Encoding; folded lines; whatever else is not HTTP | 400, close |
//! | a transfer coding other than chunked (RFC 9112, 6.1) | 501 if chunked is last, else 400, close |
//! | a path with `//`, dot segments, `%2f`, `%5c`, `\`, control characters, or encoding that is not UTF-8's | 404 |
//! | an HTTP version other than 1.0 and 1.1 | 505, close |
//! | a head that takes too long | 408, close; silently if nothing was sent |
//! | a head with too many lines or bytes | 431, close |
//! | a Content-Length beyond the absolute bound | 413, close, unread |
//! | more connections than allowed | 503, close |
//! | a body that stalls, grows too large, breaks or ends early | [`BodyError`] to the endpoint, close after its answer |
//! | a panic of the endpoint | 500 |
//!
//! Every answer in the second column that has a status is written by the function given to [`Edge::refusals`], also
//! where hyper found the fault. The limits are in [`Limits`].
//!
//! Pipelined requests are answered one after the other; the next is not read before the answer has left.
//!
//! A request that has begun runs to its end even if the client has left meanwhile: what an endpoint does in several
//! steps is not torn apart by whoever hangs up in between. Only the end of the server does that, after the drain. A
//! client may therefore close its sending side and still read its answer.
//!
//! An answer may come in pieces, each sent as soon as it is there, and go on for any time: waits count only while the
//! client does not take what is to be sent. The body is dropped when a piece cannot be written any more. The drain waits
//! for such an answer as for any other, so whoever gives one has to end it then.
//!
//! After an answer that ends the connection early, the edge reads on for 2 s and forgets what it reads, so that a
//! client that is still sending can read the answer. HTTP/2 and upgrades are not served.

mod chunks;
mod connection;
mod edge;
mod error;
mod limits;
mod listen;
mod path;
mod patience;
mod refusal;
mod scan;
mod service;
mod target;
mod turn;
mod wire;

pub use edge::Edge;
pub use error::BodyError;
pub use limits::Limits;
pub use listen::Drained;
pub use refusal::Refusal;
