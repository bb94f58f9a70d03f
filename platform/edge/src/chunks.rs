//! Where a chunked body ends.

use crate::error::BodyError;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    Size,
    Space,
    Extension,
    SizeLf,
    Data,
    DataCr,
    DataLf,
    EndCr,
    EndLf,
    Trailer,
    TrailerLf,
    Done,
}

/// Follows chunked coding (RFC 9112, 7.1) byte by byte without changing it. The grammar is hyper's, which decodes the
/// same bytes afterwards and bounds extensions and trailers (16 KiB, 100 lines): were it looser here, bytes of the
/// next request could pass as body; were it stricter, sound bodies would fail.
#[derive(Debug)]
pub(crate) struct Chunks {
    state: State,
    /// Bytes of data left in this chunk.
    left: u64,
    /// Bytes of data that may still be announced.
    allowed: u64,
}

impl Chunks {
    pub(crate) fn new(max_body_bytes: u64) -> Self {
        Self { state: State::Start, left: 0, allowed: max_body_bytes }
    }

    /// How many of `bytes` belong to the body.
    ///
    /// # Errors
    /// [`BodyError::TooLarge`] when more data is announced than allowed, [`BodyError::Malformed`].
    pub(crate) fn feed(&mut self, bytes: &[u8]) -> Result<usize, BodyError> {
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            match self.state {
                State::Done => break,
                State::Data => {
                    let here = usize::try_from(self.left).unwrap_or(usize::MAX).min(bytes.len() - at);
                    at += here;
                    // `here` came from a u64 and is at most `left`.
                    self.left -= here as u64;
                    if self.left == 0 {
                        self.state = State::DataCr;
                    }
                }
                _ => {
                    self.state = self.next(byte)?;
                    at += 1;
                }
            }
        }
        Ok(at)
    }

    /// Whether the last byte of the body has been seen.
    pub(crate) fn is_done(&self) -> bool {
        self.state == State::Done
    }

    fn next(&mut self, byte: u8) -> Result<State, BodyError> {
        Ok(match (self.state, byte) {
            (State::Start | State::Size, b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F') => {
                let digit = char::from(byte).to_digit(16).map_or(0, u64::from);
                let left = self.left.checked_mul(16).and_then(|left| left.checked_add(digit));
                self.left = left.ok_or(BodyError::TooLarge)?;
                State::Size
            }
            (State::Size | State::Space, b' ' | b'\t') => State::Space,
            (State::Size | State::Space, b';') => State::Extension,
            (State::Size | State::Space | State::Extension, b'\r') => State::SizeLf,
            (State::Extension, b'\n') => return Err(BodyError::Malformed),
            (State::Extension, _) => State::Extension,
            (State::SizeLf, b'\n') => self.chunk()?,
            (State::DataCr, b'\r') => State::DataLf,
            (State::DataLf, b'\n') => State::Start,
            (State::EndCr, b'\r') => State::EndLf,
            (State::EndLf, b'\n') => State::Done,
            (State::Trailer, b'\r') => State::TrailerLf,
            (State::EndCr | State::Trailer, _) => State::Trailer,
            (State::TrailerLf, b'\n') => State::EndCr,
            _ => return Err(BodyError::Malformed),
        })
    }

    fn chunk(&mut self) -> Result<State, BodyError> {
        if self.left == 0 {
            return Ok(State::EndCr);
        }
        self.allowed = self.allowed.checked_sub(self.left).ok_or(BodyError::TooLarge)?;
        Ok(State::Data)
    }
}

#[cfg(test)]
#[path = "chunks_tests.rs"]
mod tests;
