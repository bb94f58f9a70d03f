//! What is measured.

use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use crate::child::Child;
use crate::load::{self, Load, Outcome};
use crate::machine::{self, Cores};
use crate::seed::{self, CONNECTIONS};
use crate::server::Role;
use crate::table::{Rate, Table};

/// How long, how often, how much.
pub struct Plan {
    pub cores: Cores,
    pub rounds: usize,
    pub window: Duration,
    pub keys: usize,
    /// Events of the log that is called large.
    pub events: u64,
}

impl Plan {
    /// The whole, or with `ARGUS_BENCH_QUICK=1` just enough to see that everything still runs.
    pub fn choose() -> Self {
        let cores = Cores::choose();
        // This process is the load from here on.
        machine::pin(cores.load);
        if std::env::var_os("ARGUS_BENCH_QUICK").is_some() {
            let window = Duration::from_millis(500);
            return Self { cores, rounds: 1, window, keys: 1_000, events: 20_000 };
        }
        let events = std::env::var("ARGUS_BENCH_EVENTS").map_or(10_000_000, |number| number.parse().unwrap());
        // Ten seconds are the period of the housekeeping: each window has its share of it, no more and no less.
        let window = Duration::from_secs(10);
        let rounds = std::env::var("ARGUS_BENCH_ROUNDS").map_or(3, |number| number.parse().unwrap());
        Self { cores, rounds, window, keys: 100_000, events }
    }

    pub fn load(&self, requests: Vec<Vec<u8>>, status: u16) -> Rc<Load> {
        Rc::new(Load { requests, status, connections: CONNECTIONS })
    }
}

/// A bare handler of poem, one of poem-openapi, and Argus behind a key.
pub fn gate(plan: &Plan, folder: &Path, table: &mut Table) {
    let data = folder.join("gate");
    println!("{} keys ...", plan.keys);
    let keys = seed::store(&data, plan.keys);
    let path = "GET /authentication/v1/session/permission/viewAuditEvents";
    let same = plan.load(seed::requests(&keys, path, None), 200);
    let hello = plan.load(seed::requests(&keys, "GET /hello", None), 200);
    let few = plan.load(seed::requests(&keys[..keys.len() / 100], path, None), 200);
    let start = |role| Child::start(role, &data, plan.cores);
    let (poem, openapi, argus) = (start(Role::Poem), start(Role::PoemOpenapi), start(Role::Argus));
    load::warm(&argus, &same);
    let servers = [(&poem, &same), (&openapi, &same), (&openapi, &hello), (&argus, &same), (&argus, &few)];
    let mut outcomes = [const { Vec::new() }; 5];
    servers.iter().for_each(|(server, _)| server.pause());
    for round in 1..=plan.rounds {
        for ((server, load), outcomes) in servers.iter().zip(&mut outcomes) {
            server.resume();
            outcomes.push(load::run(*server, load, plan.window));
            server.pause();
        }
        let told = outcomes.iter().filter_map(|outcomes| outcomes.last());
        let told = told.map(|it| format!("{:.0}/s {:.2} us", it.rate(), it.cpu_micros())).collect::<Vec<_>>();
        println!("round {round}, load {}: {}", machine::load_average(), told.join(", "));
    }
    let [poem, openapi, hello, argus, hot] = outcomes.map(|outcomes: Vec<Outcome>| Rate::of(&outcomes));
    table.rate("a   poem, the same answer as a text", poem, poem, "");
    table.rate("a2  poem-openapi, the same operation", openapi, poem, "");
    table.rate("a3  poem-openapi, a word as text", hello, poem, "");
    table.rate("b   Argus, by key", argus, poem, "");
    table.rate("b   as a ratio to a2", argus, openapi, ">= 0.90");
    table.rate("b   as a ratio to a3", argus, hello, "");
    table.rate("b2  as b, a hundredth of the keys; to a2", hot, openapi, "");
}
