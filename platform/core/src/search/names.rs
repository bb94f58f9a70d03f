//! Customers and users in criteria: clients give ids or short names, columns hold ids.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::Serialize;

use crate::error::ApiError;

/// Finds customers and users for one caller.
#[async_trait]
pub trait Names: Send + Sync {
    /// The id of a customer given by id or short name; `None` when there is none that the caller may see.
    async fn customer(&self, id_or_short_name: &str) -> Result<Option<i64>, ApiError>;

    /// The id of a user given by id or short name; `None` when there is none that the caller may see.
    async fn user(&self, id_or_short_name: &str) -> Result<Option<i64>, ApiError>;
}

/// Knows nobody: for entities whose criteria name neither customers nor users.
#[async_trait]
impl Names for () {
    async fn customer(&self, _: &str) -> Result<Option<i64>, ApiError> {
        Ok(None)
    }

    async fn user(&self, _: &str) -> Result<Option<i64>, ApiError> {
        Ok(None)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) enum Name {
    Customer(String),
    User(String),
}

/// What the names in one criteria stand for, each asked once; `None` is a name of nobody.
#[derive(Debug, Default)]
pub(super) struct Directory(BTreeMap<Name, Option<i64>>);

impl Directory {
    /// `None` when it was not asked yet.
    pub(super) fn get(&self, name: &Name) -> Option<Option<i64>> {
        self.0.get(name).copied()
    }

    pub(super) async fn ask(
        &mut self,
        wanted: impl IntoIterator<Item = Name>,
        names: &dyn Names,
    ) -> Result<(), ApiError> {
        for name in wanted {
            let id = match &name {
                Name::Customer(text) => names.customer(text).await?,
                Name::User(text) => names.user(text).await?,
            };
            self.0.insert(name, id);
        }
        Ok(())
    }
}
