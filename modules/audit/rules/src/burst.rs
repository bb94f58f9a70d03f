//! When events of one group are a burst. Nothing but arithmetic, so that it can be held against a model.

use argus_core::clock::Nanos;
use serde::{Deserialize, Serialize};

/// Bursts that a group remembers; whoever comes later than the oldest of so many is not told from a new one.
const MOST_BURSTS: usize = 32;

/// What a group has seen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Events that are no burst yet, by time.
    pending: Vec<Seen>,
    /// Bursts, the one that was found last at the end.
    bursts: Vec<Burst>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Seen {
    at: Nanos,
    customer: i64,
}

/// Events that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Burst {
    /// The time of the first of the events with which it was found; what names it.
    pub found_at: Nanos,
    /// The earliest of its events.
    pub first: Nanos,
    /// The latest of them.
    pub last: Nanos,
    /// How many.
    pub count: u64,
    /// Whose all of them are; nothing where they are of several customers.
    pub customer: Option<i64>,
}

impl Group {
    /// Takes an event. Says whether it makes a new burst, which is then the last of [`Group::bursts`].
    pub fn see(&mut self, at: Nanos, customer: i64, threshold: usize, window: Nanos) -> bool {
        if let Some(burst) = self.bursts.iter_mut().find(|burst| burst.is_near(at, window)) {
            burst.take(at, customer);
            return false;
        }
        let seen = Seen { at, customer };
        let place = self.pending.partition_point(|other| *other <= seen);
        self.pending.insert(place, seen);
        let runs = self.pending.windows(threshold.max(1));
        let run = runs.map(|run| (run.first(), run.last())).position(|ends| match ends {
            (Some(first), Some(last)) => last.at.saturating_sub(first.at) <= window,
            _ => false,
        });
        let Some(start) = run else {
            // As many as could still become a burst, whatever comes between them.
            let most = threshold.saturating_mul(2).max(16);
            self.pending.drain(..self.pending.len().saturating_sub(most));
            return false;
        };
        let end = self.pending.get(start).map_or(at, |first| first.at.saturating_add(window));
        let beyond = self.pending.partition_point(|seen| seen.at <= end);
        let run: Vec<Seen> = self.pending.drain(start..beyond).collect();
        self.bursts.extend(Burst::of(&run));
        self.bursts.drain(..self.bursts.len().saturating_sub(MOST_BURSTS));
        true
    }

    /// As [`Group::see`], of an event that counts only near a burst of another group: makes a burst of its own for the first
    /// one near each of them.
    pub fn see_near(&mut self, at: Nanos, customer: i64, other: &Group, window: Nanos) -> bool {
        let Some(near) = other.bursts.iter().find(|burst| burst.is_near(at, window) && at >= burst.first) else {
            return false;
        };
        if let Some(own) = self.bursts.iter_mut().find(|own| own.found_at == near.found_at) {
            own.take(at, customer);
            return false;
        }
        let both = near.customer.filter(|of| *of == customer);
        self.bursts.push(Burst { found_at: near.found_at, first: at, last: at, count: 1, customer: both });
        self.bursts.drain(..self.bursts.len().saturating_sub(MOST_BURSTS));
        true
    }

    /// Its bursts.
    pub fn bursts(&self) -> &[Burst] {
        &self.bursts
    }
}

impl Burst {
    fn of(run: &[Seen]) -> Option<Self> {
        let (first, last) = (run.first()?, run.last()?);
        let same = run.iter().all(|seen| seen.customer == first.customer);
        Some(Self {
            found_at: first.at,
            first: first.at,
            last: last.at,
            count: run.len() as u64,
            customer: same.then_some(first.customer),
        })
    }

    /// Whether an event of that time is one of it.
    pub fn holds(&self, at: Nanos) -> bool {
        (self.first..=self.last).contains(&at)
    }

    /// Whether an event of that time is a part of it: no further from it than the window.
    fn is_near(&self, at: Nanos, window: Nanos) -> bool {
        at >= self.first.saturating_sub(window) && at <= self.last.saturating_add(window)
    }

    fn take(&mut self, at: Nanos, customer: i64) {
        self.count += 1;
        self.first = self.first.min(at);
        self.last = self.last.max(at);
        self.customer = self.customer.filter(|own| *own == customer);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WINDOW: Nanos = 300;

    fn found(times: &[Nanos], threshold: usize) -> (usize, Group) {
        let mut group = Group::default();
        let found = times.iter().filter(|at| group.see(**at, 1, threshold, WINDOW)).count();
        (found, group)
    }

    #[test]
    fn a_burst_is_found_once_and_goes_on() {
        let (number, group) = found(&[0, 100, 200, 250, 300, 310, 500, 790], 5);
        assert_eq!(number, 1);
        let [burst] = group.bursts() else { panic!("{group:?}") };
        assert_eq!((burst.found_at, burst.first, burst.last, burst.count), (0, 0, 790, 8));
        assert_eq!(burst.customer, Some(1));
    }

    #[test]
    fn whoever_comes_later_than_the_window_begins_anew() {
        assert_eq!(found(&[0, 1, 2, 303, 304, 305], 3).0, 2);
        assert_eq!(found(&[0, 1, 2, 302, 303, 304], 3).0, 1);
        // One more than the window from the first to the last.
        assert_eq!(found(&[0, 150, 301], 3).0, 0);
        assert_eq!(found(&[0, 150, 300], 3).0, 1);
    }

    #[test]
    fn the_same_events_again_are_the_same_burst_in_any_order() {
        let mut times = vec![1_000, 1_010, 1_020, 1_030, 1_040];
        let (_, mut group) = found(&times, 5);
        times.reverse();
        assert!(!times.iter().any(|at| group.see(*at, 1, 5, WINDOW)));
        assert_eq!(group.bursts().first().map(|burst| burst.count), Some(10));
    }

    #[test]
    fn events_of_several_customers_are_nobodys_alone() {
        let mut group = Group::default();
        assert!(!group.see(1, 7, 2, WINDOW));
        assert!(group.see(2, 8, 2, WINDOW));
        assert_eq!(group.bursts().first().and_then(|burst| burst.customer), None);
    }

    #[test]
    fn near_a_burst_counts_once_for_each() {
        let (_, failed) = found(&[0, 1, 2, 1_000, 1_001, 1_002], 3);
        let mut group = Group::default();
        let near: Vec<bool> =
            [-1, 300, 301, 500, 1_003, 1_004, 2_000].map(|at| group.see_near(at, 1, &failed, WINDOW)).to_vec();
        assert_eq!(near, [false, true, false, false, true, false, false]);
    }

    proptest! {
        /// In the order of time, a burst is found exactly when as many as the threshold lie within a window, and no event
        /// of an earlier burst's reach is among them.
        #[test]
        fn bursts_are_those_of_a_plain_look(mut times in prop::collection::vec(0_i64..3_000, 0..60), threshold in 1_usize..6) {
            times.sort_unstable();
            let (mut fresh, mut reach, mut expected) = (Vec::new(), i64::MIN, 0);
            for at in &times {
                if *at <= reach {
                    reach = at + WINDOW;
                    continue;
                }
                fresh.push(*at);
                fresh.retain(|earlier| at - earlier <= WINDOW);
                if fresh.len() >= threshold {
                    expected += 1;
                    fresh.clear();
                    reach = at + WINDOW;
                }
            }
            prop_assert_eq!(found(&times, threshold).0, expected);
        }
    }
}
