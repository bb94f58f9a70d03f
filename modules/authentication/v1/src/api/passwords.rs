//! Passwords: one's own, others', and authorizations.

use argus_core::access::{Caller, Myself, Public};
use argus_core::envelope::One;
use argus_core::error::ApiError;
use argus_core::wire::{Body, Path, Query};
use poem_openapi::OpenApi;
use poem_openapi::types::Any;
use serde_json::{Value, json};

use crate::model::{PasswordChange, PasswordTest, TestedPassword, UserAuthorization};
use crate::sessions::user_of;
use crate::strength::is_common;
use crate::{ResetUserPassword, passwords};

/// Passwords.
#[derive(Clone, Copy)]
pub struct PasswordsApi;

#[OpenApi]
impl PasswordsApi {
    /// Set your password: with the one until now, in a session of level default; or with an authorization, without login.
    ///
    /// Your other sessions end. A password that is refused comes with `data.reason`: `tooShort`, `tooSimple`,
    /// `pwnedPassword`, `historicPassword` or `wrongPassword`.
    #[oai(path = "/password", method = "put", operation_id = "authentication_v1_password_update")]
    async fn change(&self, caller: Caller<Public>, body: Body<PasswordChange>) -> Result<One<Any<Value>>, ApiError> {
        passwords::change(&caller, &body.0).await?;
        Ok(One(Any(json!({}))))
    }

    /// Whether a password is among those that are tried first. Nothing is kept of it.
    #[oai(path = "/password/test", method = "put", operation_id = "authentication_v1_password_test")]
    async fn test(&self, _caller: Caller<Myself>, body: Body<PasswordTest>) -> Result<One<TestedPassword>, ApiError> {
        let breached = is_common(&body.0.password);
        let state = if breached { "breached" } else { "ok" }.to_owned();
        Ok(One(TestedPassword { state, breach_count: i32::from(breached) }))
    }

    /// Make an authorization with which a user can set a password: for a day, and once.
    #[oai(
        path = "/user/:user/password/reset",
        method = "put",
        operation_id = "authentication_v1_user_password_reset",
        deprecated
    )]
    async fn reset(
        &self,
        caller: Caller<ResetUserPassword>,
        /// The user, by number or short name.
        user: Path<String>,
        /// Domain of the short name, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
    ) -> Result<One<UserAuthorization>, ApiError> {
        let user = user_of(&caller, &user, domain.0.as_deref()).await?;
        Ok(One(passwords::reset(&caller, &user).await?))
    }
}
