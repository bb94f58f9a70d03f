//! One page of a list of oneself.

use argus_core::context::RequestContext;
use argus_core::error::{ApiError, FieldErrors};
use argus_core::search::{Draft, Page, Searchable};
use sea_orm::EntityTrait;
use sea_orm::sea_query::Condition;

/// Finds one page of what criteria select among the caller's own rows. One answer names what is wrong with the criteria,
/// and what was found wrong before.
///
/// # Errors
/// 412.
pub async fn page<S: Searchable>(
    context: &RequestContext,
    draft: &Draft<S>,
    own: Condition,
    errors: FieldErrors,
) -> Result<Page<<S::Entity as EntityTrait>::Model>, ApiError> {
    let criteria = errors.beside(draft.resolve(&()).await)?;
    context.page(&criteria, own).await
}
