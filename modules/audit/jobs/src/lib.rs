//! Jobs that make one file of the audit log each, beside requests: exports now, and whatever else is a [`Kind`].
//!
//! A job is a row (`job`). It waits (PENDING), is run by one node (RUNNING) and ends as COMPLETED, FAILED or CANCELLED; the
//! file of a completed one is kept for a while, and then it is EXPIRED. Nothing is lost with a process: what was RUNNING and
//! whose node is gone begins anew. A node holds a job by a lease, which it renews while it works; on the embedded store,
//! which one process has for itself, whatever is RUNNING at the start is nobody's.
//!
//! What a job may see is fixed when it is made: the customers, the moment from which relative times count, and how far the
//! log went (`snapshot`). When it runs, its maker must still be let in and hold what the job takes, on all those customers.

pub mod asked;
mod attempt;
pub mod content;
pub mod export;
pub mod file;
mod forget;
mod format;
pub mod formula;
pub mod job;
mod keeping;
mod kind;
mod letter;
pub mod migration;
mod runner;
pub mod search;
pub mod store;
mod told;

use std::sync::Arc;

use argus_core::app::Platform;

pub use forget::forget;
pub use format::Format;
pub use kind::{Failure, Kind, Progress};
pub use runner::Jobs;

/// Begins to run jobs of those kinds, until the server stops. `jobs` is what operations wake and cancel them by.
pub fn start(platform: &Arc<Platform>, jobs: &Arc<Jobs>, kinds: Vec<Arc<dyn Kind>>) {
    platform.tasks.spawn(runner::run(platform.clone(), jobs.clone(), kinds));
}
