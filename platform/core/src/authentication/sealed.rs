//! How secrets are stored that have to be read again: AES-256-GCM under a key that follows from the server's own secret,
//! another one for each purpose, and bound to the row that they stand in.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use crate::app::Platform;
use crate::clock::Ids;
use crate::error::ApiError;

use super::secret::ServerSecret;

/// What seals the secrets of one purpose.
pub struct Sealing<'a> {
    secret: &'a ServerSecret,
    ids: &'a Ids,
    purpose: &'static str,
}

impl<'a> Sealing<'a> {
    /// For one purpose; what is sealed for another cannot be opened by it.
    #[must_use]
    pub fn of(platform: &'a Platform, purpose: &'static str) -> Self {
        Self::with(&platform.secret, &platform.ids, purpose)
    }

    fn with(secret: &'a ServerSecret, ids: &'a Ids, purpose: &'static str) -> Self {
        Self { secret, ids, purpose }
    }

    /// A secret as it is stored in the row of that identifier.
    ///
    /// # Errors
    /// Never with the key that follows from the secret.
    pub fn seal(&self, row: &[u8], secret: &[u8]) -> Result<Vec<u8>, ApiError> {
        let nonce: [u8; NONCE_LEN] = self.ids.bytes();
        let mut sealed = secret.to_vec();
        self.key()?
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(row), &mut sealed)
            .map_err(ApiError::internal)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// The secret that was stored in that row.
    ///
    /// # Errors
    /// 500 when it was stored under another secret of the server, for another purpose, or in another row.
    pub fn open(&self, row: &[u8], stored: &[u8]) -> Result<Vec<u8>, ApiError> {
        let (nonce, sealed) = stored.split_at_checked(NONCE_LEN).ok_or_else(|| self.unreadable())?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| self.unreadable())?;
        let mut sealed = sealed.to_vec();
        let opened = self.key()?.open_in_place(nonce, Aad::from(row), &mut sealed);
        Ok(opened.map_err(|_| self.unreadable())?.to_vec())
    }

    fn unreadable(&self) -> ApiError {
        ApiError::internal(format!("{}: it cannot be read, since it was stored under another secret_key", self.purpose))
    }

    fn key(&self) -> Result<LessSafeKey, ApiError> {
        let key = self.secret.key(self.purpose);
        Ok(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key.as_ref()).map_err(ApiError::internal)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    #[test]
    fn a_secret_is_read_where_it_was_stored_and_nowhere_else() {
        let (ours, other) = (ServerSecret::new(&[1; 32]), ServerSecret::new(&[2; 32]));
        let ids = Ids::new(Clock::manual(0));
        let sealing = Sealing::with(&ours, &ids, "test");
        let stored = sealing.seal(b"row", b"secret").unwrap();
        assert_ne!(stored, sealing.seal(b"row", b"secret").unwrap());
        assert_eq!(sealing.open(b"row", &stored).unwrap(), b"secret");
        assert!(sealing.open(b"another", &stored).is_err());
        assert!(Sealing::with(&ours, &ids, "another").open(b"row", &stored).is_err());
        assert!(Sealing::with(&other, &ids, "test").open(b"row", &stored).is_err());
        assert!(sealing.open(b"row", &stored[..stored.len() - 1]).is_err());
        assert!(sealing.open(b"row", b"short").is_err());
    }
}
