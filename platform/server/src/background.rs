//! What goes on beside requests. Each begins here, and ends with [`argus_core::tasks::Tasks::finish`].

use std::sync::Arc;

use argus_core::app::Platform;

/// Begins all of it.
pub fn start(platform: &Arc<Platform>) {
    argus_mail::start(platform);
    argus_audit_rules::start(platform);
}
