//! `argus import`: files of events into the log, without a server.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::process::{Output, Stdio};
use std::time::Instant;

use common::{ARGUS, BOUND, Place, pause, say, stores, text};
use serde_json::{Value, json};

/// A store on which Argus was started once, so that there is somebody.
async fn started(place: &Place) {
    place.start().await.stop().await;
}

fn write(place: &Place, name: &str, lines: &str) {
    std::fs::write(place.path().join(name), lines).unwrap();
}

fn line(number: usize) -> String {
    json!({"action": "ITEM_CREATED", "targetType": "IMPORTED", "targetID": format!("{number}")}).to_string() + "\n"
}

fn lines(numbers: std::ops::Range<usize>) -> String {
    numbers.map(line).collect()
}

#[track_caller]
fn done(output: &Output) -> String {
    assert!(output.status.success(), "{}", text(output));
    text(output)
}

#[track_caller]
fn failed(output: &Output) -> String {
    assert!(!output.status.success(), "{}", text(output));
    text(output)
}

/// What the log has, seen by a server.
async fn stored(place: &Place, filter: &str) -> Vec<Value> {
    let server = place.start().await;
    let admin = server.client().admin(&place.bootstrap());
    let events = admin.list(&format!("/audit/v1/event?sortBy=sequence&{filter}")).await;
    server.stop().await;
    events
}

/// The targets of imported events, each with how often it is there.
async fn targets(place: &Place) -> BTreeMap<String, usize> {
    let mut targets = BTreeMap::new();
    for event in stored(place, "dialect=import").await {
        *targets.entry(event["targetID"].as_str().unwrap_or_default().to_owned()).or_default() += 1;
    }
    targets
}

fn once(numbers: std::ops::Range<usize>) -> BTreeMap<String, usize> {
    numbers.map(|number| (number.to_string(), 1)).collect()
}

#[tokio::test]
async fn a_file_comes_in_once_with_one_record_of_it() {
    for (place, _database) in stores().await {
        started(&place).await;
        write(&place, "events.ndjson", &(lines(0..1_500) + "\n" + line(1_500).trim_end()));
        let dry = done(&place.run(&["import", "events.ndjson", "--dry-run"]));
        assert!(dry.contains("1501 events could be imported"), "{dry}");
        assert_eq!(stored(&place, "dialect=import").await, Vec::<Value>::new());
        let said = done(&place.run(&["import", "events.ndjson"]));
        assert!(
            said.contains("1501 events imported, 0 were there already, 0 lines left out; 1502 lines done"),
            "{said}"
        );
        // Again, under another name, and grown since.
        write(&place, "other.ndjson", &(lines(0..1_500) + "\n" + &line(1_500)));
        let again = done(&place.run(&["import", "events.ndjson"]));
        assert!(again.contains("0 events imported") && again.contains("behind line 1502"), "{again}");
        let grown = File::options().append(true).open(place.path().join("other.ndjson")).unwrap();
        { grown }.write_all(lines(1_501..1_510).as_bytes()).unwrap();
        let said = done(&place.run(&["import", "other.ndjson"]));
        assert!(said.contains("9 events imported"), "{said}");
        assert_eq!(targets(&place).await, once(0..1_510));
        let events = stored(&place, "dialect=import").await;
        assert_eq!(events[7]["createdByUser"]["shortName"], "admin");
        assert_eq!((&events[7]["actorID"], &events[7]["actorType"]), (&json!("admin"), &json!("USER")));
        let records = stored(&place, "includeFlags=INTERNAL&targetType=IMPORT").await;
        assert_eq!(records.len(), 1, "{records:#?}");
        assert_eq!(records[0]["after"], json!({"file": "events.ndjson", "format": "NDJSON"}));
    }
}

