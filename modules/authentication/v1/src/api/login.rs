//! Before anybody is known: client, methods, logins.

use argus_core::access::{Caller, Public};
use argus_core::authentication::AuthMethod;
use argus_core::envelope::{Many, One};
use argus_core::error::ApiError;
use argus_core::wire::Body;
use poem::Request;
use poem_openapi::OpenApi;

use crate::answers::{Answer, last_method_of, session, session_flat};
use crate::login::{by_password, by_totp};
use crate::model::{AuthenticationResponse, ClientInfo, PasswordLogin, RequestCredentials, TotpLogin};
use crate::outside::Outside;

/// Logins.
#[derive(Clone, Copy)]
pub struct LoginApi;

#[OpenApi]
impl LoginApi {
    /// Where you come from, as Argus sees it.
    #[oai(path = "/client", method = "get", operation_id = "authentication_v1_client_get")]
    async fn client(&self, caller: Caller<Public>) -> Result<One<ClientInfo>, ApiError> {
        Ok(One(ClientInfo { client_ip: caller.client_ip.to_string() }))
    }

    /// The methods of authentication that this server offers.
    ///
    /// Of `PASSWORD`, `SIGNATURE`, `TOTP`, `APIKEY`, and where they are configured `LDAP` and `OPENID`. After a login,
    /// `metaData.lastUsedAuthenticationMethod` is the method of the client's last one.
    #[oai(path = "/methods", method = "get", operation_id = "authentication_v1_methods_list")]
    async fn methods(&self, caller: Caller<Public>, request: &Request) -> Result<Many<String>, ApiError> {
        let offered = [AuthMethod::Password, AuthMethod::Signature, AuthMethod::Totp, AuthMethod::ApiKey].into_iter();
        let offered = offered.chain(Outside::of(&caller)?.methods());
        let mut methods = Many::whole(offered.map(|method| method.name().to_owned()).collect());
        let last = last_method_of(request.headers()).map(|method| method.name().into());
        methods.extras.extend(last.map(|name| ("lastUsedAuthenticationMethod".to_owned(), name)));
        Ok(methods)
    }

    /// Log in with a password.
    ///
    /// Sets the cookie `argus_session`; the token works as `Authorization: Bearer` too. With 221, nothing can be done in
    /// the session but setting another password.
    #[oai(
        path = "/password/authentication",
        method = "post",
        operation_id = "authentication_v1_password_authentication"
    )]
    async fn password(
        &self,
        caller: Caller<Public>,
        body: Body<PasswordLogin>,
    ) -> Result<Answer<AuthenticationResponse>, ApiError> {
        let logged_in = by_password(&caller, &body.0).await?;
        session(&caller, &logged_in)
    }

    /// Log in with a password, as older clients do.
    #[oai(
        path = "/password/authenticate",
        method = "post",
        operation_id = "authentication_v1_password_authenticate",
        deprecated
    )]
    async fn password_flat(
        &self,
        caller: Caller<Public>,
        body: Body<PasswordLogin>,
    ) -> Result<Answer<RequestCredentials>, ApiError> {
        let logged_in = by_password(&caller, &body.0).await?;
        session_flat(&caller, &logged_in)
    }

    /// Log in with a password and a time-based code: a session of level administrative.
    ///
    /// 206 for a code that was used before; the next one will do.
    #[oai(path = "/totp/authentication", method = "post", operation_id = "authentication_v1_totp_authentication")]
    async fn totp(
        &self,
        caller: Caller<Public>,
        body: Body<TotpLogin>,
    ) -> Result<Answer<AuthenticationResponse>, ApiError> {
        session(&caller, &by_totp(&caller, &body.0).await?)
    }

    /// Log in with a password and a time-based code, as older clients do.
    #[oai(
        path = "/totp/authenticate",
        method = "post",
        operation_id = "authentication_v1_totp_authenticate",
        deprecated
    )]
    async fn totp_flat(
        &self,
        caller: Caller<Public>,
        body: Body<TotpLogin>,
    ) -> Result<Answer<RequestCredentials>, ApiError> {
        session_flat(&caller, &by_totp(&caller, &body.0).await?)
    }
}
