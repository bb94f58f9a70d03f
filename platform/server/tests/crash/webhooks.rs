//! `kill -9` in the midst of deliveries: what was acknowledged is delivered, in order, at least once.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::common::{BOUND, Client, pause, say, stores};
use crate::random::Random;

/// How often the program is killed on the embedded store.
const LIVES: u64 = 8;

/// The same on PostgreSQL, where each life begins with waiting for the lease of the one before to run out.
const LIVES_ON_POSTGRES: u64 = 2;

/// A life ends when at most so many messages came.
const MOST: u64 = 60;

/// What came, as `(sequence, webhook-id)`.
type Received = Arc<Mutex<Vec<(i64, String)>>>;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_is_delivered_whatever_happens() {
    let mut random = Random::new();
    for (place, database) in stores().await {
        let place = place.with("ARGUS_WEBHOOKS__ALLOWED_NETWORKS", "127.0.0.0/8");
        let (url, received) = receiver().await;
        let mut server = place.start().await;
        let first = place.bootstrap();
        let body = json!({ "name": "crash", "url": url, "events": ["audit.log.created"] });
        let made = server.client().admin(&first).post("/audit/v1/subscription", &body).await.unwrap().expect(201);
        let mut acknowledged = BTreeMap::new();
        let lives = if database.is_some() { LIVES_ON_POSTGRES } else { LIVES };
        for _ in 0..lives {
            let sender = tokio::spawn(send(server.client().admin(&first)));
            let (began, enough) = (Instant::now(), received.lock().unwrap().len() as u64 + 1 + random.below(MOST));
            while (received.lock().unwrap().len() as u64) < enough {
                assert!(began.elapsed() < BOUND, "nothing comes");
                tokio::task::yield_now().await;
            }
            server.kill();
            acknowledged.extend(sender.await.unwrap());
            server = place.start().await;
        }
        let began = Instant::now();
        let missing = |received: &Received| -> Vec<i64> {
            let there: HashSet<i64> = received.lock().unwrap().iter().map(|(sequence, _)| *sequence).collect();
            acknowledged.keys().copied().filter(|sequence| !there.contains(sequence)).collect()
        };
        // On PostgreSQL the lease of a node that was killed has to run out first.
        while !missing(&received).is_empty() {
            assert!(began.elapsed() < BOUND, "{} are missing: {:?}", missing(&received).len(), missing(&received));
            pause().await;
        }
        let came = received.lock().unwrap().clone();
        let mut firsts: Vec<i64> = Vec::new();
        for (sequence, id) in &came {
            assert!(acknowledged.get(sequence).is_none_or(|event| *id == format!("{event}-created")), "{id}");
            if firsts.last().is_none_or(|last| sequence > last) {
                firsts.push(*sequence);
            } else {
                assert!(firsts.contains(sequence), "{sequence} comes first after {:?}", firsts.last());
            }
        }
        let path = format!("/audit/v1/subscription/{}", made["data"]["id"].as_str().unwrap());
        let shown = server.client().admin(&first).get(&path).await.unwrap().expect(200);
        assert_eq!((&shown["data"]["state"], &shown["data"]["lastError"]), (&json!("ACTIVE"), &Value::Null));
        say(&format!(
            "{}: killed {lives} times; {} events were acknowledged, {} messages came",
            if database.is_some() { "PostgreSQL" } else { "SQLite" },
            acknowledged.len(),
            came.len(),
        ));
        server.stop().await;
    }
}

/// Sends events until the program is gone: their numbers, with their identifiers.
async fn send(client: Client) -> BTreeMap<i64, String> {
    let mut sent = BTreeMap::new();
    while let Some(answer) = client.post("/audit/v1/event", &json!({ "action": "created" })).await {
        if answer.status == 201 {
            let event = &answer.json["data"];
            sent.insert(event["sequence"].as_i64().unwrap(), event["id"].as_str().unwrap().to_owned());
        }
    }
    sent
}

/// Somebody who takes every message.
async fn receiver() -> (String, Received) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (url, received) = (format!("http://{}/in", listener.local_addr().unwrap()), Received::default());
    let into = received.clone();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(take(stream, into.clone()));
        }
    });
    (url, received)
}

async fn take(mut stream: TcpStream, received: Received) -> Option<()> {
    let mut bytes = Vec::new();
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8(bytes[..end].to_vec()).unwrap().to_lowercase();
            let header = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).map(str::trim).unwrap();
            let length: usize = header("content-length:").parse().unwrap();
            if bytes.len() >= end + 4 + length {
                let body: Value = serde_json::from_slice(&bytes[end + 4..end + 4 + length]).unwrap();
                let message = (body["data"]["sequence"].as_i64().unwrap(), header("webhook-id:").to_owned());
                received.lock().unwrap().push(message);
                bytes.drain(..end + 4 + length);
                stream.write_all(b"HTTP/1.1 204 Taken\r\n\r\n").await.ok()?;
                continue;
            }
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}
