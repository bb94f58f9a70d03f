//! What roles consist of, on the wire.

use argus_core::app::Platform;
use argus_core::clock::millis;
use argus_core::error::ApiError;
use argus_core::info::{FunctionInfo, UserInfo};
use argus_identity::entity::function_mapping;
use poem_openapi::Object;

use argus_core::info::People;

/// A function that is a part of another.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct FunctionMapping {
    /// Identifier, a UUID.
    pub id: String,
    /// Whoever has this function
    pub parent: FunctionInfo,
    /// has this one too.
    pub child: FunctionInfo,
    /// `deleted`, where it ended.
    pub flags: Vec<String>,
    /// Since when, in ms.
    pub created_timestamp: i64,
    /// Who added it; null for what a module made known.
    pub created_by_user: Option<UserInfo>,
    /// Until when, in ms; null while it lasts.
    pub deleted_timestamp: Option<i64>,
    /// Who ended it.
    pub deleted_by_user: Option<UserInfo>,
}

/// Mappings as they are printed.
///
/// # Errors
/// When the store fails.
pub async fn mappings(platform: &Platform, rows: &[function_mapping::Model]) -> Result<Vec<FunctionMapping>, ApiError> {
    let people = People::of(platform, rows.iter().flat_map(|row| [row.created_by, row.deleted_by]).flatten().collect());
    let people = people.await?;
    let printed = rows.iter().map(|row| FunctionMapping {
        id: row.id.to_string(),
        parent: FunctionInfo { id: row.parent_id, name: row.parent_name.clone() },
        child: FunctionInfo { id: row.child_id, name: row.child_name.clone() },
        flags: row.deleted_at.map(|_| "deleted".to_owned()).into_iter().collect(),
        created_timestamp: millis(row.created_at),
        created_by_user: people.info(row.created_by),
        deleted_timestamp: row.deleted_at.map(millis),
        deleted_by_user: people.info(row.deleted_by),
    });
    Ok(printed.collect())
}
