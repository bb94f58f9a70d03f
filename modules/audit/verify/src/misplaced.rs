//! Rows that stand at the place of another event: told when all are known, so that it can be said where they belong.

use std::collections::HashMap;

use crate::fault::{Faults, Place};

/// So many are looked up; more are not told anyway.
const MOST: usize = 100_000;

/// Rows and leaves that are not of the same event.
#[derive(Default)]
pub struct Misplaced(Vec<(i64, String, String)>);

impl Misplaced {
    /// One more: the index, the event of the row, and the event of the leaf.
    pub fn add(&mut self, index: i64, row: String, leaf: String, faults: &mut Faults) {
        if self.0.len() < MOST {
            self.0.push((index, row, leaf));
        } else {
            faults.add(Place::Leaf(index), different(&row, &leaf));
        }
    }

    /// Tells them.
    pub fn tell(self, faults: &mut Faults) {
        let home: HashMap<&str, i64> = self.0.iter().map(|(index, _, leaf)| (leaf.as_str(), *index)).collect();
        for (index, row, leaf) in &self.0 {
            let reason = match home.get(row.as_str()) {
                Some(home) => format!("order: the row is that of event {row}, which is leaf {home}"),
                None => different(row, leaf),
            };
            faults.add(Place::Leaf(*index), reason);
        }
    }
}

fn different(row: &str, leaf: &str) -> String {
    format!("the id differs from the leaf: the row is of event {row}, the leaf of {leaf}")
}
