//! `kill -9` in the midst of exports: each comes to its end all the same, whole, and the log is told of it once.

use std::collections::BTreeSet;
use std::time::Instant;

use serde_json::{Value, json};

use crate::common::{BOUND, Client, Place, pause, say, stores};
use crate::disk::Disk;
use crate::random::Random;

/// Events with one request, and so many requests.
const EVENTS: u64 = 2_000;
const REQUESTS: u64 = 5;

/// How often the program is killed, fewer than attempts are made.
const LIVES: u64 = 3;

/// A life ends after so many pauses at most.
const LONGEST: u64 = 60;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exports_survive_kill_9() {
    let mut random = Random::new();
    for (place, database) in stores().await {
        let mut server = place.start().await;
        let first = place.bootstrap();
        let admin = server.client().admin(&first);
        for _ in 0..REQUESTS {
            let events: Vec<Value> =
                (0..EVENTS).map(|n| json!({ "action": "made", "targetID": n.to_string() })).collect();
            admin.post("/audit/v1/event/bulk", &json!({ "events": events })).await.unwrap().expect(201);
        }
        let mut jobs = Vec::new();
        for format in ["CSV", "NDJSON", "PARQUET"] {
            let body = json!({ "format": format, "criteria": { "action": "made" } });
            let made = admin.post("/audit/v1/export", &body).await.unwrap().expect(201);
            jobs.push((format, made["data"]["id"].as_str().unwrap().to_owned()));
        }
        let mut attempts = BTreeSet::new();
        for _ in 0..LIVES {
            for _ in 0..random.below(LONGEST) {
                pause().await;
            }
            let running = server.client().admin(&first).list("/audit/v1/export?state=RUNNING").await;
            attempts.extend(running.iter().map(|job| job["id"].as_str().unwrap().to_owned()));
            server.kill();
            server = place.start().await;
        }
        let admin = server.client().admin(&first);
        for (format, id) in &jobs {
            let done = ended(&admin, id).await;
            assert_eq!((&done["state"], &done["rows"]), (&json!("COMPLETED"), &json!(EVENTS * REQUESTS)), "{format}");
            told_once(&admin, id).await;
        }
        let folder = place.data("exports");
        let files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(files.len(), jobs.len(), "{files:?}");
        let store = if database.is_some() { "PostgreSQL" } else { "SQLite" };
        say(&format!("{store}: killed {LIVES} times, with {} exports in the making", attempts.len()));
        server.stop().await;
    }
}

async fn ended(admin: &Client, id: &str) -> Value {
    let started = Instant::now();
    loop {
        let job = admin.get(&format!("/audit/v1/export/{id}")).await.unwrap().expect(200)["data"].clone();
        if !["PENDING", "RUNNING"].contains(&job["state"].as_str().unwrap()) {
            return job;
        }
        assert!(started.elapsed() < BOUND, "{job}");
        pause().await;
    }
}

async fn told_once(admin: &Client, id: &str) {
    let started = Instant::now();
    let path = format!("/audit/v1/event?includeInternal=true&action=audit.export.completed&targetID={id}");
    loop {
        let told = admin.list(&path).await.len();
        if told == 1 {
            return;
        }
        assert!(told == 0 && started.elapsed() < BOUND, "told {told} times of {id}");
        pause().await;
    }
}

/// The log has its disk, exports have another.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_folder_of_exports_fails_the_export() {
    let place = Place::new().with("ARGUS_DATA_DIR", "data").with("ARGUS_EXPORTS__FOLDER", "argus-data");
    let Some(disk) = Disk::new(&place) else { return };
    let starter = disk.starter();
    let place = place.started_by(&starter.iter().map(String::as_str).collect::<Vec<_>>());
    let server = place.start().await;
    let first = std::fs::read(place.path().join("data/bootstrap.json")).unwrap();
    let admin = server.client().admin(&serde_json::from_slice(&first).unwrap());
    let events: Vec<Value> = (0..500).map(|n| json!({ "action": "made", "targetID": n.to_string() })).collect();
    admin.post("/audit/v1/event/bulk", &json!({ "events": events })).await.unwrap().expect(201);
    disk.fill();
    let ask = async || {
        let made = admin.post("/audit/v1/export", &json!({ "format": "NDJSON" })).await.unwrap().expect(201);
        made["data"]["id"].as_str().unwrap().to_owned()
    };
    let failed = ended(&admin, &ask().await).await;
    assert_eq!(failed["state"], "FAILED", "{failed}");
    assert!(failed["error"].as_str().unwrap().contains("no room"), "{failed}");
    disk.make_room();
    assert_eq!(std::fs::read_dir(disk.file("")).unwrap().count(), 0, "something is left");
    assert_eq!(ended(&admin, &ask().await).await["state"], "COMPLETED");
    server.stop().await;
}
