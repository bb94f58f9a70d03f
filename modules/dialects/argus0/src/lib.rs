//! The dialect `argus0`: an audit-log microservice that services write to and read from at `/api/audit-logs`, with `/health` and
//! `/version`. Requirements S0-01 to S0-54, and of its later versions the bulk call, the summary of the day and the names
//! `action` and `metadata`.
//!
//! | theirs | here |
//! |---|---|
//! | `timestamp`, `status`, `actorType`, `actorId`, `targetType`, `targetId`, `traceId` | the same |
//! | `eventType` | `eventType`, and `category` |
//! | `eventAction` | `action` |
//! | `requestMetadata`, `responseMetadata` | the same |
//! | `additionalMetadata` | `metadata` |
//! | `createdAt` | `createdTimestamp` |
//!
//! An event that came in here is printed as it was sent. One that came by another door is printed by what follows from it:
//! `eventAction` is its verb where that is one of the four, `status` its outcome (what is unknown is no failure), actors and
//! targets of other kinds become the nearest that these clients know. Filters match what is printed.

mod api;
mod bulk;
mod error;
mod input;
mod list;
mod model;
mod output;
mod summary;

use argus_audit_log::access::{SubmitAuditEvents, ViewAuditEvents};
use argus_core::access::Gate;
use argus_core::dialect::Dialect;
use argus_core::module::{Module, ModuleApi};

/// The name of the dialect, also of the door in events.
pub const NAME: &str = "argus0";

/// The module.
#[must_use]
pub fn module() -> Module {
    Module {
        name: "dialect",
        version: NAME,
        title: "Dialect argus0: the audit-log microservice, at /api/audit-logs",
        functions: &[],
        migrations: Vec::new,
        dialect: Some(Dialect {
            name: NAME,
            grounds: &["/api/audit-logs", "/api/audit-summary"],
            error: error::render,
            anonymous: &[SubmitAuditEvents::NAME, ViewAuditEvents::NAME],
            credential: None,
        }),
        api: || ModuleApi::of((api::LogApi, api::SystemApi), "dialect/argus0", "v1"),
    }
}
