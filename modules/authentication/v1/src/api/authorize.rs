//! Authorizations: getting one by a step-up, and using one up.

use argus_core::access::{Caller, Myself, MyselfDefault};
use argus_core::envelope::One;
use argus_core::error::ApiError;
use argus_core::wire::Body;
use poem_openapi::OpenApi;

use crate::authorize;
use crate::model::{AuthorizationCheck, PasswordStepUp, TotpStepUp, UserAuthorization, ValidAuthorization};

/// Authorizations.
#[derive(Clone, Copy)]
pub struct AuthorizeApi;

#[OpenApi]
impl AuthorizeApi {
    /// Get an authorization for one operation, by your password: for five minutes, and once. In sessions that were made
    /// by password.
    #[oai(path = "/password/authorize", method = "post", operation_id = "authentication_v1_password_authorize")]
    async fn password(
        &self,
        caller: Caller<MyselfDefault>,
        body: Body<PasswordStepUp>,
    ) -> Result<One<UserAuthorization>, ApiError> {
        Ok(One(authorize::by_password(&caller, &body.0).await?))
    }

    /// Get an authorization for one operation, by your password at the directory server: for five minutes, and once. In
    /// sessions that were made by it.
    #[oai(path = "/ldap/authorize", method = "post", operation_id = "authentication_v1_ldap_authorize")]
    async fn ldap(
        &self,
        caller: Caller<MyselfDefault>,
        body: Body<PasswordStepUp>,
    ) -> Result<One<UserAuthorization>, ApiError> {
        Ok(One(authorize::by_ldap(&caller, &body.0).await?))
    }

    /// Get an authorization for one operation, by a time-based code: for five minutes, and once. In sessions that were
    /// made by code.
    #[oai(path = "/totp/authorize", method = "post", operation_id = "authentication_v1_totp_authorize")]
    async fn totp(
        &self,
        caller: Caller<MyselfDefault>,
        body: Body<TotpStepUp>,
    ) -> Result<One<UserAuthorization>, ApiError> {
        Ok(One(authorize::by_totp(&caller, &body.0).await?))
    }

    /// Whether an authorization is good for an operation, and all of `context` stands in it. This uses it up, unless
    /// `allowReplay` says otherwise.
    #[oai(path = "/authorization/validate", method = "post", operation_id = "authentication_v1_authorization_validate")]
    async fn validate(
        &self,
        caller: Caller<Myself>,
        body: Body<AuthorizationCheck>,
    ) -> Result<One<ValidAuthorization>, ApiError> {
        Ok(One(authorize::validate(&caller, &body.0).await?))
    }
}
