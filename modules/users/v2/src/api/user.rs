//! Users in short.

use argus_core::access::Caller;
use argus_core::envelope::{Many, One};
use argus_core::error::ApiError;
use argus_core::pictures;
use argus_core::search::Draft;
use argus_core::wire::image::{Image, ImageQuery};
use argus_core::wire::{BodyCriteria, Path, Query, QueryCriteria};
use argus_identity::entity::subject::Column;
use argus_useradmin_store::find::{Which, find};
use argus_useradmin_store::search::list::page;
use poem_openapi::OpenApi;
use sea_orm::ColumnTrait;

use crate::model::{BasicUser, private, users};
use crate::search::BasicUsers;
use crate::{ViewBasicSubject, ViewRelatedBasicSubject};

/// Users in short.
#[derive(Clone, Copy)]
pub struct UserApi;

#[OpenApi]
impl UserApi {
    /// List users of the customers that you reach.
    #[oai(path = "/user", method = "get", operation_id = "users_v2_user_list")]
    async fn list_users(
        &self,
        caller: Caller<ViewRelatedBasicSubject>,
        criteria: QueryCriteria<BasicUsers>,
    ) -> Result<Many<BasicUser>, ApiError> {
        many(&caller, criteria.0).await
    }

    /// Search users of the customers that you reach.
    #[oai(path = "/user/search", method = "post", operation_id = "users_v2_user_search")]
    async fn search_users(
        &self,
        caller: Caller<ViewRelatedBasicSubject>,
        criteria: BodyCriteria<BasicUsers>,
    ) -> Result<Many<BasicUser>, ApiError> {
        many(&caller, criteria.0).await
    }

    /// Get a user; deleted ones too.
    #[oai(path = "/user/:user", method = "get", operation_id = "users_v2_user_get")]
    async fn get_user(
        &self,
        caller: Caller<ViewBasicSubject>,
        /// The user, by number or short name.
        user: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
    ) -> Result<One<BasicUser>, ApiError> {
        let row = find(&caller, &caller.scope(), Which::User, domain.0.as_deref(), &user).await?;
        let mut data = users(&caller, &[row]).await?;
        data.pop().map(One).ok_or_else(|| ApiError::internal("a row that was not printed"))
    }

    /// The picture of a user, as it was stored; without an envelope.
    #[oai(path = "/user/:user/picture", method = "get", operation_id = "users_v2_user_picture_get")]
    async fn get_picture(
        &self,
        caller: Caller<ViewBasicSubject>,
        /// The user, by number or short name.
        user: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
        query: ImageQuery,
    ) -> Result<Image, ApiError> {
        let found = find(&caller, &caller.scope(), Which::User, domain.0.as_deref(), &user).await?;
        pictures::get(&caller, found.id, query).await
    }
}

async fn many(caller: &Caller<ViewRelatedBasicSubject>, draft: Draft<BasicUsers>) -> Result<Many<BasicUser>, ApiError> {
    let scope = caller.scope();
    // Whom a text is found in is known from the answer, also where the text itself is not shown.
    let everywhere = scope.and(&private(caller).await?) == scope;
    let draft = if everywhere { draft } else { draft.veiled("email") };
    let rows = scope.condition(Column::CustomerId).add(Column::Kind.eq("user"));
    let page = page(caller, &draft, scope, rows).await?;
    let data = users(caller, &page.rows).await?;
    Ok(Many::of(page, data))
}
