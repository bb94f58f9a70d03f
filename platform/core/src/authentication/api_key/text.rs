//! The text of an API key.
//!
//! `<user>/<idx>/argus_<28 random characters><6 characters of checksum>`, for example `1/2/argus_0aZ...`. The random
//! characters are 62 to choose from: 166 bits. The checksum covers everything before it, so that a mistyped key is
//! told from a wrong one without a look into the store, and the fixed `argus_` lets scanners find leaked keys.

use std::fmt;

use ring::digest::{Digest, SHA256, digest};

use super::KeyId;
use crate::clock::Ids;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const MARK: &str = "argus_";
const RANDOM: usize = 28;
const CHECKSUM: usize = 6;

/// A key as a client holds it. `Debug` shows its prefix only.
#[derive(Clone)]
pub struct KeyText {
    /// Which key it claims to be.
    pub id: KeyId,
    secret: String,
}

impl KeyText {
    /// A new secret for a key.
    #[must_use]
    pub fn generate(id: KeyId, ids: &Ids) -> Self {
        let mut secret = String::from(MARK);
        while secret.len() < MARK.len() + RANDOM {
            for byte in ids.bytes::<32>() {
                // 248 is the largest multiple of 62: bytes beyond it would favour the first characters.
                let position = usize::from(byte % 62);
                if byte < 248 && secret.len() < MARK.len() + RANDOM {
                    secret.extend(ALPHABET.get(position).map(|character| char::from(*character)));
                }
            }
        }
        let checksum = checksum(&format!("{id}/{secret}"));
        secret.extend(checksum.map(char::from));
        Self { id, secret }
    }

    /// Reads a key, if it has the form of one and its checksum holds.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '/');
        let (user, idx, secret) = (parts.next()?, parts.next()?, parts.next()?);
        let id = KeyId { user: number(user)?, idx: number(idx)? };
        let random = secret.strip_prefix(MARK)?;
        let formed = random.len() == RANDOM + CHECKSUM && random.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !formed {
            return None;
        }
        let (covered, given) = text.split_at_checked(text.len() - CHECKSUM)?;
        (checksum(covered) == given.as_bytes()).then(|| Self { id, secret: secret.to_owned() })
    }

    /// What is stored in the secret's place.
    #[must_use]
    pub fn secret_hash(&self) -> Vec<u8> {
        self.secret_digest().as_ref().to_vec()
    }

    /// The same, as it is compared with every request.
    pub(super) fn secret_digest(&self) -> Digest {
        digest(&SHA256, self.secret.as_bytes())
    }

    /// The whole key, to be shown once.
    #[must_use]
    pub fn reveal(&self) -> String {
        format!("{}/{}", self.id, self.secret)
    }
}

impl fmt::Debug for KeyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/***", self.id)
    }
}

/// The text without the secrets of keys that somebody put where they do not belong: the mark by which scanners find them
/// serves here too.
#[must_use]
pub fn without_secrets(text: &str) -> String {
    let mut parts = text.split(MARK);
    let mut clean = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (secret, rest) = part.split_at(part.bytes().take_while(u8::is_ascii_alphanumeric).count());
        let shown = if secret.len() < RANDOM { secret } else { "***" };
        clean.extend([MARK, shown, rest]);
    }
    clean
}

/// A positive number without sign or leading zero: one key has one text.
fn number(text: &str) -> Option<i64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    plain.then(|| text.parse().ok()).flatten()
}

/// The first 35 bits of SHA-256, as six characters.
fn checksum(covered: &str) -> [u8; CHECKSUM] {
    let hash = digest(&SHA256, covered.as_bytes());
    let mut rest = hash.as_ref().iter().take(8).fold(0_u64, |all, byte| (all << 8) | u64::from(*byte));
    [(); CHECKSUM].map(|()| {
        let position = usize::try_from(rest % 62).unwrap_or(0);
        rest /= 62;
        ALPHABET.get(position).copied().unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    #[test]
    fn a_key_survives_its_text_and_a_slip_does_not() {
        let ids = Ids::new(Clock::system());
        let key = KeyText::generate(KeyId { user: 17, idx: 3 }, &ids);
        let text = key.reveal();
        assert_eq!(KeyText::parse(&text).unwrap().secret_hash(), key.secret_hash());
        for position in 0..text.len() {
            let mut slip = text.clone().into_bytes();
            slip[position] = if slip[position] == b'7' { b'8' } else { b'7' };
            assert!(KeyText::parse(&String::from_utf8(slip).unwrap()).is_none(), "{position}");
        }
        assert!(KeyText::parse(&format!("0{text}")).is_none());
        assert!(KeyText::parse("1/2/mysecretapikey").is_none());
        assert_eq!(format!("{key:?}"), "17/3/***");
    }

    #[test]
    fn a_secret_in_the_wrong_place_is_not_repeated() {
        let key = KeyText::generate(KeyId { user: 17, idx: 3 }, &Ids::new(Clock::system())).reveal();
        assert_eq!(without_secrets(&format!("/a/{key}/b?{key}")), "/a/17/3/argus_***/b?17/3/argus_***");
        for other in ["", "/a", "argus_", "/argus_session/ärgus", "argus_argus_short"] {
            assert_eq!(without_secrets(other), other);
        }
    }
}
