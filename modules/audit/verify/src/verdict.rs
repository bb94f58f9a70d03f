//! Rows and leaves compared on all cores: nothing in that depends on the ones before.

use std::thread;

use argus_audit_proof::{Hash, leaf_hash};

use crate::check::{Checker, Seen};
use crate::column::SEQUENCE;
use crate::page::{Page, Row};
use crate::salt::LEAF;

/// More threads than these wait for the one that reads.
const MOST: usize = 8;

/// What came of a row and its leaf.
#[derive(Debug, Clone, Copy)]
pub struct Verdict {
    /// Their index.
    pub index: i64,
    /// The hash of the leaf.
    pub hash: Hash,
    /// What they say, when they say the same.
    pub seen: Option<Seen>,
}

/// Those of the rows that were read.
pub struct Verdicts {
    checkers: Vec<Checker>,
    found: Vec<Option<Verdict>>,
    at: usize,
}

impl Verdicts {
    /// None yet.
    pub fn none() -> Self {
        let threads = thread::available_parallelism().map_or(1, |threads| threads.get().min(MOST));
        Self { checkers: (0..threads).map(|_| Checker::new()).collect(), found: Vec::new(), at: 0 }
    }

    /// Compares the rows of a page, from one on, with the leaves of another, from one on, as far as both reach.
    pub fn work(&mut self, (rows, row): (&Page, usize), (leaves, leaf): (&Page, usize)) {
        let number = rows.rows().saturating_sub(row).min(leaves.rows().saturating_sub(leaf));
        self.at = 0;
        self.found.clear();
        self.found.resize(number, None);
        let share = number.div_ceil(self.checkers.len()).max(1);
        thread::scope(|scope| {
            let shares = self.found.chunks_mut(share).zip(&mut self.checkers).enumerate();
            for (place, (found, checker)) in shares {
                let first = place * share;
                scope.spawn(move || {
                    for (place, found) in found.iter_mut().enumerate() {
                        let pair = rows.row(row + first + place).zip(leaves.row(leaf + first + place));
                        *found = pair.and_then(|(row, leaf)| verdict(checker, &row, &leaf));
                    }
                });
            }
        });
    }

    /// That of an index, if there is one. They are asked for in their order.
    pub fn of(&mut self, index: i64) -> Option<Verdict> {
        while let Some(verdict) = self.found.get(self.at) {
            match verdict {
                Some(verdict) if verdict.index > index => return None,
                Some(verdict) if verdict.index == index => return Some(*verdict),
                _ => self.at += 1,
            }
        }
        None
    }
}

/// That of a row and a leaf, if they are of one index.
pub fn verdict(checker: &mut Checker, row: &Row<'_>, leaf: &Row<'_>) -> Option<Verdict> {
    let index = row.integer(SEQUENCE).filter(|index| leaf.integer(0) == Some(*index))?;
    let hash = leaf_hash(leaf.text(LEAF).unwrap_or_default().as_bytes());
    Some(Verdict { index, hash, seen: checker.quick(row, leaf) })
}
