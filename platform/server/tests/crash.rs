//! `kill -9` at any moment: what was acknowledged is there, once, and nothing is there by half.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use argus_core::authentication::signature::Signer;
use argus_core::clock::{Clock, Ids};
use common::{Answer, BOUND, Client, pause, say, stores};
use serde_json::{Value, json};
use tokio::task::JoinSet;

/// How often the program is killed on each store.
const ROUNDS: u32 = 3;

/// Scripts that write events at the same time.
const WRITERS: u32 = 6;

/// What clients were told, and what they sent last without hearing of it.
#[derive(Default)]
struct Told {
    /// `externalID` of every event that got its 201, with the event's id.
    events: BTreeMap<String, String>,
    /// `externalID` of events whose answer never came: they are there or they are not.
    open: Vec<String>,
    /// Prefix of every key that got its 201, with the whole key.
    keys: BTreeMap<String, String>,
}

impl Told {
    fn extend(&mut self, other: Self) {
        self.events.extend(other.events);
        self.open.extend(other.open);
        self.keys.extend(other.keys);
    }
}

#[tokio::test]
async fn what_was_acknowledged_survives_kill_9() {
    for (place, database) in stores().await {
        let mut told = Told::default();
        let mut server = place.start().await;
        let first = place.bootstrap();
        for round in 0..ROUNDS {
            let admin = server.client().admin(&first);
            let mut load = JoinSet::new();
            for writer in 0..WRITERS {
                load.spawn(write_events(admin.clone(), format!("{round}-{writer}")));
            }
            let (person, _) = server.client().session(&first).await;
            load.spawn(make_keys(person, format!("{round}"), first["password"].clone()));
            let moment = random_moment();
            tokio::time::sleep(moment).await;
            server.kill();
            while let Some(done) = load.join_next().await {
                told.extend(done.unwrap());
            }
            say(&format!(
                "{}: killed after {moment:?}; {} events and {} keys acknowledged so far",
                if database.is_some() { "PostgreSQL" } else { "SQLite" },
                told.events.len(),
                told.keys.len(),
            ));
            server = place.start().await;
            check(&server.client(), &first, &mut told).await;
        }
        assert!(told.events.len() > 10 && !told.keys.is_empty(), "there was hardly any load");
        server.stop().await;
    }
}

/// Signed requests that are on their way when the program is killed.
const SIGNED: usize = 48;

#[tokio::test]
async fn a_signature_is_good_once_also_across_kill_9() {
    for (place, _database) in stores().await {
        // The port is another after each start; what is signed is the name from outside.
        let place = place.with("ARGUS_PUBLIC_URLS", "https://argus.example");
        let mut server = place.start().await;
        let signed = Signed::new(&server.client(), &place.bootstrap()).await;
        for round in 0..ROUNDS {
            let (accepted, captured) = (signed.header(), signed.header());
            signed.send(&server.client(), &accepted).await.unwrap().expect(200);
            let mut load = JoinSet::new();
            for _ in 0..SIGNED {
                let (header, client, signed) = (signed.header(), server.client(), signed.clone());
                load.spawn(async move { (signed.send(&client, &header).await, header) });
            }
            // Some are answered, and others are not.
            let mut sent = vec![load.join_next().await.unwrap().unwrap()];
            server.kill();
            sent.extend(load.join_all().await);
            server = place.start().await;
            let client = server.client();
            used(signed.send(&client, &accepted).await);
            signed.send(&client, &captured).await.unwrap().expect(200);
            used(signed.send(&client, &captured).await);
            let answered = sent.iter().filter(|(answer, _)| answer.is_some()).count();
            say(&format!("round {round}: killed when {answered} of {SIGNED} signed requests were answered"));
            for (before, header) in sent {
                match (before, signed.send(&client, &header).await) {
                    // Whoever was not answered cannot know.
                    (None, Some(Answer { status: 200, .. })) => {}
                    (None, after) => used(after),
                    (Some(before), after) => {
                        before.expect(200);
                        used(after);
                    }
                }
                used(signed.send(&client, &header).await);
            }
        }
        server.stop().await;
    }
}

/// Refused, because it was accepted before.
#[track_caller]
fn used(answer: Option<Answer>) {
    let json = answer.unwrap().expect(401);
    assert_eq!(json["messages"][0]["messageTemplate"], "signature.nonce.used", "{json}");
}

/// Somebody who signs requests.
#[derive(Clone)]
struct Signed {
    signer: Arc<Signer>,
    name: String,
    clock: Clock,
}

impl Signed {
    const PATH: &str = "/authentication/v1/session";

