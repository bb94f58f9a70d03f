//! Names of users at OpenID providers.

use argus_core::context::RequestContext;
use argus_core::directory::Changed;
use argus_core::error::{ApiError, FieldErrors};
use argus_core::rights::require_held_by_all;
use argus_identity::entity::{openid_link, subject};
use argus_identity::openid_links;
use argus_identity::users::{self, UserChange, method};
use sea_orm::{DatabaseTransaction, DbErr, SqlErr};
use serde_json::{Value, json};

use super::end_sessions;
use crate::model::{OpenIdLink, OpenIdProviderInfo, OpenIdSetup};
use crate::outside::Outside;
use crate::outside::openid::{Provider, id_of};

/// Who a user is at a provider.
///
/// # Errors
/// 404 for a user without a link.
pub async fn openid_of(context: &RequestContext, user: i64) -> Result<OpenIdLink, ApiError> {
    let link = openid_links::of_user(context.platform.db.reader(), user).await?;
    Ok(shown(&*Outside::of(context)?, link.ok_or_else(|| ApiError::not_found("link"))?))
}

fn shown(outside: &Outside, link: openid_link::Model) -> OpenIdLink {
    // A provider that the settings have no more keeps its short name only.
    let name = outside.openid.get(&link.provider).map(|provider| provider.name().to_owned());
    let provider = OpenIdProviderInfo {
        id: id_of(&link.provider).to_string(),
        name: name.unwrap_or_else(|| link.provider.clone()),
        short_name: link.provider,
        customer: None,
    };
    OpenIdLink { provider, mapped_user_name: link.name }
}

/// Lets a user log in by a provider, under one name. Whoever names it could name his own: so he holds all that the user holds.
///
/// # Errors
/// 403 for a caller who holds less than the user; 412 for an unknown provider, and for a name that cannot be one or is
/// somebody else's.
pub async fn set_openid(
    context: &RequestContext,
    user: &subject::Model,
    setup: OpenIdSetup,
) -> Result<OpenIdLink, ApiError> {
    let outside = Outside::of(context)?;
    let provider = checked(context, &outside, user, &setup).await?;
    let (caller, tree) = (context.caller()?, context.platform.directory.tree().await?);
    let link = openid_link::Model {
        user_id: user.id,
        provider: provider.short_name.clone(),
        name: setup.mapped_user_name,
        created_at: context.platform.clock.now(),
        created_by: caller.user_id,
    };
    let done = context.change_identity(Changed::Everything, async |transaction| {
        require_held_by_all(transaction, caller, &tree, user.id).await?;
        let row = users::by_id_locked(transaction, user.id).await?.ok_or_else(|| ApiError::not_found("user"))?;
        let before = openid_links::of_user(transaction, user.id).await?;
        make_free(transaction, &link).await?;
        let after = openid_links::set(transaction, link.clone()).await.map_err(taken_or)?;
        let methods = row.methods | method::OPENID;
        users::update(transaction, user.id, UserChange { methods: Some(methods), ..UserChange::default() }).await?;
        let is_same = before.as_ref().is_some_and(|it| (&it.provider, &it.name) == (&after.provider, &after.name));
        if !is_same {
            end_sessions(context, transaction, user.id).await?;
        }
        let before = recorded(row.methods, before.as_ref());
        let record =
            context.record().about("USER", user.id.to_string(), Some(before), Some(recorded(methods, Some(&after))));
        Ok((after, record))
    });
    Ok(shown(&outside, done.await?))
}

async fn checked<'a>(
    context: &RequestContext,
    outside: &'a Outside,
    user: &subject::Model,
    setup: &OpenIdSetup,
) -> Result<&'a Provider, ApiError> {
    let mut errors = FieldErrors::default();
    let tree = context.platform.directory.tree().await?;
    let provider = outside.provider(&setup.provider).ok();
    match provider {
        None => errors.add("provider", "invalid.field.value", "Unknown provider"),
        Some(provider) if !provider.lets_in(&tree, user.domain_id) => {
            errors.add("provider", "invalid.field.value", "This provider lets in users of another domain");
        }
        Some(_) => {}
    }
    let name = &setup.mapped_user_name;
    if name.is_empty() || name.chars().any(char::is_control) {
        errors.add("mappedUserName", "invalid.field.value", "May not be empty or hold control characters");
    }
    errors.finish()?;
    provider.ok_or_else(|| ApiError::not_found("provider"))
}

/// The name may be that of a user who was deleted, but of nobody else.
async fn make_free(transaction: &DatabaseTransaction, link: &openid_link::Model) -> Result<(), ApiError> {
    let held = openid_links::by_name(transaction, &link.provider, &link.name).await?;
    let Some(held) = held.filter(|held| held.user_id != link.user_id) else { return Ok(()) };
    let holder = users::by_id(transaction, held.user_id).await?;
    if holder.is_some_and(|holder| holder.deleted_at.is_none()) {
        return Err(taken());
    }
    Ok(openid_links::remove(transaction, held.user_id).await?)
}

/// Two at the same moment: the store lets one through.
fn taken_or(error: DbErr) -> ApiError {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => taken(),
        _ => error.into(),
    }
}

fn taken() -> ApiError {
    ApiError::field("mappedUserName", "taken.field.value", "Another user has that name at the provider")
}

fn recorded(methods: i32, link: Option<&openid_link::Model>) -> Value {
    json!({
        "openid": methods & method::OPENID != 0,
        "openidProvider": link.map(|link| &link.provider),
        "openidName": link.map(|link| &link.name),
    })
}
