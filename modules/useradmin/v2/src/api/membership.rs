//! Who is in which group.

use argus_core::access::Caller;
use argus_core::context::RequestContext;
use argus_core::envelope::Many;
use argus_core::error::{ApiError, FieldErrors};
use argus_core::search::Draft;
use argus_core::wire::{BodyCriteria, BodyDraft, Path, Query, QueryCriteria};
use argus_identity::entity::subject;
use argus_identity::subjects;
use poem_openapi::OpenApi;

use crate::model::describe::{Described, memberships};
use crate::model::group::Subject;
use crate::model::membership::{MembersAdd, Membership};
use crate::search::memberships::{Memberships, within};
use crate::store::membership::{check_comment, identified, join, leave, named, of_group};
use crate::store::subject::visible;
use crate::{AddGroupMember, RemoveGroupMember, ViewUsers};
use argus_useradmin_store::find::{Which, find};
use argus_useradmin_store::search::list::page;

/// Memberships.
#[derive(Clone, Copy)]
pub struct MembershipApi;

#[OpenApi]
impl MembershipApi {
    /// The users and groups that are in a group directly.
    #[oai(path = "/group/:group/members", method = "get", operation_id = "useradmin_v2_group_members_list")]
    async fn list_members(
        &self,
        caller: Caller<ViewUsers>,
        /// The group, by number or short name.
        group: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
    ) -> Result<Many<Subject>, ApiError> {
        let group = find(&caller, &caller.scope(), Which::Group, domain.0.as_deref(), &group).await?;
        members(&caller, group.id).await
    }

    /// Put users and groups into a group. You must hold whatever it can do.
    #[oai(path = "/group/:group/members", method = "post", operation_id = "useradmin_v2_group_members_add")]
    async fn add_members(
        &self,
        caller: Caller<AddGroupMember>,
        /// The group, by number or short name.
        group: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
        body: BodyDraft<MembersAdd>,
    ) -> Result<Many<Subject>, ApiError> {
        let (scope, seen) = (caller.scope(), caller.scope().or(&visible(&caller)?));
        let group = find(&caller, &scope, Which::Group, domain.0.as_deref(), &group).await?;
        let read = body.check(async |body, errors| {
            check_comment(body.comment.as_deref(), errors);
            Ok((named(&caller, &seen, "subject", &body.subject, errors).await?, body.comment))
        });
        let (added, comment) = read.await?;
        join(&caller, std::slice::from_ref(&group), &added, comment.as_deref()).await?;
        members(&caller, group.id).await
    }

    /// Take users and groups out of a group.
    #[oai(path = "/group/:group/members", method = "delete", operation_id = "useradmin_v2_group_members_remove")]
    async fn remove_members(
        &self,
        caller: Caller<RemoveGroupMember>,
        /// The group, by number or short name.
        group: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
        /// Users and groups, by number or short name; at least one.
        subject: Query<Vec<String>>,
        /// Why.
        comment: Query<Option<String>>,
    ) -> Result<Many<Subject>, ApiError> {
        let group = find(&caller, &caller.scope(), Which::Group, domain.0.as_deref(), &group).await?;
        let seen = caller.scope().or(&visible(&caller)?);
        let mut errors = FieldErrors::default();
        check_comment(comment.0.as_deref(), &mut errors);
        let removed = named(&caller, &seen, "subject", &subject, &mut errors).await?;
        errors.finish()?;
        let rows = of_group(&caller, group.id, &removed).await?;
        leave(&caller, rows, comment.0.as_deref()).await?;
        members(&caller, group.id).await
    }

    /// List memberships.
    #[oai(path = "/membership", method = "get", operation_id = "useradmin_v2_membership_list")]
    async fn list_memberships(
        &self,
        caller: Caller<ViewUsers>,
        criteria: QueryCriteria<Memberships>,
    ) -> Result<Many<Membership>, ApiError> {
        many(&caller, &criteria.0).await
    }

    /// Search memberships.
    #[oai(path = "/membership/search", method = "post", operation_id = "useradmin_v2_membership_search")]
    async fn search_memberships(
        &self,
        caller: Caller<ViewUsers>,
        criteria: BodyCriteria<Memberships>,
    ) -> Result<Many<Membership>, ApiError> {
        many(&caller, &criteria.0).await
    }

    /// End memberships, all or none.
    #[oai(path = "/membership", method = "delete", operation_id = "useradmin_v2_membership_delete")]
    async fn remove_memberships(
        &self,
        caller: Caller<RemoveGroupMember>,
        /// Memberships, by identifier; at least one.
        #[oai(name = "membershipID")]
        membership_id: Query<Vec<String>>,
        /// Why.
        comment: Query<Option<String>>,
    ) -> Result<Many<Membership>, ApiError> {
        let mut errors = FieldErrors::default();
        check_comment(comment.0.as_deref(), &mut errors);
        errors.finish()?;
        let rows = identified(&caller, &caller.scope(), &membership_id).await?;
        let rows = leave(&caller, rows, comment.0.as_deref()).await?;
        Ok(Many::whole(memberships(&caller.platform, &rows).await?))
    }
}

/// Who is in a group, of those that the caller may see.
async fn members(context: &RequestContext, group: i64) -> Result<Many<Subject>, ApiError> {
    let scope = visible(context)?;
    let platform = &context.platform;
    let rows = subjects::members_of(platform.db.reader(), group).await?;
    let known = platform.directory.users(rows.iter().map(|row| row.member_id).collect()).await?;
    let mut rows: Vec<subject::Model> =
        known.values().filter(|found| scope.contains(found.customer_id)).map(|found| (**found).clone()).collect();
    rows.sort_by_key(|row| row.id);
    Ok(Many::whole(Described::of(platform, &scope, &rows).await?.subjects()))
}

async fn many(caller: &Caller<ViewUsers>, draft: &Draft<Memberships>) -> Result<Many<Membership>, ApiError> {
    let scope = caller.scope();
    let page = page(caller, draft, scope.clone(), within(&scope)).await?;
    let data = memberships(&caller.platform, &page.rows).await?;
    Ok(Many::of(page, data))
}
