//! A bounded cache that can never outlive a change.
//!
//! Whoever loads a value takes a ticket before reading the store and hands it in with the value; whoever changes the
//! store calls [`Cache::forget`] or [`Cache::clear`] after the commit and before the answer. A value read before a
//! change is refused by its ticket, whichever of the two comes first: both look at the generation under the lock of
//! the entry's shard.

use std::hash::Hash;
use std::sync::atomic::{AtomicU64, Ordering};

use dashmap::DashMap;
use dashmap::mapref::entry::Entry;

/// Values by key, at most `capacity` of them.
pub struct Cache<K, V> {
    map: DashMap<K, V>,
    generation: AtomicU64,
    capacity: usize,
}

/// Proof of when a load began.
#[derive(Debug, Clone, Copy)]
pub struct Ticket(u64);

impl<K: Eq + Hash, V: Clone> Cache<K, V> {
    /// An empty cache.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self { map: DashMap::new(), generation: AtomicU64::new(0), capacity }
    }

    /// The value, if it is there.
    pub fn get<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> Option<V>
    where
        K: std::borrow::Borrow<Q>,
    {
        self.map.get(key).map(|entry| entry.value().clone())
    }

    /// To be taken before the store is read.
    pub fn ticket(&self) -> Ticket {
        Ticket(self.generation.load(Ordering::SeqCst))
    }

    /// Keeps a value, unless anything changed since the ticket was taken.
    pub fn put(&self, ticket: Ticket, key: K, value: V) {
        if self.map.len() >= self.capacity {
            self.make_room();
        }
        let entry = self.map.entry(key);
        if self.generation.load(Ordering::SeqCst) != ticket.0 {
            return;
        }
        match entry {
            Entry::Occupied(mut entry) => drop(entry.insert(value)),
            Entry::Vacant(entry) => drop(entry.insert(value)),
        }
    }

    /// Forgets one value, and whatever is being loaded just now.
    pub fn forget<Q: Eq + Hash + ?Sized>(&self, key: &Q)
    where
        K: std::borrow::Borrow<Q>,
    {
        self.generation.fetch_add(1, Ordering::SeqCst);
        self.map.remove(key);
    }

    /// Forgets everything.
    pub fn clear(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
        self.map.clear();
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.map.len()
    }

    /// Whether there is no value.
    pub fn is_empty(&self) -> bool {
        self.map.is_empty()
    }

    /// Drops every second value. Which ones does not matter: they can be loaded again.
    fn make_room(&self) {
        let mut keep = false;
        self.map.retain(|_, _| {
            keep = !keep;
            keep
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_read_before_a_change_is_not_kept() {
        let cache = Cache::new(8);
        let ticket = cache.ticket();
        cache.forget(&1);
        cache.put(ticket, 1, "old");
        assert_eq!(cache.get(&1), None);
        cache.put(cache.ticket(), 1, "new");
        assert_eq!(cache.get(&1), Some("new"));
        cache.clear();
        assert_eq!(cache.get(&1), None);
    }

    #[test]
    fn it_stays_within_its_capacity() {
        let cache = Cache::new(100);
        for key in 0..10_000 {
            cache.put(cache.ticket(), key, key);
            assert!(cache.len() <= 100);
        }
    }
}
