//! Checkpoints: those of the log, and those that were kept elsewhere.

use argus_audit_proof::note::{Checkpoint, PublicKey};
use argus_audit_proof::path::Head;

use crate::fault::{Faults, Place};
use crate::notes::believed;
use crate::page::Row;
use crate::store::{Store, Stream, Table};
use crate::tree::Tree;
use crate::{Error, Options};

/// What is compared with the tree while it grows.
pub struct Checkpoints {
    stream: Stream,
    keys: Vec<PublicKey>,
    origin: Option<String>,
    /// By their sizes, those from elsewhere, and their place among them.
    given: Vec<(usize, Checkpoint)>,
    /// How many of those are done.
    compared: usize,
    /// Whether one of the log has another root already: those behind it must, too.
    is_apart: bool,
    /// The size of the last one.
    last: Option<i64>,
}

impl Checkpoints {
    /// Those of a log, and those that were given.
    pub fn of(keys: Vec<PublicKey>, options: &Options, faults: &mut Faults) -> Self {
        let mut given = Vec::new();
        for (place, note) in options.checkpoints.iter().enumerate() {
            match believed(note, &keys) {
                Ok(checkpoint) => given.push((place + 1, checkpoint)),
                Err(doubt) => faults.add(Place::Given(place + 1), doubt),
            }
        }
        given.sort_by_key(|(_, checkpoint)| checkpoint.head.size);
        let stream = Stream::of(Table::Checkpoints);
        Self { stream, keys, origin: None, given, compared: 0, is_apart: false, last: None }
    }

    /// Compares those of the size that the tree has now.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn at(&mut self, leaves: u64, tree: &Tree, store: &mut dyn Store, faults: &mut Faults) -> Result<(), Error> {
        let size = i64::try_from(leaves).unwrap_or(i64::MAX);
        while let Some(row) = self.stream.ahead(store)? {
            let of = row.integer(0).unwrap_or(-1);
            if of > size {
                break;
            }
            if self.last == Some(of) {
                faults.add(Place::Checkpoint(of), "there are two of this size");
            } else if of < size {
                // All sizes that can be were asked for.
                faults.add(Place::Checkpoint(of), "no tree has this size");
            } else if let Some(found) = look(&row, of, &self.keys, &mut self.origin, faults) {
                compare(of, &found, tree.head(), &mut self.is_apart, faults);
            }
            self.last = Some(of);
            self.stream.pass();
        }
        while let Some((place, given)) = self.given.get(self.compared).filter(|(_, given)| given.head.size <= leaves) {
            if tree.head().is_some_and(|head| head.root != given.head.root) {
                let reason = format!("the first {leaves} leaves are not those that it was signed for");
                faults.add(Place::Given(*place), reason);
            } else if tree.head().is_none() {
                faults.add(Place::Given(*place), "leaves are missing, so that there is no tree to compare it with");
            }
            self.compared += 1;
        }
        Ok(())
    }

    /// Compares what is left with the number of leaves.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn end(mut self, leaves: u64, store: &mut dyn Store, faults: &mut Faults) -> Result<(), Error> {
        let size = i64::try_from(leaves).unwrap_or(i64::MAX);
        if self.last.unwrap_or(0) < size {
            let first = self.last.unwrap_or(0);
            let reason = format!("no checkpoint is of it: the last one is of {first} leaves, and there are {size}");
            faults.add(Place::Leaf(first), reason);
        }
        while let Some(row) = self.stream.ahead(store)? {
            let of = row.integer(0).unwrap_or(-1);
            if look(&row, of, &self.keys, &mut self.origin, faults).is_some() {
                let reason = format!("the tail was cut: there are only {size} leaves");
                faults.add(Place::Checkpoint(of), reason);
            }
            self.stream.pass();
        }
        for (place, given) in self.given.iter().skip(self.compared) {
            let of = given.head.size;
            let reason = format!("the log was cut or rolled back: it is of {of} leaves, and there are only {size}");
            faults.add(Place::Given(*place), reason);
        }
        for (place, given) in &self.given {
            if self.origin.as_ref().is_some_and(|origin| *origin != given.origin) {
                faults.add(Place::Given(*place), format!("it is of another log: {}", given.origin));
            }
        }
        Ok(())
    }
}

/// Reads one of the log.
fn look(
    row: &Row<'_>,
    size: i64,
    keys: &[PublicKey],
    origin: &mut Option<String>,
    faults: &mut Faults,
) -> Option<Checkpoint> {
    let found = match row.text(1).map(|note| believed(note, keys)) {
        Some(Ok(found)) => found,
        doubt => {
            let doubt = doubt.and_then(Result::err).unwrap_or("it is no text");
            faults.add(Place::Checkpoint(size), format!("signature: {doubt}"));
            return None;
        }
    };
    if u64::try_from(size) != Ok(found.head.size) {
        faults.add(Place::Checkpoint(size), format!("its note is of size {}", found.head.size));
        return None;
    }
    let origin = origin.get_or_insert_with(|| found.origin.clone());
    if *origin != found.origin {
        faults.add(Place::Checkpoint(size), format!("it is of another log: {}", found.origin));
    }
    Some(found)
}

/// Compares its root. Once one differs, all later ones do; they are not told again.
fn compare(size: i64, found: &Checkpoint, tree: Option<Head>, is_apart: &mut bool, faults: &mut Faults) {
    if *is_apart {
        return;
    }
    let reason = match tree {
        Some(head) if head == found.head => return,
        Some(_) => "its root is not that of the leaves; those of later ones are not looked at",
        None => "leaves are missing, so that there is no tree to compare it with, nor later ones",
    };
    *is_apart = true;
    faults.add(Place::Checkpoint(size), reason);
}
