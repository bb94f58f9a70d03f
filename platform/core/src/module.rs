//! A module: a name, a version, operations, functions, migrations.

use std::collections::HashMap;

use poem::endpoint::BoxEndpoint;
use poem::http::Method;
use poem_openapi::{OpenApi, OpenApiService};
use sea_orm_migration::MigrationTrait;
use serde_json::Value;

use crate::access::Function;
use crate::dialect::Dialect;

/// One module, as the mount list names it.
pub struct Module {
    /// First part of the path: `audit`.
    pub name: &'static str,
    /// Second part of the path: `v1`.
    pub version: &'static str,
    /// Title of its document.
    pub title: &'static str,
    /// Functions it makes known.
    pub functions: &'static [Function],
    /// Its tables.
    pub migrations: fn() -> Vec<Box<dyn MigrationTrait>>,
    /// Its operations.
    pub api: fn() -> ModuleApi,
    /// What it has if it speaks as another system does; then its name is `dialect`, and its version that system's.
    pub dialect: Option<Dialect>,
}

/// A module's operations with their type taken away: what is published, and what is called.
pub struct ModuleApi {
    /// The document as poem-openapi writes it.
    pub document: Value,
    /// Endpoints by path (`/event/:param0`) and method.
    pub routes: HashMap<String, HashMap<Method, BoxEndpoint<'static>>>,
}

impl ModuleApi {
    /// Takes a poem-openapi API apart.
    #[must_use]
    pub fn of<A: OpenApi + Clone + 'static>(api: A, title: &str, version: &str) -> Self {
        let document = OpenApiService::new(api.clone(), title, version).spec();
        let mut routes = HashMap::new();
        api.add_routes(&mut routes);
        // What poem-openapi just wrote is JSON.
        Self { document: serde_json::from_str(&document).unwrap_or_default(), routes }
    }
}

impl Module {
    /// `/audit/v1`.
    #[must_use]
    pub fn prefix(&self) -> String {
        format!("/{}/{}", self.name, self.version)
    }

    /// `audit/v1`: the tag of its operations.
    #[must_use]
    pub fn tag(&self) -> String {
        format!("{}/{}", self.name, self.version)
    }
}
