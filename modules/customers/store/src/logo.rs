//! Logos of customers.

use argus_core::context::RequestContext;
use argus_core::error::ApiError;
use argus_core::wire::image::Image;
use argus_identity::entity::customer;
use ring::digest::{SHA256, digest};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use serde_json::{Value, json};

use crate::entity::logo::{ActiveModel, Column, Entity, Model};
use crate::find::in_use;

/// The logo that a customer has of its own.
///
/// # Errors
/// 404 when there is none.
pub async fn own(context: &RequestContext, customer: i64) -> Result<Image, ApiError> {
    let found = Entity::find_by_id(customer).one(context.platform.db.reader()).await?;
    found.map(image).ok_or_else(|| ApiError::not_found("logo"))
}

/// The logo of a customer, or else of the nearest group above it that has one, or else something neutral.
///
/// # Errors
/// When the store fails.
pub async fn or_default(context: &RequestContext, customer: i64) -> Result<Image, ApiError> {
    let (tree, reader) = (context.platform.directory.tree().await?, context.platform.db.reader());
    let line: Vec<i64> = tree.line(customer).map(|above| above.id).collect();
    // Not the images: a group of every level may have one.
    let having = Entity::find().filter(Column::CustomerId.is_in(line.iter().copied()));
    let having: Vec<i64> = having.select_only().column(Column::CustomerId).into_tuple().all(reader).await?;
    let Some(nearest) = line.into_iter().find(|id| having.contains(id)) else { return Ok(Image::neutral()) };
    Ok(Entity::find_by_id(nearest).one(reader).await?.map_or_else(Image::neutral, image))
}

fn image(row: Model) -> Image {
    Image { mime_type: row.mime_type, bytes: row.bytes }
}

/// Sets the logo of a customer. The record says which one, by its hash, and does not hold it.
///
/// # Errors
/// 412 for a disabled customer.
pub async fn set(context: &RequestContext, customer: &customer::Model, image: Image) -> Result<(), ApiError> {
    let (now, by) = (context.platform.clock.now(), context.caller()?.user_id);
    let done = context.change(async |transaction| {
        in_use(transaction, customer).await?;
        let before = Entity::find_by_id(customer.id).one(transaction).await?;
        let before = before.map(|row| print(&row.mime_type, &row.bytes));
        let after = print(&image.mime_type, &image.bytes);
        let row = ActiveModel {
            customer_id: Set(customer.id),
            mime_type: Set(image.mime_type),
            bytes: Set(image.bytes),
            updated_at: Set(now),
            updated_by: Set(by),
        };
        let anew = [Column::MimeType, Column::Bytes, Column::UpdatedAt, Column::UpdatedBy];
        let replaced = OnConflict::column(Column::CustomerId).update_columns(anew).to_owned();
        Entity::insert(row).on_conflict(replaced).exec_without_returning(transaction).await?;
        Ok(((), context.record().about("CUSTOMER", customer.id.to_string(), before, Some(after))))
    });
    done.await
}

fn print(mime_type: &str, bytes: &[u8]) -> Value {
    let hash: String = digest(&SHA256, bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    json!({ "logo": { "mimeType": mime_type, "bytes": bytes.len(), "sha256": hash } })
}
