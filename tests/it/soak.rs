//! Two days of events, pushed in as fast as they are taken while the clock moves: what is asked meanwhile is answered as
//! quickly on the second evening as on the first, a listener hears all of it, and memory stays as it is.
//!
//! The ordinary run has few events, and says nothing of memory, which it shares with other tests. The long one has so many
//! events a minute, says what it measured, and is to be run alone: `ARGUS_SOAK=100 tests/run soak:: -- --nocapture`.
#![allow(clippy::print_stderr, clippy::disallowed_macros, reason = "says what was measured")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use argus_testing::{Actor, Answer, PASSWORD, TestApp, stores};
use serde_json::{Value, json};

use crate::dice::Dice;
use crate::journeys::stream::client::Listener;

const HOURS: usize = 48;

/// Nothing that is waited for takes longer.
const PATIENCE: Duration = Duration::from_secs(60);

/// How much is pushed in, and what may differ between the second quarter and the last one.
struct Plan {
    steps: usize,
    events: usize,
    /// How many times as long a request may take.
    slower: u32,
    /// Besides, whatever else the machine does.
    pause: Duration,
    /// Kilobytes, where memory is looked at.
    memory: Option<u64>,
}

impl Plan {
    fn new() -> Self {
        match std::env::var("ARGUS_SOAK") {
            Ok(events) => Self {
                steps: HOURS * 60,
                events: events.parse().expect("ARGUS_SOAK is a number"),
                slower: 2,
                pause: Duration::from_millis(2),
                memory: Some(32 * 1024),
            },
            Err(_) => Self { steps: HOURS * 2, events: 15, slower: 4, pause: Duration::from_millis(100), memory: None },
        }
    }

    fn step(&self) -> Duration {
        Duration::from_secs(HOURS as u64 * 3_600) / self.steps as u32
    }
}

/// What was measured in each quarter.
#[derive(Default)]
struct Measured {
    latencies: BTreeMap<&'static str, [Vec<Duration>; 4]>,
    memory: [Vec<u64>; 4],
}

impl Measured {
    /// Waits for an answer, and notes how long.
    async fn time(
        &mut self,
        what: &'static str,
        quarter: usize,
        answer: impl Future<Output = Answer>,
        status: u16,
    ) -> Answer {
        let began = Instant::now();
        let answer = answer.await.expect(status);
        self.latencies.entry(what).or_default()[quarter].push(began.elapsed());
        answer
    }

    fn judge(self, plan: &Plan) {
        for (what, quarters) in self.latencies {
            let [first, second, third, last] = quarters.map(middle);
            if plan.memory.is_some() {
                eprintln!("{what}: {first:?}, {second:?}, {third:?}, {last:?}");
            }
            assert!(last <= second * plan.slower + plan.pause, "{what} took {second:?} and takes {last:?}");
        }
        let Some(growth) = plan.memory else { return };
        let [first, second, third, last] = self.memory.map(middle);
        eprintln!("memory: {first}, {second}, {third}, {last} kB");
        assert!(last <= second + growth, "memory grew from {second} to {last} kB");
    }
}

fn middle<T: Ord + Copy + Default>(mut all: Vec<T>) -> T {
    all.sort_unstable();
    all.get(all.len() / 2).copied().unwrap_or_default()
}

/// Kilobytes of this process that are in memory and no part of a file; 0 where the system does not say.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

/// What happens within a step of the clock: the same people do something to ever other objects.
fn events(dice: &mut Dice, plan: &Plan, step: usize) -> Vec<Value> {
    let now = plan.step().as_secs();
    let event = |number: usize| {
        let object = step * plan.events + number;
        json!({
            "action": dice.pick(&["ORDER_CREATED", "order-read", "order-changed", "login", "report.export"]),
            "actorID": format!("actor-{}", dice.below(50)),
            "status": dice.pick(&["SUCCESS", "SUCCESS", "failed"]),
            "severity": dice.pick(&["info", "info", "error"]),
            "targetType": "ORDER",
            "targetID": format!("order-{object}"),
            "seriesID": format!("00000000-0000-4000-8000-{:012x}", object / 20),
            "machineID": format!("machine-{}", dice.below(10)),
            "description": format!("Order {object} went through step {step}"),
            "metrics": { "load": dice.below(100) },
            "timestamp": format!("now-{}s", dice.below(now as usize)),
        })
    };
    (0..plan.events).map(event).collect()
}

