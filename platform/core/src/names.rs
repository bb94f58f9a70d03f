//! Customers and users as a caller may name them.

use std::sync::Arc;

use argus_identity::entity::subject;
use argus_identity::{subjects, users};

use crate::app::Platform;
use crate::error::ApiError;
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
    if let Ok(id) = id_or_short_name.parse::<i64>()
        && id.to_string() == id_or_short_name
        && let Some(found) = subjects::by_id(reader, id).await?
    {
        return Ok(Some(found));
    }
    let tree = platform.directory.tree().await?;
    let Some(domain) = domain.or_else(|| tree.find_domain(None)) else { return Ok(None) };
    Ok(subjects::by_name(reader, domain, id_or_short_name).await?)
}

/// The user that a text names: a number, or a short name in the domain. Deleted ones too.
///
/// # Errors
/// When the store fails.
pub async fn find_user(
    platform: &Platform,
    domain: Option<i64>,
    id_or_short_name: &str,
) -> Result<Option<Arc<subject::Model>>, ApiError> {
    if let Ok(id) = id_or_short_name.parse::<i64>()
        && id.to_string() == id_or_short_name
        && let Some(user) = platform.directory.user(id).await?
    {
        return Ok(Some(user));
    }
    let domain = match domain {
        Some(domain) => Some(domain),
        None => platform.directory.tree().await?.find_domain(None),
    };
    let Some(domain) = domain else { return Ok(None) };
    Ok(users::by_name(platform.db.reader(), domain, id_or_short_name).await?.map(Arc::new))
}
