//! Groups in short.

use argus_core::access::Caller;
use argus_core::envelope::{Many, One};
use argus_core::error::ApiError;
use argus_core::search::Draft;
use argus_core::wire::{BodyCriteria, Path, Query, QueryCriteria};
use argus_identity::entity::subject::Column;
use argus_useradmin_store::find::{Which, find};
use argus_useradmin_store::search::list::page;
use poem_openapi::OpenApi;
use sea_orm::ColumnTrait;

use crate::model::{BasicSubject, subjects};
use crate::search::BasicGroups;
use crate::{ViewBasicSubject, ViewRelatedBasicSubject};

/// Groups in short.
#[derive(Clone, Copy)]
pub struct GroupApi;

#[OpenApi]
impl GroupApi {
    /// List groups of the customers that you reach.
    #[oai(path = "/group", method = "get", operation_id = "users_v2_group_list")]
    async fn list_groups(
        &self,
        caller: Caller<ViewRelatedBasicSubject>,
        criteria: QueryCriteria<BasicGroups>,
    ) -> Result<Many<BasicSubject>, ApiError> {
        many(&caller, criteria.0).await
    }

    /// Search groups of the customers that you reach.
    #[oai(path = "/group/search", method = "post", operation_id = "users_v2_group_search")]
    async fn search_groups(
        &self,
        caller: Caller<ViewRelatedBasicSubject>,
        criteria: BodyCriteria<BasicGroups>,
    ) -> Result<Many<BasicSubject>, ApiError> {
        many(&caller, criteria.0).await
    }

    /// Get a group; deleted ones too.
    #[oai(path = "/group/:group", method = "get", operation_id = "users_v2_group_get")]
    async fn get_group(
        &self,
        caller: Caller<ViewBasicSubject>,
        /// The group, by number or short name.
        group: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
    ) -> Result<One<BasicSubject>, ApiError> {
        let row = find(&caller, &caller.scope(), Which::Group, domain.0.as_deref(), &group).await?;
        let mut data = subjects(&caller, &[row]).await?;
        data.pop().map(One).ok_or_else(|| ApiError::internal("a row that was not printed"))
    }
}

async fn many(
    caller: &Caller<ViewRelatedBasicSubject>,
    draft: Draft<BasicGroups>,
) -> Result<Many<BasicSubject>, ApiError> {
    let scope = caller.scope();
    let rows = scope.condition(Column::CustomerId).add(Column::Kind.eq("group"));
    let page = page(caller, &draft, scope, rows).await?;
    let data = subjects(caller, &page.rows).await?;
    Ok(Many::of(page, data))
}
