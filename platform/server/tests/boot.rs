//! How the program starts and stops: first credentials, one process a store, drain.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Instant;

use common::{BOUND, Client, Database, Place, left_out, pause, stores, text};
use serde_json::{Value, json};

#[tokio::test]
async fn the_first_start_makes_credentials_and_prints_none_of_them() {
    for (place, _database) in stores().await {
        let place = place.with("ARGUS_LOG__FILTER", "trace");
        let server = place.start().await;
        assert_eq!((mode(&place.data("")), mode(&place.data("bootstrap.json"))), (0o700, 0o600));
        let first = place.bootstrap();
        let mut names: Vec<_> = first.as_object().unwrap().keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["apiKey", "domain", "password", "url", "userName"]);
        assert_eq!((&first["url"], &first["domain"]), (&json!(server.url), &json!("ARGUS")));
        assert_eq!(first["userName"], "admin");

        let greeting = server.stdout();
        for shown in [&format!("{}/swagger-ui", server.url), "argus-data/bootstrap.json", "curl ", "just made"] {
            assert!(greeting.contains(shown), "{shown}: {greeting}");
        }
        // Both credentials are good, and using them prints them no more than making them did.
        let admin = server.client().admin(&first);
        admin.get("/audit/v1/event").await.unwrap().expect(200);
        let (person, token) = server.client().session(&first).await;
        let made = json!({"description": "another", "validSources": ["127.0.0.1"], "password": first["password"]});
        let made = person.post("/apikey/v1/apikey", &made).await.unwrap().expect(201);
        let printed = server.stop().await;
        assert!(printed.contains("DEBUG argus::request"), "a line for each request");
        assert!(!printed.contains('\u{1b}'), "no colours where there is no terminal");
        let key = |value: &Value| value.as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        let keys = [key(&first["apiKey"]), key(&made["data"]["apiKeyString"])];
        for secret in keys.iter().map(String::as_str).chain([first["password"].as_str().unwrap(), &token]) {
            assert!(secret.len() > 20);
            assert!(!printed.contains(secret), "a secret was printed:\n{}", around(&printed, secret));
        }
    }
}

#[tokio::test]
async fn the_first_curl_on_the_screen_works() {
    let place = Place::new();
    let server = place.start().await;
    let greeting = server.stdout();
    let lines = greeting.lines().skip_while(|line| line.trim() != "try:").skip(1);
    let script = lines.collect::<Vec<_>>().join("\n");
    let Ok(done) = place.command("bash", &["-euo", "pipefail", "-c", &script]).output() else {
        left_out("the first curl on the screen, since there is no bash");
        return;
    };
    let answer: Value = serde_json::from_slice(&done.stdout).unwrap_or_else(|_| panic!("{script}\n{}", text(&done)));
    assert_eq!(answer["responseCode"], 201, "{answer}");
}

#[tokio::test]
async fn the_second_start_keeps_what_the_first_one_made() {
    for (place, _database) in stores().await {
        place.start().await.stop().await;
        let first = std::fs::read(place.data("bootstrap.json")).unwrap();
        let server = place.start().await;
        assert_eq!(std::fs::read(place.data("bootstrap.json")).unwrap(), first);
        assert!(!server.stdout().contains("just made"));
        server.client().admin(&place.bootstrap()).get("/audit/v1/event").await.unwrap().expect(200);
        server.client().session(&place.bootstrap()).await;
    }
}

