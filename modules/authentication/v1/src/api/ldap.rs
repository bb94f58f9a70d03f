//! Logins by a directory server, and who can log in so.

use argus_core::access::{Caller, Public};
use argus_core::envelope::One;
use argus_core::error::ApiError;
use argus_core::wire::{Body, Path, Query};
use poem_openapi::OpenApi;
use poem_openapi::types::Any;
use serde_json::{Value, json};

use crate::AdministerLdap;
use crate::answers::{Answer, session, session_flat};
use crate::login::by_ldap;
use crate::model::{AuthenticationResponse, LdapSetup, PasswordLogin, RequestCredentials};
use crate::sessions::user_of;
use crate::setup::set_ldap;

/// The directory server.
#[derive(Clone, Copy)]
pub struct LdapApi;

#[OpenApi]
impl LdapApi {
    /// Log in with a password that the directory server checks.
    ///
    /// Sets the cookie `argus_session`; the token works as `Authorization: Bearer` too.
    #[oai(path = "/ldap/authentication", method = "post", operation_id = "authentication_v1_ldap_authentication")]
    async fn log_in(
        &self,
        caller: Caller<Public>,
        body: Body<PasswordLogin>,
    ) -> Result<Answer<AuthenticationResponse>, ApiError> {
        session(&caller, &by_ldap(&caller, &body.0).await?)
    }

    /// Log in with a password that the directory server checks, as older clients do.
    #[oai(
        path = "/ldap/authenticate",
        method = "post",
        operation_id = "authentication_v1_ldap_authenticate",
        deprecated
    )]
    async fn log_in_flat(
        &self,
        caller: Caller<Public>,
        body: Body<PasswordLogin>,
    ) -> Result<Answer<RequestCredentials>, ApiError> {
        session_flat(&caller, &by_ldap(&caller, &body.0).await?)
    }

    /// Let a user log in by the directory server, under the name that it has there.
    ///
    /// Whoever does so holds what the user holds. With another name the user's sessions end.
    #[oai(path = "/user/:user/ldap", method = "put", operation_id = "authentication_v1_user_ldap_update")]
    async fn set_up(
        &self,
        caller: Caller<AdministerLdap>,
        /// The user, by number or short name.
        user: Path<String>,
        /// Domain of the short name, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
        body: Body<LdapSetup>,
    ) -> Result<One<Any<Value>>, ApiError> {
        let user = user_of(&caller, &user, domain.0.as_deref()).await?;
        set_ldap(&caller, user.id, body.0.user_name.as_deref()).await?;
        Ok(One(Any(json!({}))))
    }
}
