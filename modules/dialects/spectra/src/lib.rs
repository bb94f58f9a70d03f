//! The dialect `spectra`: an audit log with users, access keys and metrics.

mod error;
mod log;

use argus_core::dialect::Dialect;
use argus_core::module::{Module, ModuleApi};

/// The name of the dialect, also of the door in events.
pub const NAME: &str = "spectra";

/// The module.
#[must_use]
pub fn module() -> Module {
    Module {
        name: "dialect",
        version: NAME,
        title: "Dialect spectra: an audit log with users, access keys and metrics",
        functions: &[],
        migrations: Vec::new,
        dialect: Some(Dialect {
            name: NAME,
            grounds: &["/auth", "/users", "/audit/log", "/audit/metrics"],
            error: error::render,
            anonymous: &[],
            credential: None,
        }),
        api: || ModuleApi::of(log::LogApi, "dialect/spectra", "v1"),
    }
}