#[tokio::test]
async fn what_was_killed_half_way_goes_on_without_doubles() {
    const LINES: usize = 30_000;
    for (place, database) in stores().await {
        started(&place).await;
        write(&place, "events.ndjson", &lines(0..LINES));
        let error = place.path().join("error");
        let mut kills = 0;
        loop {
            let output = File::create(&error).unwrap();
            let mut command = place.command(ARGUS, &["import", "events.ndjson"]);
            let mut child = command.stdout(Stdio::null()).stderr(output).spawn().unwrap();
            let began = Instant::now();
            // Its first word is about the first step that was written; then the next one is under way.
            let ended = loop {
                if let Some(status) = child.try_wait().unwrap() {
                    break Some(status);
                }
                if kills < 3 && std::fs::read_to_string(&error).unwrap().contains("line ") {
                    break None;
                }
                assert!(began.elapsed() < BOUND, "it does not go on");
                pause().await;
            };
            match ended {
                Some(status) => {
                    assert!(status.success(), "{}", std::fs::read_to_string(&error).unwrap());
                    break;
                }
                None => {
                    child.kill().unwrap();
                    child.wait().unwrap();
                    kills += 1;
                }
            }
        }
        say(&format!("{}: killed {kills} times", if database.is_some() { "PostgreSQL" } else { "SQLite" }));
        assert_eq!(kills, 3, "it was never killed half-way");
        assert_eq!(targets(&place).await, once(0..LINES));
        assert_eq!(stored(&place, "includeFlags=INTERNAL&targetType=IMPORT").await.len(), 1);
    }
}

#[tokio::test]
async fn it_can_be_interrupted_and_goes_on() {
    const LINES: usize = 20_000;
    let place = Place::new();
    started(&place).await;
    write(&place, "events.ndjson", &lines(0..LINES));
    let error = place.path().join("error");
    let output = File::create(&error).unwrap();
    let mut child =
        place.command(ARGUS, &["import", "events.ndjson"]).stderr(output).stdout(Stdio::piped()).spawn().unwrap();
    let began = Instant::now();
    while !std::fs::read_to_string(&error).unwrap().contains("line ") {
        assert!(began.elapsed() < BOUND, "it does not begin");
        pause().await;
    }
    let sent = std::process::Command::new("sh").arg("-c").arg(format!("kill -INT {}", child.id())).status().unwrap();
    assert!(sent.success());
    let status = child.wait().unwrap();
    let said = std::fs::read_to_string(&error).unwrap();
    assert!(!status.success() && said.contains("interrupted; the same command goes on from there"), "{said}");
    let half = targets(&place).await.len();
    assert!(half > 0 && half < LINES && half.is_multiple_of(1_000), "whole steps: {half}");
    done(&place.run(&["import", "events.ndjson"]));
    assert_eq!(targets(&place).await, once(0..LINES));
}

#[tokio::test]
async fn a_bad_line_is_the_end_or_goes_aside() {
    for (place, _database) in stores().await {
        started(&place).await;
        let file = lines(0..3) + "{\"action\":\n" + &line(3) + "{\"targetID\":\"x\",\"latency\":\"x\"}\n" + &line(4);
        write(&place, "events.ndjson", &file);
        let said = failed(&place.run(&["import", "events.ndjson"]));
        assert!(said.contains("stopped at line 4") && said.contains("3 events imported"), "{said}");
        assert_eq!(targets(&place).await, once(0..3));
        // Mended, it goes on at that line, to the next.
        write(&place, "events.ndjson", &file.replace("{\"action\":\n", "\n"));
        let said = failed(&place.run(&["import", "events.ndjson"]));
        assert!(said.contains("stopped at line 6: action: ") && said.contains("1 events imported"), "{said}");
        let said = done(&place.run(&["import", "events.ndjson", "--skip-bad", "bad.ndjson"]));
        assert!(said.contains("1 events imported, 0 were there already, 1 lines left out"), "{said}");
        let aside = std::fs::read_to_string(place.path().join("bad.ndjson")).unwrap();
        assert_eq!(aside, "{\"targetID\":\"x\",\"latency\":\"x\"}\n");
        assert_eq!(targets(&place).await, once(0..5));
        // What stands aside is never written over by another import.
        write(&place, "another.ndjson", &line(9));
        let said = failed(&place.run(&["import", "another.ndjson", "--skip-bad", "bad.ndjson"]));
        assert!(said.contains("bad.ndjson"), "{said}");
    }
}

#[tokio::test]
async fn senders_identifiers_hold_for_imports_too() {
    for (place, _database) in stores().await {
        started(&place).await;
        let event =
            |id: &str, action: &str| json!({"externalID": id, "action": action, "targetID": id}).to_string() + "\n";
        write(&place, "first.ndjson", &(event("a", "x") + &event("b", "x") + &event("a", "x")));
        let said = done(&place.run(&["import", "first.ndjson"]));
        assert!(said.contains("2 events imported, 1 were there already"), "{said}");
        write(&place, "second.ndjson", &(event("c", "x") + &event("b", "x") + &event("a", "y") + &event("d", "x")));
        let said = failed(&place.run(&["import", "second.ndjson"]));
        assert!(said.contains("stopped at line 3: externalID") && said.contains("1 events imported, 1 were"), "{said}");
        let said = done(&place.run(&["import", "second.ndjson", "--skip-bad", "bad.ndjson"]));
        assert!(said.contains("1 events imported, 0 were there already, 1 lines left out"), "{said}");
        assert_eq!(std::fs::read_to_string(place.path().join("bad.ndjson")).unwrap(), event("a", "y"));
        let all: Vec<_> = ["a", "b", "c", "d"].into_iter().map(|id| (id.to_owned(), 1)).collect();
        assert_eq!(targets(&place).await, all.into_iter().collect());
    }
}

