//! The caller's picture.

use argus_core::access::{Caller, Myself, MyselfWriting};
use argus_core::envelope::One;
use argus_core::error::ApiError;
use argus_core::pictures;
use argus_core::wire::BodyDraft;
use argus_core::wire::image::{IMAGE_BODY, Image, ImageQuery, ImageUpload};
use poem_openapi::OpenApi;

use super::myself;
use crate::model::{CurrentUser, current_user};

/// One's picture.
#[derive(Clone, Copy)]
pub struct PictureApi;

#[OpenApi]
impl PictureApi {
    /// Your picture, as it was stored; without an envelope.
    #[oai(path = "/picture", method = "get", operation_id = "currentuser_v1_picture_get")]
    async fn get(&self, caller: Caller<Myself>, query: ImageQuery) -> Result<Image, ApiError> {
        pictures::get(&caller, caller.caller()?.user_id, query).await
    }

    /// Set your picture: PNG or JPEG, told by its first bytes.
    #[oai(path = "/picture", method = "put", operation_id = "currentuser_v1_picture_set")]
    async fn set(
        &self,
        caller: Caller<MyselfWriting>,
        body: BodyDraft<ImageUpload, IMAGE_BODY>,
    ) -> Result<One<CurrentUser>, ApiError> {
        let image = pictures::read(body).await?;
        pictures::set(&caller, &*myself(&caller).await?, image).await?;
        Ok(One(current_user(&caller).await?))
    }
}
