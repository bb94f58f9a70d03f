//! Cursors: where a page ended, and to which criteria that belongs.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use sea_orm::prelude::Uuid;
use sea_orm::sea_query::{ColumnType, Value};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::sort::SortKey;
use crate::clock::Nanos;

/// What a cursor holds. It is not secret and not signed: a forged one can only start somewhere else among the rows that
/// its sender may see anyway.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Cursor {
    /// The time to which relative times count, so that they stand still while a client pages.
    #[serde(rename = "n")]
    pub(super) now: Nanos,
    /// Of the criteria and the sort.
    #[serde(rename = "f")]
    pub(super) fingerprint: String,
    /// The last row's values of the sort keys.
    #[serde(rename = "k")]
    keys: Vec<Json>,
}

impl Cursor {
    /// `None` when a value is of a type that cannot be a sort key.
    pub(super) fn new(now: Nanos, fingerprint: String, values: impl IntoIterator<Item = Value>) -> Option<Self> {
        let keys = values.into_iter().map(to_json).collect::<Option<_>>()?;
        Some(Self { now, fingerprint, keys })
    }

    /// Opaque text, fit for a URL.
    pub(super) fn encode(&self) -> Result<String, serde_json::Error> {
        Ok(URL_SAFE_NO_PAD.encode(serde_json::to_vec(self)?))
    }

    /// `None` when the text is no cursor.
    pub(super) fn decode(text: &str) -> Option<Self> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
    }

    /// The values for a chain of sort keys, null as `None`; nothing when they do not fit the chain.
    pub(super) fn values(&self, chain: &[SortKey]) -> Option<Vec<Option<Value>>> {
        if self.keys.len() != chain.len() {
            return None;
        }
        let value = |(json, key): (&Json, &SortKey)| match json {
            Json::Null if key.field.nullable => Some(None),
            _ => from_json(json, &key.field.ty).map(Some),
        };
        self.keys.iter().zip(chain).map(value).collect()
    }
}

/// Equal for equal criteria only.
pub(super) fn fingerprint(criteria: &impl Serialize) -> Result<String, serde_json::Error> {
    Ok(URL_SAFE_NO_PAD.encode(digest(&SHA256, &serde_json::to_vec(criteria)?)))
}

fn to_json(value: Value) -> Option<Json> {
    Some(match value {
        Value::Bool(value) => value.into(),
        Value::TinyInt(value) => value.into(),
        Value::SmallInt(value) => value.into(),
        Value::Int(value) => value.into(),
        Value::BigInt(value) => value.into(),
        Value::TinyUnsigned(value) => value.into(),
        Value::SmallUnsigned(value) => value.into(),
        Value::Unsigned(value) => value.into(),
        // As bits, for infinities have no JSON.
        Value::Float(value) => value.map(|value| f64::from(value).to_bits()).into(),
        Value::Double(value) => value.map(f64::to_bits).into(),
        Value::String(value) => value.into(),
        Value::Uuid(value) => value.map(|value| value.to_string()).into(),
        Value::Bytes(value) => value.map(|value| URL_SAFE_NO_PAD.encode(value)).into(),
        _ => return None,
    })
}

fn from_json(json: &Json, ty: &ColumnType) -> Option<Value> {
    Some(match ty {
        ColumnType::Boolean => json.as_bool()?.into(),
        ColumnType::TinyInteger
        | ColumnType::SmallInteger
        | ColumnType::Integer
        | ColumnType::BigInteger
        | ColumnType::TinyUnsigned
        | ColumnType::SmallUnsigned
        | ColumnType::Unsigned => json.as_i64()?.into(),
        ColumnType::Float | ColumnType::Double => f64::from_bits(json.as_u64()?).into(),
        // PostgreSQL has no NUL in texts; no row can have held one.
        ColumnType::Char(_) | ColumnType::String(_) | ColumnType::Text => {
            json.as_str().filter(|text| !text.contains('\0'))?.into()
        }
        ColumnType::Uuid => Uuid::try_parse(json.as_str()?).ok()?.into(),
        ColumnType::Binary(_) | ColumnType::VarBinary(_) | ColumnType::Blob => {
            URL_SAFE_NO_PAD.decode(json.as_str()?).ok()?.into()
        }
        _ => return None,
    })
}
