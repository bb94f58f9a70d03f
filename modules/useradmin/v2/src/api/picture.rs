//! Pictures of users.

use argus_core::access::Caller;
use argus_core::envelope::One;
use argus_core::error::ApiError;
use argus_core::pictures;
use argus_core::wire::image::{IMAGE_BODY, Image, ImageQuery, ImageUpload};
use argus_core::wire::{BodyDraft, Path, Query};
use argus_useradmin_store::find::{Which, find};
use poem_openapi::OpenApi;

use super::user::one;
use crate::model::user::User;
use crate::{UpdateUser, ViewUsers};

/// Pictures of users.
#[derive(Clone, Copy)]
pub struct PictureApi;

#[OpenApi]
impl PictureApi {
    /// The picture of a user, as it was stored; without an envelope.
    #[oai(path = "/user/:user/picture", method = "get", operation_id = "useradmin_v2_user_picture_get")]
    async fn get(
        &self,
        caller: Caller<ViewUsers>,
        /// The user, by number or short name.
        user: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
        query: ImageQuery,
    ) -> Result<Image, ApiError> {
        let found = find(&caller, &caller.scope(), Which::User, domain.0.as_deref(), &user).await?;
        pictures::get(&caller, found.id, query).await
    }

    /// Set the picture of a user: PNG or JPEG, told by its first bytes.
    #[oai(path = "/user/:user/picture", method = "put", operation_id = "useradmin_v2_user_picture_set")]
    async fn set(
        &self,
        caller: Caller<UpdateUser>,
        /// The user, by number or short name.
        user: Path<String>,
        /// The domain in which the short name is looked up, by number or name; the caller's when absent.
        domain: Query<Option<String>>,
        body: BodyDraft<ImageUpload, IMAGE_BODY>,
    ) -> Result<One<User>, ApiError> {
        let found = find(&caller, &caller.scope(), Which::User, domain.0.as_deref(), &user).await?;
        pictures::set(&caller, &found, pictures::read(body).await?).await?;
        one(&caller, found).await
    }
}
