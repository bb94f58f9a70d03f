//! What an endpoint meets when a body goes wrong.

use std::error::Error;
use std::io;

use http::StatusCode;

/// Why a request's body could not be read to its end. The connection is closed after the answer.
///
/// It arrives deep inside the [`io::Error`] that poem's body gives (or the `ReadBodyError` around it);
/// [`BodyError::of`] finds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// Nothing came for [`Limits::body_idle_timeout`](crate::Limits::body_idle_timeout).
    #[error("the body stopped arriving")]
    Idle,
    /// The chunks add up to more than [`Limits::max_body_bytes`](crate::Limits::max_body_bytes).
    #[error("the body is too large")]
    TooLarge,
    /// The chunks are not framed as RFC 9112, 7.1 has it.
    #[error("the body is not valid chunked coding")]
    Malformed,
    /// The client closed before the body's end.
    #[error("the body ended early")]
    Truncated,
}

impl BodyError {
    /// The status that fits: 408, 413 or 400.
    #[must_use]
    pub fn status(self) -> StatusCode {
        match self {
            Self::Idle => StatusCode::REQUEST_TIMEOUT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Malformed | Self::Truncated => StatusCode::BAD_REQUEST,
        }
    }

    /// The body error at the root of `error`, if there is one.
    #[must_use]
    pub fn of(error: &(dyn Error + 'static)) -> Option<Self> {
        let mut next = Some(error);
        while let Some(error) = next {
            if let Some(found) = error.downcast_ref::<Self>() {
                return Some(*found);
            }
            // The source of an io::Error is the source of what it wraps, not what it wraps.
            next = match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
                Some(inner) => Some(inner),
                None => error.source(),
            };
        }
        None
    }
}

impl From<BodyError> for io::Error {
    fn from(error: BodyError) -> Self {
        let kind = match error {
            BodyError::Idle => io::ErrorKind::TimedOut,
            BodyError::TooLarge => io::ErrorKind::FileTooLarge,
            BodyError::Malformed => io::ErrorKind::InvalidData,
            BodyError::Truncated => io::ErrorKind::UnexpectedEof,
        };
        Self::new(kind, error)
    }
}
