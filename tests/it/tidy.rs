//! What a review would otherwise have to say again and again.

mod crates;
mod tree;

use std::collections::{BTreeMap, BTreeSet};

use argus_server::modules;

use tree::{ends_up_in, is_test, read, rust_files, tracked};

/// Lines a file of Rust may have.
const MOST_LINES: usize = 300;

/// Longer files, each with the reason. May only shrink.
const LONGER: [(&str, &str); 0] = [];

/// Tests wait for something to happen, never for time to pass. These have no other way.
const SLEEPERS: [(&str, &str); 11] = [
    ("platform/edge/src/connection_tests.rs", "tokio's paused clock: nothing waits"),
    ("platform/edge/src/listen_tests.rs", "tokio's paused clock: nothing waits"),
    ("platform/server/tests/common/mod.rs", "another process, looked at until it is ready"),
    ("platform/server/tests/crash/killed.rs", "another process, killed at a moment that nobody chose"),
    ("tests/benches/export.rs", "another process, looked at until it is done"),
    ("tests/benches/load.rs", "a measurement lasts as long as it says"),
    ("tests/benches/peer.rs", "another process, looked at until it is ready"),
    ("tests/it/browser/chromium.rs", "another process, looked at until it is ready"),
    ("tests/it/journeys/ldap/slapd.rs", "another process, looked at until it is ready"),
    ("tests/it/refusals/edge.rs", "a client that is too slow"),
    ("tests/it/refusals/support.rs", "records are written behind requests, looked at until they are there"),
];

/// What a newcomer reads, and how long it may be.
const PAGES: [(&str, usize); 4] =
    [("README.md", 400), ("ARCHITECTURE.md", 200), ("CHANGELOG.md", 10_000), ("modules/README.md", 400)];

/// Not to be written in Rust. In two parts, so that this list does not find itself.
const NOT_IN_CODE: [(&str, &str, &str); 7] = [
    ("unsafe", " {", "this project needs none"),
    ("unsafe", " fn", "this project needs none"),
    ("unsafe", " impl", "this project needs none"),
    ("todo", "!(", "finish it"),
    ("unimplemented", "!(", "finish it"),
    ("dbg", "!(", "a leftover"),
    ("#[ign", "ore", "a test that does not run is none"),
];

/// Not to be written anywhere.
const NOWHERE: [(&str, &str, &str); 6] = [
    ("TO", "DO", "finish it, or file it"),
    ("FIX", "ME", "finish it, or file it"),
    ("/wor", "k/", "a path of one machine"),
    ("/roo", "t/", "a path of one machine"),
    ("/hom", "e/", "a path of one machine"),
    ("/Use", "rs/", "a path of one machine"),
];

#[test]
fn files_are_short() {
    let mut long = Vec::new();
    for path in rust_files() {
        let lines = read(&path).lines().count();
        let known = LONGER.iter().any(|(known, _)| *known == path);
        if (lines > MOST_LINES) != known {
            long.push(format!("{path}: {lines} lines"));
        }
    }
    assert!(long.is_empty(), "at most {MOST_LINES}, but for those listed:\n{}", long.join("\n"));
}

#[test]
fn code_has_no_leftovers() {
    let mut found = Vec::new();
    for path in rust_files() {
        found.extend(places(&path, &NOT_IN_CODE));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn files_have_no_forbidden_words() {
    let mut found = Vec::new();
    for path in tracked() {
        found.extend(places(&path, &NOWHERE));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

fn places(path: &str, words: &[(&str, &str, &str)]) -> Vec<String> {
    let text = read(path);
    let lines = text.lines().enumerate();
    let found = lines.flat_map(|(number, line)| {
        let hits = words.iter().filter(move |(first, second, _)| line.contains(&format!("{first}{second}")));
        hits.map(move |(first, second, why)| format!("{path}:{}: {first}{second}: {why}", number + 1))
    });
    found.collect()
}

#[test]
fn tests_never_wait_for_time_to_pass() {
    let sleepers: BTreeSet<String> =
        rust_files().into_iter().filter(|path| is_test(path) && read(path).contains(concat!("sleep", "("))).collect();
    let known: BTreeSet<String> = SLEEPERS.iter().map(|(path, _)| (*path).to_owned()).collect();
    assert_eq!(sleepers, known, "move the clock, or look until it is there; or say here why neither can be");
}

#[test]
fn the_mount_list_is_the_tree() {
    let mounted: BTreeSet<String> =
        modules::all().iter().map(|module| format!("{}/{}", module.name, module.version)).collect();
    let folders: BTreeSet<String> = tracked()
        .iter()
        .filter_map(|path| path.strip_prefix("modules/")?.strip_suffix("/Cargo.toml").map(str::to_owned))
        .filter(|folder| crates::is_version(folder))
        // Many dialects lie in one folder, and each is one.
        .map(|folder| folder.replacen("dialects/", "dialect/", 1))
        .collect();
    assert_eq!(mounted, folders);
    let list = read("platform/server/src/modules.rs");
    for folder in folders {
        let call = format!("argus_{}::module()", folder.replace('/', "_"));
        assert_eq!(list.matches(&call).count(), 1, "{call} in the mount list");
    }
}

#[test]
fn migrations_have_dates_and_places_of_their_own() {
    let mut places = BTreeMap::new();
    for path in rust_files().into_iter().filter(|path| ends_up_in(path, "migration")) {
        let name = path.rsplit('/').next().unwrap().trim_end_matches(".rs").to_owned();
        let mut parts = name.splitn(3, '_');
        let (date, number) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let digits = |text: &str, length| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
        let day = date.strip_prefix('m').filter(|day| digits(day, 8));
        assert!(day.is_some_and(|day| ("0101".."1232").contains(&&day[4..])), "{path}: mYYYYMMDD_NNNNNN_what.rs");
        assert!(digits(number, 6) && parts.next().is_some(), "{path}: mYYYYMMDD_NNNNNN_what.rs");
        let twin = places.insert(format!("{date}_{number}"), path.clone());
        assert!(twin.is_none(), "{path} and {twin:?} have one place");
        let list = read(&format!("{}.rs", path.rsplit_once('/').unwrap().0));
        assert!(list.contains(&format!("mod {name};")) && list.contains(&format!("{name}::Migration")), "{name}");
    }
    assert!(!places.is_empty());
}

#[test]
fn what_a_newcomer_reads_is_there_and_short() {
    let tracked = tracked();
    for (page, most) in PAGES {
        assert!(tracked.iter().any(|path| path == page), "{page} is missing");
        let lines = read(page).lines().count();
        assert!((5..=most).contains(&lines), "{page}: {lines} lines, of at most {most}");
    }
}

/// Whatever mirror a machine uses, the lock file names the one public registry.
#[test]
fn dependencies_come_from_one_place() {
    let lock = read("Cargo.lock");
    let sources = lock.lines().filter_map(|line| line.strip_prefix("source = "));
    let others: BTreeSet<&str> =
        sources.filter(|source| *source != "\"registry+https://github.com/rust-lang/crates.io-index\"").collect();
    assert!(others.is_empty(), "{others:?}");
    let settings: Vec<String> = tracked().into_iter().filter(|path| path.contains(".cargo/")).collect();
    assert!(settings.is_empty(), "settings of one machine: {settings:?}");
}
