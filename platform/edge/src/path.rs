//! Paths that mean one thing only.

use crate::refusal::{self, Fault};

/// Checks the raw path of a request target: no empty or dot segments, no hidden separators, no control characters,
/// valid percent-encoding of UTF-8.
///
/// Such paths are refused and not mended (RFC 3986, 6.2.2 would let us): an access rule that compares paths and the
/// router behind it could otherwise read the same path in two ways. A trailing slash is the router's matter.
///
/// # Errors
/// The rule that the path breaks.
pub(crate) fn check(path: &str) -> Result<(), Fault> {
    let mut encoded = false;
    let Some(inner) = path.strip_prefix('/') else {
        return Err(refusal::PATH_AMBIGUOUS);
    };
    let mut segments = inner.split('/').peekable();
    while let Some(segment) = segments.next() {
        // The last segment is empty after a trailing slash, and in "/".
        if segment.is_empty() && segments.peek().is_some() {
            return Err(refusal::PATH_AMBIGUOUS);
        }
        encoded |= check_segment(segment)?;
    }
    // A trailing "//" leaves an empty segment before the last, which the loop has refused.
    if encoded && !decodes_to_utf8(path) { Err(refusal::PATH_UNREADABLE) } else { Ok(()) }
}

/// Whether a byte outside ASCII is percent-encoded in it.
fn check_segment(segment: &str) -> Result<bool, Fault> {
    // Decoded bytes as long as all are dots: "." and ".." in any spelling.
    let mut dots = Some(0_usize);
    let mut encoded = false;
    let mut bytes = segment.bytes();
    while let Some(raw) = bytes.next() {
        let byte = if raw == b'%' { decode(bytes.next(), bytes.next())? } else { raw };
        match byte {
            b'/' | b'\\' => return Err(refusal::PATH_AMBIGUOUS),
            0..=0x1f | 0x7f => return Err(refusal::PATH_UNREADABLE),
            b'.' => dots = dots.map(|count| count + 1),
            _ => dots = None,
        }
        encoded |= raw == b'%' && !byte.is_ascii();
    }
    if matches!(dots, Some(1 | 2)) { Err(refusal::PATH_AMBIGUOUS) } else { Ok(encoded) }
}

fn decode(high: Option<u8>, low: Option<u8>) -> Result<u8, Fault> {
    let digit =
        |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16)).and_then(|d| u8::try_from(d).ok());
    match (digit(high), digit(low)) {
        (Some(high), Some(low)) => Ok(high * 16 + low),
        _ => Err(refusal::PATH_UNREADABLE),
    }
}

/// Whether a path whose encoding is valid decodes to UTF-8. Only asked of paths with encoded bytes outside ASCII.
fn decodes_to_utf8(path: &str) -> bool {
    let mut decoded = Vec::with_capacity(path.len());
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            match decode(bytes.next(), bytes.next()) {
                Ok(byte) => decoded.push(byte),
                Err(_) => return false,
            }
        } else {
            decoded.push(byte);
        }
    }
    std::str::from_utf8(&decoded).is_ok()
}

#[cfg(test)]
#[path = "path_tests.rs"]
mod tests;
