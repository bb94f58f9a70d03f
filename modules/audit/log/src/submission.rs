//! What comes into the log as one, and what becomes of it.

use argus_core::audit::Record;

use crate::event::Model;
use crate::idempotency::{Key, Remembered};
use crate::import;
use crate::proof::Receipt;

/// What one request brings: its events, the record of the request, and what is to be remembered of it. All of it is
/// written in one transaction, and one answer is for all of it.
pub struct Submission {
    /// The events, at most 10,000. The log fills in sequence and receipt time.
    pub events: Vec<Model>,
    /// Whether one event that cannot be is the end of all.
    pub mode: Mode,
    /// The record of the request. It is written if any event is, if there is none to write, and with every step of an
    /// import.
    pub record: Option<Record>,
    /// Under what the submission is remembered for the life of the log.
    pub key: Option<Key>,
    /// How far an import is with this submission.
    pub import: Option<import::Model>,
}

impl Submission {
    /// These events as one: all of them or none.
    #[must_use]
    pub fn atomic(events: Vec<Model>) -> Self {
        Self { events, mode: Mode::Atomic, record: None, key: None, import: None }
    }

    /// These events, each on its own.
    #[must_use]
    pub fn partial(events: Vec<Model>) -> Self {
        Self { mode: Mode::Partial, ..Self::atomic(events) }
    }

    /// The same, with the record of the request that brought it.
    #[must_use]
    pub fn recorded(self, record: Option<Record>) -> Self {
        Self { record, ..self }
    }

    /// The same, to be remembered under a key.
    #[must_use]
    pub fn under(self, key: Option<Key>) -> Self {
        Self { key, ..self }
    }
}

/// What becomes of a submission of which an event cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// All events or none.
    #[default]
    Atomic,
    /// Each event on its own.
    Partial,
}

/// What became of a submission.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// What became of each event, in their order.
    Written(Vec<Written>),
    /// Nothing was written: those events, by their places in the submission, have identifiers of other events.
    Conflict(Vec<usize>),
    /// Nothing was written: the same was submitted under the same key before, and this came of it.
    Replay(Remembered),
    /// Nothing was written: the key is that of another submission.
    KeyTaken,
}

/// What became of one event.
#[derive(Debug, Clone, PartialEq)]
pub enum Written {
    /// It is in the log now, as this row, and this is what proves it.
    New(Box<Model>, Receipt),
    /// The customer's log has it already under the sender's identifier: this one.
    Known(Box<Model>),
    /// The customer's log has another event under that identifier.
    Other,
}
