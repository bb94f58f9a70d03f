//! Before anybody is known: client, methods, logins.

use argus_core::access::{Caller, Public};
use argus_core::authentication::AuthMethod;
use argus_core::envelope::{Created, Many, One, With};
use argus_core::error::ApiError;
use argus_core::wire::Body;
use poem_openapi::OpenApi;

use crate::answers::{credentials, response, set_cookie};
use crate::login::by_password;
use crate::model::{AuthenticationResponse, ClientInfo, PasswordLogin, RequestCredentials};
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
    /// Of `PASSWORD`, `SIGNATURE`, `APIKEY`, `LDAP`, `OPENID`, and those that later versions add.
    #[oai(path = "/methods", method = "get", operation_id = "authentication_v1_methods_list")]
    async fn methods(&self, caller: Caller<Public>) -> Result<Many<String>, ApiError> {
        let offered = [AuthMethod::Password, AuthMethod::Signature, AuthMethod::ApiKey].into_iter();
        let offered = offered.chain(Outside::of(&caller)?.methods());
        Ok(Many::whole(offered.map(|method| method.name().to_owned()).collect()))
    }

    /// Log in with a password.
    ///
    /// Sets the cookie `argus_session`; the token works as `Authorization: Bearer` too.
    #[oai(
        path = "/password/authentication",
        method = "post",
        operation_id = "authentication_v1_password_authentication"
    )]
    async fn password(
        &self,
        caller: Caller<Public>,
        body: Body<PasswordLogin>,
    ) -> Result<With<Created<AuthenticationResponse>>, ApiError> {
        let logged_in = by_password(&caller, &body.0).await?;
        let set = set_cookie(&caller, &logged_in)?;
        Ok(With { answer: Created(response(&caller, &logged_in)), headers: set })
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
    ) -> Result<With<Created<RequestCredentials>>, ApiError> {
        let logged_in = by_password(&caller, &body.0).await?;
        let set = set_cookie(&caller, &logged_in)?;
        Ok(With { answer: Created(credentials(&caller, &logged_in)), headers: set })
    }
}