#[tokio::test]
async fn columns_are_members_by_name_or_as_said() {
    let place = Place::new();
    started(&place).await;
    let file = "When,what,Target_ID,actor id,metadata.site,latency,colour\r\n\
                2026-01-02T03:04:05Z,ITEM_CREATED,1,anna,north,1.5,red\r\n\
                2026-01-02T03:04:06Z,ITEM_DELETED,\"2, \"\"two\"\"\nlines\",,,,\r\n\
                yesterday,ITEM_READ,3,,,,\r\n";
    write(&place, "events.csv", file);
    let command = ["import", "events.csv", "--map", "action=what", "--map", "timestamp=When"];
    let said = failed(&place.run(&command));
    assert!(said.contains("columns that are left out: colour"), "{said}");
    assert!(said.contains("stopped at line 5: timestamp") && said.contains("2 events imported"), "{said}");
    let said = done(&place.run(&[&command[..], &["--skip-bad", "bad.csv"]].concat()));
    assert!(said.contains("0 events imported, 0 were there already, 1 lines left out"), "{said}");
    let events = stored(&place, "dialect=import").await;
    assert_eq!(events.len(), 2);
    let first = &events[0];
    assert_eq!((&first["timestampISO"], &first["verb"]), (&json!("2026-01-02T03:04:05Z"), &json!("CREATE")));
    assert_eq!((&first["targetID"], &first["actorID"]), (&json!("1"), &json!("anna")));
    assert_eq!((&first["metadata"], &first["latency"]), (&json!({"site": "north"}), &json!(1.5)));
    assert_eq!((&events[1]["targetID"], &events[1]["actorID"]), (&json!("2, \"two\"\nlines"), &json!("admin")));
    // What went aside has its head, and is a file of its own once it is mended.
    let aside = std::fs::read_to_string(place.path().join("bad.csv")).unwrap();
    assert_eq!(aside.lines().count(), 2, "{aside}");
    write(&place, "mended.csv", &aside.replace("yesterday", "2026-01-02T03:04:07Z"));
    let said = done(&place.run(&["import", "mended.csv", "--map", "action=what", "--map", "timestamp=When"]));
    assert!(said.contains("1 events imported"), "{said}");
    let unknown = failed(&place.run(&["import", "events.csv", "--map", "action=nothing"]));
    assert!(unknown.contains("there is no column nothing"), "{unknown}");
}

#[tokio::test]
async fn who_may_not_send_may_not_import() {
    for (place, _database) in stores().await {
        write(&place, "events.ndjson", &line(0));
        let said = failed(&place.run(&["import", "events.ndjson"]));
        assert!(said.contains("start Argus once before"), "{said}");
        let server = place.start().await;
        let (admin, _) = server.client().session(&place.bootstrap()).await;
        let user = json!({"shortName": "guest", "name": "Guest", "customer": "root"});
        admin.post("/useradmin/v2/user", &user).await.unwrap().expect(201);
        if place.data("argus.db").exists() {
            let said = failed(&place.run(&["import", "events.ndjson"]));
            assert!(said.contains("in use by another process"), "{said}");
        }
        server.stop().await;
        for (arguments, why) in [
            (["--user", "nobody"], "there is no user nobody"),
            (["--user", "guest"], "guest may not send events"),
            (["--customer", "nobody"], "may not send events of the customer: nobody"),
        ] {
            let said = failed(&place.run(&[&["import", "events.ndjson"][..], &arguments[..]].concat()));
            assert!(said.contains(why), "{said}");
        }
        assert!(failed(&place.run(&["import", "none.ndjson"])).contains("none.ndjson"));
        let mut command = place.command(ARGUS, &["import", "-"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(lines(0..3).as_bytes()).unwrap();
        let said = done(&child.wait_with_output().unwrap());
        assert!(said.contains("3 events imported"), "{said}");
        assert_eq!(targets(&place).await, once(0..3));
    }
}
