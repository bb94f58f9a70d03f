//! Commitments: a leaf says what a field holds without showing it. Whoever is given the value and the field's salt can see
//! that the leaf meant it; without the salt nothing can be guessed, and with it gone nothing can be shown any more.

use alloc::string::String;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{Context, SHA256};
use ring::hmac::{HMAC_SHA256, Key, sign};
use serde_json::Value;

use crate::canonical::canonical;
use crate::hash::{Hash, array};

/// The salts of an event's fields, from its 32 random bytes: HMAC-SHA-256 of each field's name under them.
#[derive(Debug, Clone)]
pub struct Salts(Key);

impl Salts {
    /// Those of an event.
    #[must_use]
    pub fn of(event_salt: &[u8; 32]) -> Self {
        Self(Key::new(HMAC_SHA256, event_salt))
    }

    /// That of one field.
    #[must_use]
    pub fn field(&self, field: &str) -> Hash {
        array(sign(&self.0, field.as_bytes()).as_ref())
    }
}

/// The salt of one field, from the event's 32 random bytes.
#[must_use]
pub fn field_salt(event_salt: &[u8; 32], field: &str) -> Hash {
    Salts::of(event_salt).field(field)
}

/// The commitment to a field's value, as it stands in a leaf: base64url without padding of SHA-256 of the salt, the field's
/// name and the canonical form of the value, with zero bytes between. Nothing for a value without a canonical form.
#[must_use]
pub fn commit(salt: &Hash, field: &str, value: &Value) -> Option<String> {
    Some(URL_SAFE_NO_PAD.encode(commitment(salt, field, &canonical(value)?)))
}

/// The bytes of a commitment, from the canonical form of the value.
#[must_use]
pub fn commitment(salt: &Hash, field: &str, canonical: &str) -> Hash {
    let mut context = Context::new(&SHA256);
    for part in [&salt[..], &[0], field.as_bytes(), &[0], canonical.as_bytes()] {
        context.update(part);
    }
    array(context.finish().as_ref())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Worked out with Python's hashlib and hmac.
    #[test]
    fn a_commitment_is_that_of_another_implementation() {
        let salt = field_salt(&[7; 32], "description");
        let hex: String = salt.iter().map(|byte| alloc::format!("{byte:02x}")).collect();
        assert_eq!(hex, "d01c77366301accd8519e38c8e5e1dc031cb0bf227badbf998acc20e0853de9f");
        let commitment = commit(&salt, "description", &json!({ "b": 1, "a": "ä" }));
        assert_eq!(commitment.as_deref(), Some("wC3b5Iv2A6uvb_mJnAGcIMWQwvPyHJdl8iFNVac_uZk"));
    }

    #[test]
    fn everything_counts() {
        let (salt, other) = (field_salt(&[7; 32], "a"), field_salt(&[7; 32], "b"));
        let one = commit(&salt, "a", &json!("x"));
        assert_ne!(one, commit(&other, "a", &json!("x")));
        assert_ne!(one, commit(&salt, "b", &json!("x")));
        assert_ne!(one, commit(&salt, "a", &json!("y")));
        assert_ne!(commit(&salt, "a", &json!(null)), commit(&salt, "a", &json!("null")));
        assert_eq!(commit(&salt, "a", &json!({ "x": 1, "y": 2 })), commit(&salt, "a", &json!({ "y": 2.0, "x": 1 })));
        assert_eq!(commit(&salt, "a", &json!(1_u64 << 60)), None);
    }
}
