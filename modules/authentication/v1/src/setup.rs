//! Who users are elsewhere: names at the directory server and at OpenID providers.

mod openid;

use argus_core::context::RequestContext;
use argus_core::directory::Changed;
use argus_core::error::ApiError;
use argus_core::rights::require_held_by_all;
use argus_identity::sessions;
use argus_identity::users::{self, UserChange, method};
use sea_orm::DatabaseTransaction;
use serde_json::json;

pub use openid::{openid_of, set_openid};

/// Lets a user log in by the directory server; with another name there, when one is given (its short name when that is
/// empty). Whoever names the entry could name his own: so he holds all that the user holds.
///
/// # Errors
/// 403 for a caller who holds less than the user; 412 for a name that cannot be one.
pub async fn set_ldap(context: &RequestContext, user: i64, name: Option<&str>) -> Result<(), ApiError> {
    if name.is_some_and(|name| name.chars().any(char::is_control)) {
        return Err(ApiError::field("userName", "invalid.field.value", "May not hold control characters"));
    }
    let (caller, tree) = (context.caller()?, context.platform.directory.tree().await?);
    let done = context.change_identity(Changed::Everything, async |transaction| {
        require_held_by_all(transaction, caller, &tree, user).await?;
        let before = users::by_id_locked(transaction, user).await?.ok_or_else(|| ApiError::not_found("user"))?;
        let ldap_name = match name {
            Some("") => None,
            Some(name) => Some(name.to_owned()),
            None => before.ldap_name.clone(),
        };
        let change = UserChange {
            methods: Some(before.methods | method::LDAP),
            ldap_name: Some(ldap_name),
            ..UserChange::default()
        };
        let after = users::update(transaction, user, change).await?;
        if before.ldap_name != after.ldap_name {
            end_sessions(context, transaction, user).await?;
        }
        let shown = |row: &argus_identity::entity::subject::Model| {
            json!({ "ldap": row.methods & method::LDAP != 0, "ldapName": row.ldap_name })
        };
        Ok(((), context.record().about("USER", user.to_string(), Some(shown(&before)), Some(shown(&after)))))
    });
    done.await
}

/// Who came in as somebody else is out. The caller's own session stays.
async fn end_sessions(context: &RequestContext, transaction: &DatabaseTransaction, user: i64) -> Result<(), ApiError> {
    let own = context.caller()?.session_id();
    sessions::end_all(transaction, user, own, context.platform.clock.now()).await?;
    Ok(())
}
