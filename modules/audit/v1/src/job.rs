//! What exports and reports have in common: both are jobs that make a file.

pub use argus_audit_jobs::asked::{Deliveries, add, end};
use argus_core::access::Caller;
use argus_core::error::FieldErrors;

use crate::ExportAuditEvents;
use crate::model::{Destination, DestinationType};

/// Whoever may have files made.
pub type Exporter = Caller<ExportAuditEvents>;

/// To whom the file is sent, if it is. What is wrong with it goes into `errors`.
pub fn recipient(sent: Option<Destination>, errors: &mut FieldErrors) -> Option<String> {
    let sent = sent?;
    if sent.kind.unwrap_or_default() != DestinationType::Email {
        return None;
    }
    let email = sent.email.unwrap_or_default();
    if !argus_mail::check(&email) && !errors.has("destination.email") {
        errors.add("destination.email", "invalid.field.value", "Must be one address of e-mail");
    }
    Some(email)
}

/// The same, as it is printed.
pub fn sent_to(email: Option<String>) -> Destination {
    let kind = if email.is_some() { DestinationType::Email } else { DestinationType::Download };
    Destination { kind: Some(kind), email }
}
