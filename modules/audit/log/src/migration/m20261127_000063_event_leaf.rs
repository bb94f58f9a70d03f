//! What proves the log: leaves, tiles, checkpoints and keys.

use argus_core::db::text_column;
use sea_orm_migration::prelude::*;

/// The first form of these tables. Events that are there already get their leaves at the start of the server.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let text = |name: &str| text_column(manager.get_database_backend(), name);
        let place = |name: &str| ColumnDef::new(Alias::new(name)).big_integer().not_null().to_owned();
        let bytes = |name: &str| ColumnDef::new(Alias::new(name)).blob().to_owned();
        let mut leaves = Table::create();
        leaves.table("event_leaf").col(place("sequence").primary_key());
        leaves.col(bytes("salt").null()).col(text("field_salts").null()).col(text("leaf").not_null());
        manager.create_table(leaves).await?;
        let mut tiles = Table::create();
        tiles.table("log_tile").col(ColumnDef::new("level").integer().not_null()).col(place("idx"));
        // The root before the hashes: it is read far more often, and comes without them then.
        tiles.col(bytes("root").not_null()).col(bytes("hashes").not_null());
        tiles.primary_key(Index::create().col("level").col("idx"));
        manager.create_table(tiles).await?;
        let mut checkpoints = Table::create();
        checkpoints.table("log_checkpoint").col(place("size").primary_key()).col(text("note").not_null());
        manager.create_table(checkpoints).await?;
        let mut keys = Table::create();
        keys.table("log_key").col(ColumnDef::new("id").integer().not_null().primary_key());
        keys.col(text("public_key").not_null()).col(place("created_at"));
        keys.col(ColumnDef::new("retired_at").big_integer().null());
        manager.create_table(keys).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("the log is never taken away".into()))
    }
}
