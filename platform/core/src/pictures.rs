//! Pictures of users: what two modules, the one about oneself and the one that administers users, do with them.

use argus_identity::entity::{subject, subject_picture};
use argus_identity::pictures;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use crate::context::RequestContext;
use crate::error::ApiError;
use crate::names::in_use;
use crate::wire::BodyDraft;
use crate::wire::image::{IMAGE_BODY, Image, ImageQuery, ImageUpload};

/// The picture of a user.
///
/// # Errors
/// 404 when there is none, and nothing neutral is wanted in its place.
pub async fn get(context: &RequestContext, user: i64, query: ImageQuery) -> Result<Image, ApiError> {
    match pictures::of(context.platform.db.reader(), user).await? {
        Some(found) => Ok(Image { mime_type: found.mime_type, bytes: found.bytes }),
        None if query.default => Ok(Image::neutral()),
        None => Err(ApiError::not_found("picture")),
    }
}

/// The image in a body.
///
/// # Errors
/// 412 naming every bad field.
pub async fn read(body: BodyDraft<ImageUpload, IMAGE_BODY>) -> Result<Image, ApiError> {
    let image = body.check(async |upload, errors| Ok(Image::of(&upload, errors))).await?;
    image.ok_or_else(|| ApiError::internal("an image that was neither good nor bad"))
}

/// Sets the picture of a user. The record says which one, by its hash, and does not hold it.
///
/// # Errors
/// 412 for a user that was deleted.
pub async fn set(context: &RequestContext, user: &subject::Model, image: Image) -> Result<(), ApiError> {
    let (updated_at, updated_by) = (context.platform.clock.now(), context.caller()?.user_id);
    let Image { mime_type, bytes } = image;
    let picture = subject_picture::Model { subject_id: user.id, mime_type, bytes, updated_at, updated_by };
    let done = context.change(async |transaction| {
        in_use(transaction, user.id).await?;
        let before = pictures::of(transaction, user.id).await?;
        let (old, new) = (before.as_ref().map(print), print(&picture));
        pictures::set(transaction, picture, before.is_some()).await?;
        Ok(((), context.record().about("PICTURE", user.id.to_string(), old, Some(new))))
    });
    done.await
}

fn print(picture: &subject_picture::Model) -> Value {
    let hash = STANDARD.encode(digest(&SHA256, &picture.bytes));
    json!({ "mimeType": picture.mime_type, "bytes": picture.bytes.len(), "sha256": hash })
}
