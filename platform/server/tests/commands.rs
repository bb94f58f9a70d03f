//! What the program does besides serving.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use common::{Place, stores, text};
use sea_orm::{ConnectionTrait, Database};

#[tokio::test]
async fn migrate_makes_the_store_and_no_credentials() {
    for (place, database) in stores().await {
        for _ in 0..2 {
            let done = place.run(&["migrate"]);
            assert!(done.status.success(), "{}", text(&done));
            assert!(text(&done).contains("The store is current."));
        }
        assert_eq!(place.data("argus.db").exists(), database.is_none());
        assert!(!place.data("bootstrap.json").exists());
        let server = place.start().await;
        assert!(server.stdout().contains("just made"), "the first start is the one that serves");
    }
}

#[tokio::test]
async fn migrate_keeps_out_of_a_store_in_use() {
    let place = Place::new();
    let _server = place.start().await;
    let refused = place.run(&["migrate"]);
    assert!(!refused.status.success());
    assert!(text(&refused).contains("in use by another process"), "{}", text(&refused));
}

#[tokio::test]
async fn an_older_program_keeps_out_of_a_newer_store() {
    for (place, database) in stores().await {
        assert!(place.run(&["migrate"]).status.success());
        let url = database.as_ref().map(|database| database.url.clone());
        let url = url.unwrap_or_else(|| format!("sqlite://{}", place.data("argus.db").display()));
        let store = Database::connect(url).await.unwrap();
        let newer = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m29990101_000001_newer', 0)";
        store.execute_unprepared(newer).await.unwrap();
        store.close().await.unwrap();
        for command in ["serve", "migrate"] {
            let refused = place.run(&[command]);
            let said = text(&refused);
            assert!(!refused.status.success() && said.contains("m29990101_000001_newer"), "{said}");
        }
    }
}

#[test]
fn openapi_tells_current_documents_from_others() {
    let place = Place::bare();
    let check = || place.run(&["openapi", "--check", "--folder", "documents"]);
    assert!(!check().status.success(), "there are none yet");
    let written = place.run(&["openapi", "--folder", "documents"]);
    assert!(written.status.success(), "{}", text(&written));
    assert!(check().status.success(), "{}", text(&check()));
    let path = place.path().join("documents/audit.v1.json");
    let changed = std::fs::read_to_string(&path).unwrap().replacen("event", "evnt", 1);
    std::fs::write(&path, changed).unwrap();
    let said = check();
    assert!(!said.status.success() && text(&said).contains("audit.v1.json"), "{}", text(&said));
}

#[test]
fn every_command_has_help() {
    let place = Place::bare();
    let help = text(&place.run(&["--help"]));
    let listed = help.lines().skip_while(|line| !line.starts_with("Commands:")).skip(1);
    let commands: Vec<_> = listed.map_while(|line| line.split_whitespace().next()).filter(|it| *it != "help").collect();
    for command in ["serve", "migrate", "openapi", "config"] {
        assert!(commands.contains(&command), "{command} is not in {commands:?}");
    }
    for command in commands {
        let done = place.run(&[command, "--help"]);
        assert!(done.status.success() && text(&done).contains("Usage: argus"), "{command}: {}", text(&done));
    }
    assert!(place.run(&["--version"]).status.success());
    let unknown = place.run(&["frobnicate"]);
    assert!(!unknown.status.success() && text(&unknown).contains("frobnicate"));
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0, "help leaves no traces");
}

#[test]
fn flags_win_over_the_environment_and_that_over_the_file() {
    let place = Place::bare().with("ARGUS_LISTEN", "127.0.0.1:2").with("ARGUS_DATA_DIR", "from-environment");
    let file = "listen = \"127.0.0.1:1\"\ndata_dir = \"from-file\"\ndomain = \"FILE\"\n";
    // A file in the working folder is taken when it is there.
    std::fs::write(place.path().join("argus.toml"), file).unwrap();
    let printed = text(&place.run(&["config", "--listen", "127.0.0.1:3"]));
    for line in [
        "listen = \"127.0.0.1:3\"  # flag --listen",
        "data_dir = \"from-environment\"  # environment ARGUS_DATA_DIR",
        "domain = \"FILE\"  # argus.toml",
        "count_timeout = \"2s\"  # default",
    ] {
        assert!(printed.lines().any(|found| found == line), "{line} is not in\n{printed}");
    }
}

/// Providers have names that no list of settings knows; what is secret about them is so wherever it stands.
#[test]
fn providers_come_from_the_file_and_the_environment_together() {
    let place =
        Place::bare().with("ARGUS_OPENID__EXAMPLE__CLIENT_SECRET", "se://cret").with("ARGUS_LDAP__URL", "ldap://a");
    let file = "[openid.example]\nissuer = \"https://login.example.org\"\nclient_id = \"argus\"\n\n\
        [ldap]\nbind_dn = \"uid={user}\"\n";
    std::fs::write(place.path().join("argus.toml"), file).unwrap();
    let printed = text(&place.run(&["config"]));
    for line in [
        "openid.example.issuer = \"https://login.example.org\"  # argus.toml",
        "openid.example.client_secret = \"***\"  # environment ARGUS_OPENID__EXAMPLE__CLIENT_SECRET",
        "ldap.url = \"ldap://a\"  # environment ARGUS_LDAP__URL",
    ] {
        assert!(printed.lines().any(|found| found == line), "{line} is not in\n{printed}");
    }
    assert!(!printed.contains("se://"), "{printed}");
    let without = text(&Place::bare().with("ARGUS_OPENID__OTHER__NAME", "x").run(&["config"]));
    assert!(without.contains("openid has a provider whose issuer"), "{without}");
    let unknown = text(&Place::bare().with("ARGUS_OPENID__OTHER__ISUER", "x").run(&["config"]));
    assert!(unknown.contains("isuer"), "{unknown}");
    let digits = text(&Place::bare().with("ARGUS_LDAP__SERVICE_PASSWORD", "4711").run(&["config"]));
    assert!(digits.contains("quotation marks") && !digits.contains("4711"), "{digits}");
}
