//! What messages are signed with (Standard Webhooks 1.0): HMAC-SHA256 by a secret that both sides have, or Ed25519, of which
//! receivers have the public key only.

use argus_core::app::Platform;
use argus_core::authentication::sealed::Sealing;
use argus_core::clock::{Ids, Nanos};
use argus_core::error::ApiError;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use ring::signature::{Ed25519KeyPair, KeyPair};
use sea_orm::prelude::Uuid;

use crate::subscription::{Model, signature};

/// What secrets are sealed for.
const PURPOSE: &str = "argus webhook secret";

/// 32 random bytes: the key of the HMAC, or the seed of the key pair. `Debug` is not implemented, so that it is never shown
/// by accident.
pub struct Secret([u8; 32]);

impl Secret {
    /// A new one.
    #[must_use]
    pub fn new(ids: &Ids) -> Self {
        Self(ids.bytes())
    }

    /// As its receiver gets it, once.
    #[must_use]
    pub fn text(&self) -> String {
        format!("whsec_{}", STANDARD.encode(self.0))
    }

    /// The public key of its key pair, as receivers get it.
    ///
    /// # Errors
    /// Never: any 32 bytes are a seed.
    pub fn public_key(&self) -> Result<String, ApiError> {
        Ok(format!("whpk_{}", STANDARD.encode(self.pair()?.public_key())))
    }

    /// As it is stored with a subscription.
    ///
    /// # Errors
    /// Never with the key that follows from the server's secret.
    pub fn seal(&self, platform: &Platform, subscription: Uuid) -> Result<Vec<u8>, ApiError> {
        Sealing::of(platform, PURPOSE).seal(subscription.as_bytes(), &self.0)
    }

    fn open(platform: &Platform, subscription: Uuid, stored: &[u8]) -> Result<Self, ApiError> {
        let opened = Sealing::of(platform, PURPOSE).open(subscription.as_bytes(), stored)?;
        Ok(Self(opened.try_into().map_err(|_| ApiError::internal("a secret of another length"))?))
    }

    fn pair(&self) -> Result<Ed25519KeyPair, ApiError> {
        Ed25519KeyPair::from_seed_unchecked(&self.0).map_err(ApiError::internal)
    }
}

/// One key that signs.
enum Key {
    Hmac(hmac::Key),
    Pair(Box<Ed25519KeyPair>),
}

impl Key {
    fn of(secret: &Secret, scheme: &str) -> Result<Self, ApiError> {
        if scheme == signature::ED25519 {
            return Ok(Self::Pair(Box::new(secret.pair()?)));
        }
        Ok(Self::Hmac(hmac::Key::new(hmac::HMAC_SHA256, &secret.0)))
    }

    fn sign(&self, content: &[u8]) -> String {
        match self {
            Self::Hmac(key) => format!("v1,{}", STANDARD.encode(hmac::sign(key, content))),
            Self::Pair(pair) => format!("v1a,{}", STANDARD.encode(pair.sign(content))),
        }
    }
}

/// What signs the messages of one subscription.
pub(crate) struct Signer {
    present: Key,
    /// The one before, and until when it signs too.
    previous: Option<(Key, Nanos)>,
}

impl Signer {
    /// That of a subscription.
    ///
    /// # Errors
    /// 500 when its secret was stored under another secret of the server.
    pub(crate) fn of(platform: &Platform, row: &Model) -> Result<Self, ApiError> {
        let key = |stored: &[u8]| Key::of(&Secret::open(platform, row.id, stored)?, &row.signature);
        let previous = row.previous_secret.as_deref().zip(row.previous_until);
        let previous = previous.map(|(stored, until)| Ok::<_, ApiError>((key(stored)?, until))).transpose()?;
        Ok(Self { present: key(&row.secret)?, previous })
    }

    /// The header `webhook-signature` of a message that is sent at `now`; `seconds` are those of `webhook-timestamp`.
    pub(crate) fn sign(&self, id: &str, seconds: i64, body: &str, now: Nanos) -> String {
        let content = format!("{id}.{seconds}.{body}");
        let mut signed = self.present.sign(content.as_bytes());
        if let Some((key, until)) = &self.previous
            && now <= *until
        {
            signed.push(' ');
            signed.push_str(&key.sign(content.as_bytes()));
        }
        signed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's reference implementations.
    #[test]
    fn the_signature_is_that_of_the_specification() {
        let bytes = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signer = Signer { present: Key::Hmac(hmac::Key::new(hmac::HMAC_SHA256, &bytes)), previous: None };
        let signed = signer.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#, 0);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn the_one_before_signs_until_its_end() {
        let keys = [[1; 32], [2; 32]].map(|bytes| Key::of(&Secret(bytes), signature::ED25519).unwrap());
        let [present, previous] = keys;
        let signer = Signer { present, previous: Some((previous, 10)) };
        let parts = |now| signer.sign("id", 1, "{}", now).split(' ').count();
        assert_eq!((parts(10), parts(11)), (2, 1));
        assert!(signer.sign("id", 1, "{}", 0).starts_with("v1a,"));
        assert!(Secret([7; 32]).public_key().unwrap().starts_with("whpk_"));
        assert!(Secret([7; 32]).text().starts_with("whsec_BwcH"));
    }
}
