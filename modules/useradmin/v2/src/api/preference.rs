//! Preferences of users.

use argus_core::access::Caller;
use argus_core::envelope::{Many, One};
use argus_core::error::{ApiError, FieldErrors};
use argus_core::preferences::{
    Preference, PreferenceMap, Preferences, check, check_key, check_value, list, map, one, page, print, remove, set,
};
use argus_core::wire::{BodyDraft, Path, Query, QueryCriteria};
use argus_useradmin_store::find::{Which, find};
use poem_openapi::OpenApi;

use crate::model::preference::PreferenceUpdate;
use crate::{UpdateUserPreferences, ViewUsers};

/// Preferences of users.
#[derive(Clone, Copy)]
pub struct PreferenceApi;

#[OpenApi]
impl PreferenceApi {
    /// List the preferences of a user.
    #[oai(path = "/user/:user/preferences", method = "get", operation_id = "useradmin_v2_user_preference_list")]
    async fn list(
        &self,
        caller: Caller<ViewUsers>,
        /// The user, by number or short name.
        user: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
        criteria: QueryCriteria<Preferences>,
    ) -> Result<Many<Preference>, ApiError> {
        let found = find(&caller, &caller.scope(), Which::User, domain.0.as_deref(), &user).await?;
        list(&caller, found.id, &criteria.0).await
    }

    /// Set preferences of a user; answers with these.
    ///
    /// A key has at most 200 characters and a value 64 KiB, and a user at most 1000 preferences.
    #[oai(path = "/user/:user/preferences", method = "put", operation_id = "useradmin_v2_user_preference_set")]
    async fn set(
        &self,
        caller: Caller<UpdateUserPreferences>,
        /// The user, by number or short name.
        user: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
        body: BodyDraft<PreferenceUpdate>,
    ) -> Result<Many<Preference>, ApiError> {
        let found = find(&caller, &caller.scope(), Which::User, domain.0.as_deref(), &user).await?;
        let given = body.check(async |body, errors| {
            check(&body.preferences, true, |key| format!("preferences.{key}"), errors);
            Ok(body.preferences)
        });
        let rows = set(&caller, &found, given.await?).await?;
        Ok(Many::whole(print(&caller, &rows).await?))
    }

    /// Remove preferences of a user, all or none; answers with these.
    #[oai(path = "/user/:user/preferences", method = "delete", operation_id = "useradmin_v2_user_preference_remove")]
    async fn remove(
        &self,
        caller: Caller<UpdateUserPreferences>,
        /// The user, by number or short name.
        user: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
        /// Keys; at least one.
        key: Query<Vec<String>>,
    ) -> Result<Many<Preference>, ApiError> {
        let found = find(&caller, &caller.scope(), Which::User, domain.0.as_deref(), &user).await?;
        let rows = remove(&caller, &found, &key).await?;
        Ok(Many::whole(print(&caller, &rows).await?))
    }

    /// Get a preference of a user.
    #[oai(path = "/user/:user/preferences/:key", method = "get", operation_id = "useradmin_v2_user_preference_get")]
    async fn get(
        &self,
        caller: Caller<ViewUsers>,
        /// The user, by number or short name.
        user: Path<String>,
        /// The key.
        key: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
    ) -> Result<One<Preference>, ApiError> {
        let found = find(&caller, &caller.scope(), Which::User, domain.0.as_deref(), &user).await?;
        let row = one(&caller, found.id, &key).await?.ok_or_else(|| ApiError::not_found("preference"))?;
        let mut printed = print(&caller, &[row]).await?;
        printed.pop().map(One).ok_or_else(|| ApiError::internal("a row that was not printed"))
    }

    /// Set a preference of a user; answers with it.
    #[oai(
        path = "/user/:user/preferences/:key/:value",
        method = "put",
        operation_id = "useradmin_v2_user_preference_value_set"
    )]
    async fn set_one(
        &self,
        caller: Caller<UpdateUserPreferences>,
        /// The user, by number or short name.
        user: Path<String>,
        /// The key.
        key: Path<String>,
        /// The value.
        value: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
    ) -> Result<Many<Preference>, ApiError> {
        let found = find(&caller, &caller.scope(), Which::User, domain.0.as_deref(), &user).await?;
        let mut errors = FieldErrors::default();
        check_key("key", &key, &mut errors);
        check_value("value", &value, true, &mut errors);
        errors.finish()?;
        let rows = set(&caller, &found, PreferenceMap::from([(key.0, value.0)])).await?;
        Ok(Many::whole(print(&caller, &rows).await?))
    }

    /// Values of preferences of a user, by key.
    #[oai(path = "/user/:user/preferencemap", method = "get", operation_id = "useradmin_v2_user_preference_map_get")]
    async fn map(
        &self,
        caller: Caller<ViewUsers>,
        /// The user, by number or short name.
        user: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
        criteria: QueryCriteria<Preferences>,
    ) -> Result<One<PreferenceMap>, ApiError> {
        let found = find(&caller, &caller.scope(), Which::User, domain.0.as_deref(), &user).await?;
        Ok(One(map(page(&caller, found.id, &criteria.0).await?.rows)))
    }
}
