//! One event a request, durable before its answer: beside the same handler without a log, one transaction an event, and
//! what a careful team would write in Python.

use std::path::Path;
use std::rc::Rc;

use crate::child::Child;
use crate::load::{self, Load, Outcome};
use crate::machine;
use crate::parts::Plan;
use crate::peer::Peer;
use crate::postgres;
use crate::seed;
use crate::server::Role;
use crate::table::{Rate, Table, median};

/// Both stores.
pub fn measure(plan: &Plan, folder: &Path, table: &mut Table) {
    let (data, single) = (folder.join("post"), folder.join("single"));
    let keys = seed::store(&data, 1_000.min(plan.keys));
    let peer = Peer::start(&format!("sqlite+aiosqlite:///{}", folder.join("peer.db").display()), plan.cores);
    let argus = Child::start(Role::Argus, &data, plan.cores);
    let single = Child::start(Role::OneByOne, &single, plan.cores);
    let aims = Aims { handler: ">= 0.40", peer: ">= 40", single: "", p99: "p99 <= 15 ms" };
    Sides { argus, single, peer }.compare(plan, &keys, "SQLite", &aims, table);

    let (Some(own), Some(alone), Some(theirs)) =
        (postgres::fresh("argus"), postgres::fresh("single"), postgres::fresh("peer"))
    else {
        return;
    };
    let data = folder.join("post-postgres");
    let keys = seed::store_on(&data, &own.url(), 1_000.min(plan.keys));
    let peer = Peer::start(&theirs.sqlalchemy(), plan.cores);
    let argus = Child::start_on(Role::Argus, &data, plan.cores, &own.url());
    let single = folder.join("single-postgres");
    let single = Child::start_on(Role::OneByOne, &single, plan.cores, &alone.url());
    let aims = Aims { handler: "", peer: ">= 20", single: ">= 4.5", p99: "p99 <= 5 ms" };
    Sides { argus, single, peer }.compare(plan, &keys, "PostgreSQL", &aims, table);
}

struct Aims {
    handler: &'static str,
    peer: &'static str,
    single: &'static str,
    p99: &'static str,
}

struct Sides {
    argus: Child,
    single: Child,
    peer: Option<Peer>,
}

/// What each side did in one round after the other.
#[derive(Default)]
struct Rounds {
    argus: Vec<Outcome>,
    handler: Vec<Outcome>,
    /// The same through the dialect `argus0`.
    dialect: Vec<Outcome>,
    peer: Vec<Outcome>,
    single: Vec<f64>,
}

impl Sides {
    fn compare(self, plan: &Plan, keys: &[String], store: &str, aims: &Aims, table: &mut Table) {
        let Self { argus, mut single, peer } = self;
        let body = seed::body();
        let events = plan.load(seed::requests(keys, "POST /audit/v1/event", Some(&body)), 201);
        let unstored = plan.load(seed::requests(keys, "POST /unstored/v1/event", Some(&body)), 201);
        let entries = plan.load(seed::requests(keys, "POST /api/audit-logs", Some(&seed::entry())), 201);
        let theirs = vec![seed::request("POST /event", "Argus-API-Key: bench", &body.to_string())];
        let theirs = Rc::new(Load { requests: theirs, status: 201, connections: events.connections });
        load::warm(&argus, &events);
        argus.pause();
        single.pause();
        let mut rounds = Rounds::default();
        for round in 1..=plan.rounds {
            argus.resume();
            rounds.argus.push(load::run(&argus, &events, plan.window));
            rounds.dialect.push(load::run(&argus, &entries, plan.window));
            rounds.handler.push(load::run(&argus, &unstored, plan.window));
            argus.pause();
            single.resume();
            rounds.single.push(per_second(&single.ask(&plan.window.as_millis().to_string())));
            single.pause();
            if let Some(peer) = &peer {
                peer.resume();
                rounds.peer.push(load::run(peer, &theirs, plan.window));
                peer.pause();
            }
            rounds.tell(round, store);
        }
        argus.resume();
        single.resume();
        rounds.into_rows(store, aims, table);
    }
}

/// `<events> <microseconds>`, as [`Role::OneByOne`] and [`Role::Rows`] answer.
pub fn per_second(answer: &str) -> f64 {
    let (written, micros) = answer.split_once(' ').unwrap();
    written.parse::<f64>().unwrap() * 1e6 / micros.parse::<f64>().unwrap()
}

impl Rounds {
    fn tell(&self, round: usize, store: &str) {
        let last = |outcomes: &[Outcome]| outcomes.last().map_or(0.0, Outcome::rate);
        println!(
            "round {round}, load {}, {store}: {:.0}/s, argus0 {:.0}/s, handler alone {:.0}/s, one by one {:.0}/s, peer {:.0}/s",
            machine::load_average(),
            last(&self.argus),
            last(&self.dialect),
            last(&self.handler),
            self.single.last().copied().unwrap_or_default(),
            last(&self.peer),
        );
    }

    fn into_rows(self, store: &str, aims: &Aims, table: &mut Table) {
        let (argus, handler) = (Rate::of(&self.argus), Rate::of(&self.handler));
        table.rate(&format!("    the handler without a log ({store})"), handler, handler, "");
        table.rate(&format!("c   POST /audit/v1/event, {store}; to the handler"), argus, handler, aims.handler);
        let dialect = Rate::of(&self.dialect);
        table.rate(
            &format!("r   POST /api/audit-logs (argus0), {store}; to the native one"),
            dialect,
            argus,
            ">= 0.90",
        );
        let at = |part| median(self.argus.iter().map(|outcome| outcome.percentile(part))) / 1e3;
        let figure = format!("{:.1} ms, {:.1} ms", at(0.5), at(0.99));
        table.add("    its p50 and p99", figure, String::new(), String::new(), aims.p99);
        let single = median(self.single.into_iter());
        let ratio = format!("{:.2} by clock", argus.wall / single);
        table.add("c2  to one transaction an event", format!("{single:.0}/s"), String::new(), ratio, aims.single);
        if !self.peer.is_empty() {
            let peer = Rate::of(&self.peer);
            table.rate("c3  to FastAPI and SQLAlchemy", argus, peer, aims.peer);
            let figure = format!("{:.0}/s", peer.wall);
            table.add("    these alone", figure, format!("{:.0} us", peer.cpu), String::new(), "");
        }
    }
}
