//! apikey/v1: making, narrowing, renewing, rotating and revoking API keys.

mod api;
mod model;
mod search;

use argus_core::authentication::api_key::service;
use argus_core::module::{Module, ModuleApi};

/// The module.
#[must_use]
pub fn module() -> Module {
    Module {
        name: "apikey",
        version: "v1",
        title: "API keys: who may call, from where, for how long, and for what",
        functions: service::FUNCTIONS,
        migrations: Vec::new,
        dialect: None,
        api: || ModuleApi::of(api::ApiKeyApi, "apikey/v1", "v1"),
    }
}
