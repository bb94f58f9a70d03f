//! How users stand: blocked or not, and by what they can log in.

use argus_core::access::Caller;
use argus_core::authentication::methods::{MethodConfig, methods_of};
use argus_core::envelope::{Many, One};
use argus_core::error::ApiError;
use argus_core::wire::{Body, Path, Query};
use poem_openapi::OpenApi;
use poem_openapi::types::Any;
use serde_json::{Value, json};

use crate::model::{UserStatus, UserStatusUpdate};
use crate::sessions::user_of;
use crate::users::{set_blocked, set_marks, status_of, switch_method};
use crate::{AdministerMethods, BlockUser, UnblockUser, ViewUsers};

/// Users.
#[derive(Clone, Copy)]
pub struct UsersApi;

#[OpenApi]
impl UsersApi {
    /// Whether a user is blocked, or must change its password.
    #[oai(path = "/user/:user", method = "get", operation_id = "authentication_v1_user_get")]
    async fn status(
        &self,
        caller: Caller<ViewUsers>,
        /// The user, by number or short name.
        user: Path<String>,
        /// Domain of the short name, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
    ) -> Result<One<UserStatus>, ApiError> {
        let user = user_of(&caller, &user, domain.0.as_deref()).await?;
        Ok(One(status_of(&user)))
    }

    /// Say that a user must set another password, or needs a time-based code to log in; its sessions that were made
    /// without one end then.
    #[oai(path = "/user/:user", method = "put", operation_id = "authentication_v1_user_update")]
    async fn update(
        &self,
        caller: Caller<AdministerMethods>,
        /// The user, by number or short name.
        user: Path<String>,
        /// Domain of the short name, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
        body: Body<UserStatusUpdate>,
    ) -> Result<One<UserStatus>, ApiError> {
        let user = user_of(&caller, &user, domain.0.as_deref()).await?;
        Ok(One(status_of(&set_marks(&caller, &user, &body.0).await?)))
    }

    /// The methods of authentication that are enabled for a user.
    #[oai(path = "/user/:user/methods", method = "get", operation_id = "authentication_v1_user_method_list")]
    async fn methods(
        &self,
        caller: Caller<ViewUsers>,
        /// The user, by number or short name.
        user: Path<String>,
    ) -> Result<Many<MethodConfig>, ApiError> {
        let user = user_of(&caller, &user, None).await?;
        Ok(Many::whole(methods_of(&caller, user.id).await?))
    }

    /// Block a user: its sessions end, and its keys are refused until it is let in again.
    #[oai(path = "/user/:user/block", method = "put", operation_id = "authentication_v1_user_block")]
    async fn block(
        &self,
        caller: Caller<BlockUser>,
        /// The user, by number or short name.
        user: Path<String>,
        /// Domain of the short name, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
    ) -> Result<One<Any<Value>>, ApiError> {
        let user = user_of(&caller, &user, domain.0.as_deref()).await?;
        set_blocked(&caller, &user, true).await?;
        Ok(One(Any(json!({}))))
    }

    /// Let a blocked user in again.
    #[oai(path = "/user/:user/unblock", method = "put", operation_id = "authentication_v1_user_unblock")]
    async fn unblock(
        &self,
        caller: Caller<UnblockUser>,
        /// The user, by number or short name.
        user: Path<String>,
        /// Domain of the short name, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
    ) -> Result<One<Any<Value>>, ApiError> {
        let user = user_of(&caller, &user, domain.0.as_deref()).await?;
        set_blocked(&caller, &user, false).await?;
        Ok(One(Any(json!({}))))
    }

    /// Let a user prove by a method who it is: `password`, `signature`, `totp`, `apikey`, `ldap` or `openid`.
    #[oai(path = "/user/:user/enable/:method", method = "put", operation_id = "authentication_v1_user_method_enable")]
    async fn enable(
        &self,
        caller: Caller<AdministerMethods>,
        /// The user, by number or short name.
        user: Path<String>,
        /// The method, in lower case.
        method: Path<String>,
        /// Domain of the short name, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
    ) -> Result<One<MethodConfig>, ApiError> {
        let user = user_of(&caller, &user, domain.0.as_deref()).await?;
        Ok(One(switch_method(&caller, &user, &method, true).await?))
    }

    /// Let a user not prove by a method any more who it is. The sessions that were made by it end; keys are refused as
    /// long as the method is not enabled again.
    #[oai(path = "/user/:user/disable/:method", method = "put", operation_id = "authentication_v1_user_method_disable")]
    async fn disable(
        &self,
        caller: Caller<AdministerMethods>,
        /// The user, by number or short name.
        user: Path<String>,
        /// The method, in lower case.
        method: Path<String>,
        /// Domain of the short name, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
    ) -> Result<One<MethodConfig>, ApiError> {
        let user = user_of(&caller, &user, domain.0.as_deref()).await?;
        Ok(One(switch_method(&caller, &user, &method, false).await?))
    }
}
