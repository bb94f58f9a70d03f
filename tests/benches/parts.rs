//! What is measured.

use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use crate::child::Child;
use crate::load::{self, Load, Outcome};
use crate::machine::{self, Cores};
use crate::seed::{self, ACTORS, CONNECTIONS};
use crate::server::Role;
use crate::table::{Rate, Table, median};

/// How long, how often, how much.
pub struct Plan {
    pub cores: Cores,
    pub rounds: usize,
    pub window: Duration,
    pub keys: usize,
    events: [usize; 2],
}

impl Plan {
    /// The whole, or with `ARGUS_BENCH_QUICK=1` just enough to see that everything still runs.
    pub fn choose() -> Self {
        let cores = Cores::choose();
        // This process is the load from here on.
        machine::pin(cores.load);
        if std::env::var_os("ARGUS_BENCH_QUICK").is_some() {
            let window = Duration::from_millis(500);
            return Self { cores, rounds: 1, window, keys: 1_000, events: [1_000, 10_000] };
        }
        // Ten seconds are the period of the housekeeping: each window has its share of it, no more and no less.
        let window = Duration::from_secs(10);
        Self { cores, rounds: 5, window, keys: 100_000, events: [10_000, 1_000_000] }
    }

    pub fn load(&self, requests: Vec<Vec<u8>>, status: u16) -> Rc<Load> {
        Rc::new(Load { requests, status, connections: CONNECTIONS })
    }
}

/// A bare handler of poem, one of poem-openapi, and Argus behind a key.
pub fn gate(plan: &Plan, folder: &Path, table: &mut Table) {
    let data = folder.join("gate");
    println!("{} keys ...", plan.keys);
    let keys = seed::store(&data, plan.keys, 0);
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
            outcomes.push(load::run(server, load, plan.window));
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

/// Events by POST, and events by one transaction each.
pub fn write(plan: &Plan, folder: &Path, table: &mut Table) {
    let data = folder.join("write");
    let keys = seed::store(&data, 1_000.min(plan.keys), 0);
    let load = plan.load(seed::requests(&keys, "POST /audit/v1/event", Some(&seed::body())), 201);
    let argus = Child::start(Role::Argus, &data, plan.cores);
    let mut single = Child::start(Role::OneByOne, &folder.join("single"), plan.cores);
    load::warm(&argus, &load);
    let (mut together, mut alone) = (Vec::new(), Vec::new());
    single.pause();
    for round in 1..=plan.rounds {
        together.push(load::run(&argus, &load, plan.window));
        argus.pause();
        single.resume();
        let answer = single.ask(&plan.window.as_millis().to_string());
        let (written, micros) = answer.split_once(' ').unwrap();
        alone.push(written.parse::<f64>().unwrap() * 1e6 / micros.parse::<f64>().unwrap());
        single.pause();
        argus.resume();
        let (rate, alone) = (together[round - 1].rate(), alone[round - 1]);
        println!("round {round}, load {}: {rate:.0}/s together, {alone:.0}/s alone", machine::load_average());
    }
    let rate = Rate::of(&together);
    let at = |part| median(together.iter().map(|outcome| outcome.percentile(part))) / 1e3;
    let alone = median(alone.into_iter());
    table.add("    one transaction per event", format!("{alone:.0}/s"), String::new(), "1.00".to_owned(), "");
    let cpu = format!("{:.1} us ({:.0} % busy)", rate.cpu, rate.busy * 100.0);
    table.add(
        "c   POST /audit/v1/event",
        format!("{:.0}/s", rate.wall),
        cpu,
        format!("{:.2}", rate.wall / alone),
        ">= 3",
    );
    table.add(
        "    its p50 and p99",
        format!("{:.1} ms, {:.1} ms", at(0.5), at(0.99)),
        String::new(),
        String::new(),
        "",
    );
}

/// Pages of one actor's events, from a small log and from a large one.
pub fn read(plan: &Plan, folder: &Path, table: &mut Table) {
    let mut sides = Vec::new();
    for (number, events) in plan.events.into_iter().enumerate() {
        println!("{events} events ...");
        let data = folder.join(format!("read-{number}"));
        let key = seed::store(&data, 1, events).remove(0);
        let path = |actor: usize| format!("GET /audit/v1/event?actorID=actor-{actor}");
        let requests = (0..ACTORS).flat_map(|actor| seed::requests(std::slice::from_ref(&key), &path(actor), None));
        let load = Rc::new(Load { requests: requests.collect(), status: 200, connections: 1 });
        let argus = Child::start(Role::Argus, &data, plan.cores);
        load::warm(&argus, &load);
        argus.pause();
        sides.push((argus, load, Vec::new(), events));
    }
    for round in 1..=plan.rounds {
        for (argus, load, outcomes, events) in &mut sides {
            argus.resume();
            let outcome = load::run(argus, load, plan.window / 4);
            argus.pause();
            let (p50, p99) = (outcome.percentile(0.5), outcome.percentile(0.99));
            println!("round {round}, load {}: {events} events: {p50:.0} us, {p99:.0} us", machine::load_average());
            outcomes.push(outcome);
        }
    }
    let figures = sides.iter().map(|(_, _, outcomes, events)| {
        let at = |part| median(outcomes.iter().map(|outcome| outcome.percentile(part)));
        (at(0.5), at(0.99), Rate::of(outcomes).cpu, *events)
    });
    let figures: Vec<_> = figures.collect();
    let (small_p50, small_p99, small_cpu, _) = figures[0];
    for (p50, p99, cpu, events) in &figures {
        let ratio = format!("p50 {:.2}, p99 {:.2}, core {:.2}", p50 / small_p50, p99 / small_p99, cpu / small_cpu);
        let figure = format!("p50 {p50:.0} us, p99 {p99:.0} us");
        let aim = if *p99 == small_p99 { "" } else { "p99 <= 2" };
        table.add(&format!("d   25 of {events} events by actor"), figure, format!("{cpu:.0} us"), ratio, aim);
    }
}
