//! Customers on the wire.

use std::collections::HashMap;

use argus_core::directory::Tree;
use argus_core::info::DomainInfo;
use argus_core::rights::CustomerSet;
use argus_customers_store::flags::flags;
use argus_customers_store::property::Properties;
use argus_identity::entity::customer;
use poem_openapi::Object;
use poem_openapi::types::Any;
use serde_json::Value;

/// A customer, in short.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct BasicCustomer {
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
    #[oai(rename = "parentID")]
    pub parent_id: Option<i64>,
    /// The customer itself and those above it, the nearest first, of those that you have rights on.
    #[oai(rename = "ancestorIDs")]
    pub ancestor_ids: Vec<i64>,
    /// Its domain.
    pub domain: DomainInfo,
    /// `english` or `norwegian`.
    pub language: String,
    /// Name of an IANA time zone.
    pub time_zone: String,
    /// Of `disabled`, `denySubmitForAnonymousUser`, `allowGlobalData`, `excludeFromProduction`, `networkBaseCustomer`,
    /// `singleNetworkDomain`, `customerDataDeleted`, `rootCustomerGroup`.
    pub flags: Vec<String>,
    /// Its own and inherited properties by key, where they are asked for, else null.
    pub properties: Option<HashMap<String, Any<Value>>>,
}

impl BasicCustomer {
    /// A customer as it is printed, for somebody who has rights on `reached`.
    pub fn of(row: &customer::Model, tree: &Tree, reached: &CustomerSet, properties: Option<&Properties>) -> Self {
        let above = tree.line(row.id).map(|above| above.id).filter(|id| reached.contains(*id));
        Self {
            id: row.id,
            short_name: row.short_name.clone(),
            name: row.name.clone(),
            kind: row.kind.clone(),
            parent_id: row.parent_id.filter(|id| reached.contains(*id)),
            ancestor_ids: above.collect(),
            domain: tree.domain_info(row.domain_id),
            language: row.language.clone(),
            time_zone: row.time_zone.clone(),
            flags: flags(row),
            properties: properties.map(|properties| properties.map(row.id)),
        }
    }
}
