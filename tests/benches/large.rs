//! A large log beside a small one: what comes in, what is found, how much room it takes.

use std::path::Path;
use std::rc::Rc;
use std::time::Instant;

use rusqlite::{Connection as Sqlite, OpenFlags};

use crate::bulk::Sending;
use crate::child::Child;
use crate::events::{self, RARE_WORD, scatter};
use crate::load::{self, Connection, Load, Outcome, on_this_thread};
use crate::machine;
use crate::parts::Plan;
use crate::postgres;
use crate::seed;
use crate::server::Role;
use crate::table::{Table, median};

/// Events of the small log.
const SMALL: u64 = 100_000;

/// Connections of the events that come in while others are looked for.
const INGEST: usize = 16;

/// A server and its log.
pub struct Side {
    /// The server.
    pub argus: Child,
    sending: Sending,
    /// Who may do everything there.
    pub key: String,
}

impl Side {
    /// On all cores: what is waited for while events come in is not the core alone.
    pub fn start(folder: &Path, database: Option<&str>, events: u64) -> Self {
        let mut keys = match database {
            Some(url) => seed::store_on(folder, url, 1),
            None => seed::store(folder, 1),
        };
        let key = keys.remove(0);
        let argus = Child::start_free(Role::Argus, folder, database);
        Self { argus, sending: Sending::new(key.clone(), events), key }
    }

    /// Sends events until there are so many; the most memory that the server had, in bytes.
    pub fn fill(&mut self, to: u64) -> u64 {
        let mut most = self.argus.resident();
        while self.sending.next < to {
            let step = (to - self.sending.next).min(100_000);
            let (outcome, sent) = self.sending.run(&self.argus, step, None);
            most = most.max(self.argus.resident());
            if self.sending.next.is_multiple_of(1_000_000) {
                let rate = sent as f64 / outcome.wall.as_secs_f64();
                let (done, memory) = (self.sending.next, self.argus.resident() as f64 / 1e6);
                println!("{done} events, {rate:.0}/s, {memory:.0} MB");
            }
        }
        most
    }

    fn requests(&self, paths: impl Iterator<Item = String>, connections: usize) -> Rc<Load> {
        let credential = format!("Argus-API-Key: {}", self.key);
        let requests = paths.map(|path| seed::request(&format!("GET /audit/v1/{path}"), &credential, "")).collect();
        Rc::new(Load { requests, status: 200, connections })
    }

    /// One request, and its answer.
    pub fn get(&self, path: &str) -> String {
        let mut answer = Vec::new();
        let request = self.requests(std::iter::once(path.to_owned()), 1);
        on_this_thread(async {
            let mut connection = Connection::open(self.argus.address).await;
            connection.exchange(&request.requests[0], 200).await;
            answer = std::mem::take(&mut connection.answer);
        });
        String::from_utf8(answer).unwrap()
    }
}

/// Everything about large logs, on the embedded store.
pub fn measure(plan: &Plan, folder: &Path, table: &mut Table) {
    let mut large = Side::start(&folder.join("large"), None, plan.events);
    let idle = large.argus.resident() as f64 / 1e6;
    table.add("k   memory, idle", format!("{idle:.1} MB"), String::new(), String::new(), "<= 25 MiB");
    let started = Instant::now();
    let most = large.fill(plan.events / 2);
    growth(plan, &mut Side::start(&folder.join("empty"), None, SMALL), &mut large, table);
    let most = most.max(large.fill(plan.events)) as f64 / 1e6;
    println!("filled in {:.0} s", started.elapsed().as_secs_f64());
    let figure = format!("{most:.0} MB");
    table.add(&format!("k2  the most, {} in bulk", plan.events), figure, String::new(), String::new(), "<= 256 MiB");
    newest(plan, &large, &mut |what| Side::start(&folder.join(what), None, SMALL), table);
    words_and_pages(plan, &large, table, "p99 <= 10 ms");
    let ours = hours(plan, &large);
    numbers(plan, folder, ours, table);
    room(folder, plan.events, table);
}

