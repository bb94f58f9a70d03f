//! The tables' migrations, gathered by the server together with those of the modules.

use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;

#[path = "migration/m20261121_000001_identity.rs"]
mod m20261121_000001_identity;
#[path = "migration/m20261126_000300_accounts.rs"]
mod m20261126_000300_accounts;

/// All migrations of this crate.
#[must_use]
pub fn all() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(m20261121_000001_identity::Migration), Box::new(m20261126_000300_accounts::Migration)]
}

/// A text column that sorts by code point on both stores: SQLite does so by itself, PostgreSQL by collation "C".
#[must_use]
pub fn text(backend: DbBackend, name: impl IntoIden) -> ColumnDef {
    let mut column = ColumnDef::new(name);
    if backend == DbBackend::Postgres {
        column.custom(Alias::new("text COLLATE \"C\""))
    } else {
        column.text()
    };
    column
}
