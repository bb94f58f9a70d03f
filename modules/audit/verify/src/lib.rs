//! Verifies an audit log offline: a whole database, or a file that was exported from one.
//!
//! Nothing of the server is used but the pure formats of [`argus_audit_proof`], and nothing is written. What is needed are the
//! log's public keys and, so that a cut or an old copy is found, checkpoints that were kept elsewhere.

mod check;
mod checkpoints;
mod column;
mod erasure;
mod event;
mod explain;
mod export;
mod fault;
mod fold;
mod log;
mod misplaced;
mod notes;
mod page;
mod postgres;
mod salt;
mod sqlite;
mod store;
mod tree;
mod value;
mod verdict;

use argus_audit_proof::note::PublicKey;
use argus_audit_proof::path::Head;

pub use export::export;
pub use fault::{Fault, Place};

/// What is known beforehand.
#[derive(Debug, Clone)]
pub struct Options {
    /// Checkpoints that were kept elsewhere: whole notes.
    pub checkpoints: Vec<String>,
    /// The log's public keys, all that were ever used. The log's own word is taken where there are none.
    pub keys: Vec<PublicKey>,
    /// The most faults that are told; all are counted.
    pub most: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { checkpoints: Vec::new(), keys: Vec::new(), most: 100 }
    }
}

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// How many leaves were looked at.
    pub leaves: u64,
    /// The size and the root of the tree of all leaves; for an export, those of its newest checkpoint. Nothing where leaves are
    /// missing, so that there is no tree.
    pub head: Option<Head>,
    /// The first faults that were found.
    pub faults: Vec<Fault>,
    /// How many faults there are.
    pub found: u64,
    /// What cannot be known.
    pub warnings: Vec<String>,
}

impl Report {
    /// Whether all holds.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.found == 0
    }
}

/// Why nothing can be said.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is of no store that is known.
    #[error("{0}: must be sqlite://PATH or postgres://...")]
    Address(String),
    /// There is no such file.
    #[error("{0}: there is no such file")]
    Missing(String),
    /// A file cannot be read.
    #[error("{0}: {1}")]
    File(String, std::io::Error),
    /// The embedded store cannot be read.
    #[error("the database cannot be read: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// PostgreSQL cannot be asked.
    #[error("the database cannot be read: {0}")]
    Postgres(#[from] sqlx::Error),
    /// It is not a log's database, or of a version that is not known.
    #[error("{0}")]
    Schema(String),
    /// A row cannot be what the schema says.
    #[error("the table {0} has a value of an unexpected type")]
    Type(&'static str),
}

/// Verifies the log of a database, `sqlite://PATH` or `postgres://...`. Blocks, and must not be called from an asynchronous task.
///
/// `progress` is told now and then how many leaves are done, and how many there are.
///
/// # Errors
/// When the database cannot be read; what is wrong with the log stands in the report.
pub fn database(url: &str, options: &Options, progress: impl FnMut(u64, u64)) -> Result<Report, Error> {
    if let Some(path) = url.strip_prefix("sqlite:") {
        let path = path.strip_prefix("//").unwrap_or(path);
        let path = path.split_once('?').map_or(path, |(path, _)| path);
        return sqlite::with(path, |store| log::verify(store, options, progress));
    }
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        let mut store = postgres::Store::open(url)?;
        return log::verify(&mut store, options, progress);
    }
    // An address can hold a password.
    Err(Error::Address(url.split_once(':').map_or("the address", |(scheme, _)| scheme).to_owned()))
}