    async fn new(client: &Client, first: &Value) -> Self {
        let (admin, _) = client.session(first).await;
        let user = first["userName"].as_str().unwrap();
        let path = format!("/authentication/v1/user/{user}/signature/create");
        let made = admin.post(&path, &json!({})).await.unwrap().expect(201);
        let text = |name: &str| made["data"][name].as_str().unwrap().to_owned();
        let clock = Clock::system();
        let signer = Signer::from_pem(&text("privateKey"), &Ids::new(clock.clone())).unwrap();
        Self { signer: Arc::new(signer), name: text("keyIdentifier"), clock }
    }

    fn header(&self) -> String {
        let uri = format!("https://argus.example{}", Self::PATH);
        self.signer.header(&self.name, &uri, self.clock.now_millis()).unwrap()
    }

    async fn send(&self, client: &Client, header: &str) -> Option<Answer> {
        client.with("Argus-Signature", header).get(Self::PATH).await
    }
}

/// Somewhere between the first requests and a settled load.
fn random_moment() -> Duration {
    let [low, high] = Ids::new(Clock::system()).bytes::<2>();
    Duration::from_millis(50 + u64::from(u16::from_le_bytes([low, high])) * 700 / 65_536)
}

/// Writes until the program is gone.
async fn write_events(client: Client, name: String) -> Told {
    let mut told = Told::default();
    for number in 0.. {
        let id = format!("{name}-{number}");
        let Some(answer) = client.post("/audit/v1/event", &event(&id)).await else {
            told.open.push(id);
            break;
        };
        let stored = answer.expect(201)["data"]["id"].as_str().unwrap().to_owned();
        told.events.insert(id, stored);
    }
    told
}

fn event(external: &str) -> Value {
    json!({"action": "CONTRACT_CREATED", "targetType": "CRASH", "targetID": external, "externalID": external})
}

/// Makes keys until the program is gone.
async fn make_keys(client: Client, name: String, password: Value) -> Told {
    let mut told = Told::default();
    for number in 0.. {
        let description = format!("key {name} {number}");
        let body = json!({"description": description, "validSources": ["127.0.0.1"], "password": password});
        let Some(answer) = client.post("/apikey/v1/apikey", &body).await else { break };
        let made = answer.expect(201);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        told.keys.insert(text(&made["data"]["keyDescriptor"]["prefix"]), text(&made["data"]["apiKeyString"]));
    }
    told
}

async fn check(client: &Client, first: &Value, told: &mut Told) {
    let admin = client.admin(first);
    // Whoever never heard of an event sends it again, and then it is there once.
    for id in std::mem::take(&mut told.open) {
        let answer = admin.post("/audit/v1/event", &event(&id)).await.unwrap();
        assert!([200, 201].contains(&answer.status), "{id}: {}", answer.json);
        told.events.insert(id, answer.json["data"]["id"].as_str().unwrap().to_owned());
    }
    let events = admin.list("/audit/v1/event?targetType=CRASH").await;
    let count = events.len();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let stored: BTreeMap<_, _> =
        events.into_iter().map(|event| (text(&event["externalID"]), text(&event["id"]))).collect();
    assert_eq!((count, &stored), (told.events.len(), &told.events), "each event once, and no other");
    // An event and the record of its request are one transaction.
    let records = subjects(&admin, "EVENT").await;
    let mut wanted: Vec<_> = stored.into_values().collect();
    wanted.sort_unstable();
    assert_eq!(records, wanted, "one record for each event");
    check_keys(client, &admin, told).await;
}

/// A key and its record are one transaction too, but the record waits in a table of its own for the log to take it.
async fn check_keys(client: &Client, admin: &Client, told: &Told) {
    let started = Instant::now();
    let made = loop {
        let keys = admin.list("/apikey/v1/apikey").await;
        let made = keys.iter().filter(|key| key["description"].as_str().unwrap().starts_with("key "));
        let mut made: Vec<_> = made.map(|key| key["prefix"].as_str().unwrap().to_owned()).collect();
        made.sort_unstable();
        let records = subjects(admin, "APIKEY").await;
        if made == records {
            break made;
        }
        assert!(started.elapsed() < BOUND, "keys {made:?} and their records {records:?} differ");
        pause().await;
    };
    for (prefix, key) in &told.keys {
        assert!(made.contains(prefix), "the key {prefix} is lost");
        client.by_key(key).get("/audit/v1/event?limit=1").await.unwrap().expect(200);
    }
}

/// What the records of creations of that kind are about, sorted.
async fn subjects(admin: &Client, kind: &str) -> Vec<String> {
    let records = admin.list(&format!("/audit/v1/event?includeFlag=INTERNAL&verb=CREATE&targetType={kind}")).await;
    let successful = records.iter().filter(|record| record["outcome"] == "SUCCESS");
    let mut about: Vec<_> = successful.filter_map(|record| record["targetID"].as_str().map(str::to_owned)).collect();
    about.sort_unstable();
    about
}
