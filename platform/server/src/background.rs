//! What goes on beside requests. Each begins here, and ends with [`argus_core::tasks::Tasks::finish`].

use std::sync::Arc;

use argus_audit_v1::output::Native;
use argus_core::app::Platform;

/// Begins all of it.
///
/// # Errors
/// Which setting cannot be used, and why.
pub fn start(platform: &Arc<Platform>) -> Result<(), String> {
    argus_mail::start(platform);
    argus_audit_rules::start(platform);
    argus_audit_webhooks::start(platform, Arc::new(Native(platform.clone())))
}
