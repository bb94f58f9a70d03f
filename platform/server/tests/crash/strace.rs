//! Calls of the system that fail, or that nobody returns from: strace stands between the program and the kernel.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use crate::common::{Place, left_out};

/// What is written of the calls, in the folder of a place.
const LINES: &str = "strace.lines";

/// Files of the data folder that belong to the store, and the folder itself.
pub const STORE: &[&str] = &["", "argus.db", "argus.db-wal", "argus.db-shm", "argus.db-journal"];

/// The store's own file, without what is written ahead of it.
pub const MAIN: &[&str] = &["argus.db"];

/// What is written ahead of it.
pub const AHEAD: &[&str] = &["argus.db-wal"];

/// Everything that a start makes in the data folder, and the folder itself.
pub const ALL: &[&str] = &[
    "",
    "argus.db",
    "argus.db-wal",
    "argus.db-shm",
    "argus.db-journal",
    "argus.db.lock",
    "bootstrap.json",
    "bootstrap.json.new",
    "exports",
    "log.key",
    "log.key.new",
    "secret.key",
    "secret.key.new",
];

/// What a machine may call the calls that do one thing.
pub type Calls = &'static [&'static str];

/// What becomes of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It is not made, and this error is told.
    Error(&'static str),
    /// It is not made, and the program is killed.
    Killed,
}

/// Calls that do not do what they should. Each thread counts its own.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    /// Which calls.
    pub calls: Calls,
    /// Only those of these files of the data folder.
    pub files: &'static [&'static str],
    /// What becomes of them.
    pub end: End,
    /// The first of them.
    pub first: usize,
    /// After so many more the next one; nothing for one alone.
    pub step: Option<usize>,
    /// Whether the program takes events again while it happens.
    pub goes_on: bool,
    /// Whether the store may take itself for damaged, as SQLite does when a read fails with EIO.
    pub unreadable: bool,
}

/// Whether there is a strace that may look at programs; a word where there is none.
pub fn is_here() -> bool {
    let words = ["-D", "-f", "-o", "/dev/null", "-e", "fsync", "true"];
    let here = Command::new("strace").args(words).output().is_ok_and(|output| output.status.success());
    if !here {
        left_out("calls of the system that fail, since strace is not here or may not look at a program");
    }
    here
}

/// The command that starts a program which such a thing happens to.
pub fn faulty(place: &Place, fault: &Fault) -> Vec<String> {
    let set = set(fault.calls);
    let end = match fault.end {
        End::Error(name) => format!("error={name}"),
        End::Killed => "signal=KILL".to_owned(),
    };
    let step = fault.step.map_or_else(String::new, |step| format!("+{step}"));
    let rule = format!("inject={set}:{end}:when={}{step}", fault.first);
    // Other calls are then not stopped at, but no signal comes of those that are.
    let quick: &[_] = if fault.end == End::Killed { &[] } else { &["--seccomp-bpf"] };
    starter(place, fault.files, &[quick, &["-e", &format!("trace={set}"), "-e", &rule]].concat())
}

/// The command that starts a program and only writes down its calls.
pub fn watched(place: &Place, files: &[&str]) -> Vec<String> {
    starter(place, files, &["--seccomp-bpf", "-e", "trace=%file,%desc"])
}

/// A name that this machine does not know is no mistake.
fn set(calls: Calls) -> String {
    calls.iter().map(|name| format!("?{name}")).collect::<Vec<_>>().join(",")
}

/// strace becomes the program (-D), so that whoever ends the program ends that and not strace.
fn starter(place: &Place, files: &[&str], rules: &[&str]) -> Vec<String> {
    let lines = place.path().join(LINES);
    // What was written of another life is of no interest.
    let _ = std::fs::remove_file(&lines);
    let mut words = vec!["strace", "-D", "-f", "-o", lines.to_str().unwrap()];
    words.extend(rules);
    let mut words: Vec<String> = words.into_iter().map(str::to_owned).collect();
    for file in files {
        // The store names its files from the root of the file system, and Argus as the settings do.
        for folder in [&place.data(""), Path::new("./argus-data")] {
            let path = folder.join(file);
            words.extend(["-P".to_owned(), path.to_str().unwrap().trim_end_matches('/').to_owned()]);
        }
    }
    words.push("--".to_owned());
    words
}

/// The calls that were written down so far.
pub struct Seen(String);

impl Seen {
    /// Those of the last life of a place that strace was at.
    pub fn of(place: &Place) -> Self {
        // It is bytes of files too, and of what is being written the end may be missing.
        let bytes = std::fs::read(place.path().join(LINES)).unwrap_or_default();
        Self(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// How many of them were made to fail.
    pub fn failed(&self) -> usize {
        self.0.lines().filter(|line| line.ends_with("(INJECTED)")).count()
    }

    /// The names of all that there were.
    pub fn names(&self) -> BTreeSet<&str> {
        self.calls().map(|(_, name)| name).collect()
    }

    /// How many of these calls one thread made, of the one that made most.
    pub fn most(&self, calls: Calls) -> usize {
        let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
        for (thread, _) in self.calls().filter(|(_, name)| calls.contains(name)) {
            *numbers.entry(thread).or_default() += 1;
        }
        numbers.into_values().max().unwrap_or_default()
    }

    /// Threads and names. Lines that go on with a call, or tell of a signal, have no name before a parenthesis.
    fn calls(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.lines().filter_map(|line| {
            let (thread, rest) = line.split_once(' ')?;
            let (name, _) = rest.trim_start().split_once('(')?;
            let is_name = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
            (is_name && !name.is_empty()).then_some((thread, name))
        })
    }
}
