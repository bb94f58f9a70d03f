//! Users.

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
use crate::model::user::{Move, User, UserAdd, UserUpdate};
use crate::search::subjects::{Users, people};
use crate::store::subject::{create, delete, reenable, relocate, visible};
use crate::store::user as store;
use crate::store::user::destination;
use crate::{CreateUser, DeleteUser, UpdateUser, ViewUsers};
use argus_useradmin_store::find::{Which, find};

/// Users.
#[derive(Clone, Copy)]
pub struct UserApi;

#[OpenApi]
impl UserApi {
    /// List users.
    #[oai(path = "/user", method = "get", operation_id = "useradmin_v2_user_list")]
    async fn list_users(
        &self,
        caller: Caller<ViewUsers>,
        criteria: QueryCriteria<Users>,
    ) -> Result<Many<User>, ApiError> {
        many(&caller, &criteria.0).await
    }

    /// Search users.
    #[oai(path = "/user/search", method = "post", operation_id = "useradmin_v2_user_search")]
    async fn search_users(
        &self,
        caller: Caller<ViewUsers>,
        criteria: BodyCriteria<Users>,
    ) -> Result<Many<User>, ApiError> {
        many(&caller, &criteria.0).await
    }

    /// Make a user. It has neither a password nor any function.
    #[oai(path = "/user", method = "post", operation_id = "useradmin_v2_user_add")]
    async fn add_user(&self, caller: Caller<CreateUser>, body: BodyDraft<UserAdd>) -> Result<Created<User>, ApiError> {
        let scope = caller.scope();
        let new = body.check(async |add, errors| store::read(&caller, &scope, add, errors).await).await?;
        Ok(Created(one(&caller, create(&caller, false, new).await?).await?.0))
    }

    /// Get a user; deleted ones too.
    #[oai(path = "/user/:user", method = "get", operation_id = "useradmin_v2_user_get")]
    async fn get_user(
        &self,
        caller: Caller<ViewUsers>,
        /// The user, by number or short name.
        user: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
    ) -> Result<One<User>, ApiError> {
        one(&caller, find(&caller, &caller.scope(), Which::User, domain.0.as_deref(), &user).await?).await
    }

    /// Change a user.
    #[oai(path = "/user/:user", method = "put", operation_id = "useradmin_v2_user_update")]
    async fn update_user(
        &self,
        caller: Caller<UpdateUser>,
        /// The user, by number or short name.
        user: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
        body: BodyDraft<UserUpdate>,
    ) -> Result<One<User>, ApiError> {
        let found = find(&caller, &caller.scope(), Which::User, domain.0.as_deref(), &user).await?;
        let checked = body.check(async |update, errors| store::check(&caller, &found, update, errors).await);
        let (update, phone) = checked.await?;
        one(&caller, store::update(&caller, &found, update, phone).await?).await
    }

    /// Delete a user: its sessions end and its keys are refused at once. It can be brought back.
    #[oai(path = "/user/:user", method = "delete", operation_id = "useradmin_v2_user_delete")]
    async fn delete_user(
        &self,
        caller: Caller<DeleteUser>,
        /// The user, by number or short name.
        user: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
    ) -> Result<One<User>, ApiError> {
        let found = find(&caller, &caller.scope(), Which::User, domain.0.as_deref(), &user).await?;
        one(&caller, delete(&caller, &found).await?).await
    }

    /// Bring a deleted user back, with all it could do. You must hold that too.
    #[oai(path = "/user/:user/reenable", method = "put", operation_id = "useradmin_v2_user_reenable")]
    async fn reenable_user(
        &self,
        caller: Caller<UpdateUser>,
        /// The user, by number or short name.
        user: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
    ) -> Result<One<User>, ApiError> {
        let found = find(&caller, &caller.scope(), Which::User, domain.0.as_deref(), &user).await?;
        one(&caller, reenable(&caller, &found).await?).await
    }

    /// Move a user to another customer of its domain. You must hold whatever it can do.
    #[oai(path = "/user/:user/move", method = "put", operation_id = "useradmin_v2_user_move")]
    async fn move_user(
        &self,
        caller: Caller<UpdateUser>,
        /// The user, by number or short name.
        user: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
        body: BodyDraft<Move>,
    ) -> Result<One<User>, ApiError> {
        let scope = caller.scope();
        let found = find(&caller, &scope, Which::User, domain.0.as_deref(), &user).await?;
        let to = body.check(async |body, errors| destination(&caller, &scope, &found, &body, errors).await).await?;
        one(&caller, relocate(&caller, &found, &to).await?).await
    }
}

async fn many(caller: &Caller<ViewUsers>, draft: &Draft<Users>) -> Result<Many<User>, ApiError> {
    let scope = caller.scope();
    let rows = scope.condition(Column::CustomerId).add(Column::Kind.eq("user"));
    let page = people(caller, draft, scope.clone(), rows).await?;
    let data = Described::of(&caller.platform, &scope, &page.rows).await?.users();
    Ok(Many::of(page, data))
}

/// A user, as it is printed.
pub async fn one(context: &RequestContext, row: subject::Model) -> Result<One<User>, ApiError> {
    let rows = [row];
    let mut data = Described::of(&context.platform, &visible(context)?, &rows).await?.users();
    data.pop().map(One).ok_or_else(|| ApiError::internal("a row that was not printed"))
}
