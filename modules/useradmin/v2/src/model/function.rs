//! Functions on the wire.

use std::collections::HashMap;

use argus_core::access::Level;
use argus_core::clock::millis;
use argus_core::context::RequestContext;
use argus_core::error::ApiError;
use argus_core::info::UserInfo;
use argus_core::texts::localized;
use argus_identity::entity::function;
use argus_useradmin_store::function::{Texts, function_flags, level_name};
use poem_openapi::{Enum, Object};

use argus_core::info::People;

/// How strongly a caller has to prove who it is, to use a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "camelCase")]
pub enum SecurityLevel {
    /// By a second factor.
    Administrative,
    /// By password or signature.
    Standard,
    /// By API key, or any other way.
    External,
}

impl From<SecurityLevel> for Level {
    fn from(level: SecurityLevel) -> Self {
        match level {
            SecurityLevel::Administrative => Self::Administrative,
            SecurityLevel::Standard => Self::Default,
            SecurityLevel::External => Self::External,
        }
    }
}

/// What kind of role it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "camelCase")]
pub enum RoleType {
    /// Of a service.
    Service,
    /// Of cases.
    Case,
    /// Of tools.
    Tool,
    /// Any other.
    Other,
    /// The same as `other`, as older clients write it.
    OtherRole,
}

impl RoleType {
    /// The name that is stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Case => "case",
            Self::Tool => "tool",
            Self::Other | Self::OtherRole => "other",
        }
    }
}

/// A function to be made.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct FunctionAdd {
    /// Name: letters, digits, `_`, `:`, `-` and `.`, and not a number; unique, also among removed ones.
    #[oai(validator(min_length = 1, max_length = 255))]
    pub name: String,
    /// The function that it becomes a part of, by number or name: whoever has that has the new one too.
    #[oai(validator(min_length = 1, max_length = 255))]
    pub parent: String,
    /// The least level at which it can be used; `standard` when absent.
    pub minimum_security_level: Option<SecurityLevel>,
    /// Whether it is meant to be given to people; false when absent.
    pub role: Option<bool>,
    /// Whether it is for those who run the system; false when absent.
    pub sysadm: Option<bool>,
    /// Whether it only reads; false when absent.
    pub read_only: Option<bool>,
    /// What kind of role it is; `other` when absent.
    pub role_type: Option<RoleType>,
    /// Names for people, by language: `english`, `norwegian`.
    pub localized_names: Option<HashMap<String, String>>,
    /// Descriptions for people, by language: `english`, `norwegian`.
    pub localized_descriptions: Option<HashMap<String, String>>,
    /// The description in English, as older clients send it; without meaning beside `localizedDescriptions`.
    #[oai(deprecated, validator(max_length = 4000))]
    pub description: Option<String>,
}

/// What may change about a function. Only given members change. What a module made known keeps its name, `role` and
/// `readOnly`, and asks for no less than its module does.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct FunctionUpdate {
    /// Another name.
    #[oai(validator(min_length = 1, max_length = 255))]
    pub name: Option<String>,
    /// Another least level. To lower it, you must hold the function wherever it is granted, and be of the level that it has.
    pub minimum_security_level: Option<SecurityLevel>,
    /// Whether it is meant to be given to people.
    pub role: Option<bool>,
    /// Whether it is for those who run the system.
    pub sysadm: Option<bool>,
    /// Whether it only reads.
    pub read_only: Option<bool>,
    /// Another kind of role.
    pub role_type: Option<RoleType>,
    /// Other names for people, all of them, by language.
    pub localized_names: Option<HashMap<String, String>>,
    /// Other descriptions for people, all of them, by language.
    pub localized_descriptions: Option<HashMap<String, String>>,
    /// Another description in English, as older clients send it; without meaning beside `localizedDescriptions`.
    #[oai(deprecated, validator(max_length = 4000))]
    pub description: Option<String>,
}

/// Functions that become parts of another.
#[derive(Debug, Clone, Object)]
pub struct ChildrenAdd {
    /// Functions, by number or name; at least one.
    #[oai(validator(max_items = 1000))]
    pub children: Vec<String>,
}

/// A function, or a role: a function with children.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct Function {
    /// Number.
    pub id: i64,
    /// Name.
    pub name: String,
    /// What it is, in English; older clients read it here.
    pub description: Option<String>,
    /// Its name in your language, or else in English, where it has one.
    pub localized_name: Option<String>,
    /// What it is, in your language, or else in English, where that is said.
    pub localized_description: Option<String>,
    /// Names by language.
    pub localized_names: HashMap<String, String>,
    /// Descriptions by language.
    pub localized_descriptions: HashMap<String, String>,
    /// `external`, `standard` or `administrative`.
    pub minimum_security_level: String,
    /// `service`, `case`, `tool` or `other`.
    pub role_type: String,
    /// Of `deleted`, `role`, `sysadm`, `readOnly`.
    pub flags: Vec<String>,
    /// When it was made, in ms.
    pub created_timestamp: i64,
    /// By whom; null for what a module made known.
    pub created_by_user: Option<UserInfo>,
    /// When it was last changed, in ms.
    pub last_updated_timestamp: Option<i64>,
    /// By whom.
    pub last_updated_by_user: Option<UserInfo>,
    /// When it was removed, in ms.
    pub deleted_timestamp: Option<i64>,
    /// By whom.
    pub deleted_by_user: Option<UserInfo>,
}

fn whole(texts: &Texts, row: &function::Model, people: &People) -> Function {
    let descriptions = localized(row.localized_descriptions.as_deref());
    Function {
        id: row.id,
        name: row.name.clone(),
        description: descriptions.get("english").cloned(),
        localized_name: texts.text(row.localized_names.as_deref()),
        localized_description: texts.text(row.localized_descriptions.as_deref()),
        localized_names: localized(row.localized_names.as_deref()),
        localized_descriptions: descriptions,
        minimum_security_level: level_name(&row.minimum_level).to_owned(),
        role_type: row.role_type.clone(),
        flags: function_flags(row),
        created_timestamp: millis(row.created_at),
        created_by_user: people.info(row.created_by),
        last_updated_timestamp: row.updated_at.map(millis),
        last_updated_by_user: people.info(row.updated_by),
        deleted_timestamp: row.deleted_at.map(millis),
        deleted_by_user: people.info(row.deleted_by),
    }
}

/// Functions as they are printed.
///
/// # Errors
/// When the store fails.
pub async fn functions(context: &RequestContext, rows: &[function::Model]) -> Result<Vec<Function>, ApiError> {
    let by = rows.iter().flat_map(|row| [row.created_by, row.updated_by, row.deleted_by]).flatten();
    let people = People::of(&context.platform, by.collect()).await?;
    let texts = Texts::of(context).await?;
    Ok(rows.iter().map(|row| whole(&texts, row, &people)).collect())
}
