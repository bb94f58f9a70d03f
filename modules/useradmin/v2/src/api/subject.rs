//! Users and groups alike.

use argus_core::access::Caller;
use argus_core::envelope::{Many, One};
use argus_core::error::ApiError;
use argus_core::search::Draft;
use argus_core::wire::{BodyCriteria, BodyDraft, Path, Query, QueryCriteria};
use argus_identity::entity::subject::Column;
use poem_openapi::OpenApi;

use crate::model::describe::{Described, memberships};
use crate::model::group::Subject;
use crate::model::membership::{GroupsAdd, Membership};
use crate::search::subjects::{Subjects, people};
use crate::store::membership::{check_comment, join, named};
use crate::store::subject::visible;
use crate::{AddGroupMember, ViewUsers};
use argus_useradmin_store::find::{Which, find};

/// Users and groups alike.
#[derive(Clone, Copy)]
pub struct SubjectApi;

#[OpenApi]
impl SubjectApi {
    /// List users and groups.
    #[oai(path = "/subject", method = "get", operation_id = "useradmin_v2_subject_list")]
    async fn list_subjects(
        &self,
        caller: Caller<ViewUsers>,
        criteria: QueryCriteria<Subjects>,
    ) -> Result<Many<Subject>, ApiError> {
        many(&caller, &criteria.0).await
    }

    /// Search users and groups.
    #[oai(path = "/subject/search", method = "post", operation_id = "useradmin_v2_subject_search")]
    async fn search_subjects(
        &self,
        caller: Caller<ViewUsers>,
        criteria: BodyCriteria<Subjects>,
    ) -> Result<Many<Subject>, ApiError> {
        many(&caller, &criteria.0).await
    }

    /// Get a user or a group; deleted ones too.
    #[oai(path = "/subject/:subject", method = "get", operation_id = "useradmin_v2_subject_get")]
    async fn get_subject(
        &self,
        caller: Caller<ViewUsers>,
        /// The user or group, by number or short name.
        subject: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
    ) -> Result<One<Subject>, ApiError> {
        let scope = caller.scope();
        let rows = [find(&caller, &scope, Which::Any, domain.0.as_deref(), &subject).await?];
        let mut data = Described::of(&caller.platform, &scope, &rows).await?.subjects();
        data.pop().map(One).ok_or_else(|| ApiError::not_found("subject"))
    }

    /// Put a user or a group into groups. You must hold whatever these can do.
    #[oai(path = "/subject/:subject/groups", method = "post", operation_id = "useradmin_v2_subject_groups_add")]
    async fn add_to_groups(
        &self,
        caller: Caller<AddGroupMember>,
        /// The user or group, by number or short name.
        subject: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
        body: BodyDraft<GroupsAdd>,
    ) -> Result<Many<Membership>, ApiError> {
        let (scope, members) = (caller.scope(), caller.scope().or(&visible(&caller)?));
        let member = find(&caller, &members, Which::Any, domain.0.as_deref(), &subject).await?;
        let read = body.check(async |body, errors| {
            check_comment(body.comment.as_deref(), errors);
            Ok((named(&caller, &scope, "parentGroups", &body.parent_groups, errors).await?, body.comment))
        });
        let (groups, comment) = read.await?;
        let rows = join(&caller, &groups, &[member], comment.as_deref()).await?;
        Ok(Many::whole(memberships(&caller.platform, &rows).await?))
    }
}

async fn many(caller: &Caller<ViewUsers>, draft: &Draft<Subjects>) -> Result<Many<Subject>, ApiError> {
    let scope = caller.scope();
    let page = people(caller, draft, scope.clone(), scope.condition(Column::CustomerId)).await?;
    let data = Described::of(&caller.platform, &scope, &page.rows).await?.subjects();
    Ok(Many::of(page, data))
}
