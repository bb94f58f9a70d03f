//! The first session of the README, as it stands.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use std::net::TcpListener;
use std::path::Path;

use common::{Place, left_out, say, text};
use serde_json::{Value, json};

/// Where the README says that the program listens.
const USUAL: &str = "127.0.0.1:8080";

#[tokio::test]
async fn the_first_session_works_as_it_stands() {
    let mut script = blocks("## A first session");
    script = script.replace("target/release/argus ", concat!(env!("CARGO_BIN_EXE_argus"), " "));
    // Answers that a filter takes, or a file, are not printed.
    let asked = script.matches("curl ").count() - script.matches("| sed -n").count() - script.matches("-o ").count();
    assert!(asked > 4, "{script}");
    let mut place = Place::bare();
    if let Some(reason) = taken() {
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        say(&format!("{USUAL} cannot be had ({reason}): the first session is tried on {free}"));
        script = script.replace(USUAL, &free);
        place = place.with("ARGUS_LISTEN", &free);
    }
    for program in ["bash", "curl"] {
        if place.command(program, &["--version"]).output().is_err() {
            left_out(&format!("the first session, since there is no {program}"));
            return;
        }
    }
    let server = place.start().await;
    let done = place.command("bash", &["-euo", "pipefail", "-c", &script]).output().unwrap();
    assert!(done.status.success(), "{}", text(&done));
    let answers: Vec<Value> =
        serde_json::Deserializer::from_slice(&done.stdout).into_iter().collect::<Result<_, _>>().unwrap();
    assert_eq!(answers.len(), asked, "{}", text(&done));
    for answer in &answers {
        // Another system's clients are answered in that system's words.
        let made = answer["responseCode"].is_null() && answer["createdAt"].is_string();
        assert!(made || answer["responseCode"] == 200 || answer["responseCode"] == 201, "{answer}");
    }
    // What was written is found, by filter and by search, and Argus' own requests are seen.
    let id = &answers[0]["data"]["id"];
    assert_eq!((&answers[1]["data"][0]["id"], &answers[1]["count"]), (id, &json!(1)));
    assert_eq!(&answers[2]["data"][0]["id"], id);
    assert!(!answers[3]["data"].as_array().unwrap().is_empty());
    // The signed request was believed.
    assert_eq!(answers[asked - 1]["data"]["authenticationMethod"], "SIGNATURE");
    // The script's key writes and does not read.
    let writer = server.client().by_key(answers[asked - 2]["data"]["apiKeyString"].as_str().unwrap());
    writer.post("/audit/v1/event", &json!({"action": "created"})).await.unwrap().expect(201);
    writer.get("/audit/v1/event").await.unwrap().expect(403);
}

/// The shell blocks of a section, in order.
fn blocks(section: &str) -> String {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let readme = std::fs::read_to_string(readme).unwrap();
    let (_, rest) = readme.split_once(&format!("{section}\n")).unwrap();
    let section = rest.split("\n## ").next().unwrap();
    section.split("```sh\n").skip(1).map(|block| block.split("```").next().unwrap()).collect()
}

/// Why the usual port cannot be had now.
fn taken() -> Option<String> {
    TcpListener::bind(USUAL).err().map(|error| error.to_string())
}
