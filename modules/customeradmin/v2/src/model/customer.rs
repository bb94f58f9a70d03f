//! Customers on the wire.

use argus_core::info::{CustomerInfo, DomainInfo, UserInfo};
use argus_core::wire::Language;
use poem_openapi::{Enum, Object};

/// Whether there can be customers below one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "camelCase")]
pub enum CustomerType {
    /// There can be.
    Group,
    /// There cannot.
    Leaf,
}

/// A customer to be made.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct CustomerAdd {
    /// Name for people.
    #[oai(validator(min_length = 1, max_length = 255))]
    pub name: String,
    /// The group that it goes below, by number or short name.
    #[oai(validator(min_length = 1, max_length = 255))]
    pub parent: String,
    /// Name for programs: letters, digits, `_`, `:`, `-` and `.`, and not a number; unique among the domain's customers,
    /// disabled ones included, case aside.
    #[oai(validator(min_length = 1, max_length = 255))]
    pub short_name: String,
    /// `leaf` when absent; stays what it is.
    #[oai(rename = "type")]
    pub kind: Option<CustomerType>,
    /// The domain, by number or name; that of the parent when absent, and no other.
    #[oai(validator(max_length = 255))]
    pub domain: Option<String>,
    /// English when absent.
    pub language: Option<Language>,
    /// Name of an IANA time zone; `Europe/Oslo` when absent.
    #[oai(validator(max_length = 64))]
    pub time_zone: Option<String>,
    /// Not in production.
    pub exclude_from_production: Option<bool>,
    /// Has networks of its own.
    pub network_base_customer: Option<bool>,
    /// All its networks are one domain.
    pub single_network_domain: Option<bool>,
}

/// What may change about a customer. Only given members change.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct CustomerUpdate {
    /// Another name for people.
    #[oai(validator(min_length = 1, max_length = 255))]
    pub name: Option<String>,
    /// Another name for programs.
    #[oai(validator(min_length = 1, max_length = 255))]
    pub short_name: Option<String>,
    /// Another language.
    pub language: Option<Language>,
    /// Another time zone.
    #[oai(validator(max_length = 64))]
    pub time_zone: Option<String>,
    /// Whether data of all customers may be used for it.
    pub allow_global_data: Option<bool>,
    /// Whether anonymous users cannot submit.
    pub deny_submit_for_anonymous_user: Option<bool>,
    /// Whether it is not in production.
    pub exclude_from_production: Option<bool>,
    /// Whether it has networks of its own.
    pub network_base_customer: Option<bool>,
    /// Whether all its networks are one domain.
    pub single_network_domain: Option<bool>,
    /// Whether its data were removed elsewhere. Only a mark: nothing is removed here (see DELETE of `data`).
    pub data_deleted: Option<bool>,
}

/// Where a customer goes.
#[derive(Debug, Clone, Object)]
pub struct CustomerMove {
    /// The group, by number or short name; of the same domain.
    #[oai(validator(min_length = 1, max_length = 255))]
    pub parent: String,
}

/// A customer.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct Customer {
    /// Number.
    pub id: i64,
    /// Name for programs.
    pub short_name: String,
    /// Name for people.
    pub name: String,
    /// `group` or `leaf`.
    #[oai(rename = "type")]
    pub kind: String,
    /// The group right above; null for the root, and where you have no rights on that group.
    pub parent: Option<CustomerInfo>,
    /// Its domain.
    pub domain: DomainInfo,
    /// `english` or `norwegian`.
    pub language: String,
    /// Name of an IANA time zone.
    pub time_zone: String,
    /// Of `disabled`, `denySubmitForAnonymousUser`, `allowGlobalData`, `excludeFromProduction`, `networkBaseCustomer`,
    /// `singleNetworkDomain`, `customerDataDeleted`, `rootCustomerGroup`.
    pub flags: Vec<String>,
    /// When it was made, in ms.
    pub created_timestamp: i64,
    /// By whom.
    pub created_by_user: Option<UserInfo>,
    /// When it was last changed, in ms.
    pub last_updated_timestamp: Option<i64>,
    /// By whom.
    pub last_updated_by_user: Option<UserInfo>,
    /// When it was disabled, in ms.
    pub deleted_timestamp: Option<i64>,
    /// By whom.
    pub deleted_by_user: Option<UserInfo>,
}