#[tokio::test]
async fn a_start_that_was_cut_off_is_repaired() {
    let place = Place::new();
    std::fs::create_dir(place.path().join("argus-data")).unwrap();
    // Cut off before the commit: a file of credentials that nobody has, and no rows.
    std::fs::write(place.data("bootstrap.json.new"), r#"{"apiKey": "1/1/none"}"#).unwrap();
    let server = place.start().await;
    assert_eq!(mode(&place.data("bootstrap.json")), 0o600);
    server.client().admin(&place.bootstrap()).get("/audit/v1/event").await.unwrap().expect(200);
    server.stop().await;
    // Cut off between the commit and the new name.
    let first = place.bootstrap();
    std::fs::rename(place.data("bootstrap.json"), place.data("bootstrap.json.new")).unwrap();
    let server = place.start().await;
    assert_eq!((place.bootstrap(), mode(&place.data("bootstrap.json"))), (first, 0o600));
    assert!(!place.data("bootstrap.json.new").exists());
    server.client().admin(&place.bootstrap()).get("/audit/v1/event").await.unwrap().expect(200);
}

#[tokio::test]
async fn an_embedded_store_takes_one_process() {
    let place = Place::new();
    let server = place.start().await;
    let refused = place.run(&["serve"]);
    let said = text(&refused);
    assert!(!refused.status.success());
    assert!(said.contains("argus-data/argus.db") && said.contains("in use by another process"), "{said}");
    // The first one goes on, and when it is gone the next one may.
    assert!(server.client().is_healthy().await);
    drop(server);
    place.start().await.stop().await;
}

/// The first 32 bytes that there are: no secret.
const LOG_KEY: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f
-----END PRIVATE KEY-----
";

#[tokio::test]
async fn nodes_that_start_together_on_an_empty_postgresql_agree() {
    let Some(database) = Database::new().await else { return };
    // They have the log's key in common, as `openssl genpkey -algorithm ed25519` makes one.
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("log.key");
    std::fs::write(&key, LOG_KEY).unwrap();
    let node = || Place::new().with("ARGUS_DATABASE_URL", &database.url).with("ARGUS_LOG__KEY", key.to_str().unwrap());
    let (one, two, three) = (node(), node(), node());
    let servers = tokio::join!(one.start(), two.start(), three.start());
    let mut made = [&one, &two, &three].into_iter().filter(|place| place.data("bootstrap.json").exists());
    let first = made.next().unwrap().bootstrap();
    assert!(made.next().is_none(), "one node makes the first credentials");
    for server in [&servers.0, &servers.1, &servers.2] {
        server.client().admin(&first).get("/audit/v1/event").await.unwrap().expect(200);
    }
}

#[tokio::test]
async fn a_port_in_use_stops_the_start_before_the_store() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let place = Place::bare().with("ARGUS_LISTEN", &address);
    let refused = place.run(&[]);
    let said = text(&refused);
    assert!(!refused.status.success());
    assert!(said.contains(&format!("cannot listen on {address}")), "{said}");
    assert!(!place.path().join("argus-data").exists(), "the store was touched");
}

#[tokio::test]
async fn a_program_that_listens_everywhere_names_an_address_that_answers() {
    let place = Place::new().with("ARGUS_LISTEN", "0.0.0.0:0");
    let server = place.start().await;
    let url = place.bootstrap()["url"].as_str().unwrap().to_owned();
    assert!(url.starts_with("http://127.0.0.1:"), "{url}");
    assert!(server.stdout().contains(&format!("{url}/swagger-ui")));
    assert!(Client::new(&url).is_healthy().await);
}

#[tokio::test]
async fn sigterm_and_sigint_let_requests_end() {
    for signal in ["TERM", "INT"] {
        let place = Place::new();
        let mut server = place.start().await;
        let first = place.bootstrap();
        let mut idle = TcpStream::connect(server.address()).unwrap();
        idle.set_read_timeout(Some(BOUND)).unwrap();
        let (mut slow, rest) = begin_slowly(server.address(), first["apiKey"].as_str().unwrap());
        server.signal(signal);
        // The drain has begun when nobody is let in any more; the idle connection goes at once.
        let started = Instant::now();
        while TcpStream::connect(server.address()).is_ok() {
            assert!(started.elapsed() < BOUND);
            pause().await;
        }
        assert_eq!(idle.read(&mut [0; 1]).unwrap_or_default(), 0);
        assert!(server.ended().is_none(), "a request is on its way");
        slow.write_all(rest.as_bytes()).unwrap();
        let mut answer = String::new();
        slow.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
        assert_eq!(server.end().await.code(), Some(0), "{}", server.printed());
        assert!(server.printed().contains("stopped"));
        let again = place.start().await;
        let events = again.client().admin(&first).list("/audit/v1/event?targetID=slow").await;
        assert_eq!(events.len(), 1);
    }
}

/// Sends a request but for the end of its body, and waits until the program has begun to read the body.
fn begin_slowly(address: &str, key: &str) -> (TcpStream, String) {
    let body = json!({"action": "created", "targetID": "slow"}).to_string();
    let (half, rest) = body.split_at(body.len() / 2);
    let head = format!(
        "POST /audit/v1/event HTTP/1.1\r\nHost: {address}\r\nArgus-API-Key: {key}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        body.len()
    );
    let mut connection = TcpStream::connect(address).unwrap();
    connection.set_read_timeout(Some(BOUND)).unwrap();
    connection.write_all(head.as_bytes()).unwrap();
    let mut go_on = [0; 25];
    connection.read_exact(&mut go_on).unwrap();
    assert_eq!(String::from_utf8_lossy(&go_on), "HTTP/1.1 100 Continue\r\n\r\n");
    connection.write_all(half.as_bytes()).unwrap();
    (connection, rest.to_owned())
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn around<'a>(printed: &'a str, secret: &str) -> &'a str {
    printed.lines().find(|line| line.contains(secret)).unwrap_or_default()
}
