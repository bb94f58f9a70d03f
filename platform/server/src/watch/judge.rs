//! What a look at a log comes to, from what was kept and what was seen. Nothing here reads a file, a clock or a socket.

use argus_audit_proof::Hash;
use argus_audit_proof::note::{Checkpoint, Doubt, PublicKey, open};
use argus_audit_proof::path::is_consistent;

/// What the log says for having only grown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// These hashes.
    Hashes(Vec<Hash>),
    /// Nothing, though it was asked and answered; how.
    Refused(String),
}

/// What a look comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// All that was kept is in what was seen.
    Holds(Checkpoint),
    /// Nobody can say without a proof that the tree of `from` leaves is the beginning of that of `to`.
    NeedsProof {
        /// Leaves of what was kept.
        from: u64,
        /// Leaves of what was seen.
        to: u64,
    },
    /// What was seen is no checkpoint of anything: whoever answered need not be the log.
    NoCheckpoint,
    /// The log is not what it was.
    Alarm(Alarm),
}

/// What is wrong with a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Alarm {
    /// It has another name than what was kept, or than all of the keys.
    OtherLog,
    /// No known key signed it.
    UnknownKey,
    /// It names a known key, which did not sign it.
    Forged,
    /// It is shorter than it was.
    RolledBack,
    /// It is as long as it was, and another one.
    Forked,
    /// It does not prove that it only grew; how it answered.
    Unproved(String),
    /// What was kept is not its beginning.
    Inconsistent,
}

impl Alarm {
    /// What is wrong, and what to do where something can be done; for a person.
    #[must_use]
    pub fn text(&self) -> String {
        let text = match self {
            Self::OtherLog => "another log: its name is not the one that was expected",
            Self::UnknownKey => {
                "unknown key: no known key signed the log. If its key was replaced, ask its operator for the new one, by \
                 another way than this server, and give it with --key FILE"
            }
            Self::Forged => "wrong signature: the log names a known key, which did not sign this",
            Self::RolledBack => "rolled back: the log is shorter than it was",
            Self::Forked => "forked: there are two logs of one size",
            Self::Unproved(answer) => return format!("not proved: the log does not show that it only grew ({answer})"),
            Self::Inconsistent => "not consistent: history was changed, what was kept is not the beginning of the log",
        };
        text.to_owned()
    }
}

/// Judges a note that a log gave, against the checkpoint that was kept of it, if any, by the keys that are believed. A proof
/// is needed only where the verdict asks for one.
#[must_use]
pub fn look(kept: Option<&Checkpoint>, note: &str, keys: &[PublicKey], proof: Option<&Proof>) -> Verdict {
    let Some(seen) = claimed(note) else { return Verdict::NoCheckpoint };
    // By the name first: with another log's checkpoint no key would be known, which would be a reason to look for one.
    let keys: Vec<PublicKey> = keys.iter().filter(|key| key.name == seen.origin).cloned().collect();
    let is_expected = kept.map_or(!keys.is_empty(), |kept| kept.origin == seen.origin);
    if !is_expected {
        return Verdict::Alarm(Alarm::OtherLog);
    }
    match open(note, &keys) {
        Err(Doubt::Malformed) => return Verdict::NoCheckpoint,
        Err(Doubt::Unsigned) => return Verdict::Alarm(Alarm::UnknownKey),
        Err(Doubt::Forged) => return Verdict::Alarm(Alarm::Forged),
        Ok(_) => {}
    }
    let Some(kept) = kept else { return Verdict::Holds(seen) };
    let (from, to) = (&kept.head, &seen.head);
    if to.size < from.size {
        return Verdict::Alarm(Alarm::RolledBack);
    }
    if to.size == from.size {
        return if to.root == from.root { Verdict::Holds(seen) } else { Verdict::Alarm(Alarm::Forked) };
    }
    let hashes: &[Hash] = match proof {
        // Everything begins with nothing.
        _ if from.size == 0 => &[],
        None => return Verdict::NeedsProof { from: from.size, to: to.size },
        Some(Proof::Refused(answer)) => return Verdict::Alarm(Alarm::Unproved(answer.clone())),
        Some(Proof::Hashes(hashes)) => hashes,
    };
    if is_consistent(from, to, hashes) { Verdict::Holds(seen) } else { Verdict::Alarm(Alarm::Inconsistent) }
}

/// The checkpoint in a note, whoever signed it.
#[must_use]
pub fn claimed(note: &str) -> Option<Checkpoint> {
    // The same place as where the signed text ends for whoever checks signatures.
    let (place, _) = note.rmatch_indices("\n\n").next()?;
    Checkpoint::parse(note.get(..=place)?)
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
