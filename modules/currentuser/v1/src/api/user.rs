//! Who the caller is.

use argus_core::access::{Caller, Myself};
use argus_core::authentication::methods::{MethodConfig, methods_of};
use argus_core::envelope::{Many, One};
use argus_core::error::{ApiError, FieldErrors};
use argus_core::rights::among;
use argus_core::wire::{Query, QueryCriteria, Switch};
use argus_identity::entity::subject::Column;
use argus_identity::{subjects, users};
use poem_openapi::OpenApi;
use sea_orm::ColumnTrait;

use crate::list::page;
use crate::model::{CurrentUser, SubjectInfo, current_user};
use crate::search::Groups;

/// Oneself.
#[derive(Clone, Copy)]
pub struct UserApi;

#[OpenApi]
impl UserApi {
    /// Who you are.
    #[oai(path = "/user", method = "get", operation_id = "currentuser_v1_user_get")]
    async fn user(&self, caller: Caller<Myself>) -> Result<One<CurrentUser>, ApiError> {
        Ok(One(current_user(&caller).await?))
    }

    /// The groups that you are in.
    #[oai(path = "/groups", method = "get", operation_id = "currentuser_v1_group_list")]
    async fn groups(
        &self,
        caller: Caller<Myself>,
        /// Also those that your groups are in; false when absent.
        #[oai(name = "includeAncestors")]
        ancestors: Query<Option<Switch>>,
        criteria: QueryCriteria<Groups>,
    ) -> Result<Many<SubjectInfo>, ApiError> {
        let (user, reader, mut errors) =
            (caller.caller()?.user_id, caller.platform.db.reader(), FieldErrors::default());
        let groups = if ancestors.read("includeAncestors", false, &mut errors) {
            users::with_groups(reader, user).await?.into_iter().filter(|id| *id != user).collect()
        } else {
            subjects::groups_of(reader, &[user]).await?.into_iter().map(|row| row.group_id).collect()
        };
        let rows = among(Column::Id, &groups).add(Column::DeletedAt.is_null());
        let page = page(&caller, &criteria.0, rows, errors).await?;
        let tree = caller.platform.directory.tree().await?;
        let data = page.rows.iter().map(|row| SubjectInfo::of(row, &tree)).collect();
        Ok(Many::of(page, data))
    }

    /// The methods of authentication that are enabled for you; as `/authentication/v1/session/authmethods`.
    #[oai(path = "/authmethods", method = "get", operation_id = "currentuser_v1_method_list", deprecated)]
    async fn methods(&self, caller: Caller<Myself>) -> Result<Many<MethodConfig>, ApiError> {
        Ok(Many::whole(methods_of(&caller, caller.caller()?.user_id).await?))
    }
}