/// What is looked for in a large log on PostgreSQL.
pub fn measure_postgres(plan: &Plan, folder: &Path, table: &mut Table) {
    let Some(own) = postgres::fresh("large") else { return };
    let mut large = Side::start(&folder.join("large-postgres"), Some(&own.url()), plan.events);
    let started = Instant::now();
    let most = large.fill(plan.events) as f64 / 1e6;
    let rate = plan.events as f64 / started.elapsed().as_secs_f64();
    let figure = format!("{rate:.0}/s, {most:.0} MB");
    table.add(&format!("k2  {} in bulk, PostgreSQL", plan.events), figure, String::new(), String::new(), "");
    let mut databases = Vec::new();
    let mut small = |what: &str| {
        let own = postgres::fresh(what).unwrap();
        let side = Side::start(&folder.join(format!("{what}-postgres")), Some(&own.url()), SMALL);
        databases.push(own);
        side
    };
    newest(plan, &large, &mut small, table);
    words_and_pages(plan, &large, table, "p99 <= 25 ms");
    let ours = format!("{:.2} ms", hours(plan, &large));
    table.add("n   30 days by hour and status", ours, String::new(), String::new(), "");
}

/// What comes in, beside an empty log.
fn growth(plan: &Plan, small: &mut Side, large: &mut Side, table: &mut Table) {
    let mut rates = [Vec::new(), Vec::new()];
    for _ in 0..plan.rounds {
        for (side, rates) in [&mut *small, &mut *large].into_iter().zip(&mut rates) {
            let window = plan.window / 4;
            let (outcome, sent) = side.sending.run(&side.argus, u64::MAX / 2, Some(window));
            rates.push(sent as f64 / outcome.wall.as_secs_f64());
        }
    }
    let [empty, full] = rates.map(|rates| median(rates.into_iter()));
    let what = format!("i   bulk with {} events there; to an empty log", plan.events / 2);
    let ratio = format!("{:.2}", full / empty);
    table.add(&what, format!("{full:.0}/s, {empty:.0}/s"), String::new(), ratio, ">= 0.70");
}

/// The newest of an actor, an object, a flow, while events come in at half the rate that is the most.
fn newest(plan: &Plan, large: &Side, start: &mut dyn FnMut(&str) -> Side, table: &mut Table) {
    let body = seed::body();
    for (what, path) in [
        ("actor", (|n: u64| format!("event?limit=25&actorID={}", events::actor(n))) as fn(u64) -> String),
        ("target", |n| format!("event?limit=25&targetID={}", events::target(n))),
        ("trace", |n| format!("event?limit=25&traceID={}", events::trace(n))),
    ] {
        let mut p99 = [0.0; 2];
        // One for each question, since what comes in meanwhile makes it grow.
        let mut small = start(what);
        small.fill(SMALL);
        for (side, p99) in [&small, large].into_iter().zip(&mut p99) {
            let number = |n: u64| scatter(n) % side.sending.next;
            let reads = side.requests((0..2_000).map(|n| path(number(n))), 1);
            let post = seed::requests(std::slice::from_ref(&side.key), "POST /audit/v1/event", Some(&body));
            let ingest = |requests| Rc::new(Load { requests, status: 201, connections: INGEST });
            let most = load::run(&side.argus, &ingest(post.clone()), plan.window / 4).rate();
            let wanted = (most / 2.0 * plan.window.as_secs_f64()) as usize;
            let rounds = (0..plan.rounds.min(3)).map(|_| {
                load::beside(&side.argus, &reads, &ingest(vec![post[0].clone(); wanted]), Some((most / 2.0) as u32))
            });
            let rounds: Vec<Outcome> = rounds.collect();
            let at = |part| median(rounds.iter().map(|outcome| outcome.percentile(part))) / 1e3;
            *p99 = at(0.99);
            let figure = format!("p50 {:.2} ms, p99 {:.2} ms", at(0.5), at(0.99));
            println!("{what}, {} events, {most:.0}/s halved: {figure}", side.sending.next);
            table.add(
                &format!("d   newest 25 by {what}, {} events", side.sending.next),
                figure,
                String::new(),
                String::new(),
                "",
            );
        }
        table.add("    ratio", String::new(), String::new(), format!("{:.2}", p99[1] / p99[0]), "<= 3 ms, <= 1.5");
    }
}

