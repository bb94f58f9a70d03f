//! Connections to PostgreSQL that break at any byte: what was acknowledged is there once, and Argus connects anew.

use std::time::Instant;

use crate::common::{BOUND, Client, Database, Place, pause, say};
use crate::load::{Load, refused};
use crate::random::Random;
use crate::relay::Relay;

/// Connections that are cut, at least.
const CUTS: usize = 25;

/// Those of them that are cut while a commit is on its way, at least.
const COMMITS: usize = 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_may_break_at_any_byte() {
    let Some(database) = Database::new().await else { return };
    let mut random = Random::new();
    // Of what is encrypted the relay would not know which is a commit.
    let (address, rest) = address(&database.url);
    let relay = Relay::start(address, random.child()).await;
    let url =
        database.url.replace(&format!("{address}/{rest}"), &format!("127.0.0.1:{}/{rest}?sslmode=disable", relay.port));
    let place = Place::new().with("ARGUS_DATABASE_URL", &url);
    let mut server = place.start().await;
    let admin = server.client().admin(&place.bootstrap());
    let load = Load::start(&admin, "cut", &mut random);
    load.acknowledged(30).await;
    relay.cut(true);
    let started = Instant::now();
    loop {
        let (cuts, commits) = relay.cuts();
        if cuts >= CUTS && commits >= COMMITS {
            break;
        }
        assert!(
            started.elapsed() < BOUND && server.ended().is_none(),
            "{cuts} connections were cut, {commits} with a commit"
        );
        // The server ends some too.
        if random.below(64) == 0 {
            database.hang_up(1).await;
        }
        pause().await;
    }
    relay.cut(false);
    load.acknowledged(50).await;
    steady(&admin).await;
    let refusals = load.refusals();
    let mut told = load.stop().await;
    told.settle(&admin).await;
    told.check(&admin).await;
    let (cuts, commits) = relay.cuts();
    say(&format!(
        "{cuts} connections were cut, {commits} of them with a commit; {} events were acknowledged, {refusals} requests \
         refused; {:?}",
        told.events(),
        started.elapsed(),
    ));
    server.stop().await;
}

/// The host and port of a `postgres://...`, and the database.
fn address(url: &str) -> (&str, &str) {
    let (base, name) = url.rsplit_once('/').unwrap();
    (base.rsplit(['/', '@']).next().unwrap(), name)
}

/// Waits until whoever reads is given a connection that is whole.
async fn steady(client: &Client) {
    let (started, mut answered) = (Instant::now(), 0);
    while answered < 50 {
        let answer = client.get("/audit/v1/event?limit=1").await.unwrap();
        if answer.status == 200 {
            answered += 1;
        } else {
            refused(&answer);
            answered = 0;
        }
        assert!(started.elapsed() < BOUND, "reads are refused");
    }
}
