//! The operations.

use argus_core::access::{Caller, Myself, MyselfDefault};
use argus_core::authentication::api_key::service;
use argus_core::authentication::api_key::wire::{KeyDescriptor, KeyRenewal, KeyRequest, NewKey};
use argus_core::envelope::{Created, Many, One};
use argus_core::error::ApiError;
use argus_core::wire::{Body, BodyCriteria, BodyDraft, Path, QueryCriteria};
use poem_openapi::OpenApi;

use crate::model::{KeyUpdate, RotateRequest};
use crate::search::{Keys, find};

/// apikey/v1.
#[derive(Clone, Copy)]
pub struct ApiKeyApi;

#[OpenApi]
impl ApiKeyApi {
    /// List keys.
    ///
    /// Your own, or with `user` those of users whose keys you administer.
    #[oai(path = "/apikey", method = "get", operation_id = "apikey_v1_apikey_list")]
    async fn list_keys(
        &self,
        caller: Caller<Myself>,
        criteria: QueryCriteria<Keys>,
    ) -> Result<Many<KeyDescriptor>, ApiError> {
        find(&caller, criteria.0).await
    }

    /// Search keys.
    #[oai(path = "/apikey/search", method = "post", operation_id = "apikey_v1_apikey_search")]
    async fn search_keys(
        &self,
        caller: Caller<Myself>,
        criteria: BodyCriteria<Keys>,
    ) -> Result<Many<KeyDescriptor>, ApiError> {
        find(&caller, criteria.0).await
    }

    /// Make a key. The whole key is shown this once.
    #[oai(path = "/apikey", method = "post", operation_id = "apikey_v1_apikey_add")]
    async fn add_key(
        &self,
        caller: Caller<MyselfDefault>,
        body: BodyDraft<KeyRequest>,
    ) -> Result<Created<NewKey>, ApiError> {
        let made = body
            .check(async |request, errors| service::create(&caller, request.user.as_deref(), &request, errors).await);
        Ok(Created(made.await?))
    }

    /// Get what can be seen of a key.
    #[oai(path = "/apikey/:user/:idx", method = "get", operation_id = "apikey_v1_apikey_get")]
    async fn get_key(
        &self,
        caller: Caller<Myself>,
        /// The owner, by number or short name.
        user: Path<String>,
        /// The index of the key: the second part of its prefix.
        idx: Path<String>,
    ) -> Result<One<KeyDescriptor>, ApiError> {
        let id = service::id_of(&caller, &user, &idx).await?;
        Ok(One(service::get(&caller, id).await?))
    }

    /// Change a key; a plain user can only make it narrower.
    #[oai(path = "/apikey/:user/:idx", method = "put", operation_id = "apikey_v1_apikey_update")]
    async fn update_key(
        &self,
        caller: Caller<MyselfDefault>,
        /// The owner, by number or short name.
        user: Path<String>,
        /// The index of the key: the second part of its prefix.
        idx: Path<String>,
        body: BodyDraft<KeyUpdate>,
    ) -> Result<One<KeyDescriptor>, ApiError> {
        let id = service::id_of(&caller, &user, &idx).await?;
        let changed = body.check(async |change, errors| service::update(&caller, id, &change.into(), errors).await);
        Ok(One(changed.await?))
    }

    /// Give a key another period. A revoked key stays revoked.
    #[oai(path = "/apikey/:user/:idx/renew", method = "put", operation_id = "apikey_v1_apikey_renew")]
    async fn renew_key(
        &self,
        caller: Caller<MyselfDefault>,
        /// The owner, by number or short name.
        user: Path<String>,
        /// The index of the key: the second part of its prefix.
        idx: Path<String>,
        body: Body<KeyRenewal>,
    ) -> Result<One<KeyDescriptor>, ApiError> {
        let id = service::id_of(&caller, &user, &idx).await?;
        Ok(One(service::renew(&caller, id, &body.0).await?))
    }

    /// Give a key another secret, shown this once.
    ///
    /// The secret until now lives on for `graceSeconds`.
    #[oai(path = "/apikey/:user/:idx/rotate", method = "put", operation_id = "apikey_v1_apikey_rotate")]
    async fn rotate_key(
        &self,
        caller: Caller<MyselfDefault>,
        /// The owner, by number or short name.
        user: Path<String>,
        /// The index of the key: the second part of its prefix.
        idx: Path<String>,
        body: Body<RotateRequest>,
    ) -> Result<One<NewKey>, ApiError> {
        let id = service::id_of(&caller, &user, &idx).await?;
        Ok(One(service::rotate(&caller, id, &body.0.into()).await?))
    }

    /// Revoke a key. It is refused from the next request on, everywhere.
    #[oai(path = "/apikey/:user/:idx", method = "delete", operation_id = "apikey_v1_apikey_delete")]
    async fn delete_key(
        &self,
        caller: Caller<MyselfDefault>,
        /// The owner, by number or short name.
        user: Path<String>,
        /// The index of the key: the second part of its prefix.
        idx: Path<String>,
    ) -> Result<One<KeyDescriptor>, ApiError> {
        let id = service::id_of(&caller, &user, &idx).await?;
        Ok(One(service::revoke(&caller, id).await?))
    }
}