/// A rare word, and a page far behind.
fn words_and_pages(plan: &Plan, large: &Side, table: &mut Table, aim: &str) {
    let at = |table: &mut Table, what: &str, path: String, aim: &str| {
        let outcome = load::run(&large.argus, &large.requests(std::iter::once(path), 1), plan.window / 2);
        let (p50, p99) = (outcome.percentile(0.5) / 1e3, outcome.percentile(0.99) / 1e3);
        table.add(what, format!("p50 {p50:.2} ms, p99 {p99:.2} ms"), String::new(), String::new(), aim);
        p50
    };
    at(table, "l   a rare word", format!("event?limit=25&keywords={RARE_WORD}"), aim);
    for (what, filter) in [("all", String::new()), ("an actor's", format!("&actorID={}", events::actor(7)))] {
        let path = format!("event?limit=25{filter}");
        let (mut far, mut last) = (path.clone(), 1);
        while last < if filter.is_empty() { 400 } else { 30 } {
            let answer = large.get(&far);
            let Some((_, cursor)) = answer.split_once("\"nextCursor\":\"") else { break };
            far = format!("{path}&cursor={}", cursor.split_once('"').unwrap().0);
            last += 1;
        }
        let first = at(table, &format!("m   page 1 of {what}"), path, "");
        let far = at(table, &format!("m   page {last} of {what}"), far, "");
        table.add("    ratio", String::new(), String::new(), format!("{:.2}", far / first), "<= 1.5");
    }
}

/// How long thirty days by hour and status take, in ms.
fn hours(plan: &Plan, large: &Side) -> f64 {
    let path = "metric/status/count?interval=1h&startTimestamp=-31d".to_owned();
    let load = large.requests(std::iter::once(path), 1);
    load::run(&large.argus, &load, plan.window / 2).percentile(0.5) / 1e3
}

/// The same beside a plain GROUP BY.
fn numbers(plan: &Plan, folder: &Path, ours: f64, table: &mut Table) {
    let store = store(&folder.join("large"));
    let group = "SELECT timestamp / 3600000000000, status, count(*) FROM event WHERE flags & 48 = 0 GROUP BY 1, 2";
    let rounds = (0..plan.rounds.min(3)).map(|_| {
        let started = Instant::now();
        let mut statement = store.prepare(group).unwrap();
        let groups = statement.query_map([], |_| Ok(())).unwrap().count();
        assert!(groups > 0);
        started.elapsed().as_secs_f64() * 1e3
    });
    let plain = median(rounds);
    let figure = format!("{ours:.2} ms, GROUP BY {plain:.0} ms");
    table.add("n   30 days by hour and status", figure, String::new(), format!("{:.0}", plain / ours), ">= 70");
}

/// The embedded store of a server, beside it.
pub fn store(folder: &Path) -> Sqlite {
    let file = folder.join("argus.db");
    Sqlite::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap()
}

/// Bytes of a million events, by what they are for.
fn room(folder: &Path, events: u64, table: &mut Table) {
    let store = store(&folder.join("large"));
    let pages = "SELECT name, sum(pgsize) FROM dbstat WHERE aggregate = TRUE GROUP BY name ORDER BY 2 DESC";
    let mut statement = store.prepare(pages).unwrap();
    let sizes = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))).unwrap();
    let sizes: Vec<(String, f64)> =
        sizes.map(|size| size.map(|(name, bytes)| (name, bytes as f64 / events as f64)).unwrap()).collect();
    let all: f64 = sizes.iter().map(|(_, bytes)| bytes).sum();
    for (name, bytes) in sizes.iter().filter(|(_, bytes)| *bytes >= 1.0) {
        println!("{name}: {bytes:.0} MB a million events");
    }
    let data = sizes.iter().find(|(name, _)| name == "event").map_or(0.0, |(_, bytes)| *bytes);
    let figure = format!("{data:.0} MB and {:.0} MB", all - data);
    table.add("o   a million events, and what they are found by", figure, String::new(), String::new(), "");
    println!("load at the end: {}", machine::load_average());
}
