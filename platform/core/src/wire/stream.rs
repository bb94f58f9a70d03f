//! A body that is looked at while it arrives.

use bytes::Bytes;
use http_body_util::BodyExt;
use http_body_util::combinators::BoxBody;
use poem::http::header;
use poem::{Request, RequestBody};

use super::body::body_error;
use crate::error::ApiError;

/// A body of at most so many bytes, piece by piece as the client sends it.
pub struct BodyStream {
    body: BoxBody<Bytes, std::io::Error>,
    limit: usize,
    seen: usize,
}

impl BodyStream {
    /// Takes the body of a request. `limit` is in bytes.
    ///
    /// # Errors
    /// 500 when it was taken before.
    pub fn of(body: &mut RequestBody, limit: usize) -> Result<Self, ApiError> {
        let taken = body.take().map_err(ApiError::internal)?;
        Ok(Self { body: BoxBody::from(taken), limit, seen: 0 })
    }

    /// The next piece; none at the end.
    ///
    /// # Errors
    /// 413 beyond the limit; 408 or 400 when the client stopped sending.
    pub async fn next(&mut self) -> Result<Option<Bytes>, ApiError> {
        loop {
            let Some(frame) = self.body.frame().await else { return Ok(None) };
            let frame = frame.map_err(|error| body_error(&error, self.limit))?;
            // Trailers say nothing that anybody reads.
            let Ok(piece) = frame.into_data() else { continue };
            self.seen += piece.len();
            if self.seen > self.limit {
                return Err(ApiError::too_large(self.limit));
            }
            return Ok(Some(piece));
        }
    }

    /// Everything that is still to come.
    ///
    /// # Errors
    /// As [`BodyStream::next`].
    pub async fn rest(&mut self) -> Result<Vec<u8>, ApiError> {
        let mut all = Vec::new();
        while let Some(piece) = self.next().await? {
            all.extend_from_slice(&piece);
        }
        Ok(all)
    }
}

/// Whether a request says that its body is of that media type, parameters aside.
#[must_use]
pub fn is_media_type(request: &Request, wanted: &str) -> bool {
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media = content_type.and_then(|text| text.split(';').next()).map(str::trim).unwrap_or_default();
    media.eq_ignore_ascii_case(wanted)
}
