//! Permissions on the wire.

use std::collections::HashMap;

use argus_core::app::Platform;
use argus_core::clock::millis;
use argus_core::directory::Tree;
use argus_core::error::ApiError;
use argus_core::info::{CustomerInfo, FunctionInfo, People, UserInfo};
use argus_identity::entity::{function, permission};
use poem_openapi::Object;
use serde_json::Value;

/// A permission to be granted.
#[derive(Debug, Clone, Object)]
pub struct Grant {
    /// The user or group, by number or short name.
    #[oai(validator(min_length = 1, max_length = 255))]
    pub subject: String,
    /// The customer, by number or short name; whatever is below it is meant too.
    #[oai(validator(min_length = 1, max_length = 255))]
    pub customer: String,
    /// The function or role, by number or name.
    #[oai(validator(min_length = 1, max_length = 255))]
    pub function: String,
    /// Why.
    #[oai(validator(max_length = 4000))]
    pub comment: Option<String>,
}

/// Permissions to be granted, all or none.
#[derive(Debug, Clone, Object)]
pub struct Grants {
    /// At least one.
    #[oai(validator(max_items = 1000))]
    pub permissions: Vec<Grant>,
}

/// A function, in short.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct BasicFunction {
    /// Number.
    pub id: i64,
    /// Name.
    pub name: String,
    /// Its name in English, where it has one.
    pub localized_name: Option<String>,
    /// What it is, in English, where that is said.
    pub localized_description: Option<String>,
    /// `external`, `standard` or `administrative`.
    pub minimum_security_level: String,
    /// `service`, `case`, `tool` or `other`.
    pub role_type: String,
    /// Of `deleted`, `role`, `sysadm`, `readOnly`.
    pub flags: Vec<String>,
}

/// A permission.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct Permission {
    /// Number.
    pub id: i64,
    /// Who.
    pub subject: Option<UserInfo>,
    /// On whom.
    pub customer: Option<CustomerInfo>,
    /// May do what.
    pub function: Option<FunctionInfo>,
    /// More of that function.
    pub function_info: Option<BasicFunction>,
    /// `deleted`, where it was revoked.
    pub flags: Vec<String>,
    /// Since when, in ms.
    pub granted_timestamp: i64,
    /// Who granted it.
    pub granted_by_user: Option<UserInfo>,
    /// Why.
    pub grant_comment: Option<String>,
    /// Until when, in ms; null while it lasts.
    pub revoked_timestamp: Option<i64>,
    /// Who revoked it.
    pub revoked_by_user: Option<UserInfo>,
    /// Why.
    pub revoke_comment: Option<String>,
}

/// The security level of a function, in the words of functions.
#[must_use]
pub fn level_name(stored: &str) -> &str {
    if stored == "default" { "standard" } else { stored }
}

/// The flags of a function.
#[must_use]
pub fn function_flags(row: &function::Model) -> Vec<String> {
    let all = [
        ("deleted", row.deleted_at.is_some()),
        ("role", row.role),
        ("sysadm", row.sysadm),
        ("readOnly", row.read_only),
    ];
    all.into_iter().filter(|(_, set)| *set).map(|(name, _)| name.to_owned()).collect()
}

/// Texts by language, as they are stored.
#[must_use]
pub fn localized(stored: Option<&str>) -> HashMap<String, String> {
    let parsed: Option<Value> = stored.and_then(|text| serde_json::from_str(text).ok());
    let members = parsed.as_ref().and_then(Value::as_object).into_iter().flatten();
    members.filter_map(|(name, text)| Some((name.clone(), text.as_str()?.to_owned()))).collect()
}

fn basic(row: &function::Model) -> BasicFunction {
    BasicFunction {
        id: row.id,
        name: row.name.clone(),
        localized_name: localized(row.localized_names.as_deref()).remove("english"),
        localized_description: localized(row.localized_descriptions.as_deref()).remove("english"),
        minimum_security_level: level_name(&row.minimum_level).to_owned(),
        role_type: row.role_type.clone(),
        flags: function_flags(row),
    }
}

fn printed(row: &permission::Model, tree: &Tree, people: &People) -> Permission {
    let function = tree.function(row.function_id);
    Permission {
        id: row.id,
        subject: people.info(Some(row.subject_id)),
        customer: tree.customer_info(row.customer_id),
        function: function.map(FunctionInfo::from),
        function_info: function.map(basic),
        flags: row.revoked_at.map(|_| "deleted".to_owned()).into_iter().collect(),
        granted_timestamp: millis(row.granted_at),
        granted_by_user: people.info(row.granted_by),
        grant_comment: row.grant_comment.clone(),
        revoked_timestamp: row.revoked_at.map(millis),
        revoked_by_user: people.info(row.revoked_by),
        revoke_comment: row.revoke_comment.clone(),
    }
}

/// Permissions as they are printed.
///
/// # Errors
/// When the store fails.
pub async fn permissions(platform: &Platform, rows: &[permission::Model]) -> Result<Vec<Permission>, ApiError> {
    let ids = rows.iter().flat_map(|row| [Some(row.subject_id), row.granted_by, row.revoked_by]).flatten();
    let people = People::of(platform, ids.collect()).await?;
    Ok(rows.iter().map(|row| printed(row, &people.tree, &people)).collect())
}
