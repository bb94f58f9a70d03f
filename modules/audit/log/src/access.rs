//! Who may do what with the log: the gates of all of its faces.

argus_core::functions! {
    /// Send audit events.
    SubmitAuditEvents = "submitAuditEvents", External, read_only: false;
    /// Read and search audit events.
    ViewAuditEvents = "viewAuditEvents", External, read_only: true;
    /// Export events, and have reports made of them.
    ExportAuditEvents = "exportAuditEvents", External, read_only: true;
    /// Administer subscriptions to events.
    ManageAuditSubscriptions = "manageAuditSubscriptions", External, read_only: false;
    /// Administer the rules that find suspicious activity.
    ManageAuditRules = "manageAuditRules", External, read_only: false;
    /// Erase values of events.
    EraseAuditDetails = "eraseAuditDetails", Administrative, read_only: false;
    /// See events that retention took away.
    ManageAuditRetention = "manageAuditRetention", Administrative, read_only: false;
}
