//! A store that can be read and not written for a while: writes are refused for as long, and go on by themselves.

use std::process::Command;
use std::time::Instant;

use serde_json::{Value, json};

use crate::common::{BOUND, Client, Database, Place, Server, left_out, pause};
use crate::disk::Disk;
use crate::load::{Load, refused};
use crate::random::Random;
use crate::told::Told;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_waited_for() {
    let place = Place::new();
    let Some(disk) = Disk::new(&place) else { return };
    let starter = disk.starter();
    let place = place.started_by(&starter.iter().map(String::as_str).collect::<Vec<_>>());
    let first = || serde_json::from_slice(&std::fs::read(disk.file("bootstrap.json")).unwrap()).unwrap();
    is_outlived(&place, first, async |_| disk.fill(), async |_| disk.make_room()).await;
}

/// Every write to a file fails, those of the lines for operators too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_takes_no_writes_is_waited_for() {
    if Command::new("prlimit").arg("--version").output().is_err() {
        return left_out("a disk that takes no writes, since there is no prlimit");
    }
    // Whoever writes beyond the limit would otherwise be killed.
    let place = Place::new().started_by(&["sh", "-c", "trap '' XFSZ; exec \"$0\""]);
    let limit = async |server: &Server, most: &str| {
        let mut prlimit = Command::new("prlimit");
        // Of a process that is gone there is nothing to limit.
        let _ = prlimit.args(["--pid", &server.pid().to_string(), &format!("--fsize={most}:")]).output().unwrap();
    };
    let first = || place.bootstrap();
    is_outlived(&place, first, async |it| limit(it, "0").await, async |it| limit(it, "unlimited").await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgresql_that_only_reads_is_waited_for() {
    let Some(database) = Database::new().await else { return };
    let place = Place::new().with("ARGUS_DATABASE_URL", &database.url);
    let change = async |change: &str| {
        database.alter(change).await;
        // It holds for connections that are new.
        database.hang_up(1_000).await;
    };
    let hinder = async |_: &Server| change("SET default_transaction_read_only = on").await;
    let relieve = async |_: &Server| change("RESET default_transaction_read_only").await;
    is_outlived(&place, || place.bootstrap(), hinder, relieve).await;
}

/// Trouble with the store comes and goes while events come in, and the program is killed: the first time when it was over,
/// the second time in the midst of it.
async fn is_outlived(
    place: &Place,
    bootstrap: impl Fn() -> Value,
    hinder: impl AsyncFn(&Server),
    relieve: impl AsyncFn(&Server),
) {
    let (mut random, mut told) = (Random::new(), Told::default());
    let mut server = place.start().await;
    let first = bootstrap();
    let (person, _) = server.client().session(&first).await;
    for goes_by in [true, false] {
        let admin = server.client().admin(&first);
        let load = Load::start(&admin, if goes_by { "first" } else { "second" }, &mut random);
        load.acknowledged(30).await;
        hinder(&server).await;
        load.refused(30).await;
        is_ready(&admin, false).await;
        reading_goes_on(&admin).await;
        if goes_by {
            relieve(&server).await;
            load.acknowledged(30).await;
            is_ready(&admin, true).await;
            what_is_undone_is_only_that(&person, &first).await;
            load.acknowledged(30).await;
        }
        server.kill();
        told.extend(load.gone().await);
        told.forget_reads();
        if !goes_by {
            relieve(&server).await;
        }
        server = place.start().await;
        let admin = server.client().admin(&first);
        told.settle(&admin).await;
        told.check(&admin).await;
    }
    server.stop().await;
}

/// Waits until it says whether it can serve everything.
async fn is_ready(client: &Client, wanted: bool) {
    let (started, status) = (Instant::now(), if wanted { 200 } else { 503 });
    while client.get("/health/ready").await.unwrap().status != status {
        assert!(started.elapsed() < BOUND, "it is ready or not, and says otherwise");
        pause().await;
    }
}

/// Some connections to the store may have ended, and who was given one of them is refused; then reads are answered again.
async fn reading_goes_on(client: &Client) {
    let (started, mut answered) = (Instant::now(), 0);
    while answered < 30 {
        let answer = client.get("/audit/v1/event?limit=1").await.unwrap();
        if answer.status == 200 {
            answered += 1;
        } else {
            refused(&answer);
            assert!(started.elapsed() < BOUND, "reads are refused");
        }
    }
}

/// A change that is refused within its transaction takes nothing else with it.
async fn what_is_undone_is_only_that(person: &Client, first: &Value) {
    let body = json!({"description": " ", "validSources": ["127.0.0.1"], "password": first["password"]});
    for _ in 0..3 {
        person.post("/apikey/v1/apikey", &body).await.unwrap().expect(412);
    }
}
