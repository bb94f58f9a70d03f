//! PostgreSQL.

use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{AssertSqlSafe, Connection, Row};
use tokio::runtime::{Builder, Runtime};

use crate::Error;
use crate::column::{Kind, all};
use crate::page::{Page, ROWS, Value};
use crate::store::{Found, Store as _, Stored, Table};

/// Everything is read as it is at the moment of the first question, and nothing can be written.
const BEGIN: &str = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// A database, read by cursors in one transaction.
pub struct Store {
    runtime: Runtime,
    connection: PgConnection,
}

/// How the values of a table are read.
#[derive(Clone, Copy)]
enum Type {
    Integer,
    Real,
    Text,
    Bytes,
}

impl Store {
    /// Opens one.
    ///
    /// # Errors
    /// When nobody answers, or it is no log.
    pub fn open(url: &str) -> Result<Self, Error> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Error::Schema(error.to_string()))?;
        let connection = runtime.block_on(PgConnection::connect(url))?;
        let mut store = Self { runtime, connection };
        store.run(BEGIN.to_owned())?;
        crate::store::unknown_columns(store.columns()?)?;
        for (table, _) in TABLES {
            let (name, select) = (cursor(table), select(table));
            store.run(format!("DECLARE {name} NO SCROLL CURSOR FOR {select}"))?;
        }
        Ok(store)
    }

    fn run(&mut self, sql: String) -> Result<(), Error> {
        self.runtime.block_on(sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut self.connection))?;
        Ok(())
    }

    fn rows(&mut self, sql: &'static str) -> Result<Vec<PgRow>, Error> {
        Ok(self.runtime.block_on(sqlx::query(sql).fetch_all(&mut self.connection))?)
    }
}

const TABLES: [(Table, &str); 4] = [
    (Table::Events, "FETCH 1024 FROM verified_events"),
    (Table::Leaves, "FETCH 1024 FROM verified_leaves"),
    (Table::Checkpoints, "FETCH 1024 FROM verified_checkpoints"),
    (Table::Tiles, "FETCH 1024 FROM verified_tiles"),
];

fn fetch(table: Table) -> &'static str {
    TABLES.iter().find(|(known, _)| *known == table).map_or("", |(_, sql)| sql)
}

fn cursor(table: Table) -> &'static str {
    fetch(table).rsplit(' ').next().unwrap_or_default()
}

fn type_of(kind: Kind, column: &str) -> Type {
    match kind {
        Kind::Text | Kind::Json | Kind::Address => Type::Text,
        Kind::Integer | Kind::Flags => Type::Integer,
        Kind::Real => Type::Real,
        Kind::Uuid => Type::Bytes,
        Kind::Own => match column {
            "id" => Type::Bytes,
            "folded" => Type::Text,
            _ => Type::Integer,
        },
    }
}

fn types(table: Table) -> Vec<Type> {
    match table {
        Table::Events => all().map(|column| type_of(column.kind, column.column)).collect(),
        Table::Leaves => vec![Type::Integer, Type::Bytes, Type::Text, Type::Text],
        Table::Checkpoints => vec![Type::Integer, Type::Text],
        Table::Tiles => vec![Type::Integer, Type::Integer],
    }
}

fn select(table: Table) -> String {
    match table {
        Table::Events => {
            let columns = all().map(|column| match type_of(column.kind, column.column) {
                Type::Integer => format!("\"{}\"::bigint", column.column),
                Type::Real => format!("\"{}\"::double precision", column.column),
                Type::Text => format!("\"{}\"::text", column.column),
                // Of a UUID, the sixteen bytes.
                Type::Bytes => format!("uuid_send(\"{}\")", column.column),
            });
            let columns: Vec<String> = columns.collect();
            format!("SELECT {} FROM event ORDER BY sequence", columns.join(", "))
        }
        Table::Leaves => {
            "SELECT sequence, salt, field_salts::text, leaf::text FROM event_leaf ORDER BY sequence".to_owned()
        }
        Table::Checkpoints => "SELECT size, note::text FROM log_checkpoint ORDER BY size".to_owned(),
        Table::Tiles => "SELECT level::bigint, idx FROM log_tile ORDER BY level, idx".to_owned(),
    }
}

fn add(row: &PgRow, place: usize, kind: Type, page: &mut Page) -> Result<(), Error> {
    page.push(match kind {
        Type::Integer => row.try_get::<Option<i64>, _>(place)?.map_or(Value::Null, Value::Integer),
        Type::Real => row.try_get::<Option<f64>, _>(place)?.map_or(Value::Null, Value::Real),
        Type::Text => row.try_get::<Option<&str>, _>(place)?.map_or(Value::Null, Value::Text),
        Type::Bytes => row.try_get::<Option<&[u8]>, _>(place)?.map_or(Value::Null, Value::Blob),
    });
    Ok(())
}

impl crate::store::Store for Store {
    fn fill(&mut self, table: Table, page: &mut Page) -> Result<(), Error> {
        debug_assert_eq!(ROWS, 1_024);
        let types = types(table);
        page.clear(types.len());
        for row in self.rows(fetch(table))? {
            for (place, kind) in types.iter().enumerate() {
                add(&row, place, *kind, page)?;
            }
        }
        Ok(())
    }

    fn tile(&mut self, level: i64, index: i64) -> Result<Option<Stored>, Error> {
        let sql = "SELECT root, hashes FROM log_tile WHERE level = $1 AND idx = $2";
        let level = i32::try_from(level).map_err(|_| Error::Type("log_tile"))?;
        let query = sqlx::query(sql).bind(level).bind(index);
        let row = self.runtime.block_on(query.fetch_optional(&mut self.connection))?;
        row.map(|row| Ok(Stored { root: row.try_get(0)?, hashes: row.try_get(1)? })).transpose()
    }

    fn leaf_of(&mut self, id: &[u8; 16]) -> Result<Option<Found>, Error> {
        let mut printed = String::new();
        crate::value::uuid(id, &mut printed);
        let sql = "SELECT event_leaf.sequence, leaf::text FROM event \
            JOIN event_leaf ON event_leaf.sequence = event.sequence WHERE event.id = $1::text::uuid";
        let query = sqlx::query(sql).bind(printed);
        let row = self.runtime.block_on(query.fetch_optional(&mut self.connection))?;
        row.map(|row| Ok(Found { index: row.try_get(0)?, leaf: row.try_get(1)? })).transpose()
    }

    fn keys(&mut self) -> Result<Vec<(i64, String)>, Error> {
        let rows = self.rows("SELECT id::bigint, public_key::text FROM log_key ORDER BY id")?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
    }

    fn head(&mut self) -> Result<Option<(i64, i64)>, Error> {
        let rows = self.rows("SELECT next_sequence, last_created FROM audit_head WHERE id = 1")?;
        rows.first().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).transpose()
    }

    fn total(&mut self) -> Result<u64, Error> {
        let rows = self.rows("SELECT COUNT(*) FROM event_leaf")?;
        let total = rows.first().map(|row| row.try_get::<i64, _>(0)).transpose()?;
        Ok(total.unwrap_or(0).unsigned_abs())
    }

    fn columns(&mut self) -> Result<Vec<String>, Error> {
        let sql = "SELECT attname::text FROM pg_attribute \
            WHERE attrelid = to_regclass('event') AND attnum > 0 AND NOT attisdropped";
        let rows = self.rows(sql)?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }
}
