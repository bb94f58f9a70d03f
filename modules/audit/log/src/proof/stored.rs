//! What is kept of an event beside its row: its leaf, and what its fields are salted with.

use std::collections::{BTreeMap, HashMap};

use argus_audit_proof::leaf::Leaf;
use argus_core::db::Db;
use argus_core::error::ApiError;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sea_orm::{ConnectionTrait, DbErr, QueryResult};

use super::tiles::{ask, hash};
use crate::entry::EventSalt;
use crate::find::LOOK_FOR;

/// What is kept of an event beside its row.
pub struct Stored {
    /// What its fields are salted with; none after an erasure.
    pub salt: Option<EventSalt>,
    /// After an erasure the salts of the fields that are left: base64url without padding.
    pub field_salts: BTreeMap<String, String>,
    /// The exact text of its leaf.
    pub leaf: String,
}

/// That of one event.
///
/// # Errors
/// 404 when it is not there; when the store fails.
pub async fn stored_leaf(db: &Db, sequence: i64) -> Result<Stored, ApiError> {
    let found = stored_leaves(db.reader(), &[sequence]).await?.remove(&sequence);
    found.ok_or_else(|| ApiError::not_found("event"))
}

/// The same of many, by their places.
///
/// # Errors
/// When the store fails.
pub async fn stored_leaves(db: &impl ConnectionTrait, places: &[i64]) -> Result<HashMap<i64, Stored>, DbErr> {
    let mut found = HashMap::with_capacity(places.len());
    for places in places.chunks(LOOK_FOR) {
        let list = vec!["?"; places.len()].join(",");
        let sql = format!("SELECT sequence, salt, field_salts, leaf FROM event_leaf WHERE sequence IN ({list})");
        for row in ask(db, &sql, places).await? {
            found.insert(row.try_get_by_index(0)?, Stored::of(&row)?);
        }
    }
    Ok(found)
}

impl Stored {
    fn of(row: &QueryResult) -> Result<Self, DbErr> {
        let salt: Option<Vec<u8>> = row.try_get_by_index(1)?;
        let of_fields: Option<String> = row.try_get_by_index(2)?;
        let of_fields = of_fields.map(|text| serde_json::from_str(&text)).transpose();
        Ok(Self {
            salt: salt.map(|bytes| hash(&bytes).map(EventSalt)).transpose()?,
            field_salts: of_fields.map_err(|error| DbErr::Json(error.to_string()))?.unwrap_or_default(),
            leaf: row.try_get_by_index(3)?,
        })
    }

    /// The salts of those of the members that were not erased, base64url without padding.
    #[must_use]
    pub fn salts(&self, names: impl Iterator<Item = &'static str>) -> HashMap<String, String> {
        let own = self.salt.as_ref().map(EventSalt::fields);
        let of = |name: &str| match &own {
            Some(own) => Some(URL_SAFE_NO_PAD.encode(own.field(name))),
            None => self.field_salts.get(name).cloned(),
        };
        names.filter_map(|name| Some((name.to_owned(), of(name)?))).collect()
    }

    /// The names of the members that were erased.
    #[must_use]
    pub fn erased(&self) -> Vec<String> {
        if self.salt.is_some() {
            return Vec::new();
        }
        let sealed = Leaf::parse(self.leaf.as_bytes()).map(|leaf| leaf.sealed).unwrap_or_default();
        sealed.into_keys().filter(|name| !self.field_salts.contains_key(name)).collect()
    }
}
