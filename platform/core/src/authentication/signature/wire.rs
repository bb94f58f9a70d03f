//! Wire types of public keys (sdk-contract 3.6).

use argus_identity::entity::public_key;
use ipnet::IpNet;
use poem_openapi::Object;

use crate::authentication::api_key::parse_list;
use crate::authentication::api_key::wire::SessionConstraints;
use crate::clock::millis;
use crate::error::ApiError;

/// A public key to be registered.
#[derive(Debug, Clone, Default, Object)]
#[oai(rename_all = "camelCase")]
pub struct PublicKeyUpload {
    /// SubjectPublicKeyInfo as PEM, or as base64 of DER: EC on P-256, or RSA of 2048 to 8192 bits.
    #[oai(validator(max_length = 8192))]
    pub public_key: String,
    /// What it is for.
    #[oai(validator(max_length = 255))]
    pub name: Option<String>,
    /// Days until it expires: 365 when absent, 0 for never (administrators only).
    #[oai(validator(minimum(value = "0"), maximum(value = "36500")))]
    pub valid_days: Option<i32>,
    /// Networks or addresses it can be used from; anywhere when absent.
    #[oai(validator(max_items = 1000))]
    pub valid_sources: Option<Vec<String>>,
    /// What it is cut to.
    pub session_constraints: Option<SessionConstraints>,
}

/// A key pair to be made.
#[derive(Debug, Clone, Default, Object)]
#[oai(rename_all = "camelCase")]
pub struct KeyPairRequest {
    /// Whether it becomes the key of index 0, in place of the one that has it; else the next free index.
    pub default_key: Option<bool>,
    /// What it is for.
    #[oai(validator(max_length = 255))]
    pub name: Option<String>,
    /// Days until it expires; never when 0 or absent.
    #[oai(validator(minimum(value = "0"), maximum(value = "36500")))]
    pub valid_days: Option<i32>,
    /// Networks or addresses it can be used from; anywhere when absent.
    #[oai(validator(max_items = 1000))]
    pub valid_sources: Option<Vec<String>>,
    /// What it is cut to.
    pub session_constraints: Option<SessionConstraints>,
}

/// A key that was registered.
#[derive(Debug, Clone, Object)]
pub struct RegisteredKey {
    /// Its index: the last part of its name in the header.
    #[oai(rename = "keyID")]
    pub key_id: i64,
}

/// A key pair that was made. The private key is shown this once.
#[derive(Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct NewKeyPair {
    /// Its index.
    #[oai(rename = "keyID")]
    pub key_id: i64,
    /// Its name in the header: `<domain>/<user>/<index>`.
    pub key_identifier: String,
    /// PKCS#8, PEM.
    pub private_key: String,
    /// `ES256`.
    pub algorithm: String,
}

/// What can be seen of a public key.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct PublicKeyInfo {
    /// Its index: the last part of its name in the header.
    #[oai(rename = "keyID")]
    pub key_id: i64,
    /// What it is for.
    pub description: String,
    /// `argus` for keys made here, `upload` for others.
    #[oai(rename = "type")]
    pub kind: String,
    /// `ES256` or `RS256`.
    pub algorithm: String,
    /// When it was made, in ms.
    pub created_timestamp: i64,
    /// The last use, in ms; null until used.
    pub last_used_timestamp: Option<i64>,
    /// From where it was last used; null until used.
    #[oai(rename = "lastUsedSourceIP")]
    pub last_used_source_ip: Option<String>,
    /// Networks it can be used from; empty for any.
    pub valid_sources: Vec<String>,
    /// The last moment it is good, in ms; 0 for no end.
    pub valid_until: i64,
}

/// Public keys.
#[derive(Debug, Clone, Object)]
pub struct PublicKeys {
    /// The keys.
    pub keys: Vec<PublicKeyInfo>,
}

/// Signature sessions that were ended.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct EvictedKeys {
    /// Names of the keys whose clocks were pinned.
    pub evicted_keys: Vec<String>,
}

impl PublicKeyInfo {
    /// A row as it is shown.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn of(row: &public_key::Model) -> Result<Self, ApiError> {
        let sources: Vec<IpNet> = parse_list(row.sources.as_deref())?.unwrap_or_default();
        Ok(Self {
            key_id: row.idx,
            description: row.description.clone(),
            kind: row.kind.clone(),
            algorithm: row.algorithm.clone(),
            created_timestamp: millis(row.created_at),
            last_used_timestamp: row.last_used_at.map(millis),
            last_used_source_ip: row.last_used_ip.clone(),
            valid_sources: sources.iter().map(ToString::to_string).collect(),
            valid_until: row.valid_until.map_or(0, millis),
        })
    }
}
