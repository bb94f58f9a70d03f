//! One page of a list, for one caller.

use argus_core::access::CustomerSet;
use argus_core::context::RequestContext;
use argus_core::error::ApiError;
use argus_core::names::find_subject;
use argus_core::search::{Draft, Names, Options, Page, Searchable, run};
use argus_identity::entity::domain;
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Func, Query};
use sea_orm::{ColumnTrait, EntityTrait};

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
    let platform = &context.platform;
    let domain = context.principal().map(|principal| principal.domain_id);
    let criteria = draft.resolve(&SubjectNames { context, scope: names, domain }).await?;
    let options = Options { count_timeout: platform.settings.count_timeout.duration() };
    run(platform.db.reader(), &criteria, scope, &options).await
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

/// Rows of a domain, given by number or name.
pub fn of_domain(column: impl ColumnTrait, text: &str) -> Expr {
    let named = Expr::expr(Func::lower(Expr::col(domain::Column::Name))).eq(text.to_lowercase());
    let numbered = text.parse::<i64>().ok().map(|id| Expr::col(domain::Column::Id).eq(id));
    let mut domains = Query::select();
    domains.column(domain::Column::Id).from(domain::Entity);
    domains.cond_where(Condition::any().add(named).add_option(numbered));
    Expr::col(column.as_column_ref()).in_subquery(domains)
}
