//! The lines of a head, as far as they decide where it ends and how its body is framed.
//!
//! hyper parses every head again and checks its grammar. This comes first because hyper hides what it mends (a second,
//! equal Content-Length; a Content-Length beside a Transfer-Encoding), and because the edge hands hyper one request at
//! a time, so that no byte behind a request is ever read as its part.

use crate::limits::Limits;
use crate::refusal::{self, Fault};

/// How the body behind a head is delimited (RFC 9112, 6.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    Length(u64),
    Chunked,
}

/// A complete head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    /// Bytes of it, the empty line included.
    pub(crate) len: usize,
    pub(crate) framing: Framing,
}

/// A head on its way in. Fed again and again with all of it so far, it looks at each byte once.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    line_start: usize,
    looked: usize,
    begun: bool,
    lines: usize,
    length: Option<u64>,
    chunked: bool,
}

impl Scan {
    /// Looks at the head's bytes so far; `None` asks for more of them.
    ///
    /// # Errors
    /// The rule that the head breaks, as soon as it does.
    pub(crate) fn feed(&mut self, bytes: &[u8], limits: &Limits) -> Result<Option<Head>, Fault> {
        loop {
            let rest = bytes.get(self.looked..).unwrap_or_default();
            let Some(offset) = rest.iter().position(|&byte| byte == b'\n') else {
                self.looked = bytes.len();
                return self.unfinished(bytes, limits);
            };
            let end = self.looked + offset;
            let line = bytes.get(self.line_start..end).unwrap_or_default();
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            self.looked = end + 1;
            self.line_start = end + 1;
            if self.looked > limits.max_head_bytes {
                return Err(refusal::HEAD_TOO_LARGE);
            }
            match (self.begun, line.is_empty()) {
                (true, true) => {
                    let framing =
                        if self.chunked { Framing::Chunked } else { Framing::Length(self.length.unwrap_or(0)) };
                    return Ok(Some(Head { len: self.looked, framing }));
                }
                // Empty lines before a request are skipped (RFC 9112, 2.2).
                (false, true) => {}
                (false, false) => {
                    self.begun = true;
                    request_line(line)?;
                }
                (true, false) => {
                    self.lines += 1;
                    if self.lines > limits.max_header_lines {
                        return Err(refusal::HEAD_TOO_MANY);
                    }
                    self.header_line(line, limits)?;
                }
            }
        }
    }

    fn unfinished(&self, bytes: &[u8], limits: &Limits) -> Result<Option<Head>, Fault> {
        if bytes.len() >= limits.max_head_bytes {
            return Err(refusal::HEAD_TOO_LARGE);
        }
        // A TLS handshake on this port, say, has no line to wait for.
        let first = bytes.get(self.line_start).copied().unwrap_or(b'G');
        if !self.begun && !first.is_ascii_graphic() && first != b'\r' {
            return Err(refusal::MALFORMED);
        }
        Ok(None)
    }

    fn header_line(&mut self, line: &[u8], limits: &Limits) -> Result<(), Fault> {
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            return Err(refusal::OBS_FOLD);
        }
        let Some(colon) = line.iter().position(|&byte| byte == b':') else {
            return Err(refusal::MALFORMED);
        };
        let (name, value) = line.split_at(colon);
        if name.eq_ignore_ascii_case(b"content-length") {
            self.content_length(trim(value), limits)
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            self.transfer_encoding(trim(value))
        } else {
            Ok(())
        }
    }

    fn content_length(&mut self, value: &[u8], limits: &Limits) -> Result<(), Fault> {
        if self.length.is_some() {
            return Err(refusal::LENGTH_TWICE);
        }
        if self.chunked {
            return Err(refusal::LENGTH_AND_CODING);
        }
        if value.is_empty() || !value.iter().all(u8::is_ascii_digit) {
            return Err(refusal::LENGTH_INVALID);
        }
        let mut length = 0_u64;
        for digit in value {
            let more = length.checked_mul(10).and_then(|length| length.checked_add(u64::from(digit - b'0')));
            length = more.ok_or(refusal::BODY_TOO_LARGE)?;
        }
        if length > limits.max_body_bytes {
            return Err(refusal::BODY_TOO_LARGE);
        }
        self.length = Some(length);
        Ok(())
    }

    fn transfer_encoding(&mut self, value: &[u8]) -> Result<(), Fault> {
        if self.length.is_some() {
            return Err(refusal::LENGTH_AND_CODING);
        }
        if self.chunked {
            return Err(refusal::CODING_INVALID);
        }
        if value.eq_ignore_ascii_case(b"chunked") {
            self.chunked = true;
            return Ok(());
        }
        let last = value.rsplit(|&byte| byte == b',').next().unwrap_or_default();
        let first = value.split(|&byte| byte == b',').next().unwrap_or_default();
        let known = trim(first).eq_ignore_ascii_case(b"chunked");
        if trim(last).eq_ignore_ascii_case(b"chunked") && !known {
            Err(refusal::CODING_UNKNOWN)
        } else {
            Err(refusal::CODING_INVALID)
        }
    }
}

/// Three parts with one space between them (RFC 9112, 3); hyper checks what is in them.
fn request_line(line: &[u8]) -> Result<(), Fault> {
    let mut parts = line.split(|&byte| byte == b' ');
    let (Some(_method), Some(_target), Some(version), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(refusal::MALFORMED);
    };
    match version {
        b"HTTP/1.1" | b"HTTP/1.0" => Ok(()),
        [b'H', b'T', b'T', b'P', b'/', major, b'.', minor] if major.is_ascii_digit() && minor.is_ascii_digit() => {
            Err(refusal::VERSION)
        }
        _ => Err(refusal::MALFORMED),
    }
}

/// Without the optional white space of RFC 9110, 5.6.3, and the colon before it.
fn trim(value: &[u8]) -> &[u8] {
    let mut value = value.strip_prefix(b":").unwrap_or(value);
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

#[cfg(test)]
#[path = "scan_tests.rs"]
mod tests;
