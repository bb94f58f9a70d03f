//! What goes on beside requests. Each begins here, and ends with [`argus_core::tasks::Tasks::finish`].

use std::sync::Arc;

use argus_audit_jobs::export::columns::COLUMNS;
use argus_audit_jobs::export::{Export, Face, NATIVE};
use argus_audit_jobs::{Jobs, Kind};
use argus_audit_report::job::Report;
use argus_audit_v1::output::Native;
use argus_audit_v1::proof::Proofs;
use argus_audit_v1::{ExportAuditEvents, ManageAuditRetention};
use argus_core::access::Gate;
use argus_core::app::Platform;

/// Begins all of it.
///
/// # Errors
/// Which setting cannot be used, and why.
pub fn start(platform: &Arc<Platform>) -> Result<(), String> {
    argus_mail::start(platform)?;
    argus_audit_rules::start(platform);
    if let Some(jobs) = platform.services.get::<Jobs>() {
        argus_audit_jobs::start(platform, &jobs, kinds(platform));
        argus_audit_report::schedule::start(platform, &jobs, ExportAuditEvents::NAME);
    }
    argus_audit_webhooks::start(platform, Arc::new(Native(platform.clone())))
}

/// The kinds of jobs that are run.
fn kinds(platform: &Arc<Platform>) -> Vec<Arc<dyn Kind>> {
    let native = Face { name: NATIVE, printer: Arc::new(Native(platform.clone())), columns: COLUMNS };
    let (faces, function) = (vec![native, argus_dialect_rail::face()], ExportAuditEvents::NAME);
    let prover = Box::new(Proofs(platform.clone()));
    let export = Export { faces, prover, function, deleted: ManageAuditRetention::NAME };
    vec![Arc::new(export), Arc::new(Report { function })]
}
