//! Wire types, and how rows become them.

mod describe;
mod user;

use argus_core::info::{CustomerInfo, DomainInfo, FunctionInfo};
use poem_openapi::Object;

pub use describe::{language_of, permissions};
pub use user::{CurrentUser, current_user};

/// A user or a group, by reference, in the older form.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct SubjectInfo {
    /// Number.
    pub id: i64,
    /// Name to log in with; null for groups.
    pub user_name: Option<String>,
    /// Name for people.
    pub name: String,
    /// For people; null for users.
    pub description: Option<String>,
    /// `USER` or `GROUP`.
    #[oai(rename = "type")]
    pub kind: String,
    /// The customer it belongs to.
    pub customer: Option<CustomerInfo>,
    /// The number of that customer.
    #[oai(rename = "customerID")]
    pub customer_id: i64,
    /// Its domain.
    pub domain: DomainInfo,
}

/// A function, in the older form.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct CurrentUserFunction {
    /// Number.
    pub id: i64,
    /// Name.
    pub name: String,
    /// What it is, in your language or else in English, where that is said.
    pub description: Option<String>,
    /// Of `DELETED`, `ROLE`, `SYSADM`, `READ_ONLY`.
    pub flags: Vec<String>,
    /// The least level at which it can be used: `EXTERNAL`, `DEFAULT` or `ADMINISTRATIVE`.
    pub security_level: String,
}

/// A permission, in the older form.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct CurrentUserPermission {
    /// Number.
    pub id: i64,
    /// To whom it was granted: you, or a group that you are in.
    pub subject: Option<SubjectInfo>,
    /// On whom; whatever is below is meant too.
    pub customer: Option<CustomerInfo>,
    /// The function or role.
    pub function: Option<FunctionInfo>,
    /// More of it.
    pub function_info: Option<CurrentUserFunction>,
    /// `CONSTRAINED`, where this credential can use only a part of it.
    pub flags: Vec<String>,
    /// Who granted it.
    pub granted_by_user: Option<SubjectInfo>,
    /// When, in ms.
    pub granted_timestamp: i64,
}
