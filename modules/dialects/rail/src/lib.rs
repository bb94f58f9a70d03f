//! The dialect `rail`: logs, histories of entities, accesses, logins, statistics, exports and reports below `/api/v1/audit`
//! (requirements S4-01 to S4-28). There is nothing to write with: events come in by other doors.
//!
//! | theirs | here |
//! |---|---|
//! | `logId` | `externalID`, or `log_` and the id |
//! | `action` | `action`; a filter also takes the verb |
//! | `entityType`, `entityId` | `targetType`, `targetID` |
//! | `actor.type`, `.id`, `.email` | `actorType`, `actorID`, `actorEmail` |
//! | `ipAddress`, `userAgent`, `traceId`, `metadata` | `clientIP`, `userAgent`, `traceID`, `metadata` |
//!
//! Exports and reports are the jobs of the native interface, with identifiers that say what they are.

mod api;
mod body;
mod error;
mod export;
mod filter;
mod job;
mod list;
mod login;
mod model;
mod output;
mod report;
mod stats;
mod table;

use argus_audit_log::access::ViewAuditEvents;
use argus_core::access::Gate;
use argus_core::dialect::Dialect;
use argus_core::module::{Module, ModuleApi};

pub use table::face;

/// The name of the dialect, also of its face in jobs.
pub const NAME: &str = "rail";

/// Where its clients look for it: each of `RAIL_PATHS`. Beside them the same prefix has the names of machines.
const GROUNDS: &[&str] = &[
    "/api/v1/audit/logs",
    "/api/v1/audit/access-logs",
    "/api/v1/audit/login-history",
    "/api/v1/audit/stats",
    "/api/v1/audit/export",
    "/api/v1/audit/reports",
    "/api/v1/audit/entities",
];

/// The module.
#[must_use]
pub fn module() -> Module {
    Module {
        name: "dialect",
        version: NAME,
        title: "Dialect rail: logs, histories, accesses, logins, exports and reports, at /api/v1/audit",
        functions: &[],
        migrations: Vec::new,
        dialect: Some(Dialect {
            name: NAME,
            grounds: GROUNDS,
            error: error::render,
            anonymous: &[ViewAuditEvents::NAME],
            credential: None,
        }),
        api: || ModuleApi::of((api::log::LogApi, api::job::JobApi), "dialect/rail", "v1"),
    }
}

#[cfg(test)]
mod tests {
    use argus_core::config::RAIL_PATHS;

    use super::GROUNDS;

    #[test]
    fn its_grounds_are_the_names_that_no_machine_may_have() {
        assert_eq!(GROUNDS, RAIL_PATHS.map(|path| format!("/api/v1/audit/{path}")));
    }
}
