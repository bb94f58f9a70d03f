//! Groups.

use argus_core::access::Caller;
use argus_core::context::RequestContext;
use argus_core::envelope::{Created, Many, One};
use argus_core::error::ApiError;
use argus_core::search::Draft;
use argus_core::wire::{BodyCriteria, BodyDraft, Path, Query, QueryCriteria};
use argus_identity::entity::subject::{self, Column};
use poem_openapi::OpenApi;
use sea_orm::ColumnTrait;

use crate::model::describe::Described;
use crate::model::group::{GroupAdd, GroupUpdate, Subject};
use crate::model::user::Move;
use crate::search::subjects::{Groups, people};
use crate::store::group as store;
use crate::store::subject::{create, delete, reenable, relocate, visible};
use crate::store::user::destination;
use crate::{CreateGroup, DeleteGroup, UpdateGroup, ViewUsers};
use argus_useradmin_store::find::{Which, find};

/// Groups.
#[derive(Clone, Copy)]
pub struct GroupApi;

#[OpenApi]
impl GroupApi {
    /// List groups.
    #[oai(path = "/group", method = "get", operation_id = "useradmin_v2_group_list")]
    async fn list_groups(
        &self,
        caller: Caller<ViewUsers>,
        criteria: QueryCriteria<Groups>,
    ) -> Result<Many<Subject>, ApiError> {
        many(&caller, &criteria.0).await
    }

    /// Search groups.
    #[oai(path = "/group/search", method = "post", operation_id = "useradmin_v2_group_search")]
    async fn search_groups(
        &self,
        caller: Caller<ViewUsers>,
        criteria: BodyCriteria<Groups>,
    ) -> Result<Many<Subject>, ApiError> {
        many(&caller, &criteria.0).await
    }

    /// Make a group. It has neither members nor any function.
    #[oai(path = "/group", method = "post", operation_id = "useradmin_v2_group_add")]
    async fn add_group(
        &self,
        caller: Caller<CreateGroup>,
        body: BodyDraft<GroupAdd>,
    ) -> Result<Created<Subject>, ApiError> {
        let scope = caller.scope();
        let new = body.check(async |add, errors| store::read(&caller, &scope, add, errors).await).await?;
        Ok(Created(one(&caller, create(&caller, true, new).await?).await?.0))
    }

    /// Get a group; deleted ones too.
    #[oai(path = "/group/:group", method = "get", operation_id = "useradmin_v2_group_get")]
    async fn get_group(
        &self,
        caller: Caller<ViewUsers>,
        /// The group, by number or short name.
        group: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
    ) -> Result<One<Subject>, ApiError> {
        one(&caller, find(&caller, &caller.scope(), Which::Group, domain.0.as_deref(), &group).await?).await
    }

    /// Change a group.
    #[oai(path = "/group/:group", method = "put", operation_id = "useradmin_v2_group_update")]
    async fn update_group(
        &self,
        caller: Caller<UpdateGroup>,
        /// The group, by number or short name.
        group: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
        body: BodyDraft<GroupUpdate>,
    ) -> Result<One<Subject>, ApiError> {
        let found = find(&caller, &caller.scope(), Which::Group, domain.0.as_deref(), &group).await?;
        let checked = body.check(async |update, errors| store::check(&caller, &found, update, errors).await);
        one(&caller, store::update(&caller, &found, checked.await?).await?).await
    }

    /// Delete a group: its members have nothing by it any more. It can be brought back.
    #[oai(path = "/group/:group", method = "delete", operation_id = "useradmin_v2_group_delete")]
    async fn delete_group(
        &self,
        caller: Caller<DeleteGroup>,
        /// The group, by number or short name.
        group: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
    ) -> Result<One<Subject>, ApiError> {
        let found = find(&caller, &caller.scope(), Which::Group, domain.0.as_deref(), &group).await?;
        one(&caller, delete(&caller, &found).await?).await
    }

    /// Bring a deleted group back, with all it could do. You must hold that too.
    #[oai(path = "/group/:group/reenable", method = "put", operation_id = "useradmin_v2_group_reenable")]
    async fn reenable_group(
        &self,
        caller: Caller<UpdateGroup>,
        /// The group, by number or short name.
        group: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
    ) -> Result<One<Subject>, ApiError> {
        let found = find(&caller, &caller.scope(), Which::Group, domain.0.as_deref(), &group).await?;
        one(&caller, reenable(&caller, &found).await?).await
    }

    /// Move a group to another customer of its domain. You must hold whatever it can do.
    #[oai(path = "/group/:group/move", method = "put", operation_id = "useradmin_v2_group_move")]
    async fn move_group(
        &self,
        caller: Caller<UpdateGroup>,
        /// The group, by number or short name.
        group: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
        body: BodyDraft<Move>,
    ) -> Result<One<Subject>, ApiError> {
        let scope = caller.scope();
        let found = find(&caller, &scope, Which::Group, domain.0.as_deref(), &group).await?;
        let to = body.check(async |body, errors| destination(&caller, &scope, &found, &body, errors).await).await?;
        one(&caller, relocate(&caller, &found, &to).await?).await
    }
}

async fn many(caller: &Caller<ViewUsers>, draft: &Draft<Groups>) -> Result<Many<Subject>, ApiError> {
    let scope = caller.scope();
    let rows = scope.condition(Column::CustomerId).add(Column::Kind.eq("group"));
    let page = people(caller, draft, scope.clone(), rows).await?;
    let data = Described::of(&caller.platform, &scope, &page.rows).await?.subjects();
    Ok(Many::of(page, data))
}

async fn one(context: &RequestContext, row: subject::Model) -> Result<One<Subject>, ApiError> {
    let rows = [row];
    let mut data = Described::of(&context.platform, &visible(context)?, &rows).await?.subjects();
    data.pop().map(One).ok_or_else(|| ApiError::internal("a row that was not printed"))
}
