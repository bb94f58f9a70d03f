//! Public keys with which requests are signed (sdk-contract 3.6).

use argus_core::access::{Caller, Myself, MyselfDefault};
use argus_core::authentication::signature::service;
use argus_core::authentication::signature::wire::{
    EvictedKeys, KeyPairRequest, NewKeyPair, PublicKeyInfo, PublicKeyUpload, PublicKeys, RegisteredKey,
};
use argus_core::envelope::{Created, One};
use argus_core::error::ApiError;
use argus_core::wire::{BodyDraft, Path, Query};
use poem_openapi::payload::Binary;
use poem_openapi::{ApiResponse, OpenApi};

use crate::AdministerSignatures;
use crate::model::{DeletedSignature, RevokedSignature};

/// Signature keys.
#[derive(Clone, Copy)]
pub struct SignatureApi;

/// A key as it is.
#[derive(ApiResponse)]
enum RawKey {
    /// SubjectPublicKeyInfo, DER.
    #[oai(status = 200, content_type = "application/octet-stream")]
    Key(Binary<Vec<u8>>),
}

#[OpenApi]
impl SignatureApi {
    /// Your signature keys.
    #[oai(path = "/signature", method = "get", operation_id = "authentication_v1_signature_list")]
    async fn list(
        &self,
        caller: Caller<Myself>,
        /// At most so many, 25 when absent; 0 for all.
        limit: Query<Option<u32>>,
        /// So many are left out first.
        offset: Query<Option<u32>>,
    ) -> Result<One<PublicKeys>, ApiError> {
        Ok(One(page(service::of_user(&caller, None).await?, limit.0, offset.0)))
    }

    /// Register a public key of your own.
    #[oai(path = "/signature", method = "post", operation_id = "authentication_v1_signature_add")]
    async fn upload(
        &self,
        caller: Caller<MyselfDefault>,
        body: BodyDraft<PublicKeyUpload>,
    ) -> Result<Created<RegisteredKey>, ApiError> {
        let made = body.check(async |request, errors| service::upload(&caller, None, &request, errors).await);
        Ok(Created(made.await?))
    }

    /// Revoke a signature key of your own.
    #[oai(path = "/signature/:key_id", method = "delete", operation_id = "authentication_v1_signature_revoke")]
    async fn revoke(
        &self,
        caller: Caller<MyselfDefault>,
        /// The index of the key.
        key_id: Path<i64>,
    ) -> Result<One<RevokedSignature>, ApiError> {
        let key = service::revoke(&caller, None, key_id.0).await?;
        Ok(One(RevokedSignature { key_id: key.key_id, description: key.description, kind: key.kind }))
    }

    /// The signature keys of a user.
    #[oai(path = "/user/:user/signature", method = "get", operation_id = "authentication_v1_user_signature_list")]
    async fn list_of_user(
        &self,
        caller: Caller<AdministerSignatures>,
        /// The user, by number or short name.
        user: Path<String>,
        /// At most so many, 25 when absent; 0 for all.
        limit: Query<Option<u32>>,
        /// So many are left out first.
        offset: Query<Option<u32>>,
    ) -> Result<One<PublicKeys>, ApiError> {
        Ok(One(page(service::of_user(&caller, Some(&user)).await?, limit.0, offset.0)))
    }

    /// Register a public key of a user.
    #[oai(path = "/user/:user/signature", method = "post", operation_id = "authentication_v1_user_signature_add")]
    async fn upload_of_user(
        &self,
        caller: Caller<AdministerSignatures>,
        /// The user, by number or short name.
        user: Path<String>,
        body: BodyDraft<PublicKeyUpload>,
    ) -> Result<Created<RegisteredKey>, ApiError> {
        let made = body.check(async |request, errors| service::upload(&caller, Some(&user), &request, errors).await);
        Ok(Created(made.await?))
    }

    /// Make a key pair for a user. The private key is shown this once, and kept nowhere.
    #[oai(
        path = "/user/:user/signature/create",
        method = "post",
        operation_id = "authentication_v1_user_signature_create"
    )]
    async fn create(
        &self,
        caller: Caller<AdministerSignatures>,
        /// The user, by number or short name.
        user: Path<String>,
        body: BodyDraft<KeyPairRequest>,
    ) -> Result<Created<NewKeyPair>, ApiError> {
        let made = body.check(async |request, errors| service::create(&caller, &user, &request, errors).await);
        Ok(Created(made.await?))
    }

    /// Make the default key pair of a user anew: index 0, without end, from anywhere.
    #[oai(
        path = "/user/:user/signature/reset",
        method = "post",
        operation_id = "authentication_v1_user_signature_reset",
        deprecated
    )]
    async fn reset(
        &self,
        caller: Caller<AdministerSignatures>,
        /// The user, by number or short name.
        user: Path<String>,
    ) -> Result<Created<NewKeyPair>, ApiError> {
        let request = KeyPairRequest { default_key: Some(true), ..KeyPairRequest::default() };
        Ok(Created(service::create(&caller, &user, &request, &mut Default::default()).await?))
    }

    /// The default public key of a user, as DER.
    #[oai(
        path = "/user/:user/signature/pubkey",
        method = "get",
        operation_id = "authentication_v1_user_signature_pubkey_get"
    )]
    async fn download(
        &self,
        caller: Caller<AdministerSignatures>,
        /// The user, by number or short name.
        user: Path<String>,
    ) -> Result<RawKey, ApiError> {
        Ok(RawKey::Key(Binary(service::download(&caller, &user, 0).await?)))
    }

    /// Take away what is pinned of a user's clock, of one key or of all.
    ///
    /// The next request of a key fixes its skew anew. Requests that were accepted before stay refused.
    #[oai(
        path = "/user/:user/signature/session",
        method = "delete",
        operation_id = "authentication_v1_user_signature_session_evict"
    )]
    async fn evict(
        &self,
        caller: Caller<AdministerSignatures>,
        /// The user, by number or short name.
        user: Path<String>,
        /// The index of the key; all of the user's when absent.
        #[oai(name = "keyID")]
        key_id: Query<Option<i64>>,
    ) -> Result<One<EvictedKeys>, ApiError> {
        Ok(One(service::evict(&caller, &user, key_id.0).await?))
    }

    /// Revoke a signature key of a user.
    #[oai(
        path = "/user/:user/signature/:id",
        method = "delete",
        operation_id = "authentication_v1_user_signature_revoke"
    )]
    async fn revoke_of_user(
        &self,
        caller: Caller<AdministerSignatures>,
        /// The user, by number or short name.
        user: Path<String>,
        /// The index of the key.
        id: Path<i64>,
    ) -> Result<One<DeletedSignature>, ApiError> {
        let key = service::revoke(&caller, Some(&user), id.0).await?;
        Ok(One(DeletedSignature { deleted_key: key.key_id.to_string() }))
    }
}

fn page(keys: Vec<PublicKeyInfo>, limit: Option<u32>, offset: Option<u32>) -> PublicKeys {
    let most = match limit.unwrap_or(25) {
        0 => usize::MAX,
        limit => usize::try_from(limit).unwrap_or(usize::MAX),
    };
    let skipped = usize::try_from(offset.unwrap_or(0)).unwrap_or(usize::MAX);
    PublicKeys { keys: keys.into_iter().skip(skipped).take(most).collect() }
}
