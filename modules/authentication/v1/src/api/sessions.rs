//! Sessions that can be used now: one's own and others', and ending them.

use argus_core::access::{Caller, Myself, MyselfDefault};
use argus_core::authentication::methods::{MethodConfig, methods_of};
use argus_core::directory::Changed;
use argus_core::envelope::{Many, One};
use argus_core::error::ApiError;
use argus_core::wire::{Path, Query};
use argus_identity::sessions;
use poem_openapi::OpenApi;
use poem_openapi::types::Any;
use sea_orm::prelude::Uuid;
use serde_json::Value;

use crate::DeleteSession;
use crate::model::{DeletedSessions, SessionInfo};
use crate::sessions::{info, live, user_of};

/// Lists of sessions.
#[derive(Clone, Copy)]
pub struct SessionsApi;

#[OpenApi]
impl SessionsApi {
    /// Your sessions that can be used now, newest first.
    #[oai(path = "/sessions", method = "get", operation_id = "authentication_v1_session_list")]
    async fn own(&self, caller: Caller<MyselfDefault>) -> Result<Many<SessionInfo>, ApiError> {
        let user = caller.platform.directory.user(caller.principal()?.user_id).await?;
        let user = user.ok_or_else(|| ApiError::not_found("user"))?;
        Ok(Many::whole(live(&caller, &user).await?))
    }

    /// The sessions of a user that can be used now, newest first.
    #[oai(path = "/user/:user/sessions", method = "get", operation_id = "authentication_v1_user_session_list")]
    async fn of_user(
        &self,
        caller: Caller<DeleteSession>,
        /// The user, by number or short name.
        user: Path<String>,
        /// Domain of the short name, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
    ) -> Result<Many<SessionInfo>, ApiError> {
        let user = user_of(&caller, &user, domain.0.as_deref()).await?;
        Ok(Many::whole(live(&caller, &user).await?))
    }

    /// End every session of a user.
    #[oai(path = "/user/:user/sessions", method = "delete", operation_id = "authentication_v1_user_session_delete")]
    async fn end_of_user(
        &self,
        caller: Caller<DeleteSession>,
        /// The user, by number or short name.
        user: Path<String>,
        /// Domain of the short name, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
    ) -> Result<One<DeletedSessions>, ApiError> {
        let user = user_of(&caller, &user, domain.0.as_deref()).await?;
        let now = caller.platform.clock.now();
        let ended = caller.change_identity(Changed::Sessions, async |transaction| {
            let ended = sessions::end_all(transaction, user.id, None, now).await?;
            Ok((ended, caller.record().about("USER", user.id.to_string(), None, None)))
        });
        Ok(One(DeletedSessions { sessions_deleted: i32::try_from(ended.await?).unwrap_or(i32::MAX) }))
    }

    /// End a session, and every one that was made from it.
    #[oai(path = "/session/:identifier", method = "delete", operation_id = "authentication_v1_session_evict")]
    async fn evict(
        &self,
        caller: Caller<DeleteSession>,
        /// The session's identifier.
        identifier: Path<String>,
    ) -> Result<One<SessionInfo>, ApiError> {
        let gone = || ApiError::not_found("session");
        let id = Uuid::parse_str(&identifier).map_err(|_| gone())?;
        let row = sessions::by_id(caller.platform.db.reader(), id).await?.filter(|row| row.ended_at.is_none());
        let row = row.ok_or_else(gone)?;
        let user = caller.platform.directory.user(row.user_id).await?;
        let user = user.filter(|user| caller.scope().contains(user.customer_id)).ok_or_else(gone)?;
        let now = caller.platform.clock.now();
        let ended = caller.change_identity(Changed::Sessions, async |transaction| {
            sessions::end(transaction, &row, now).await?;
            Ok(((), caller.record().about("SESSION", id.to_string(), None, None)))
        });
        ended.await?;
        Ok(One(info(&row, &user)))
    }

    /// Make sure that what you may do is read again.
    ///
    /// It always is: nothing that is kept in memory outlives a change. For clients that ask.
    #[oai(path = "/session/cache", method = "delete", operation_id = "authentication_v1_session_cache_clear")]
    async fn clear(&self, _caller: Caller<Myself>) -> Result<One<Any<Value>>, ApiError> {
        Ok(One(Any(Value::Null)))
    }

    /// The methods of authentication that are enabled for you.
    #[oai(path = "/session/authmethods", method = "get", operation_id = "authentication_v1_session_method_list")]
    async fn methods(&self, caller: Caller<Myself>) -> Result<Many<MethodConfig>, ApiError> {
        Ok(Many::whole(methods_of(&caller, caller.principal()?.user_id).await?))
    }
}
