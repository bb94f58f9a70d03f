//! API keys at the paths and in the shapes of the existing client (sdk-contract 3.5). One path segment is the index of
//! a key, two are its prefix.

use argus_core::access::{Caller, Myself, MyselfDefault};
use argus_core::authentication::api_key::KeyId;
use argus_core::authentication::api_key::service::{self, AdministerApiKeys};
use argus_core::authentication::api_key::wire::{KeyDescriptor, KeyRenewal, KeyRequest, NewKey};
use argus_core::context::RequestContext;
use argus_core::envelope::{Created, One};
use argus_core::error::ApiError;
use argus_core::wire::{Body, BodyDraft, Path};
use poem_openapi::OpenApi;

use crate::model::{Keys, RenewedKey, RevokedKey};

/// API keys.
#[derive(Clone, Copy)]
pub struct KeysApi;

#[OpenApi]
impl KeysApi {
    /// Your keys.
    #[oai(path = "/apikey", method = "get", operation_id = "authentication_v1_apikey_list")]
    async fn list(&self, caller: Caller<Myself>) -> Result<One<Keys>, ApiError> {
        Ok(One(Keys { keys: service::of_user(&caller, None).await? }))
    }

    /// Make a key of your own. The whole key is shown this once.
    #[oai(path = "/apikey", method = "post", operation_id = "authentication_v1_apikey_add")]
    async fn add(
        &self,
        caller: Caller<MyselfDefault>,
        body: BodyDraft<KeyRequest>,
    ) -> Result<Created<NewKey>, ApiError> {
        let made = body.check(async |request, errors| service::create(&caller, None, &request, errors).await);
        Ok(Created(made.await?))
    }

    /// Give a key of your own another period, by prefix.
    #[oai(path = "/apikey/:user/:idx", method = "put", operation_id = "authentication_v1_apikey_renew")]
    async fn renew(
        &self,
        caller: Caller<MyselfDefault>,
        /// The owner, by number or short name.
        user: Path<String>,
        /// The index of the key: the second part of its prefix.
        idx: Path<String>,
        body: Body<KeyRenewal>,
    ) -> Result<One<RenewedKey>, ApiError> {
        let id = own(&caller, &user, &idx).await?;
        Ok(One(RenewedKey { renewed_key: service::renew(&caller, id, &body.0).await? }))
    }

    /// Give a key of your own another period, by index.
    #[oai(path = "/apikey/:idx", method = "put", operation_id = "authentication_v1_apikey_index_renew", deprecated)]
    async fn renew_by_index(
        &self,
        caller: Caller<MyselfDefault>,
        /// The index of the key: the second part of its prefix.
        idx: Path<String>,
        body: Body<KeyRenewal>,
    ) -> Result<One<RenewedKey>, ApiError> {
        let id = own(&caller, &caller.principal()?.user_id.to_string(), &idx).await?;
        Ok(One(RenewedKey { renewed_key: service::renew(&caller, id, &body.0).await? }))
    }

    /// Revoke a key of your own, by prefix.
    #[oai(path = "/apikey/:user/:idx", method = "delete", operation_id = "authentication_v1_apikey_revoke")]
    async fn revoke(
        &self,
        caller: Caller<MyselfDefault>,
        /// The owner, by number or short name.
        user: Path<String>,
        /// The index of the key: the second part of its prefix.
        idx: Path<String>,
    ) -> Result<One<RevokedKey>, ApiError> {
        let id = own(&caller, &user, &idx).await?;
        Ok(One(revoked(service::revoke(&caller, id).await?)))
    }

    /// The keys of a user that you administer.
    #[oai(path = "/user/:user/apikey", method = "get", operation_id = "authentication_v1_user_apikey_list")]
    async fn list_of(
        &self,
        caller: Caller<AdministerApiKeys>,
        /// The owner, by number or short name.
        user: Path<String>,
    ) -> Result<One<Keys>, ApiError> {
        Ok(One(Keys { keys: service::of_user(&caller, Some(&user)).await? }))
    }

    /// Make a key for a user that you administer.
    #[oai(path = "/user/:user/apikey", method = "post", operation_id = "authentication_v1_user_apikey_add")]
    async fn add_for(
        &self,
        caller: Caller<AdministerApiKeys>,
        /// The owner, by number or short name.
        user: Path<String>,
        body: BodyDraft<KeyRequest>,
    ) -> Result<Created<NewKey>, ApiError> {
        let made = body.check(async |request, errors| service::create(&caller, Some(&user), &request, errors).await);
        Ok(Created(made.await?))
    }

    /// Give a key of a user that you administer another period, by prefix.
    #[oai(
        path = "/user/:user/apikey/:owner/:idx",
        method = "put",
        operation_id = "authentication_v1_user_apikey_renew"
    )]
    async fn renew_of(
        &self,
        caller: Caller<AdministerApiKeys>,
        /// The owner, by number or short name.
        user: Path<String>,
        /// The first part of the key's prefix: its owner's number.
        owner: Path<String>,
        /// The index of the key: the second part of its prefix.
        idx: Path<String>,
        body: Body<KeyRenewal>,
    ) -> Result<One<RenewedKey>, ApiError> {
        let id = of(&caller, &user, Some(&owner), &idx).await?;
        Ok(One(RenewedKey { renewed_key: service::renew(&caller, id, &body.0).await? }))
    }

    /// Revoke a key of a user that you administer, by prefix.
    #[oai(
        path = "/user/:user/apikey/:owner/:idx",
        method = "delete",
        operation_id = "authentication_v1_user_apikey_revoke"
    )]
    async fn revoke_of(
        &self,
        caller: Caller<AdministerApiKeys>,
        /// The owner, by number or short name.
        user: Path<String>,
        /// The first part of the key's prefix: its owner's number.
        owner: Path<String>,
        /// The index of the key: the second part of its prefix.
        idx: Path<String>,
    ) -> Result<One<RevokedKey>, ApiError> {
        let id = of(&caller, &user, Some(&owner), &idx).await?;
        Ok(One(revoked(service::revoke(&caller, id).await?)))
    }

    /// Revoke a key of a user that you administer, by index.
    #[oai(
        path = "/user/:user/apikey/:idx",
        method = "delete",
        operation_id = "authentication_v1_user_apikey_index_revoke"
    )]
    async fn revoke_by_index(
        &self,
        caller: Caller<AdministerApiKeys>,
        /// The owner, by number or short name.
        user: Path<String>,
        /// The index of the key: the second part of its prefix.
        idx: Path<String>,
    ) -> Result<One<RevokedKey>, ApiError> {
        let id = of(&caller, &user, None, &idx).await?;
        Ok(One(revoked(service::revoke(&caller, id).await?)))
    }
}

/// A key of the caller's own; that of somebody else is not found here.
async fn own(context: &RequestContext, user: &str, idx: &str) -> Result<KeyId, ApiError> {
    let id = service::id_of(context, user, idx).await?;
    let own = context.principal().is_some_and(|principal| principal.user_id == id.user);
    if own { Ok(id) } else { Err(ApiError::not_found("API key")) }
}

/// A key of `user`; a prefix that names another owner is not found.
async fn of(context: &RequestContext, user: &str, owner: Option<&str>, idx: &str) -> Result<KeyId, ApiError> {
    let id = service::id_of(context, user, idx).await?;
    let same = owner.is_none_or(|owner| owner == id.user.to_string());
    if same { Ok(id) } else { Err(ApiError::not_found("API key")) }
}

fn revoked(key: KeyDescriptor) -> RevokedKey {
    RevokedKey { revoked_key: key.clone(), keys: vec![key] }
}
