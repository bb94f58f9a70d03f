//! Info objects: what a reference to another object prints (requirements S2-53, sdk-contract 3.0).

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use argus_identity::entity::{customer, function, subject};
use poem_openapi::Object;

use crate::app::Platform;
use crate::directory::Tree;
use crate::error::ApiError;
use crate::rights::CustomerSet;

/// A domain, by reference.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
pub struct DomainInfo {
    /// Number.
    pub id: i64,
    /// Name.
    pub name: String,
}

/// A customer, by reference.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(rename_all = "camelCase")]
pub struct CustomerInfo {
    /// Number.
    pub id: i64,
    /// Name for people.
    pub name: String,
    /// Name for programs.
    pub short_name: String,
    /// Its domain.
    pub domain: DomainInfo,
}

/// A user or a group, by reference.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(rename_all = "camelCase")]
pub struct UserInfo {
    /// Number.
    pub id: i64,
    /// Name to log in with.
    pub short_name: String,
    /// Name for people.
    pub name: String,
    /// `user` or `group`.
    #[oai(rename = "type")]
    pub kind: String,
    /// `deleted`, where it is.
    pub flags: Vec<String>,
    /// The customer it belongs to.
    pub customer: Option<CustomerInfo>,
    /// Its domain.
    pub domain: DomainInfo,
}

/// A function, by reference.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
pub struct FunctionInfo {
    /// Number.
    pub id: i64,
    /// Name.
    pub name: String,
}

/// The people whom rows refer to.
pub struct People {
    /// The tree that their customers stand in.
    pub tree: Arc<Tree>,
    known: HashMap<i64, Arc<subject::Model>>,
}

impl People {
    /// Looks them up.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn of(platform: &Platform, ids: HashSet<i64>) -> Result<Self, ApiError> {
        Ok(Self { tree: platform.directory.tree().await?, known: platform.directory.users(ids).await? })
    }

    /// One of them, by reference.
    #[must_use]
    pub fn info(&self, id: Option<i64>) -> Option<UserInfo> {
        self.known.get(&id?).map(|found| self.tree.user_info(found))
    }

    /// Whether one of them is there, not deleted, and of a customer in the scope.
    #[must_use]
    pub fn in_scope(&self, id: i64, scope: &CustomerSet) -> bool {
        self.known.get(&id).is_some_and(|found| found.deleted_at.is_none() && scope.contains(found.customer_id))
    }
}

impl Tree {
    /// The domain of that number, by reference.
    #[must_use]
    pub fn domain_info(&self, id: i64) -> DomainInfo {
        DomainInfo { id, name: self.domain(id).to_owned() }
    }

    /// The customer of that number, by reference.
    #[must_use]
    pub fn customer_info(&self, id: i64) -> Option<CustomerInfo> {
        self.customer(id).map(|customer| self.info(customer))
    }

    /// A customer, by reference.
    #[must_use]
    pub fn info(&self, customer: &customer::Model) -> CustomerInfo {
        CustomerInfo {
            id: customer.id,
            name: customer.name.clone(),
            short_name: customer.short_name.clone(),
            domain: self.domain_info(customer.domain_id),
        }
    }

    /// A user or a group, by reference.
    #[must_use]
    pub fn user_info(&self, user: &subject::Model) -> UserInfo {
        UserInfo {
            id: user.id,
            short_name: user.short_name.clone(),
            name: user.name.clone(),
            kind: user.kind.clone(),
            flags: user.deleted_at.map(|_| "deleted".to_owned()).into_iter().collect(),
            customer: self.customer_info(user.customer_id),
            domain: self.domain_info(user.domain_id),
        }
    }
}

impl From<&function::Model> for FunctionInfo {
    fn from(function: &function::Model) -> Self {
        Self { id: function.id, name: function.name.clone() }
    }
}
