//! Keys as text (RFC 7468).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// DER as PEM of that label.
#[must_use]
pub fn pem(label: &str, der: &[u8]) -> String {
    let body = STANDARD.encode(der);
    // Base64 is ASCII.
    let lines: Vec<_> = body.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

/// The DER in a PEM of that label, whatever its lines.
#[must_use]
pub fn unpem(label: &str, text: &str) -> Option<Vec<u8>> {
    let text = text.trim().strip_prefix(&format!("-----BEGIN {label}-----"))?;
    unbase64(text.strip_suffix(&format!("-----END {label}-----"))?)
}

/// The bytes of standard base64, whatever its lines.
#[must_use]
pub fn unbase64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text.split_whitespace().collect::<String>()).ok()
}
