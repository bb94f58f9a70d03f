//! Writing many rows with few statements.

use std::sync::OnceLock;

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement, Value};

/// Rows of one statement: powers of two, so that few statements serve every batch and all stay prepared.
const SIZES: [usize; 11] = [1024, 512, 256, 128, 64, 32, 16, 8, 4, 2, 1];

/// The most values of one statement, far below the 32,766 (SQLite) and 65,535 (PostgreSQL) that it can have.
const MOST_VALUES: usize = 16_384;

/// A statement that inserts rows of `COLUMNS` values: `head VALUES (...), (...) tail`.
pub struct Bulk<const COLUMNS: usize> {
    head: &'static str,
    tail: &'static str,
    /// Its text for each store and size, written once.
    texts: [[OnceLock<String>; SIZES.len()]; 2],
}

impl<const COLUMNS: usize> Bulk<COLUMNS> {
    /// `head` is `INSERT INTO ... (...)`, `tail` what follows the values.
    pub const fn new(head: &'static str, tail: &'static str) -> Self {
        Self { head, tail, texts: [const { [const { OnceLock::new() }; SIZES.len()] }; 2] }
    }

    /// Writes rows, in their order.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn write(
        &self,
        db: &impl ConnectionTrait,
        rows: impl ExactSizeIterator<Item = [Value; COLUMNS]>,
    ) -> Result<(), DbErr> {
        let (backend, mut rows) = (db.get_database_backend(), rows);
        for (index, size) in SIZES.into_iter().enumerate().filter(|(_, size)| size * COLUMNS <= MOST_VALUES) {
            while rows.len() >= size {
                let values: Vec<Value> = rows.by_ref().take(size).flatten().collect();
                db.execute_raw(Statement::from_sql_and_values(backend, self.text(backend, index, size), values))
                    .await?;
            }
        }
        Ok(())
    }

    fn text(&self, backend: DbBackend, index: usize, size: usize) -> String {
        let store = usize::from(backend == DbBackend::Postgres);
        let known = self.texts.get(store).and_then(|texts| texts.get(index));
        let write = || self.written(backend, size);
        known.map_or_else(write, |known| known.get_or_init(write).clone())
    }

    fn written(&self, backend: DbBackend, size: usize) -> String {
        let row = |row: usize| {
            let places = (1..=COLUMNS).map(|column| match backend {
                DbBackend::Postgres => format!("${}", row * COLUMNS + column),
                _ => "?".to_owned(),
            });
            format!("({})", places.collect::<Vec<_>>().join(","))
        };
        let rows = (0..size).map(row).collect::<Vec<_>>().join(",");
        format!("{} VALUES {rows} {}", self.head, self.tail)
    }
}
