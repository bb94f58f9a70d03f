//! The embedded store.

use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Rows, params};

use crate::Error;
use crate::column::all;
use crate::page::{Page, Value};
use crate::store::{Found, Store, Stored, Table};

/// Two bytes of a file's head that say that it is written by way of a second file.
const WRITTEN_AHEAD: [u8; 2] = [2, 2];

const LEAVES: &str = "SELECT sequence, salt, field_salts, leaf FROM event_leaf ORDER BY sequence";
const CHECKPOINTS: &str = "SELECT size, note FROM log_checkpoint ORDER BY size";
const TILES: &str = "SELECT level, idx FROM log_tile ORDER BY level, idx";

/// Does something with a file, as it is at this moment.
///
/// # Errors
/// When there is none, or it cannot be read; and those of `work`.
pub fn with<T>(path: &str, work: impl FnOnce(&mut dyn Store) -> Result<T, Error>) -> Result<T, Error> {
    let connection = open(path)?;
    // What is written meanwhile is not seen.
    connection.execute_batch("BEGIN")?;
    let columns: Vec<String> = all().map(|column| format!("\"{}\"", column.column)).collect();
    // A column that is missing would be read as a text.
    crate::store::unknown_columns(columns_of(&connection)?)?;
    let mut events = connection.prepare(&format!("SELECT {} FROM event ORDER BY sequence", columns.join(", ")))?;
    let (mut leaves, mut checkpoints) = (connection.prepare(LEAVES)?, connection.prepare(CHECKPOINTS)?);
    let mut tiles = connection.prepare(TILES)?;
    let mut store = Sqlite {
        events: events.query([])?,
        leaves: leaves.query([])?,
        checkpoints: checkpoints.query([])?,
        tiles: tiles.query([])?,
        connection: &connection,
    };
    work(&mut store)
}

/// Opens it to be read. Where nobody has it open, nothing is made beside it either.
fn open(path: &str) -> Result<Connection, Error> {
    let failed = |error| Error::File(path.to_owned(), error);
    if !Path::new(path).is_file() {
        return Err(Error::Missing(path.to_owned()));
    }
    let mut head = [0; 20];
    let mut file = File::open(path).map_err(failed)?;
    let read = file.read(&mut head).map_err(failed)?;
    let mut beside = OsString::from(path);
    beside.push("-wal");
    let alone = read == head.len() && head.ends_with(&WRITTEN_AHEAD) && !Path::new(&beside).exists();
    // As part of an address, a name may have nothing in it that means something there.
    let mut name = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'-' | b'_') {
            name.push(char::from(byte));
        } else {
            name.push_str(&format!("%{byte:02X}"));
        }
    }
    let address = format!("file:{name}?mode=ro{}", if alone { "&immutable=1" } else { "" });
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Ok(Connection::open_with_flags(address, flags)?)
}

fn columns_of(connection: &Connection) -> Result<Vec<String>, Error> {
    let mut statement = connection.prepare("SELECT name FROM pragma_table_xinfo('event')")?;
    let names = statement.query_map([], |row| row.get(0))?;
    Ok(names.collect::<Result<_, _>>()?)
}

/// The tables, each with the place up to which it was read.
struct Sqlite<'c> {
    connection: &'c Connection,
    events: Rows<'c>,
    leaves: Rows<'c>,
    checkpoints: Rows<'c>,
    tiles: Rows<'c>,
}

impl Store for Sqlite<'_> {
    fn fill(&mut self, table: Table, page: &mut Page) -> Result<(), Error> {
        let (rows, width) = match table {
            Table::Events => (&mut self.events, all().count()),
            Table::Leaves => (&mut self.leaves, 4),
            Table::Checkpoints => (&mut self.checkpoints, 2),
            Table::Tiles => (&mut self.tiles, 2),
        };
        page.clear(width);
        while !page.is_full() {
            let Some(row) = rows.next()? else { break };
            for place in 0..width {
                page.push(match row.get_ref(place)? {
                    ValueRef::Null => Value::Null,
                    ValueRef::Integer(number) => Value::Integer(number),
                    ValueRef::Real(number) => Value::Real(number),
                    ValueRef::Text(bytes) => std::str::from_utf8(bytes).map_or(Value::Blob(bytes), Value::Text),
                    ValueRef::Blob(bytes) => Value::Blob(bytes),
                });
            }
        }
        Ok(())
    }

    fn tile(&mut self, level: i64, index: i64) -> Result<Option<Stored>, Error> {
        let sql = "SELECT CAST(root AS BLOB), CAST(hashes AS BLOB) FROM log_tile WHERE level = ? AND idx = ?";
        let mut statement = self.connection.prepare_cached(sql)?;
        let blob = |row: &rusqlite::Row<'_>, place| {
            Ok::<_, rusqlite::Error>(row.get::<_, Option<_>>(place)?.unwrap_or_default())
        };
        let tile =
            statement.query_row(params![level, index], |row| Ok(Stored { root: blob(row, 0)?, hashes: blob(row, 1)? }));
        Ok(tile.optional()?)
    }

    fn leaf_of(&mut self, id: &[u8; 16]) -> Result<Option<Found>, Error> {
        let sql = "SELECT event_leaf.sequence, CAST(leaf AS TEXT) FROM event \
            JOIN event_leaf ON event_leaf.sequence = event.sequence WHERE event.id = ?";
        let mut statement = self.connection.prepare_cached(sql)?;
        let found = statement.query_row([&id[..]], |row| Ok(Found { index: row.get(0)?, leaf: row.get(1)? }));
        Ok(found.optional()?)
    }

    fn keys(&mut self) -> Result<Vec<(i64, String)>, Error> {
        let mut statement = self.connection.prepare("SELECT id, CAST(public_key AS TEXT) FROM log_key ORDER BY id")?;
        let keys = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(keys.collect::<Result<_, _>>()?)
    }

    fn head(&mut self) -> Result<Option<(i64, i64)>, Error> {
        let sql = "SELECT next_sequence, last_created FROM audit_head WHERE id = 1";
        Ok(self.connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
    }

    fn total(&mut self) -> Result<u64, Error> {
        let total: i64 = self.connection.query_row("SELECT COUNT(*) FROM event_leaf", [], |row| row.get(0))?;
        Ok(total.unsigned_abs())
    }

    fn columns(&mut self) -> Result<Vec<String>, Error> {
        columns_of(self.connection)
    }
}
