//! The server's own secret, from which the keys of its signatures follow.

use std::fmt;

use ring::hmac::{HMAC_SHA256, Key, sign};

/// The least characters of the setting `secret_key`.
pub const LEAST: usize = 32;

/// What only this server (all nodes of it) knows. `Debug` does not show it.
pub struct ServerSecret(Key);

impl ServerSecret {
    /// From random bytes, or the text of the setting.
    #[must_use]
    pub fn new(secret: &[u8]) -> Self {
        Self(Key::new(HMAC_SHA256, secret))
    }

    /// The key for one purpose; those of others do not follow from it.
    pub(super) fn key(&self, purpose: &str) -> ring::hmac::Tag {
        sign(&self.0, purpose.as_bytes())
    }
}

impl fmt::Debug for ServerSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerSecret(***)")
    }
}
