//! Wire types.

use argus_core::access::{CustomerSet, Gate};
use argus_core::context::RequestContext;
use argus_core::directory::Tree;
use argus_core::error::ApiError;
use argus_core::info::{CustomerInfo, DomainInfo};
use argus_identity::entity::subject;
use argus_identity::users::flag;
use argus_useradmin_store::phone::Phone;
use poem_openapi::Object;

use crate::ViewBasicUserPrivateInfo;

/// A user or a group in short, told apart by `type`.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct BasicSubject {
    /// Number.
    pub id: i64,
    /// Name for programs; a user logs in with it.
    pub short_name: String,
    /// Name for people.
    pub name: String,
    /// `user` or `group`.
    #[oai(rename = "type")]
    pub kind: String,
    /// The customer it belongs to.
    pub customer: Option<CustomerInfo>,
    /// Its domain.
    pub domain: DomainInfo,
    /// Of `deleted`, `daemonAccount`.
    pub flags: Vec<String>,
}

/// A user in short.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct BasicUser {
    /// Number.
    pub id: i64,
    /// Name to log in with.
    pub short_name: String,
    /// Name for people.
    pub name: String,
    /// The customer it belongs to.
    pub customer: Option<CustomerInfo>,
    /// Its domain.
    pub domain: DomainInfo,
    /// `english` or `norwegian`.
    pub language: String,
    /// Of `deleted`, `daemonAccount`, `notificationUser`.
    pub flags: Vec<String>,
    /// E-mail address; null also for those who may not see it.
    pub email: Option<String>,
    /// Telephone number; null also for those who may not see it.
    pub phone: Option<Phone>,
    /// The telephone number as one text, as older clients read it.
    pub phone_number: Option<String>,
}

/// The customers of whose users the caller may see how they can be reached.
///
/// # Errors
/// When the store fails.
pub async fn private(context: &RequestContext) -> Result<CustomerSet, ApiError> {
    let (caller, tree) = (context.caller()?, context.platform.directory.tree().await?);
    let strong = tree.level(ViewBasicUserPrivateInfo::NAME).is_none_or(|level| caller.level >= level);
    Ok(if strong { caller.customers_for(ViewBasicUserPrivateInfo::NAME) } else { CustomerSet::none() })
}

/// Users as they are printed.
///
/// # Errors
/// When the store fails.
pub async fn users(context: &RequestContext, rows: &[subject::Model]) -> Result<Vec<BasicUser>, ApiError> {
    let (tree, private) = (context.platform.directory.tree().await?, private(context).await?);
    let print = |row: &subject::Model| {
        let whole = user(row, &tree);
        let hidden = !private.contains(row.customer_id);
        if hidden { BasicUser { email: None, phone: None, phone_number: None, ..whole } } else { whole }
    };
    Ok(rows.iter().map(print).collect())
}

fn user(row: &subject::Model, tree: &Tree) -> BasicUser {
    let mut flags = flags(row);
    flags.extend((row.flags & flag::NOTIFICATION_USER != 0).then(|| "notificationUser".to_owned()));
    let number = row.phone_country.as_deref().zip(row.phone_number.as_deref());
    BasicUser {
        id: row.id,
        short_name: row.short_name.clone(),
        name: row.name.clone(),
        customer: tree.customer_info(row.customer_id),
        domain: tree.domain_info(row.domain_id),
        language: row.language.clone(),
        flags,
        email: row.email.clone(),
        phone: Phone::of(row),
        phone_number: number.map(|(code, number)| format!("+{code}{number}")),
    }
}

/// Users and groups as they are printed.
///
/// # Errors
/// When the store fails.
pub async fn subjects(context: &RequestContext, rows: &[subject::Model]) -> Result<Vec<BasicSubject>, ApiError> {
    let tree = context.platform.directory.tree().await?;
    let print = |row: &subject::Model| BasicSubject {
        id: row.id,
        short_name: row.short_name.clone(),
        name: row.name.clone(),
        kind: row.kind.clone(),
        customer: tree.customer_info(row.customer_id),
        domain: tree.domain_info(row.domain_id),
        flags: flags(row),
    };
    Ok(rows.iter().map(print).collect())
}

fn flags(row: &subject::Model) -> Vec<String> {
    let all = [("deleted", row.deleted_at.is_some()), ("daemonAccount", row.flags & flag::DAEMON_ACCOUNT != 0)];
    all.into_iter().filter(|(_, set)| *set).map(|(name, _)| name.to_owned()).collect()
}
