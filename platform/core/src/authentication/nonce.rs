//! Texts that this server gave out for a purpose, and knows again without having kept them: on every node, for a short
//! time, and once.

use argus_identity::authorizations;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac::{Context, HMAC_SHA256, Key, verify};
use sea_orm::prelude::Uuid;

use crate::app::Platform;
use crate::clock::Nanos;
use crate::error::ApiError;

/// Bytes of the identifier, and of the identifier with the end behind it.
const ID: usize = 16;
const SIGNED: usize = ID + 8;

/// A nonce that is ours and not too late. Whether it was used, [`Nonce::spend`] says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nonce {
    id: Uuid,
    until: Nanos,
}

impl Nonce {
    /// A new one, as text, good for so many nanoseconds.
    #[must_use]
    pub fn issue(platform: &Platform, purpose: &str, lifetime: Nanos) -> String {
        let until = platform.clock.now().saturating_add(lifetime);
        let mut text = [platform.ids.uuid().as_bytes().as_slice(), &until.to_be_bytes()].concat();
        let mut signer = Context::with_key(&key(platform));
        signer.update(&text);
        signer.update(purpose.as_bytes());
        text.extend_from_slice(signer.sign().as_ref());
        URL_SAFE_NO_PAD.encode(text)
    }

    /// The nonce of a text that was issued for that purpose and is not too late.
    #[must_use]
    pub fn parse(platform: &Platform, purpose: &str, text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (signed, signature) = bytes.split_at_checked(SIGNED)?;
        verify(&key(platform), &[signed, purpose.as_bytes()].concat(), signature).ok()?;
        let (id, until) = signed.split_at_checked(ID)?;
        let (id, until) = (Uuid::from_slice(id).ok()?, Nanos::from_be_bytes(until.try_into().ok()?));
        (platform.clock.now() <= until).then_some(Self { id, until })
    }

    /// Uses it up, whatever comes after, and says whether this was the first time.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn spend(self, platform: &Platform) -> Result<bool, ApiError> {
        let transaction = platform.db.begin().await?;
        // A moment longer than it can be presented.
        let first = authorizations::spend(&transaction, self.id, self.until.saturating_add(1)).await?;
        if first {
            transaction.commit().await?
        } else {
            transaction.rollback().await?
        };
        Ok(first)
    }
}

fn key(platform: &Platform) -> Key {
    Key::new(HMAC_SHA256, platform.secret.key("argus nonce").as_ref())
}
