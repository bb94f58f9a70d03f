//! Who may do what on whom.

use argus_core::access::Caller;
use argus_core::context::RequestContext;
use argus_core::envelope::{Created, Many, One};
use argus_core::error::{ApiError, FieldErrors};
use argus_core::search::Draft;
use argus_core::wire::{BodyCriteria, BodyDraft, Path, Query, QueryCriteria, Switch};
use argus_identity::entity::permission::{self, Column};
use argus_identity::users;
use poem_openapi::OpenApi;
use sea_orm::ColumnTrait;

use crate::model::permission::{Grant, Grants, Permission, permissions};
use crate::search::permissions::Permissions;
use crate::store::membership::check_comment;
use crate::store::permission::{check_number, grant, read, revocable, revoke};
use crate::store::subject::visible;
use crate::{GrantRole, RevokeRole, ViewPermissions};
use argus_useradmin_store::find::{Which, find, include_inherited};
use argus_useradmin_store::search::list::page;

/// Permissions.
#[derive(Clone, Copy)]
pub struct PermissionApi;

#[OpenApi]
impl PermissionApi {
    /// List permissions.
    #[oai(path = "/permission", method = "get", operation_id = "useradmin_v2_permission_list")]
    async fn list_permissions(
        &self,
        caller: Caller<ViewPermissions>,
        criteria: QueryCriteria<Permissions>,
    ) -> Result<Many<Permission>, ApiError> {
        many(&caller, &criteria.0).await
    }

    /// Search permissions.
    #[oai(path = "/permission/search", method = "post", operation_id = "useradmin_v2_permission_search")]
    async fn search_permissions(
        &self,
        caller: Caller<ViewPermissions>,
        criteria: BodyCriteria<Permissions>,
    ) -> Result<Many<Permission>, ApiError> {
        many(&caller, &criteria.0).await
    }

    /// Grant a permission that you hold yourself on that customer.
    #[oai(path = "/permission", method = "post", operation_id = "useradmin_v2_permission_add")]
    async fn grant_permission(
        &self,
        caller: Caller<GrantRole>,
        body: BodyDraft<Grant>,
    ) -> Result<Created<Permission>, ApiError> {
        let scope = caller.scope();
        let new =
            body.check(async |one, errors| read(&caller, &scope, &[one], |_, field| field.to_owned(), errors).await);
        let rows = grant(&caller, new.await?).await?;
        Ok(Created(one(&caller, &rows).await?.0))
    }

    /// Grant permissions, all or none.
    #[oai(path = "/permission/bulk", method = "post", operation_id = "useradmin_v2_permission_bulk_add")]
    async fn grant_permissions(
        &self,
        caller: Caller<GrantRole>,
        body: BodyDraft<Grants>,
    ) -> Result<Many<Permission>, ApiError> {
        let scope = caller.scope();
        let new = body.check(async |body, errors| {
            check_number(body.permissions.len(), "permissions", errors);
            let path = |index, field: &str| format!("permissions[{index}].{field}");
            if errors.has("permissions") {
                Ok(vec![])
            } else {
                read(&caller, &scope, &body.permissions, path, errors).await
            }
        });
        let rows = grant(&caller, new.await?).await?;
        Ok(Many::whole(permissions(&caller, &rows).await?))
    }

    /// Revoke a permission. It can be used no more from the next request on.
    #[oai(path = "/permission/:permission", method = "delete", operation_id = "useradmin_v2_permission_delete")]
    async fn revoke_permission(
        &self,
        caller: Caller<RevokeRole>,
        /// The number of the permission.
        permission: Path<String>,
        /// Why.
        comment: Query<Option<String>>,
    ) -> Result<One<Permission>, ApiError> {
        let id = permission.parse().ok().filter(|id: &i64| id.to_string() == *permission);
        let id = id.ok_or_else(|| ApiError::not_found("permission"))?;
        let rows = revocable(&caller, &caller.scope(), &[id]).await?;
        if rows.is_empty() {
            return Err(ApiError::not_found("permission"));
        }
        one(&caller, &revoked(&caller, rows, comment.0, FieldErrors::default()).await?).await
    }

