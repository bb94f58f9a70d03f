//! From rows to what is printed.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use argus_core::access::Level;
use argus_core::clock::millis;
use argus_core::context::RequestContext;
use argus_core::directory::Tree;
use argus_core::error::ApiError;
use argus_core::info::FunctionInfo;
use argus_identity::entity::{function, permission, subject};
use serde_json::Value;

use super::{CurrentUserFunction, CurrentUserPermission, SubjectInfo};
use crate::held::{Held, Use};

/// The people whom rows refer to.
pub struct People {
    pub tree: Arc<Tree>,
    known: HashMap<i64, Arc<subject::Model>>,
}

impl People {
    /// Looks them up.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn of(context: &RequestContext, ids: HashSet<i64>) -> Result<Self, ApiError> {
        let directory = &context.platform.directory;
        Ok(Self { tree: directory.tree().await?, known: directory.users(ids).await? })
    }

    /// One of them.
    #[must_use]
    pub fn info(&self, id: Option<i64>) -> Option<SubjectInfo> {
        self.known.get(&id?).map(|found| SubjectInfo::of(found, &self.tree))
    }
}

impl SubjectInfo {
    /// A user or a group.
    #[must_use]
    pub fn of(row: &subject::Model, tree: &Tree) -> Self {
        let is_user = row.kind == "user";
        Self {
            id: row.id,
            user_name: is_user.then(|| row.short_name.clone()),
            name: row.name.clone(),
            description: row.description.clone().filter(|_| !is_user),
            kind: row.kind.to_uppercase(),
            customer: tree.customer_info(row.customer_id),
            customer_id: row.customer_id,
            domain: tree.domain_info(row.domain_id),
        }
    }
}

impl CurrentUserFunction {
    /// A function, described in a language where it is, or else in English.
    #[must_use]
    pub fn of(row: &function::Model, language: &str) -> Self {
        let level = Level::parse(&row.minimum_level).unwrap_or(Level::Administrative);
        let flags = [
            ("DELETED", row.deleted_at.is_some()),
            ("ROLE", row.role),
            ("SYSADM", row.sysadm),
            ("READ_ONLY", row.read_only),
        ];
        Self {
            id: row.id,
            name: row.name.clone(),
            description: described(row.localized_descriptions.as_deref(), language),
            flags: set(&flags),
            security_level: level.session_name().to_owned(),
        }
    }
}

/// The names of what is set.
pub fn set(flags: &[(&str, bool)]) -> Vec<String> {
    flags.iter().filter(|(_, set)| *set).map(|(name, _)| (*name).to_owned()).collect()
}

fn described(stored: Option<&str>, language: &str) -> Option<String> {
    let texts: Value = serde_json::from_str(stored?).ok()?;
    let text = texts.get(language).or_else(|| texts.get("english"))?;
    text.as_str().map(str::to_owned)
}

/// The caller's language.
///
/// # Errors
/// When the store fails.
pub async fn language_of(context: &RequestContext) -> Result<String, ApiError> {
    let user = context.platform.directory.user(context.caller()?.user_id).await?;
    Ok(user.map(|user| user.language.clone()).unwrap_or_default())
}

/// Permissions, as they are printed.
///
/// # Errors
/// When the store fails.
pub async fn permissions(
    context: &RequestContext,
    held: &Held<'_>,
    rows: &[permission::Model],
) -> Result<Vec<CurrentUserPermission>, ApiError> {
    let ids = rows.iter().flat_map(|row| [Some(row.subject_id), row.granted_by]).flatten();
    let people = People::of(context, ids.collect()).await?;
    let language = language_of(context).await?;
    let print = |row: &permission::Model| {
        let function = people.tree.function(row.function_id);
        CurrentUserPermission {
            id: row.id,
            subject: people.info(Some(row.subject_id)),
            customer: people.tree.customer_info(row.customer_id),
            function: function.map(FunctionInfo::from),
            function_info: function.map(|function| CurrentUserFunction::of(function, &language)),
            flags: set(&[("CONSTRAINED", held.use_of(row) == Use::Part)]),
            granted_by_user: people.info(row.granted_by),
            granted_timestamp: millis(row.granted_at),
        }
    };
    Ok(rows.iter().map(print).collect())
}
