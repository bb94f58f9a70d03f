//! Time-based codes: setting generators up, and taking them away.

use argus_core::access::{Caller, MyselfDefault};
use argus_core::envelope::One;
use argus_core::error::ApiError;
use argus_core::wire::{Body, Path, Query};
use poem_openapi::OpenApi;
use poem_openapi::types::Any;
use serde_json::{Value, json};

use crate::model::{TotpGenerator, TotpProof, TotpVerification, TotpVerified};
use crate::sessions::user_of;
use crate::{AdministerTotp, codes};

/// Time-based codes.
#[derive(Clone, Copy)]
pub struct TotpApi;

#[OpenApi]
impl TotpApi {
    /// Make a generator of time-based codes for yourself. The seed is shown this once; the generator is in use from its
    /// first code on, and the one until now serves until then; it can be replaced at level administrative, or in the session
    /// in which it was taken into use.
    #[oai(path = "/totp", method = "post", operation_id = "authentication_v1_totp_initialize")]
    async fn initialize(
        &self,
        caller: Caller<MyselfDefault>,
        body: Body<TotpProof>,
    ) -> Result<One<TotpGenerator>, ApiError> {
        Ok(One(codes::offer_own(&caller, &body.0).await?))
    }

    /// Take a generator into use, by the cookie that came with its seed and its first code.
    #[oai(path = "/totp", method = "put", operation_id = "authentication_v1_totp_update")]
    async fn verify(
        &self,
        caller: Caller<MyselfDefault>,
        body: Body<TotpVerification>,
    ) -> Result<One<TotpVerified>, ApiError> {
        codes::verify(&caller, &body.0.cookie, &body.0.verification_code).await?;
        Ok(One(TotpVerified { message: "The generator is in use".to_owned() }))
    }

    /// Take your generator away: at level administrative, or in the session in which it was taken into use. Other sessions
    /// that were made by it end.
    #[oai(path = "/totp", method = "delete", operation_id = "authentication_v1_totp_revoke")]
    async fn revoke(&self, caller: Caller<MyselfDefault>) -> Result<One<Any<Value>>, ApiError> {
        codes::revoke_own(&caller).await?;
        Ok(One(Any(json!({}))))
    }

    /// Make a generator for a user, who takes it into use by its first code.
    #[oai(path = "/user/:user/totp", method = "post", operation_id = "authentication_v1_user_totp_initialize")]
    async fn initialize_other(
        &self,
        caller: Caller<AdministerTotp>,
        /// The user, by number or short name.
        user: Path<String>,
        /// Domain of the short name, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
    ) -> Result<One<TotpGenerator>, ApiError> {
        let user = user_of(&caller, &user, domain.0.as_deref()).await?;
        Ok(One(codes::offer_to(&caller, &user).await?))
    }

    /// Take the generator of a user away; the sessions that were made by it end.
    #[oai(path = "/user/:user/totp", method = "delete", operation_id = "authentication_v1_user_totp_revoke")]
    async fn revoke_other(
        &self,
        caller: Caller<AdministerTotp>,
        /// The user, by number or short name.
        user: Path<String>,
        /// Domain of the short name, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
    ) -> Result<One<Any<Value>>, ApiError> {
        let user = user_of(&caller, &user, domain.0.as_deref()).await?;
        codes::revoke(&caller, &user).await?;
        Ok(One(Any(json!({}))))
    }
}
