//! Permissions on the wire.

use argus_core::clock::millis;
use argus_core::context::RequestContext;
use argus_core::directory::Tree;
use argus_core::error::ApiError;
use argus_core::info::{CustomerInfo, FunctionInfo, People, UserInfo};
use argus_identity::entity::permission;
use poem_openapi::Object;

use argus_useradmin_store::function::{BasicFunction, Texts};

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

fn printed(row: &permission::Model, tree: &Tree, people: &People, texts: &Texts) -> Permission {
    let function = tree.function(row.function_id);
    Permission {
        id: row.id,
        subject: people.info(Some(row.subject_id)),
        customer: tree.customer_info(row.customer_id),
        function: function.map(FunctionInfo::from),
        function_info: function.map(|function| texts.basic(function)),
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
pub async fn permissions(context: &RequestContext, rows: &[permission::Model]) -> Result<Vec<Permission>, ApiError> {
    let ids = rows.iter().flat_map(|row| [Some(row.subject_id), row.granted_by, row.revoked_by]).flatten();
    let people = People::of(&context.platform, ids.collect()).await?;
    let texts = Texts::of(context).await?;
    Ok(rows.iter().map(|row| printed(row, &people.tree, &people, &texts)).collect())
}
