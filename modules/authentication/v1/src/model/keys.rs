//! API keys and signature keys, in the shapes of the existing client.

use argus_core::authentication::api_key::wire::KeyDescriptor;
use poem_openapi::Object;

/// Keys.
#[derive(Debug, Clone, Object)]
pub struct Keys {
    /// The keys.
    pub keys: Vec<KeyDescriptor>,
}

/// A key with another period.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct RenewedKey {
    /// The key.
    pub renewed_key: KeyDescriptor,
}

/// A key that was revoked.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct RevokedKey {
    /// The key.
    pub revoked_key: KeyDescriptor,
    /// The same as a list, as some clients read it.
    pub keys: Vec<KeyDescriptor>,
}

/// A signature key that was revoked.
#[derive(Debug, Clone, Object)]
pub struct RevokedSignature {
    /// Its index.
    #[oai(rename = "keyID")]
    pub key_id: i64,
    /// What it was for.
    pub description: String,
    /// `argus` or `upload`.
    #[oai(rename = "type")]
    pub kind: String,
}

/// A signature key that was revoked, as administrators see it.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct DeletedSignature {
    /// Its index.
    pub deleted_key: String,
}
