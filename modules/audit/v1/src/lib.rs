//! audit/v1: events in, events out.

mod access;
mod add;
mod api;
mod bulk;
pub mod input;
mod json;
mod keyed;
pub mod model;
mod output;

use argus_core::module::{Module, ModuleApi};

argus_core::functions! {
    /// Send audit events.
    SubmitAuditEvents = "submitAuditEvents", External, read_only: false;
    /// Read and search audit events.
    ViewAuditEvents = "viewAuditEvents", External, read_only: true;
    /// See events that retention took away.
    ManageAuditRetention = "manageAuditRetention", Administrative, read_only: false;
}

/// The module.
#[must_use]
pub fn module() -> Module {
    Module {
        name: "audit",
        version: "v1",
        title: "Audit log: events of every service, searchable",
        functions: FUNCTIONS,
        migrations: argus_audit_log::migration::all,
        api: || ModuleApi::of((api::event::EventApi, api::bulk::BulkApi), "audit/v1", "v1"),
    }
}
