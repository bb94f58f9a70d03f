//! Logins by OpenID providers, and who can log in so.

use argus_core::access::{Caller, Public};
use argus_core::envelope::One;
use argus_core::error::ApiError;
use argus_core::wire::{Body, Path, Query};
use poem::http::HeaderMap;
use poem_openapi::OpenApi;

use crate::AdministerOpenId;
use crate::answers::{Answer, session};
use crate::login::{ask, by_openid};
use crate::model::{AuthenticationResponse, OpenIdLink, OpenIdLogin, OpenIdRequest, OpenIdSetup};
use crate::sessions::user_of;
use crate::setup::{openid_of, set_openid};

/// OpenID providers.
#[derive(Clone, Copy)]
pub struct OpenIdApi;

#[OpenApi]
impl OpenIdApi {
    /// Where to send a browser to log in by an OpenID provider, and the nonce that its token must come back with.
    ///
    /// The nonce is good once, for ten minutes. The header `Origin`, where it is sent, must be a public address of this
    /// server: the browser comes back there.
    #[oai(
        path = "/openid/provider/:provider/authentication",
        method = "get",
        operation_id = "authentication_v1_openid_authentication_get"
    )]
    async fn ask(
        &self,
        caller: Caller<Public>,
        headers: &HeaderMap,
        /// The provider, by its short name in the settings or by its identifier.
        provider: Path<String>,
        /// What the provider sends back with the browser; drawn at random when absent.
        state: Query<Option<String>>,
    ) -> Result<One<OpenIdRequest>, ApiError> {
        Ok(One(ask(&caller, headers, &provider, state.0.as_deref()).await?))
    }

    /// Log in by what an OpenID provider gave to the browser.
    ///
    /// The token carries a nonce of this server. Sets the cookie `argus_session`; the token in the answer works as
    /// `Authorization: Bearer` too.
    #[oai(
        path = "/openid/provider/:provider/authentication",
        method = "post",
        operation_id = "authentication_v1_openid_authentication"
    )]
    async fn log_in(
        &self,
        caller: Caller<Public>,
        headers: &HeaderMap,
        /// The provider, by its short name in the settings or by its identifier.
        provider: Path<String>,
        body: Body<OpenIdLogin>,
    ) -> Result<Answer<AuthenticationResponse>, ApiError> {
        session(&caller, &by_openid(&caller, headers, &provider, &body.0).await?)
    }

    /// Who a user is at an OpenID provider.
    #[oai(path = "/user/:user/openid", method = "get", operation_id = "authentication_v1_user_openid_get")]
    async fn get(
        &self,
        caller: Caller<AdministerOpenId>,
        /// The user, by number or short name.
        user: Path<String>,
        /// Domain of the short name, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
    ) -> Result<One<OpenIdLink>, ApiError> {
        let user = user_of(&caller, &user, domain.0.as_deref()).await?;
        Ok(One(openid_of(&caller, user.id).await?))
    }

    /// Let a user log in by an OpenID provider, under the name that it has there.
    ///
    /// Whoever does so holds what the user holds. With another name the user's sessions end.
    #[oai(path = "/user/:user/openid", method = "put", operation_id = "authentication_v1_user_openid_update")]
    async fn set_up(
        &self,
        caller: Caller<AdministerOpenId>,
        /// The user, by number or short name.
        user: Path<String>,
        /// Domain of the short name, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
        body: Body<OpenIdSetup>,
    ) -> Result<One<OpenIdLink>, ApiError> {
        let user = user_of(&caller, &user, domain.0.as_deref()).await?;
        Ok(One(set_openid(&caller, &user, body.0).await?))
    }
}
