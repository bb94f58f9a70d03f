//! `kill -9` at any moment: what was acknowledged is there, once, and nothing is there by half.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::common::{BOUND, Client, pause, say, stores};
use crate::load::Load;
use crate::random::Random;
use crate::told::Told;

/// How often the program is killed on each store, unless `ARGUS_CRASHES` says otherwise.
const LIVES: u64 = 25;

/// A life ends within that time after the first event that was acknowledged, in ms.
const LONGEST: u64 = 400;

/// One start in so many is cut off too.
const CUT_OFF: u64 = 5;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_kill_9() {
    let lives = std::env::var("ARGUS_CRASHES").map_or(LIVES, |text| text.parse().unwrap());
    let mut random = Random::new();
    for (place, database) in stores().await {
        let began = Instant::now();
        let (mut told, mut keys, mut starts) = (Told::default(), BTreeMap::new(), 0);
        let mut server = place.start().await;
        let first = place.bootstrap();
        let (person, _) = server.client().session(&first).await;
        for life in 0..lives {
            let load = Load::start(&server.client().admin(&first), &format!("{life}"), &mut random);
            let person = person.at(&server.url);
            let maker = tokio::spawn(make_keys(person, format!("key {life}"), first["password"].clone()));
            load.acknowledged(1).await;
            tokio::time::sleep(Duration::from_millis(random.below(LONGEST))).await;
            server.kill();
            told.extend(load.gone().await);
            told.forget_reads();
            keys.extend(maker.await.unwrap());
            if random.below(CUT_OFF) == 0 {
                let mut cut_off = place.spawn();
                tokio::time::sleep(Duration::from_millis(random.below(LONGEST))).await;
                cut_off.kill();
                starts += 1;
            }
            server = place.start().await;
            told.settle(&server.client().admin(&first)).await;
        }
        let admin = server.client().admin(&first);
        told.check(&admin).await;
        check_keys(&admin, &keys).await;
        assert!(told.in_bulk() > 0 && !keys.is_empty(), "there was hardly any load");
        say(&format!(
            "{}: killed {lives} times, and {starts} times while it started; {} events ({} of them in bulk) and {} keys \
             were acknowledged; {:?}",
            if database.is_some() { "PostgreSQL" } else { "SQLite" },
            told.events(),
            told.in_bulk(),
            keys.len(),
            began.elapsed(),
        ));
        server.stop().await;
    }
}

/// Makes keys until the program is gone: whole keys by their prefixes.
async fn make_keys(client: Client, name: String, password: Value) -> BTreeMap<String, String> {
    let mut keys = BTreeMap::new();
    for number in 0.. {
        let description = format!("{name} {number}");
        let body = json!({"description": description, "validSources": ["127.0.0.1"], "password": password});
        let Some(answer) = client.post("/apikey/v1/apikey", &body).await else { break };
        let made = answer.expect(201);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        keys.insert(text(&made["data"]["keyDescriptor"]["prefix"]), text(&made["data"]["apiKeyString"]));
    }
    keys
}

/// A key and its record are one transaction, but the record waits in a table of its own for the log to take it.
async fn check_keys(admin: &Client, keys: &BTreeMap<String, String>) {
    let started = Instant::now();
    let made = loop {
        let listed = admin.list("/apikey/v1/apikey").await;
        let made = listed.iter().filter(|key| key["description"].as_str().unwrap().starts_with("key "));
        let mut made: Vec<_> = made.map(|key| key["prefix"].as_str().unwrap().to_owned()).collect();
        made.sort_unstable();
        let records = records_of_keys(admin).await;
        if made == records {
            break made;
        }
        assert!(started.elapsed() < BOUND, "keys {made:?} and their records {records:?} differ");
        pause().await;
    };
    for (prefix, key) in keys {
        assert!(made.contains(prefix), "the key {prefix} is lost");
        admin.by_key(key).get("/audit/v1/event?limit=1").await.unwrap().expect(200);
    }
}

/// The prefixes of keys of whose making there are records, sorted.
async fn records_of_keys(admin: &Client) -> Vec<String> {
    let records = admin.list("/audit/v1/event?includeFlag=INTERNAL&verb=CREATE&targetType=APIKEY").await;
    let successful = records.iter().filter(|record| record["outcome"] == "SUCCESS");
    let mut about: Vec<_> = successful.filter_map(|record| record["targetID"].as_str().map(str::to_owned)).collect();
    about.sort_unstable();
    about
}
