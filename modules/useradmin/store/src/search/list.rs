//! One page of a list, for one caller.

use argus_core::access::CustomerSet;
use argus_core::context::RequestContext;
use argus_core::error::ApiError;
use argus_core::names::find_subject;
use argus_core::search::{Draft, Names, Page, Searchable};
use sea_orm::EntityTrait;
use sea_orm::sea_query::Condition;

/// Finds one page of what criteria select within a scope.
///
/// # Errors
/// 412 as the criteria say.
pub async fn page<S: Searchable>(
    context: &RequestContext,
    draft: &Draft<S>,
    names: CustomerSet,
    scope: Condition,
) -> Result<Page<<S::Entity as EntityTrait>::Model>, ApiError> {
    let domain = context.principal().map(|principal| principal.domain_id);
    let criteria = draft.resolve(&SubjectNames { context, scope: names, domain }).await?;
    context.page(&criteria, scope).await
}

/// Customers, and users as well as groups, that one caller may name.
struct SubjectNames<'a> {
    context: &'a RequestContext,
    scope: CustomerSet,
    domain: Option<i64>,
}

#[async_trait::async_trait]
impl Names for SubjectNames<'_> {
    async fn customer(&self, id_or_short_name: &str) -> Result<Option<i64>, ApiError> {
        let tree = self.context.platform.directory.tree().await?;
        let found = tree.find_customer(id_or_short_name).map(|customer| customer.id);
        Ok(found.filter(|id| self.scope.contains(*id)))
    }

    async fn user(&self, id_or_short_name: &str) -> Result<Option<i64>, ApiError> {
        let found = find_subject(&self.context.platform, self.domain, id_or_short_name).await?;
        Ok(found.filter(|found| self.scope.contains(found.customer_id)).map(|found| found.id))
    }
}
