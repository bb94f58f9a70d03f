//! Sessions made from the caller's own credential.

use argus_core::access::{Caller, Myself};
use argus_core::envelope::{Created, With};
use argus_core::error::ApiError;
use argus_core::wire::BodyDraft;
use poem::Request;
use poem_openapi::OpenApi;

use crate::Impersonate;
use crate::answers::{credentials, response, set_cookie_if_used};
use crate::derived;
use crate::model::{AuthenticationResponse, Constraints, Impersonation, RequestCredentials};

/// Sessions made from others.
#[derive(Clone, Copy)]
pub struct DeriveApi;

#[OpenApi]
impl DeriveApi {
    /// Make a narrower session.
    ///
    /// It can do nothing that the caller's credential cannot do, at the same level, and ends with that credential; the
    /// credential stays as it is. Callers by cookie get the new session as their cookie.
    #[oai(path = "/session/constrain", method = "post", operation_id = "authentication_v1_session_constrain")]
    async fn constrain(
        &self,
        caller: Caller<Myself>,
        body: BodyDraft<Constraints>,
        request: &Request,
    ) -> Result<With<Created<AuthenticationResponse>>, ApiError> {
        let headers = request.headers();
        let made = body.check(async |asked, errors| derived::constrain(&caller, headers, &asked, errors).await);
        let made = made.await?;
        let headers = set_cookie_if_used(&caller, &made, headers)?;
        Ok(With { answer: Created(response(&caller, &made)), headers })
    }

    /// Make a narrower session, as older clients do.
    #[oai(path = "/constrain", method = "post", operation_id = "authentication_v1_constrain", deprecated)]
    async fn constrain_flat(
        &self,
        caller: Caller<Myself>,
        body: BodyDraft<Constraints>,
        request: &Request,
    ) -> Result<With<Created<RequestCredentials>>, ApiError> {
        let headers = request.headers();
        let made = body.check(async |asked, errors| derived::constrain(&caller, headers, &asked, errors).await);
        let made = made.await?;
        let headers = set_cookie_if_used(&caller, &made, headers)?;
        Ok(With { answer: Created(credentials(&caller, &made)), headers })
    }

    /// Act as another user.
    ///
    /// The new session can do what both users may do, at most at the level that is asked for, and ends with the caller's
    /// session. Every record of it names both users.
    #[oai(path = "/session/impersonate", method = "post", operation_id = "authentication_v1_session_impersonate")]
    async fn impersonate(
        &self,
        caller: Caller<Impersonate>,
        body: BodyDraft<Impersonation>,
        request: &Request,
    ) -> Result<With<Created<AuthenticationResponse>>, ApiError> {
        let headers = request.headers();
        let made = body.check(async |asked, errors| derived::impersonate(&caller, headers, &asked, errors).await);
        let made = made.await?;
        let headers = set_cookie_if_used(&caller, &made, headers)?;
        Ok(With { answer: Created(response(&caller, &made)), headers })
    }

    /// Act as another user, as older clients do.
    #[oai(path = "/impersonate", method = "post", operation_id = "authentication_v1_impersonate", deprecated)]
    async fn impersonate_flat(
        &self,
        caller: Caller<Impersonate>,
        body: BodyDraft<Impersonation>,
        request: &Request,
    ) -> Result<With<Created<RequestCredentials>>, ApiError> {
        let headers = request.headers();
        let made = body.check(async |asked, errors| derived::impersonate(&caller, headers, &asked, errors).await);
        let made = made.await?;
        let headers = set_cookie_if_used(&caller, &made, headers)?;
        Ok(With { answer: Created(credentials(&caller, &made)), headers })
    }
}
