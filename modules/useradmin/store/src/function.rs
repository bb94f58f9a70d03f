//! Functions as they are printed in short, and what else of them several faces print.

use argus_core::access::Level;
use argus_core::context::RequestContext;
use argus_core::error::ApiError;
use argus_core::texts::Reader;
use argus_identity::entity::function;
use poem_openapi::Object;

/// A function, in short.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct BasicFunction {
    /// Number.
    pub id: i64,
    /// Name.
    pub name: String,
    /// Its name in your language, or else in English, where it has one.
    pub localized_name: Option<String>,
    /// What it is, in your language, or else in English, where that is said.
    pub localized_description: Option<String>,
    /// `external`, `standard` or `administrative`.
    pub minimum_security_level: String,
    /// `service`, `case`, `tool` or `other`.
    pub role_type: String,
    /// Of `deleted`, `role`, `sysadm`, `readOnly`.
    pub flags: Vec<String>,
}

/// The security level of a function, in the words of functions.
#[must_use]
pub fn level_name(stored: &str) -> &str {
    if stored == Level::Default.name() { "standard" } else { stored }
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

/// Prints functions to somebody in that one's language.
pub struct Texts {
    reader: Reader,
}

impl Texts {
    /// For the caller.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn of(context: &RequestContext) -> Result<Self, ApiError> {
        Ok(Self { reader: Reader::of(context).await? })
    }

    /// The one to show, of texts as they are stored.
    #[must_use]
    pub fn text(&self, stored: Option<&str>) -> Option<String> {
        self.reader.text(stored)
    }

    /// In short.
    #[must_use]
    pub fn basic(&self, row: &function::Model) -> BasicFunction {
        BasicFunction {
            id: row.id,
            name: row.name.clone(),
            localized_name: self.text(row.localized_names.as_deref()),
            localized_description: self.text(row.localized_descriptions.as_deref()),
            minimum_security_level: level_name(&row.minimum_level).to_owned(),
            role_type: row.role_type.clone(),
            flags: function_flags(row),
        }
    }
}
