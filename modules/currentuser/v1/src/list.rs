//! One page of a list of oneself.

use argus_core::context::RequestContext;
use argus_core::error::{ApiError, FieldErrors};
use argus_core::search::{Draft, Options, Page, Searchable, run};
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
    let platform = &context.platform;
    let criteria = draft.resolve_with(&(), errors).await?;
    let options = Options { count_timeout: platform.settings.count_timeout.duration() };
    run(platform.db.reader(), &criteria, own, &options).await
}
