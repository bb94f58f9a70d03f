//! A model of clients, thieves and crashes: no request is ever accepted twice, and no honest client is ever refused.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use argus_core::authentication::signature::{FARTHEST, KEPT, Refusal, Signed, Used};
use argus_core::cache::Cache;
use argus_core::clock::{Clock, Nanos};
use argus_core::db::Db;
use argus_identity::signatures::{evict_pins, prune_nonces};
use argus_testing::stores;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};

const SECOND: Nanos = 1_000_000_000;
const TOLERANCE: Nanos = 60 * SECOND;
/// The longest that an honest request is under way.
const LATENCY: Nanos = 30 * SECOND;
const KEYS: usize = 3;

#[derive(Debug, Clone)]
enum Step {
    /// A client sends a request, in so many copies, that is so long under way.
    Send { key: usize, copies: usize, latency: Nanos },
    /// Somebody sends again what was accepted before, in so many copies.
    Replay { which: prop::sample::Index, copies: usize },
    /// Somebody sends a request with a nonce that was used, and another time.
    Renonce { which: prop::sample::Index },
    /// Time goes by; the clients' clocks drift a little.
    Wait(Nanos),
    /// An administrator takes a pin away; the client's clock is set anew.
    Evict { key: usize, skew: Nanos },
    /// kill -9 and a start: memory is gone.
    Restart,
    /// What housekeeping does now and then.
    Prune,
}

fn steps() -> impl Strategy<Value = (Vec<Nanos>, Vec<Step>)> {
    let skew = || -(FARTHEST - LATENCY)..=FARTHEST;
    let step = prop_oneof![
        8 => (0..KEYS, 1_usize..5, 0..=LATENCY).prop_map(|(key, copies, latency)| Step::Send { key, copies, latency }),
        6 => (any::<prop::sample::Index>(), 1_usize..4).prop_map(|(which, copies)| Step::Replay { which, copies }),
        2 => any::<prop::sample::Index>().prop_map(|which| Step::Renonce { which }),
        4 => prop_oneof![0..=10 * SECOND, 0..=300 * SECOND, 0..=5 * 3_600 * SECOND].prop_map(Step::Wait),
        1 => (0..KEYS, skew()).prop_map(|(key, skew)| Step::Evict { key, skew }),
        2 => Just(Step::Restart),
        1 => Just(Step::Prune),
    ];
    (prop::collection::vec(skew(), KEYS), prop::collection::vec(step, 1..60))
}

struct World<'a> {
    db: &'a Db,
    clock: Clock,
    used: Used,
    pins: Arc<Cache<i64, argus_core::authentication::signature::Pin>>,
    skews: Vec<Nanos>,
    first_key: i64,
    accepted: Vec<Signed>,
    once: HashSet<Signed>,
    nonce: u64,
}

impl World<'_> {
    async fn present(&mut self, signed: Signed, copies: usize) -> Vec<Result<(), Refusal>> {
        let now = self.clock.now();
        let mut outcomes = Vec::new();
        let mut asked = Vec::new();
        for _ in 0..copies {
            match self.used.look(&signed, now) {
                Ok(()) => asked.push(self.used.accept(signed)),
                Err(refusal) => outcomes.push(Err(refusal)),
            }
        }
        for answer in join_all(asked).await {
            outcomes.push(answer.unwrap());
        }
        let passed = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        if passed > 0 {
            assert_eq!(passed, 1, "{signed:?}");
            assert!(self.once.insert(signed), "accepted again: {signed:?}");
            self.accepted.push(signed);
        }
        outcomes
    }

    async fn step(&mut self, step: Step) {
        match step {
            Step::Send { key, copies, latency } => {
                let stamp = (self.clock.now() + self.skews[key]) / 1_000_000;
                self.clock.advance(Duration::from_nanos(latency.unsigned_abs()));
                self.nonce += 1;
                let signed = Signed::new(self.first_key + key as i64, stamp, &self.nonce.to_string());
                let outcomes = self.present(signed, copies).await;
                assert!(outcomes.iter().any(Result::is_ok), "refused: {signed:?} {outcomes:?}");
            }
            Step::Replay { which, copies } if !self.accepted.is_empty() => {
                let signed = *which.get(&self.accepted);
                assert!(self.present(signed, copies).await.iter().all(Result::is_err));
            }
            Step::Renonce { which } if !self.accepted.is_empty() => {
                let signed = *which.get(&self.accepted);
                let key = usize::try_from(signed.key - self.first_key).unwrap();
                let stamp = (self.clock.now() + self.skews[key]) / 1_000_000;
                // Once the old timestamp is too late by itself, its nonce may come again.
                if self.used.look(&signed, self.clock.now()) == Err(Refusal::Used) {
                    assert!(self.present(Signed { stamp, ..signed }, 1).await[0].is_err(), "{signed:?}");
                }
            }
            Step::Replay { .. } | Step::Renonce { .. } => {}
            Step::Wait(time) => {
                self.clock.advance(Duration::from_nanos(time.unsigned_abs()));
                // Half of what a pin can follow.
                self.skews.iter_mut().for_each(|skew| *skew = (*skew + time / 7_200).min(FARTHEST));
            }
            Step::Evict { key, skew } => {
                let transaction = self.db.begin().await.unwrap();
                let keys = HashSet::from([self.first_key + key as i64]);
                evict_pins(&transaction, &keys, self.clock.now()).await.unwrap();
                transaction.commit().await.unwrap();
                self.pins.clear();
                self.skews[key] = skew;
            }
            Step::Restart => {
                self.pins = Arc::new(Cache::new(100));
                self.used = Used::start(self.db, &self.clock, TOLERANCE, self.pins.clone()).await.unwrap();
            }
            Step::Prune => {
                self.used.forget_late(self.clock.now());
                prune_nonces(self.db.writer(), self.clock.now() - KEPT).await.unwrap();
            }
        }
    }
}

/// All at once.
async fn join_all<T>(futures: Vec<impl Future<Output = T>>) -> Vec<T> {
    let mut futures: Vec<_> = futures.into_iter().map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|cx| {
        for (future, outcome) in futures.iter_mut().filter(|(_, outcome)| outcome.is_none()) {
            if let std::task::Poll::Ready(done) = future.as_mut().poll(cx) {
                *outcome = Some(done);
            }
        }
        if futures.iter().all(|(_, outcome)| outcome.is_some()) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    futures.into_iter().filter_map(|(_, outcome)| outcome).collect()
}

#[tokio::test]
async fn nothing_is_accepted_twice_and_nobody_honest_is_refused() {
    stores(async |app| {
        let mut runner = TestRunner::new(Config::default());
        for case in 0..150_i64 {
            let (skews, steps) = steps().new_tree(&mut runner).unwrap().current();
            let db = &app.platform.db;
            let pins = Arc::new(Cache::new(100));
            let clock = Clock::manual(argus_testing::START);
            let used = Used::start(db, &clock, TOLERANCE, pins.clone()).await.unwrap();
            let first_key = 1_000 + case * 10;
            let mut world =
                World { db, clock, used, pins, skews, first_key, accepted: Vec::new(), once: HashSet::new(), nonce: 0 };
            for step in steps {
                world.step(step).await;
            }
            assert!(world.used.len() < 1_000);
        }
    })
    .await;
}
