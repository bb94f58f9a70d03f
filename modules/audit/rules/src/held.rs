//! How far this node has looked, and what groups have seen by then: in memory, and saved now and then. What was not saved
//! is looked at again after a crash, and comes to the same.

use std::collections::{HashMap, HashSet};

use argus_audit_log::event::Model as Event;
use argus_core::clock::{NANOS_PER_SECOND, Nanos};

use crate::burst::Group;
use crate::group::Place;
use crate::watched::Watched;

/// How long what groups have seen is in memory only.
const SAVED_EVERY: Nanos = 20 * NANOS_PER_SECOND;

/// The most events that are looked at before it is saved how far.
const SAVED_AFTER: i64 = 1_000_000;

/// The most groups in memory.
const MOST_GROUPS: usize = 10_000;

/// The position while this node has it.
pub struct Held {
    /// The event that comes next.
    pub next: i64,
    /// Up to which this is saved.
    pub saved: i64,
    /// When the position was taken, or kept.
    pub since: Nanos,
    /// Groups as they are by now.
    pub groups: HashMap<Place, Group>,
    /// Those of them that are not saved so.
    unsaved: HashSet<Place>,
    saved_at: Nanos,
}

impl Held {
    /// At what is saved.
    pub fn at(saved: i64, now: Nanos) -> Self {
        let (groups, unsaved) = (HashMap::new(), HashSet::new());
        Self { next: saved, saved, since: now, groups, unsaved, saved_at: now }
    }

    /// Shows an event to the group of a rule. Says whether it makes a new burst.
    pub fn take(&mut self, rule: &Watched, values: &str, event: &Event) -> bool {
        let (at, customer, window) = (event.timestamp, event.customer_id, rule.rule.window);
        let near = match rule.place_before(values) {
            None => None,
            Some(before) => match self.groups.get(&before) {
                Some(group) if !group.bursts().is_empty() => Some(group.clone()),
                // There is nothing that it could come after.
                _ => return false,
            },
        };
        let place = rule.place(values);
        let group = self.groups.entry(place.clone()).or_default();
        self.unsaved.insert(place);
        match near {
            Some(near) => group.see_near(at, customer, &near, window),
            None => {
                let threshold = usize::try_from(rule.rule.threshold).unwrap_or(usize::MAX);
                group.see(at, customer, threshold, window)
            }
        }
    }

    /// Whether it is time.
    pub fn is_to_be_saved(&self, now: Nanos) -> bool {
        let late = !self.unsaved.is_empty() && now.saturating_sub(self.saved_at) >= SAVED_EVERY;
        late || self.groups.len() > MOST_GROUPS || self.next - self.saved >= SAVED_AFTER
    }

    /// The groups to be saved.
    pub fn unsaved(&self) -> impl Iterator<Item = (&Place, &Group)> {
        self.unsaved.iter().filter_map(|place| Some((place, self.groups.get(place)?)))
    }

    /// All of it is saved.
    pub fn note_saved(&mut self, now: Nanos) {
        (self.saved, self.saved_at) = (self.next, now);
        self.unsaved.clear();
        if self.groups.len() > MOST_GROUPS {
            self.groups.clear();
        }
    }
}
