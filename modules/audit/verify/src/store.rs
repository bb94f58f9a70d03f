//! What is read of a database, and how its tables become streams of rows.

use crate::Error;
use crate::column::all;
use crate::page::{Page, Row};

/// A table that is read from its beginning to its end, in the order of its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// Events: all columns, in their order.
    Events,
    /// Leaves: sequence, salt, salts of fields, text.
    Leaves,
    /// Checkpoints: size, note.
    Checkpoints,
    /// Tiles: level, index.
    Tiles,
}

/// A tile as it is stored.
pub struct Stored {
    /// What it says is the hash of all of it.
    pub root: Vec<u8>,
    /// Its hashes.
    pub hashes: Vec<u8>,
}

/// A leaf, by its event.
pub struct Found {
    /// Its index.
    pub index: i64,
    /// Its text.
    pub leaf: String,
}

/// A database, at one moment.
pub trait Store {
    /// The next rows of a table; none at its end.
    ///
    /// # Errors
    /// When they cannot be read.
    fn fill(&mut self, table: Table, page: &mut Page) -> Result<(), Error>;

    /// A tile.
    ///
    /// # Errors
    /// When it cannot be read.
    fn tile(&mut self, level: i64, index: i64) -> Result<Option<Stored>, Error>;

    /// The leaf of an event.
    ///
    /// # Errors
    /// When it cannot be read.
    fn leaf_of(&mut self, id: &[u8; 16]) -> Result<Option<Found>, Error>;

    /// The keys, by their numbers.
    ///
    /// # Errors
    /// When they cannot be read.
    fn keys(&mut self) -> Result<Vec<(i64, String)>, Error>;

    /// The next sequence and the last time of receipt that writers go on from.
    ///
    /// # Errors
    /// When they cannot be read.
    fn head(&mut self) -> Result<Option<(i64, i64)>, Error>;

    /// About how many leaves there are.
    ///
    /// # Errors
    /// When they cannot be counted.
    fn total(&mut self) -> Result<u64, Error>;

    /// The columns of events that are there.
    ///
    /// # Errors
    /// When they cannot be read.
    fn columns(&mut self) -> Result<Vec<String>, Error>;
}

/// Fails when a column is missing; those that nobody knows are told.
///
/// # Errors
/// When it is no log.
pub fn unknown_columns(there: Vec<String>) -> Result<Vec<String>, Error> {
    if there.is_empty() {
        return Err(Error::Schema("there is no table of events in this database".to_owned()));
    }
    for column in all() {
        if !there.iter().any(|name| name == column.column) {
            return Err(Error::Schema(format!("the table of events has no column {}", column.column)));
        }
    }
    Ok(there.into_iter().filter(|name| !all().any(|column| column.column == name)).collect())
}

/// The rows of a table, one by one.
pub struct Stream {
    table: Table,
    page: Page,
    at: usize,
    ended: bool,
}

impl Stream {
    /// From its beginning.
    pub fn of(table: Table) -> Self {
        Self { table, page: Page::default(), at: 0, ended: false }
    }

    /// Reads on where all rows that were read are done. Says whether it has.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn fill(&mut self, store: &mut dyn Store) -> Result<bool, Error> {
        if self.at < self.page.rows() || self.ended {
            return Ok(false);
        }
        store.fill(self.table, &mut self.page)?;
        self.at = 0;
        self.ended = self.page.rows() == 0;
        Ok(true)
    }

    /// The row that is next, of those that were read.
    pub fn row(&self) -> Option<Row<'_>> {
        self.page.row(self.at)
    }

    /// The row that is next; nothing at the end.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn ahead(&mut self, store: &mut dyn Store) -> Result<Option<Row<'_>>, Error> {
        self.fill(store)?;
        Ok(self.row())
    }

    /// The rows that were read, and which of them is next.
    pub fn page(&self) -> (&Page, usize) {
        (&self.page, self.at)
    }

    /// Goes on to the one behind it.
    pub fn pass(&mut self) {
        self.at += 1;
    }
}