/// Hears events until the stream ends: each once, in order.
async fn hear(mut listener: Listener, heard: Arc<AtomicUsize>) {
    let mut last = -1;
    while let Some((sequence, _)) = listener.event().await {
        assert!(sequence > last, "{sequence} after {last}");
        last = sequence;
        heard.fetch_add(1, Ordering::Relaxed);
    }
}

/// Waits until so many were heard. Each look takes a round trip.
async fn all_heard(heard: &AtomicUsize, number: usize, reader: &Actor) {
    let began = Instant::now();
    while heard.load(Ordering::Relaxed) < number {
        assert!(began.elapsed() < PATIENCE, "heard {} of {number}", heard.load(Ordering::Relaxed));
        reader.get("/audit/v1/event?limit=1&count=false").await.expect(200);
    }
}

async fn two_days(app: &TestApp, plan: &Plan) {
    let mut dice = Dice::new();
    let admin = app.admin();
    let user = app.new_user("reader", "root", &[("viewAuditEvents", "root")]).await;
    let key = app.new_key(user).await;
    let heard = Arc::new(AtomicUsize::new(0));
    let listener = Listener::open(app, &key, "").await.begun().await;
    let hearing = tokio::spawn(hear(listener, heard.clone()));
    let (mut measured, mut reader) = (Measured::default(), app.by_password("reader", PASSWORD).await);
    for step in 0..plan.steps {
        app.advance(plan.step());
        let quarter = step * 4 / plan.steps;
        let mut events = events(&mut dice, plan, step);
        let one = events.pop().unwrap();
        let added = admin.post("/audit/v1/event", one);
        let added = measured.time("add one", quarter, added, 201).await;
        let bulk = admin.post("/audit/v1/event/bulk", json!({ "events": events }));
        measured.time("add many", quarter, bulk, 201).await;
        // Sessions end in time.
        if step % (plan.steps / HOURS) == 0 {
            reader = app.by_password("reader", PASSWORD).await;
        }
        let id = added["data"]["id"].as_str().unwrap();
        for (what, path) in [
            ("get", format!("event/{id}")),
            ("newest", "event?limit=25".to_owned()),
            ("of one actor", format!("event?actorID=actor-{}&count=false", dice.below(50))),
            ("of one object", format!("event?targetID=order-{}", dice.below(step * plan.events + 1))),
            ("by a word", format!("event?keywords=step%20{step}&count=false")),
            ("statistics", "statistics?startTimestamp=now-12h".to_owned()),
            ("metric", "metric/load?interval=1h&startTimestamp=now-6h".to_owned()),
            ("machines", "machine".to_owned()),
        ] {
            let path = format!("/audit/v1/{path}");
            measured.time(what, quarter, reader.get(&path), 200).await;
        }
        measured.memory[quarter].push(memory());
        // A listener that is left behind would be sent away.
        all_heard(&heard, (step + 1) * plan.events, &admin).await;
    }
    let total = plan.steps * plan.events;
    assert_eq!(heard.load(Ordering::Relaxed), total);
    assert_eq!(app.events(false).await, total as i64);
    let statistics = admin.get("/audit/v1/statistics").await.expect(200);
    assert_eq!(statistics["data"]["totalEvents"], total);
    let machines = admin.get("/audit/v1/machine").await.expect(200);
    assert_eq!(machines.list().iter().map(|machine| machine["count"].as_i64().unwrap()).sum::<i64>(), total as i64);
    assert!(!hearing.is_finished(), "the listener is still there");
    hearing.abort();
    measured.judge(plan);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_days_leave_it_as_it_was() {
    let plan = Plan::new();
    stores(async |app| {
        let began = Instant::now();
        two_days(app, &plan).await;
        if plan.memory.is_some() {
            eprintln!("{:?}: {} events in {:?}", app.store, plan.steps * plan.events, began.elapsed());
        }
    })
    .await;
}
