//! Users and groups alike, in short.

use argus_core::access::Caller;
use argus_core::envelope::{Many, One};
use argus_core::error::ApiError;
use argus_core::search::Draft;
use argus_core::wire::{BodyCriteria, Path, Query, QueryCriteria, Switch};
use argus_identity::entity::subject::Column;
use argus_identity::{subjects as memberships, users};
use argus_useradmin_store::access::ViewUsers;
use argus_useradmin_store::find::{Which, find, include_inherited};
use argus_useradmin_store::search::list::page;
use poem_openapi::OpenApi;
use sea_orm::ColumnTrait;

use crate::model::{BasicSubject, private, subjects};
use crate::search::{BasicGroups, BasicSubjects};
use crate::{ViewBasicSubject, ViewRelatedBasicSubject};

/// Users and groups alike, in short.
#[derive(Clone, Copy)]
pub struct SubjectApi;

#[OpenApi]
impl SubjectApi {
    /// List users and groups of the customers that you reach.
    #[oai(path = "/subject", method = "get", operation_id = "users_v2_subject_list")]
    async fn list_subjects(
        &self,
        caller: Caller<ViewRelatedBasicSubject>,
        criteria: QueryCriteria<BasicSubjects>,
    ) -> Result<Many<BasicSubject>, ApiError> {
        many(&caller, criteria.0).await
    }

    /// Search users and groups of the customers that you reach.
    #[oai(path = "/subject/search", method = "post", operation_id = "users_v2_subject_search")]
    async fn search_subjects(
        &self,
        caller: Caller<ViewRelatedBasicSubject>,
        criteria: BodyCriteria<BasicSubjects>,
    ) -> Result<Many<BasicSubject>, ApiError> {
        many(&caller, criteria.0).await
    }

    /// Get a user or a group; deleted ones too.
    #[oai(path = "/subject/:subject", method = "get", operation_id = "users_v2_subject_get")]
    async fn get_subject(
        &self,
        caller: Caller<ViewBasicSubject>,
        /// The user or group, by number or short name.
        subject: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
    ) -> Result<One<BasicSubject>, ApiError> {
        let row = find(&caller, &caller.scope(), Which::Any, domain.0.as_deref(), &subject).await?;
        let mut data = subjects(&caller, &[row]).await?;
        data.pop().map(One).ok_or_else(|| ApiError::internal("a row that was not printed"))
    }

    /// The groups that a user or a group is in, of those that you may see.
    #[oai(path = "/subject/:subject/groups", method = "get", operation_id = "users_v2_subject_groups_list")]
    async fn list_groups(
        &self,
        caller: Caller<ViewUsers>,
        /// The user or group, by number or short name.
        subject: Path<String>,
        /// Also groups that its groups are in; true when absent.
        #[oai(name = "includeInherited")]
        inherited: Query<Option<Switch>>,
        criteria: QueryCriteria<BasicGroups>,
    ) -> Result<Many<BasicSubject>, ApiError> {
        let scope = caller.scope();
        let found = find(&caller, &scope, Which::Any, None, &subject).await?;
        let reader = caller.platform.db.reader();
        let groups = if include_inherited(&inherited)? {
            users::with_groups(reader, found.id).await?
        } else {
            memberships::groups_of(reader, &[found.id]).await?.into_iter().map(|row| row.group_id).collect()
        };
        let rows = scope.condition(Column::CustomerId).add(Column::Id.is_in(groups)).add(Column::Id.ne(found.id));
        let page = page(&caller, &criteria.0, scope, rows).await?;
        let data = subjects(&caller, &page.rows).await?;
        Ok(Many::of(page, data))
    }
}

async fn many(
    caller: &Caller<ViewRelatedBasicSubject>,
    draft: Draft<BasicSubjects>,
) -> Result<Many<BasicSubject>, ApiError> {
    let scope = caller.scope();
    // Whom a text is found in is known from the answer, also where the text itself is not shown.
    let everywhere = scope.and(&private(caller).await?) == scope;
    let draft = if everywhere { draft } else { draft.veiled("email") };
    let rows = scope.condition(Column::CustomerId);
    let page = page(caller, &draft, scope, rows).await?;
    let data = subjects(caller, &page.rows).await?;
    Ok(Many::of(page, data))
}
