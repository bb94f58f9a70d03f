//! The dialect `machine`: audit trails of machines below `/api/v1/audit/{machine_id}` (requirements S3-01 to S3-19). What it
//! lists are the events that name the machine, whichever door they came through; there is none of its own.

mod api;
mod error;
mod list;
mod model;
mod numbers;
mod output;

use argus_core::dialect::Dialect;
use argus_core::module::{Module, ModuleApi};

/// What it is called, in paths and settings.
const NAME: &str = "machine";

/// The module.
#[must_use]
pub fn module() -> Module {
    Module {
        name: "dialect",
        version: NAME,
        title: "The dialect machine: audit trails of machines",
        functions: &[],
        migrations: Vec::new,
        api: || ModuleApi::of((api::TrailApi, api::ExportApi), "dialect/machine", "v1"),
        dialect: Some(Dialect {
            name: NAME,
            grounds: &["/api/v1/audit"],
            error: error::render,
            anonymous: &[],
            credential: None,
        }),
    }
}
