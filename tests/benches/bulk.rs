//! A thousand events a request, beside rusqlite with the same rows.

use std::cell::{Cell, RefCell};
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::child::Child;
use crate::events;
use crate::load::{Connection, Outcome, Server, on_this_thread};
use crate::machine;
use crate::parts::Plan;
use crate::post::per_second;
use crate::seed;
use crate::server::Role;
use crate::table::{Rate, Table, median};

/// Events of a request.
pub const EVENTS: u64 = 1_000;

/// Requests on their way at a time.
const CONNECTIONS: usize = 4;

/// Events that are sent in order, by their numbers.
pub struct Sending {
    pub key: String,
    /// The next one.
    pub next: u64,
    /// As if there were so many in all: what their times are made of.
    pub of: u64,
    /// When the last of them happens, in ms.
    pub end: i64,
}

impl Sending {
    /// From the first on.
    pub fn new(key: String, of: u64) -> Self {
        let end = argus_core::clock::Clock::system().now_millis();
        Self { key, next: 0, of, end }
    }

    /// Sends a number of events, or for as long as there is time; says what came of the requests, and of how many events.
    pub fn run(&mut self, child: &Child, most: u64, window: Option<Duration>) -> (Outcome, u64) {
        let (first, last) = (self.next, self.next + most);
        let (next, times) = (Rc::new(Cell::new(first)), Rc::new(RefCell::new(Vec::new())));
        let (mut wall, mut cpu) = (Duration::ZERO, Duration::ZERO);
        on_this_thread(async {
            let (started, before) = (Instant::now(), child.cpu_time());
            let mut senders = JoinSet::new();
            for _ in 0..CONNECTIONS {
                let (next, times, key) = (next.clone(), times.clone(), self.key.clone());
                let (of, end) = (self.of, self.end);
                let mut connection = Connection::open(child.address()).await;
                senders.spawn_local(async move {
                    while next.get() < last && window.is_none_or(|window| started.elapsed() < window) {
                        let numbers = next.get()..(next.get() + EVENTS).min(last);
                        next.set(numbers.end);
                        let request = events::bulk(&key, numbers, of, end);
                        let sent = Instant::now();
                        connection.exchange(&request, 201).await;
                        times.borrow_mut().push(sent.elapsed().as_nanos() as u64);
                    }
                });
            }
            senders.join_all().await;
            (wall, cpu) = (started.elapsed(), child.cpu_time() - before);
        });
        self.next = next.get();
        (Outcome::from_times(times.take(), wall, cpu), self.next - first)
    }
}

/// Argus, and rusqlite.
pub fn measure(plan: &Plan, folder: &Path, table: &mut Table) {
    let data = folder.join("bulk");
    let key = seed::store(&data, 1).remove(0);
    let argus = Child::start(Role::Argus, &data, plan.cores);
    let mut rows = Child::start(Role::Rows, &folder.join("rows"), plan.cores);
    let mut sending = Sending::new(key, 10_000_000);
    sending.run(&argus, 10 * EVENTS, None);
    let (mut together, mut alone) = (Vec::new(), Vec::new());
    rows.pause();
    for round in 1..=plan.rounds {
        argus.resume();
        together.push(sending.run(&argus, u64::MAX / 2, Some(plan.window)).0);
        argus.pause();
        rows.resume();
        alone.push(per_second(&rows.ask(&plan.window.as_millis().to_string())));
        rows.pause();
        let (rate, alone) = (together[round - 1].rate() * EVENTS as f64, alone[round - 1]);
        println!("round {round}, load {}: {rate:.0} events/s, rusqlite {alone:.0} rows/s", machine::load_average());
    }
    argus.resume();
    rows.resume();
    let (rate, alone) = (Rate::of(&together), median(alone.into_iter()));
    let each = EVENTS as f64;
    let cpu = format!("{:.1} us an event ({:.0} % busy)", rate.cpu / each, rate.busy * 100.0);
    table.add("    rusqlite, four indexes", format!("{alone:.0} rows/s"), String::new(), "1.00".to_owned(), "");
    let (figure, ratio) = (format!("{:.0} events/s", rate.wall * each), format!("{:.2}", rate.wall * each / alone));
    table.add("h   POST /audit/v1/event/bulk of 1,000", figure, cpu, ratio, ">= 2");
}
