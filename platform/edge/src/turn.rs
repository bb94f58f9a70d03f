//! Whose turn it is on a connection.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use crate::refusal::Fault;

/// Where a connection stands between one request and the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Step {
    /// No request is open and every answer has left.
    Between = 0,
    /// hyper has a whole head but has not yet called the service.
    Handed = 1,
    /// The service works on an answer, or its body is still being sent.
    InFlight = 2,
    /// hyper has the whole answer, but has not yet written all of it.
    Answered = 3,
}

/// What the wire below hyper and the service above it must know of each other. Both run in the connection's one task,
/// so the atomics are only there because that task may move between threads: relaxed order is enough.
#[derive(Debug, Default)]
pub(crate) struct Turn {
    step: AtomicU8,
    partial: AtomicBool,
    last: AtomicBool,
    refusal: OnceLock<Fault>,
}

impl Turn {
    pub(crate) fn step(&self) -> Step {
        match self.step.load(Ordering::Relaxed) {
            0 => Step::Between,
            1 => Step::Handed,
            2 => Step::InFlight,
            _ => Step::Answered,
        }
    }

    pub(crate) fn go(&self, step: Step) {
        self.step.store(step as u8, Ordering::Relaxed);
    }

    /// Some of a head has come, but not all of it.
    pub(crate) fn set_partial(&self, partial: bool) {
        self.partial.store(partial, Ordering::Relaxed);
    }

    pub(crate) fn is_partial(&self) -> bool {
        self.partial.load(Ordering::Relaxed)
    }

    /// The connection ends after the answer: the rest of a body will never be read, or the server drains.
    pub(crate) fn set_last(&self) {
        self.last.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_last(&self) -> bool {
        self.last.load(Ordering::Relaxed)
    }

    /// The next call of the service is not a request but the wire's wish to have this answered. The first wish counts.
    pub(crate) fn refuse(&self, fault: Fault) {
        let _ = self.refusal.set(fault);
    }

    pub(crate) fn refusal(&self) -> Option<Fault> {
        self.refusal.get().copied()
    }
}
