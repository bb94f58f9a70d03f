//! The salts of an event's fields: all of them from the event's own, or, after an erasure, those that were left.

use argus_audit_proof::Hash;
use argus_audit_proof::commitment::Salts;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::column::{SEALED, sealed};
use crate::page::{Row, Value};
use crate::value::json;

/// Where the salt of the event stands in a row of leaves.
pub const SALT: usize = 1;
/// Where the salts of its fields stand.
pub const FIELD_SALTS: usize = 2;
/// Where the text of the leaf stands.
pub const LEAF: usize = 3;

/// What is known of an event's salts.
pub enum Known {
    /// The event's own, from which all follow: nothing was erased.
    All(Salts),
    /// Those of fields that were not erased, by their places among the sealed members.
    Some(Box<[Option<Hash>; SEALED.len()]>),
}

impl Known {
    /// Reads them from a row of leaves.
    ///
    /// # Errors
    /// Why they cannot be.
    pub fn of(leaf: &Row<'_>) -> Result<Self, String> {
        match (leaf.value(SALT), leaf.value(FIELD_SALTS)) {
            (Value::Blob(salt), Value::Null) => {
                let salt: &[u8; 32] = salt.try_into().map_err(|_| "the salt has not 32 bytes")?;
                Ok(Self::All(Salts::of(salt)))
            }
            (Value::Null, Value::Text(text)) => Self::some(text),
            (Value::Null, Value::Null) => Err("the salt is gone, and there are none of fields".to_owned()),
            (_, Value::Null) => Err("the salt is no bytes".to_owned()),
            (Value::Null, _) => Err("the salts of fields are no text".to_owned()),
            _ => Err("there are salts of fields although the event's own is there".to_owned()),
        }
    }

    fn some(text: &str) -> Result<Self, String> {
        let value = json(text).ok_or("the salts of fields are no JSON")?;
        let mut salts = Box::new([None; SEALED.len()]);
        for (name, salt) in value.as_object().ok_or("the salts of fields are no JSON object")? {
            let place = sealed(name).and_then(|place| salts.get_mut(place));
            let place = place.ok_or_else(|| format!("there is a salt of {name}, which is not sealed"))?;
            let salt = salt.as_str().and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
            let salt: Option<Hash> = salt.and_then(|bytes| bytes.try_into().ok());
            *place = Some(salt.ok_or_else(|| format!("the salt of {name} has not 32 bytes"))?);
        }
        Ok(Self::Some(salts))
    }

    /// The salt of the sealed member of that place; nothing where it was erased.
    #[must_use]
    pub fn field(&self, place: usize) -> Option<Hash> {
        match self {
            Self::All(salts) => SEALED.get(place).map(|column| salts.field(column.name)),
            Self::Some(salts) => salts.get(place).copied().flatten(),
        }
    }

    /// Whether fields can have been erased.
    #[must_use]
    pub fn are_of_fields(&self) -> bool {
        matches!(self, Self::Some(_))
    }
}