    /// Revoke permissions, all or none.
    #[oai(path = "/permission", method = "delete", operation_id = "useradmin_v2_permission_bulk_delete")]
    async fn revoke_permissions(
        &self,
        caller: Caller<RevokeRole>,
        /// The numbers of the permissions; at least one.
        permission: Query<Vec<i64>>,
        /// Why.
        comment: Query<Option<String>>,
    ) -> Result<Many<Permission>, ApiError> {
        let mut errors = FieldErrors::default();
        check_number(permission.len(), "permission", &mut errors);
        let ids = permission.0.iter().copied().collect::<std::collections::BTreeSet<_>>();
        let ids: Vec<i64> = if errors.is_empty() { ids.into_iter().collect() } else { Vec::new() };
        let rows = revocable(&caller, &caller.scope(), &ids).await?;
        if rows.len() < ids.len() {
            errors.add("permission", "invalid.field.value", "No such permission");
        }
        let rows = revoked(&caller, rows, comment.0, errors).await?;
        Ok(Many::whole(permissions(&caller, &rows).await?))
    }

    /// What a user may do.
    #[oai(path = "/user/:user/permissions", method = "get", operation_id = "useradmin_v2_user_permissions_list")]
    async fn permissions_of_user(
        &self,
        caller: Caller<ViewPermissions>,
        /// The user, by number or short name.
        user: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
        /// Also what it has by groups; true when absent.
        #[oai(name = "includeInherited")]
        inherited: Query<Option<Switch>>,
        criteria: QueryCriteria<Permissions>,
    ) -> Result<Many<Permission>, ApiError> {
        of(&caller, (Which::User, &user), domain.0.as_deref(), &inherited, &criteria.0).await
    }

    /// What a group may do.
    #[oai(path = "/group/:group/permissions", method = "get", operation_id = "useradmin_v2_group_permissions_list")]
    async fn permissions_of_group(
        &self,
        caller: Caller<ViewPermissions>,
        /// The group, by number or short name.
        group: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
        /// Also what it has by groups that it is in; true when absent.
        #[oai(name = "includeInherited")]
        inherited: Query<Option<Switch>>,
        criteria: QueryCriteria<Permissions>,
    ) -> Result<Many<Permission>, ApiError> {
        of(&caller, (Which::Group, &group), domain.0.as_deref(), &inherited, &criteria.0).await
    }
}

async fn many(caller: &Caller<ViewPermissions>, draft: &Draft<Permissions>) -> Result<Many<Permission>, ApiError> {
    let scope = caller.scope();
    let names = scope.or(&visible(caller)?);
    let page = page(caller, draft, names, scope.condition(Column::CustomerId)).await?;
    let data = permissions(caller, &page.rows).await?;
    Ok(Many::of(page, data))
}

async fn of(
    caller: &Caller<ViewPermissions>,
    (which, name): (Which, &str),
    domain: Option<&str>,
    inherited: &Query<Option<Switch>>,
    draft: &Draft<Permissions>,
) -> Result<Many<Permission>, ApiError> {
    let scope = caller.scope();
    let found = find(caller, &scope, which, domain, name).await?;
    let all = include_inherited(inherited)?;
    let reader = caller.platform.db.reader();
    let subjects = if all { users::with_groups(reader, found.id).await? } else { vec![found.id] };
    let rows = scope.condition(Column::CustomerId).add(Column::SubjectId.is_in(subjects));
    let page = page(caller, draft, scope.or(&visible(caller)?), rows).await?;
    let data = permissions(caller, &page.rows).await?;
    Ok(Many::of(page, data))
}

async fn revoked(
    context: &RequestContext,
    rows: Vec<permission::Model>,
    comment: Option<String>,
    mut errors: FieldErrors,
) -> Result<Vec<permission::Model>, ApiError> {
    check_comment(comment.as_deref(), &mut errors);
    errors.finish()?;
    revoke(context, rows, comment.as_deref()).await
}

async fn one(context: &RequestContext, rows: &[permission::Model]) -> Result<One<Permission>, ApiError> {
    let mut data = permissions(context, rows).await?;
    data.pop().map(One).ok_or_else(|| ApiError::internal("a row that was not printed"))
}
