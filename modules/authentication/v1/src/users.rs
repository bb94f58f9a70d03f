//! Blocking users and letting them in again, and by what they may log in.

use argus_core::authentication::AuthMethod;
use argus_core::authentication::methods::{MethodConfig, method_of};
use argus_core::context::RequestContext;
use argus_core::directory::Changed;
use argus_core::error::ApiError;
use argus_core::rights::{refuse_mightier, require_administrator};
use argus_identity::entity::subject;
use argus_identity::users::{self, UserChange, flag};
use argus_identity::{administrators, marks, sessions, totp};
use serde_json::json;

use crate::model::{UserStatus, UserStatusUpdate};

/// Blocks a user, whose sessions end and whose keys are refused, or lets it in again.
///
/// # Errors
/// 412 for oneself, and for the last administrator.
pub async fn set_blocked(context: &RequestContext, user: &subject::Model, blocked: bool) -> Result<(), ApiError> {
    if blocked && context.principal().is_some_and(|principal| principal.user_id == user.id) {
        return Err(ApiError::unmet("user.block.self", "Nobody can block himself"));
    }
    let now = context.platform.clock.now();
    let done = context.change_identity(Changed::Everything, async |transaction| {
        administrators::lock(transaction).await?;
        let change = UserChange { blocked: Some(blocked), ..UserChange::default() };
        users::update(transaction, user.id, change).await?;
        // More guesses at the codes of somebody mightier are not to be had by letting it in again and again.
        if !blocked && refuse_mightier(context, transaction, user.id).await.is_ok() {
            totp::forgive(transaction, user.id).await?;
        }
        if blocked {
            sessions::end_all(transaction, user.id, None, now).await?;
            require_administrator(transaction, now).await?;
        }
        let (before, after) = (json!({ "blocked": user.blocked }), json!({ "blocked": blocked }));
        Ok(((), context.record().about("USER", user.id.to_string(), Some(before), Some(after))))
    });
    done.await
}

/// How a user stands.
pub fn status_of(user: &subject::Model) -> UserStatus {
    UserStatus {
        blocked: user.blocked,
        force_password_change: user.flags & flag::FORCE_PASSWORD_CHANGE != 0,
        second_factor_required: user.flags & flag::SECOND_FACTOR != 0,
    }
}

/// Marks a user.
///
/// # Errors
/// 403 for a caller who does not hold what the user holds; 412 when nobody would be left to administer.
pub async fn set_marks(
    context: &RequestContext,
    user: &subject::Model,
    asked: &UserStatusUpdate,
) -> Result<subject::Model, ApiError> {
    let now = context.platform.clock.now();
    let done = context.change_identity(Changed::Everything, async |transaction| {
        administrators::lock(transaction).await?;
        refuse_mightier(context, transaction, user.id).await?;
        let current = users::by_id_locked(transaction, user.id).await?.ok_or_else(|| ApiError::not_found("user"))?;
        let given = [
            (flag::FORCE_PASSWORD_CHANGE, asked.force_password_change),
            (flag::SECOND_FACTOR, asked.second_factor_required),
        ];
        let flags = marks::changed(current.flags, &given);
        let change = UserChange { flags: Some(flags), ..UserChange::default() };
        let after = users::update(transaction, user.id, change).await?;
        if asked.second_factor_required == Some(true) {
            if totp::active(transaction, user.id).await?.is_none() {
                let text = "The user has no generator of codes in use, and could not come in to set one up";
                return Err(ApiError::field("secondFactorRequired", "invalid.field.value", text));
            }
            for method in [AuthMethod::Password, AuthMethod::Ldap, AuthMethod::OpenId] {
                sessions::end_made_by(transaction, user.id, method.name(), None, now).await?;
            }
            require_administrator(transaction, now).await?;
        }
        let print = |user: &subject::Model| {
            let status = status_of(user);
            json!({
                "forcePasswordChange": status.force_password_change,
                "secondFactorRequired": status.second_factor_required,
            })
        };
        let record = context.record().about("USER", user.id.to_string(), Some(print(&current)), Some(print(&after)));
        Ok((after, record))
    });
    done.await
}

/// Enables or disables the method that a path names, and says how it stands.
///
/// # Errors
/// 412 for a method that is not offered; else as [`set_method`].
pub async fn switch_method(
    context: &RequestContext,
    user: &subject::Model,
    name: &str,
    enabled: bool,
) -> Result<MethodConfig, ApiError> {
    let method = AuthMethod::parse(name).filter(|method| method.bit() != 0).ok_or_else(|| {
        let text = "Must be one of password, signature, totp, apikey, ldap, openid";
        ApiError::field("method", "invalid.field.value", text)
    })?;
    set_method(context, user, method, enabled).await?;
    method_of(context.platform.db.reader(), user, method).await
}

/// Lets a user prove by a method who it is, or not any more: the sessions that were made by it end then, and keys are
/// refused.
///
/// # Errors
/// 403 for a caller who does not hold what the user holds; 412 when nobody would be left to administer.
async fn set_method(
    context: &RequestContext,
    user: &subject::Model,
    method: AuthMethod,
    enabled: bool,
) -> Result<(), ApiError> {
    let now = context.platform.clock.now();
    let done = context.change_identity(Changed::Everything, async |transaction| {
        administrators::lock(transaction).await?;
        refuse_mightier(context, transaction, user.id).await?;
        let current = users::by_id_locked(transaction, user.id).await?.ok_or_else(|| ApiError::not_found("user"))?;
        let methods = if enabled { current.methods | method.bit() } else { current.methods & !method.bit() };
        users::update(transaction, user.id, UserChange { methods: Some(methods), ..UserChange::default() }).await?;
        if !enabled {
            sessions::end_made_by(transaction, user.id, method.name(), None, now).await?;
            require_administrator(transaction, now).await?;
        }
        let print = |methods: i32| {
            let held = AuthMethod::OF_USERS.into_iter().filter(|method| methods & method.bit() != 0);
            json!({ "methods": held.map(AuthMethod::name).collect::<Vec<_>>() })
        };
        let (before, after) = (print(current.methods), print(methods));
        Ok(((), context.record().about("USER", user.id.to_string(), Some(before), Some(after))))
    });
    done.await
}
