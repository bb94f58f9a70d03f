//! The caller's preferences.

use argus_core::access::{Caller, Myself, MyselfWriting};
use argus_core::envelope::{Many, One};
use argus_core::error::ApiError;
use argus_core::preferences::{Preference, PreferenceMap, Preferences, all, check, list, one, remove, set};
use argus_core::wire::{BodyDraft, Path, Query, QueryCriteria};
use poem_openapi::OpenApi;
use poem_openapi::types::Any;
use serde_json::{Value, json};

use super::myself;

/// One's preferences.
#[derive(Clone, Copy)]
pub struct PreferencesApi;

#[OpenApi]
impl PreferencesApi {
    /// All your preferences, by key.
    #[oai(path = "/prefs", method = "get", operation_id = "currentuser_v1_prefs_list")]
    async fn map(
        &self,
        caller: Caller<Myself>,
        /// Just those of these keys; all when absent.
        key: Query<Vec<String>>,
    ) -> Result<One<PreferenceMap>, ApiError> {
        let mut found = all(&caller, caller.caller()?.user_id).await?;
        found.retain(|name, _| key.is_empty() || key.contains(name));
        Ok(One(found))
    }

    /// Set preferences. What you have of these keys is changed, the rest is added; answers with all.
    ///
    /// A key has at most 200 characters and a value 64 KiB, and a user at most 1000 preferences.
    #[oai(path = "/prefs", method = "post", operation_id = "currentuser_v1_prefs_set")]
    async fn set(
        &self,
        caller: Caller<MyselfWriting>,
        body: BodyDraft<PreferenceMap>,
    ) -> Result<One<PreferenceMap>, ApiError> {
        let given = body.check(async |given, errors| {
            check(&given, false, str::to_owned, errors);
            Ok(given)
        });
        let (given, user) = (given.await?, myself(&caller).await?);
        set(&caller, &user, given).await?;
        Ok(One(all(&caller, user.id).await?))
    }

    /// Remove preferences, all or none; answers with what is left.
    #[oai(path = "/prefs", method = "delete", operation_id = "currentuser_v1_prefs_remove")]
    async fn remove(
        &self,
        caller: Caller<MyselfWriting>,
        /// Keys; at least one.
        key: Query<Vec<String>>,
    ) -> Result<One<PreferenceMap>, ApiError> {
        let user = myself(&caller).await?;
        remove(&caller, &user, &key).await?;
        Ok(One(all(&caller, user.id).await?))
    }

    /// The value of a preference; null where you have none of that key.
    #[oai(path = "/prefs/:key", method = "get", operation_id = "currentuser_v1_pref_get")]
    async fn get(
        &self,
        caller: Caller<Myself>,
        /// The key.
        key: Path<String>,
    ) -> Result<One<Any<Value>>, ApiError> {
        let found = one(&caller, caller.caller()?.user_id, &key).await?;
        Ok(One(Any(found.map_or(Value::Null, |found| json!(found.value)))))
    }

    /// Remove a preference; answers with what is left.
    #[oai(path = "/prefs/:key", method = "delete", operation_id = "currentuser_v1_pref_remove")]
    async fn remove_one(
        &self,
        caller: Caller<MyselfWriting>,
        /// The key.
        key: Path<String>,
    ) -> Result<One<PreferenceMap>, ApiError> {
        let user = myself(&caller).await?;
        one(&caller, user.id, &key).await?.ok_or_else(|| ApiError::not_found("preference"))?;
        remove(&caller, &user, std::slice::from_ref(&key.0)).await?;
        Ok(One(all(&caller, user.id).await?))
    }

    /// List your preferences.
    #[oai(path = "/preferences", method = "get", operation_id = "currentuser_v1_preference_list")]
    async fn list(
        &self,
        caller: Caller<Myself>,
        criteria: QueryCriteria<Preferences>,
    ) -> Result<Many<Preference>, ApiError> {
        list(&caller, caller.caller()?.user_id, &criteria.0).await
    }
}
