//! Accounts that people make by themselves, and links that are good once.

use sea_orm_migration::prelude::*;

use super::text;

/// Accounts of the dialect `spectra`, and one-time keys.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        let mut account = Table::create();
        account
            .table(Alias::new("spectra_account"))
            .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
            .col(ColumnDef::new("user_id").big_integer().not_null())
            .col(text(backend, "email").not_null())
            .col(text(backend, "email_key").not_null())
            .col(ColumnDef::new("access_key_hash").blob().not_null())
            .col(ColumnDef::new("activated_at").big_integer().null())
            .col(ColumnDef::new("created_at").big_integer().not_null())
            .col(ColumnDef::new("updated_at").big_integer().null());
        manager.create_table(account).await?;
        let mut key = Table::create();
        key.table(Alias::new("one_time_key"))
            .col(ColumnDef::new("id").uuid().not_null().primary_key())
            .col(ColumnDef::new("key_hash").blob().not_null())
            .col(ColumnDef::new("user_id").big_integer().not_null())
            .col(text(backend, "purpose").not_null())
            .col(ColumnDef::new("created_at").big_integer().not_null())
            .col(ColumnDef::new("expires_at").big_integer().not_null())
            .col(ColumnDef::new("used_at").big_integer().null());
        manager.create_table(key).await?;
        for (table, column) in UNIQUE {
            manager.create_index(index(table, column).unique().to_owned()).await?;
        }
        for (table, column) in INDEXES {
            manager.create_index(index(table, column)).await?;
        }
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("identity tables are never taken away".into()))
    }
}

const UNIQUE: [(&str, &str); 4] = [
    ("spectra_account", "user_id"),
    ("spectra_account", "email_key"),
    ("spectra_account", "access_key_hash"),
    ("one_time_key", "key_hash"),
];

const INDEXES: [(&str, &str); 2] = [("one_time_key", "user_id"), ("one_time_key", "expires_at")];

fn index(table: &str, column: &str) -> IndexCreateStatement {
    let name = format!("{table}_{column}");
    Index::create().name(name).table(Alias::new(table)).col(Alias::new(column)).to_owned()
}
