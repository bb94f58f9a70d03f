//! What messages tell.

use argus_audit_log::event::{Model, flag};

/// Types of messages, in the order in which one event gives them. The bits are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// An event that the criteria select.
    Created,
    /// A finding of a rule.
    Suspicious,
    /// An export is ready.
    Export,
    /// A report is ready.
    Report,
}

/// All of them, in order.
pub const ALL: [Kind; 4] = [Kind::Created, Kind::Suspicious, Kind::Export, Kind::Report];

impl Kind {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Created => "audit.log.created",
            Self::Suspicious => "audit.suspicious.detected",
            Self::Export => "audit.export.completed",
            Self::Report => "audit.report.completed",
        }
    }

    /// The type of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What tells the message of this type from others of the same event.
    #[must_use]
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Suspicious => "suspicious",
            Self::Export => "export",
            Self::Report => "report",
        }
    }

    /// Its bit in [`subscription::Model::events`](crate::subscription::Model::events).
    #[must_use]
    pub const fn bit(self) -> i32 {
        match self {
            Self::Created => 1,
            Self::Suspicious => 2,
            Self::Export => 4,
            Self::Report => 8,
        }
    }

    /// Its place in the order, from 0.
    #[must_use]
    pub const fn place(self) -> i32 {
        match self {
            Self::Created => 0,
            Self::Suspicious => 1,
            Self::Export => 2,
            Self::Report => 3,
        }
    }

    /// Whether an event gives a message of this type whatever the criteria say. What retention took away gives none, and
    /// that a job is done only Argus itself can say.
    #[must_use]
    pub fn is_told_by(self, event: &Model) -> bool {
        let has = |bit: i64| event.flags & bit != 0;
        match self {
            _ if has(flag::DELETED) => false,
            Self::Created => false,
            Self::Suspicious => has(flag::SUSPICIOUS),
            Self::Export | Self::Report => has(flag::INTERNAL) && event.event_type.as_deref() == Some(self.name()),
        }
    }
}

/// Those of a set of bits, in order.
pub fn of(bits: i32) -> impl Iterator<Item = Kind> {
    ALL.into_iter().filter(move |kind| bits & kind.bit() != 0)
}
