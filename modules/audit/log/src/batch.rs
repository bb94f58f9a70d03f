//! What the writer makes durable in one transaction.

use std::sync::Arc;

use argus_core::error::ApiError;

use crate::commit::{Decision, Done, Placement};
use crate::entry::Entry;
use crate::event::Model;
use crate::proof::{Grown, Receipt};
use crate::queue::Waiting;
use crate::submission::{Outcome, Written};

/// What is written together. A submission is never in two of them.
#[derive(Default)]
pub struct Batch {
    /// Submissions, whose senders wait.
    pub submissions: Vec<Waiting>,
    /// Records of requests, for which nobody waits.
    pub records: Vec<Entry>,
    /// Whether what waits in the outbox is written along.
    pub outbox: bool,
    /// Whether some of the records may be in the log already, by a commit whose end is not known.
    pub doubtful: bool,
}

impl Batch {
    /// Two batches of what is in this one, so that what cannot be written is parted from what can; or this one, when it is
    /// a single thing.
    pub fn split(mut self) -> Result<[Self; 2], Self> {
        let others = !self.records.is_empty() || self.outbox;
        if !self.submissions.is_empty() && others {
            let submissions = std::mem::take(&mut self.submissions);
            return Ok([Self { submissions, ..Self::default() }, self]);
        }
        if !self.records.is_empty() && self.outbox {
            let records = std::mem::take(&mut self.records);
            return Ok([Self { records, doubtful: self.doubtful, ..Self::default() }, self]);
        }
        let (submissions, records) = (self.submissions.len(), self.records.len());
        if submissions < 2 && records < 2 {
            return Err(self);
        }
        let later = Self {
            submissions: self.submissions.split_off(submissions / 2),
            records: self.records.split_off(records / 2),
            outbox: false,
            doubtful: self.doubtful,
        };
        Ok([self, later])
    }

    /// Tells everybody what became of it.
    pub fn answer(self, done: Done) {
        for (waiting, decision) in self.submissions.into_iter().zip(done.decisions) {
            // Whoever went away meanwhile has its events all the same.
            let _ = waiting.answer.send(outcome(waiting.events, decision, done.grown.as_ref()));
        }
    }

    /// Tells everybody that nothing of it was written; gives back the records, which are never dropped.
    pub fn refuse(self, error: &ApiError) -> Vec<Entry> {
        for waiting in self.submissions {
            let _ = waiting.answer.send(Err(error.clone()));
        }
        self.records
    }
}

fn outcome(events: Vec<Entry>, decision: Decision, grown: Option<&Arc<Grown>>) -> Result<Outcome, ApiError> {
    let placements = match decision {
        Decision::Written(placements) => placements,
        Decision::Conflict(places) => return Ok(Outcome::Conflict(places)),
        Decision::Replay(remembered) => return Ok(Outcome::Replay(remembered)),
        Decision::KeyTaken => return Ok(Outcome::KeyTaken),
    };
    let written = events.into_iter().zip(placements).map(|(event, placement)| match placement {
        Placement::New { sequence, created_at } => {
            let grown = grown.ok_or_else(|| ApiError::internal("an event without a leaf"))?;
            let row = Box::new(Model { sequence, created_at, ..event.row });
            Ok(Written::New(row, Receipt::new(sequence, grown)))
        }
        Placement::Known(known) => Ok(Written::Known(known)),
        Placement::Other => Ok(Written::Other),
    });
    written.collect::<Result<_, _>>().map(Outcome::Written)
}
