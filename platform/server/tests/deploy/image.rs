//! Dockerfile and what it leaves out.

use serde_json::Value;

use crate::common::{Place, left_out, text};
use crate::{deployed, root};

/// Instruction and its words, continued lines joined, comments left out.
fn instructions() -> Vec<(String, String)> {
    let text = deployed("Dockerfile");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let joined = lines.collect::<Vec<_>>().join("\n").replace("\\\n", " ");
    let lines = joined.lines().filter_map(|line| line.trim().split_once(' '));
    lines.map(|(instruction, words)| (instruction.to_owned(), words.trim().to_owned())).collect()
}

fn all(instruction: &str) -> Vec<String> {
    let found = instructions().into_iter().filter(|(found, _)| found == instruction);
    found.map(|(_, words)| words).collect()
}

/// What is copied from the workspace.
fn sources() -> Vec<String> {
    let copies = all("COPY").into_iter().filter(|words| !words.starts_with("--from"));
    let words = copies.flat_map(|words| {
        let mut words: Vec<_> = words.split_whitespace().map(str::to_owned).collect();
        words.pop();
        words
    });
    words.collect()
}

fn manifest() -> String {
    std::fs::read_to_string(root().join("Cargo.toml")).unwrap()
}

fn quoted(text: &str) -> Vec<String> {
    text.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn it_builds_with_the_compiler_of_the_workspace() {
    let line = manifest().lines().find(|line| line.starts_with("rust-version")).unwrap().to_owned();
    let version = quoted(&line).remove(0);
    assert!(all("ARG").contains(&format!("RUST_VERSION={version}")), "the workspace asks for {version}");
    let from = all("FROM");
    assert_eq!(from, ["rust:${RUST_VERSION}-slim-${DEBIAN_RELEASE} AS build", "debian:${DEBIAN_RELEASE}-slim"]);
    let run = all("RUN").remove(0);
    assert!(run.contains("cargo build --release --locked --package argus-server"), "{run}");
    // What /version prints.
    for argument in ["ARGUS_GIT_COMMIT=unknown", "ARGUS_BUILD_TIME=unknown"] {
        assert!(all("ARG").iter().any(|found| found == argument), "{argument}");
        let name = argument.split('=').next().unwrap();
        let build = std::fs::read_to_string(root().join("platform/core/src/build.rs")).unwrap();
        assert!(build.contains(&format!("option_env!(\"{name}\")")), "{name}");
    }
}

#[test]
fn it_copies_the_workspace_and_nothing_else() {
    let sources = sources();
    for source in &sources {
        assert!(root().join(source).exists(), "{source} is not there");
    }
    let members = manifest().lines().find(|line| line.starts_with("members")).unwrap().to_owned();
    for member in quoted(&members) {
        let top = member.split('/').next().unwrap().to_owned();
        assert!(sources.contains(&top), "{member} is not copied");
    }
    let ignored = deployed("Dockerfile.dockerignore");
    let rules: Vec<_> = ignored.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(rules.first(), Some(&"*"), "what is not named stays out");
    let mut named: Vec<_> = rules.iter().filter_map(|rule| rule.strip_prefix('!')).collect();
    let mut wanted: Vec<_> = sources.iter().map(String::as_str).collect();
    named.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(named, wanted);
    for never in ["**/target", "**/argus-data", "**/.env"] {
        assert!(rules.contains(&never), "{never}");
    }
}

#[test]
fn the_sources_that_are_copied_are_a_workspace() {
    let place = Place::bare();
    for source in sources() {
        std::os::unix::fs::symlink(root().canonicalize().unwrap().join(&source), place.path().join(&source)).unwrap();
    }
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let read =
        place.command(&cargo, &["metadata", "--locked", "--offline", "--no-deps", "--format-version=1"]).output();
    let read = read.unwrap();
    assert!(read.status.success(), "{}", text(&read));
    assert!(String::from_utf8_lossy(&read.stdout).contains("\"argus-server\""));
}

#[test]
fn it_does_not_run_as_root() {
    let stages = instructions();
    let last = stages.iter().rposition(|(instruction, _)| instruction == "FROM").unwrap();
    let runtime = &stages[last..];
    let value = |name: &str| {
        let found = runtime.iter().filter(|(instruction, _)| instruction == name);
        found.map(|(_, words)| words.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(value("USER"), ["10001:10001"]);
    let user = runtime.iter().position(|(instruction, _)| instruction == "USER").unwrap();
    let made = runtime.iter().rposition(|(instruction, _)| instruction == "RUN").unwrap();
    assert!(made < user && value("RUN")[0].contains("--uid 10001"));
    assert_eq!(value("VOLUME"), ["/var/lib/argus"]);
    assert_eq!(value("EXPOSE"), ["8080"]);
    let set: Vec<_> = value("ENV").iter().flat_map(|words| words.split_whitespace()).collect();
    assert_eq!(set, ["ARGUS_LISTEN=0.0.0.0:8080", "ARGUS_DATA_DIR=/var/lib/argus"]);
    assert_eq!((value("ENTRYPOINT"), value("CMD")), (vec!["[\"argus\"]"], vec!["[\"serve\"]"]));
}

/// The check of the image's health, asked of the program here.
#[tokio::test]
async fn the_health_check_tells_alive_from_dead() {
    let check = all("HEALTHCHECK").remove(0);
    let (_, command) = check.split_once("CMD ").unwrap();
    let words: Value = serde_json::from_str(command).unwrap();
    let words: Vec<_> = words.as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
    let place = Place::new();
    let server = place.start().await;
    let asks = |address: &str| {
        let place = Place::bare().with("ARGUS_LISTEN", address);
        place.command(words[0], &words[1..]).output().ok().map(|done| done.status.success())
    };
    let address = server.address().to_owned();
    let Some(alive) = asks(&address) else {
        left_out("the health check of the image, since there is no bash");
        return;
    };
    // The image listens on every address: only the port matters.
    assert!(alive && asks(&address.replace("127.0.0.1", "0.0.0.0")) == Some(true));
    server.stop().await;
    assert_eq!(asks(&address), Some(false));
}
