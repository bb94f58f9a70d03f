//! Migrations of the platform and of every module, in one order.

use argus_core::config::Settings;
use argus_core::db::Db;
use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, MigratorTrait, SchemaManager, async_trait};

use crate::{ServerError, store};

struct Migrations;

impl MigratorTrait for Migrations {
    /// Names begin with a date, so that modules made apart fall into one order.
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut all = argus_core::migration::all();
        all.extend(argus_mail::migration::all());
        all.extend(crate::modules::all().iter().flat_map(|module| (module.migrations)()));
        all.sort_by(|a, b| a.name().cmp(b.name()));
        all.into_iter().map(|migration| Box::new(Whole(migration)) as Box<dyn MigrationTrait>).collect()
    }
}

/// A migration that is there whole, and noted as done, or not at all. Left to itself that is so on PostgreSQL only: a start
/// that is killed in the midst of one would leave an embedded store which no other start can use.
struct Whole(Box<dyn MigrationTrait>);

impl MigrationName for Whole {
    fn name(&self) -> &str {
        self.0.name()
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Whole {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        self.0.up(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        self.0.down(manager).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// Brings the store to the form that this version needs. Running it again changes nothing.
///
/// # Errors
/// When the store fails, or was left by a newer version.
pub async fn run(db: &Db) -> Result<(), DbErr> {
    Migrations::up(db.writer(), None).await
}

/// Brings the store of these settings to that form, and closes it.
///
/// # Errors
/// As [`run`], and when the store cannot be opened.
pub async fn only(settings: &Settings) -> Result<(), ServerError> {
    let (db, _lock) = store::open(settings).await?;
    store::in_turn(&db, async || Ok(run(&db).await?)).await?;
    db.close().await;
    Ok(())
}
