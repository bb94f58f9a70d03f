//! A log, and copies of it that are changed.

use std::path::Path;
use std::sync::OnceLock;

use argus_audit_verify::{Options, Report, database};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::fixture::{Log, erase, varied};

pub const LOG: Log = Log { size: 300, batch: 7, seed: 1, event: varied };

/// A log that holds, of which an event has erased values.
pub fn original() -> &'static Path {
    static ORIGINAL: OnceLock<(TempDir, std::path::PathBuf)> = OnceLock::new();
    let (_, path) = ORIGINAL.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("argus.db");
        LOG.write(&path);
        erase(&Connection::open(&path).unwrap(), 10, &["description", "metadata"]);
        (folder, path)
    });
    path
}

pub fn options() -> Options {
    Options { keys: vec![LOG.key()], most: 1_000, ..Options::default() }
}

pub fn verify(path: &Path, options: &Options) -> Report {
    database(&format!("sqlite://{}", path.display()), options, |_, _| {}).unwrap()
}

pub fn lines(report: &Report) -> Vec<String> {
    assert_eq!(report.faults.len() as u64, report.found);
    report.faults.iter().map(ToString::to_string).collect()
}

/// What is said of a copy after a change.
pub fn after(change: impl FnOnce(&Connection)) -> Vec<String> {
    with(&options(), change)
}

pub fn with(options: &Options, change: impl FnOnce(&Connection)) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("argus.db");
    std::fs::copy(original(), &path).unwrap();
    let connection = Connection::open(&path).unwrap();
    change(&connection);
    drop(connection);
    lines(&verify(&path, options))
}

pub fn sql(statements: &str) -> Vec<String> {
    after(|connection| connection.execute_batch(statements).unwrap())
}

pub fn note(size: i64) -> String {
    let connection = Connection::open(original()).unwrap();
    connection.query_row("SELECT note FROM log_checkpoint WHERE size = ?", [size], |row| row.get(0)).unwrap()
}
