//! Clients that send events and read them, all at the same time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

use tokio::task::JoinSet;

use crate::common::{Answer, BOUND, Client, pause};
use crate::random::Random;
use crate::sent::Sent;
use crate::told::Told;

/// Clients that send single events.
const ONES: usize = 5;

/// Clients that send many with one request.
const MANY: usize = 2;

/// Clients at work.
pub struct Load {
    clients: JoinSet<Told>,
    seen: Arc<Seen>,
}

/// What they have seen so far.
#[derive(Default)]
struct Seen {
    acknowledged: AtomicUsize,
    refused: AtomicUsize,
    gone: AtomicBool,
    stop: AtomicBool,
    /// Whether a store that cannot be read may look like one that is damaged, of which nobody says that it passes.
    unreadable: AtomicBool,
}

impl Load {
    /// Clients whose names begin so.
    pub fn start(client: &Client, name: &str, random: &mut Random) -> Self {
        let (mut clients, seen) = (JoinSet::new(), Arc::<Seen>::default());
        for number in 0..ONES + MANY {
            let name = format!("{name}-{number}");
            clients.spawn(write(client.clone(), name, number < MANY, random.child(), seen.clone()));
        }
        clients.spawn(read(client.clone(), format!("{name}-reader"), seen.clone()));
        Self { clients, seen }
    }

    /// The store may be such that its reads fail: then 500 is an answer too.
    pub fn allow_unreadable(&self) {
        self.seen.unreadable.store(true, Ordering::Relaxed);
    }

    /// Waits until so many more requests with events got their 201.
    pub async fn acknowledged(&self, more: usize) {
        self.until(&self.seen.acknowledged, more, "nothing is acknowledged").await;
    }

    /// Waits until so many more of them were refused for now.
    pub async fn refused(&self, more: usize) {
        self.until(&self.seen.refused, more, "nothing is refused").await;
    }

    /// How many of them were refused for now.
    pub fn refusals(&self) -> usize {
        self.seen.refused.load(Ordering::Relaxed)
    }

    /// How many requests with events got their 201.
    pub fn acknowledgements(&self) -> usize {
        self.seen.acknowledged.load(Ordering::Relaxed)
    }

    /// What they were told, when the program is gone.
    pub async fn gone(mut self) -> Told {
        let mut told = Told::default();
        while let Some(done) = self.clients.join_next().await {
            told.extend(done.unwrap());
        }
        told
    }

    /// Stops them; the program has answered all of them.
    pub async fn stop(self) -> Told {
        self.seen.stop.store(true, Ordering::Relaxed);
        let told = self.gone().await;
        assert_eq!(told.silent, 0, "a connection to the program broke");
        told
    }

    async fn until(&self, number: &AtomicUsize, more: usize, otherwise: &str) {
        let (started, wanted) = (Instant::now(), number.load(Ordering::Relaxed) + more);
        while number.load(Ordering::Relaxed) < wanted {
            assert!(!self.seen.gone.load(Ordering::Relaxed), "the program is gone");
            assert!(started.elapsed() < BOUND, "{otherwise}");
            pause().await;
        }
    }
}

impl Seen {
    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn refused(&self, answer: &Answer) {
        if answer.status != 500 || !self.unreadable.load(Ordering::Relaxed) {
            refused(answer);
        }
    }
}

/// Sends events until the program is gone, or it is told to stop.
async fn write(client: Client, name: String, bulk: bool, mut random: Random, seen: Arc<Seen>) -> Told {
    let mut told = Told::default();
    for number in 0.. {
        let name = format!("{name}-{number}");
        let sent = if bulk { Sent::many(name, &mut random) } else { Sent::one(name, &mut random) };
        if seen.stopped() || !deliver(&client, sent, &mut random, &seen, &mut told).await {
            break;
        }
    }
    told
}

/// Sends it until it is there; no more when the program is gone. Some who are refused do not come again at once.
async fn deliver(client: &Client, sent: Sent, random: &mut Random, seen: &Seen, told: &mut Told) -> bool {
    loop {
        let Some(answer) = sent.send(client).await else {
            seen.gone.store(true, Ordering::Relaxed);
            told.silent += 1;
            told.doubt(sent);
            return false;
        };
        if [200, 201].contains(&answer.status) {
            told.acknowledge(sent, &answer.json);
            seen.acknowledged.fetch_add(1, Ordering::Relaxed);
            return true;
        }
        seen.refused(&answer);
        seen.refused.fetch_add(1, Ordering::Relaxed);
        pause().await;
        if seen.stopped() || !sent.again() || random.below(8) == 0 {
            told.doubt(sent);
            return true;
        }
    }
}

/// Reads until the program is gone, or it is told to stop.
async fn read(client: Client, name: String, seen: Arc<Seen>) -> Told {
    let mut told = Told::default();
    for number in 0.. {
        let agent = format!("{name}-{number}");
        let path = "/audit/v1/event?limit=1&sortBy=-sequence";
        let answer = client.with("User-Agent", &agent).get(path).await;
        match answer {
            None => told.silent += 1,
            Some(answer) if answer.status == 200 => told.read(agent),
            Some(answer) => seen.refused(&answer),
        }
        if told.silent > 0 || seen.stopped() {
            break;
        }
        pause().await;
    }
    told
}

/// Refused for now, and told when to come again.
#[track_caller]
pub fn refused(answer: &Answer) {
    assert!(answer.status == 503 && answer.retry_after.is_some_and(|seconds| seconds > 0), "{answer:?}");
}
