//! Customers and users as a caller may name them.

use std::sync::Arc;

use argus_identity::entity::{customer, subject};
use argus_identity::{subjects, users};
use sea_orm::DatabaseTransaction;
use serde_json::Value;

use crate::app::Platform;
use crate::context::RequestContext;
use crate::error::{ApiError, FieldErrors};
use crate::rights::CustomerSet;
use crate::search::Names;

/// What names mean to one caller: customers in its scope, and users of those customers.
pub struct CallerNames<'a> {
    /// The platform.
    pub platform: &'a Platform,
    /// The customers that the caller may see.
    pub scope: CustomerSet,
    /// The domain in which short names of users are looked up; none for the first.
    pub domain: Option<i64>,
}

#[async_trait::async_trait]
impl Names for CallerNames<'_> {
    async fn customer(&self, id_or_short_name: &str) -> Result<Option<i64>, ApiError> {
        let tree = self.platform.directory.tree().await?;
        let found = tree.find_customer(id_or_short_name).map(|customer| customer.id);
        Ok(found.filter(|id| self.scope.contains(*id)))
    }

    async fn user(&self, id_or_short_name: &str) -> Result<Option<i64>, ApiError> {
        let found = find_user(self.platform, self.domain, id_or_short_name).await?;
        Ok(found.filter(|user| self.scope.contains(user.customer_id)).map(|user| user.id))
    }
}

/// The user or group that a text names: a number, or a short name in the domain (the first one when none is given).
/// Deleted ones too.
///
/// # Errors
/// When the store fails.
pub async fn find_subject(
    platform: &Platform,
    domain: Option<i64>,
    id_or_short_name: &str,
) -> Result<Option<subject::Model>, ApiError> {
    let reader = platform.db.reader();
    if let Some(id) = number(id_or_short_name)
        && let Some(found) = subjects::by_id(reader, id).await?
    {
        return Ok(Some(found));
    }
    let tree = platform.directory.tree().await?;
    let Some(domain) = domain.or_else(|| tree.find_domain(None)) else { return Ok(None) };
    Ok(subjects::by_name(reader, domain, id_or_short_name).await?)
}

/// As [`find_subject`], of users only; by number from memory.
///
/// # Errors
/// When the store fails.
pub async fn find_user(
    platform: &Platform,
    domain: Option<i64>,
    id_or_short_name: &str,
) -> Result<Option<Arc<subject::Model>>, ApiError> {
    if let Some(id) = number(id_or_short_name)
        && let Some(user) = platform.directory.user(id).await?
    {
        return Ok(Some(user));
    }
    let found = find_subject(platform, domain, id_or_short_name).await?;
    Ok(found.filter(|found| found.kind == "user").map(Arc::new))
}

/// The user whose credentials are meant, the caller's own when nobody is named, and whether the caller administers them by
/// that function.
///
/// # Errors
/// 404 for one that is not there, was deleted, or is neither the caller nor administered.
pub async fn owner_of(
    context: &RequestContext,
    owner: Option<&str>,
    function: &str,
) -> Result<(Arc<subject::Model>, bool), ApiError> {
    let principal = context.caller()?;
    let user = match owner {
        None => context.platform.directory.user(principal.user_id).await?,
        Some(name) => find_user(&context.platform, Some(principal.domain_id), name).await?,
    };
    let user = user.filter(|user| user.deleted_at.is_none()).ok_or_else(|| ApiError::not_found("user"))?;
    let tree = context.platform.directory.tree().await?;
    let strong = tree.level(function).is_none_or(|level| principal.level >= level);
    let administrator = strong && principal.customers_for(function).contains(user.customer_id);
    if user.id != principal.user_id && !administrator {
        return Err(ApiError::not_found("user"));
    }
    Ok((user, administrator))
}

/// The domain that a text names, by name or number; the caller's without one.
///
/// # Errors
/// 412 on `domain` for one that is not there.
pub async fn domain_of(context: &RequestContext, name: Option<&str>) -> Result<i64, ApiError> {
    let Some(name) = name else { return Ok(context.caller()?.domain_id) };
    let found = context.platform.directory.tree().await?.find_domain(Some(name));
    found.ok_or_else(|| ApiError::field("domain", "invalid.field.value", "Unknown domain"))
}

/// What a member of a body says that may name something by number or by short name; nothing where nothing is said.
#[must_use]
pub fn name_in(member: Option<&Value>) -> Option<String> {
    match member? {
        Value::Null => None,
        Value::String(name) => Some(name.clone()),
        other => Some(other.to_string()),
    }
}

/// The customer that a body names, of those in the scope; disabled ones are none.
///
/// # Errors
/// When the store fails; what is wrong with the name goes into `errors`.
pub async fn customer_of(
    context: &RequestContext,
    scope: &CustomerSet,
    field: &str,
    name: &str,
    errors: &mut FieldErrors,
) -> Result<Option<customer::Model>, ApiError> {
    let tree = context.platform.directory.tree().await?;
    let found = tree.find_customer(name).filter(|customer| scope.contains(customer.id));
    let found = found.filter(|customer| customer.deleted_at.is_none()).cloned();
    if found.is_none() && !errors.has(field) {
        errors.add(field, "invalid.field.value", "Unknown customer, or not visible to you");
    }
    Ok(found)
}

/// The domain of something new: that of its customer, which the body may name too.
///
/// # Errors
/// When the store fails; what is wrong with the name goes into `errors`.
pub async fn home_domain(
    context: &RequestContext,
    given: Option<&str>,
    home: Option<&customer::Model>,
    errors: &mut FieldErrors,
) -> Result<Option<i64>, ApiError> {
    let Some(given) = given else { return Ok(home.map(|home| home.domain_id)) };
    let found = context.platform.directory.tree().await?.find_domain(Some(given));
    if found.is_none() || home.is_some_and(|home| found != Some(home.domain_id)) {
        errors.add("domain", "invalid.field.value", "Unknown domain, or not that of the customer");
    }
    Ok(found)
}

/// Sees that a user is there, and keeps others from changing it, or what belongs to it, until the transaction ends.
///
/// # Errors
/// 412 for one that was deleted.
pub async fn in_use(transaction: &DatabaseTransaction, user: i64) -> Result<(), ApiError> {
    let locked = users::by_id_locked(transaction, user).await?;
    if locked.is_none_or(|user| user.deleted_at.is_some()) {
        return Err(ApiError::unmet("object.deleted", "The user is deleted"));
    }
    Ok(())
}

/// A number in its only form: no sign, no leading zero.
pub(crate) fn number(text: &str) -> Option<i64> {
    text.parse().ok().filter(|id: &i64| id.to_string() == text)
}
