//! Rules, what their groups have seen, and how far the log was looked at.

use argus_core::db::text_column;
use sea_orm_migration::prelude::*;

/// The first form of the tables of rules.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(rules(manager)).await?;
        for (name, column, unique) in
            [("audit_rule_customer", "customer_id", false), ("audit_rule_built_in", "built_in", true)]
        {
            let mut index = Index::create();
            index.name(name).table("audit_rule").col(Alias::new(column));
            if unique {
                index.unique();
            }
            manager.create_index(index).await?;
        }
        manager.create_table(groups(manager)).await?;
        let mut old = Index::create();
        old.name("audit_rule_group_touched").table("audit_rule_group").col(Alias::new("touched_at"));
        manager.create_index(old).await?;
        let mut position = Table::create();
        position.table(Alias::new("audit_rule_position"));
        position.col(ColumnDef::new("id").big_integer().not_null().primary_key());
        position.col(ColumnDef::new("next_sequence").big_integer().not_null());
        position.col(text_column(manager.get_database_backend(), "lease_owner"));
        position.col(ColumnDef::new("lease_until").big_integer().not_null());
        manager.create_table(position).await?;
        // What was there before there were rules is not looked at.
        let head = "INSERT INTO audit_rule_position (id, next_sequence, lease_until) \
            SELECT 1, COALESCE((SELECT next_sequence FROM audit_head WHERE id = 1), 0), 0";
        manager.get_connection().execute_unprepared(head).await.map(|_| ())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("rules are never taken away".into()))
    }
}

fn rules(manager: &SchemaManager) -> TableCreateStatement {
    let text = |name| text_column(manager.get_database_backend(), name);
    let mut table = Table::create();
    table.table(Alias::new("audit_rule"));
    table.col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key());
    table.col(ColumnDef::new("customer_id").big_integer().not_null());
    table.col(text("name").not_null());
    table.col(text("criteria").not_null());
    table.col(text("group_by").not_null());
    table.col(ColumnDef::new("threshold").big_integer().not_null());
    table.col(ColumnDef::new("window").big_integer().not_null());
    table.col(text("severity").not_null());
    table.col(ColumnDef::new("enabled").boolean().not_null());
    table.col(text("built_in"));
    table.col(text("follows"));
    table.col(ColumnDef::new("created_at").big_integer().not_null());
    table.col(ColumnDef::new("created_by").big_integer());
    table.col(ColumnDef::new("updated_at").big_integer());
    table.col(ColumnDef::new("updated_by").big_integer());
    table.col(text("folded"));
    table
}

fn groups(manager: &SchemaManager) -> TableCreateStatement {
    let text = |name| text_column(manager.get_database_backend(), name);
    let mut table = Table::create();
    table.table(Alias::new("audit_rule_group"));
    table.col(ColumnDef::new("rule_id").big_integer().not_null());
    table.col(text("key").not_null());
    table.col(text("seen").not_null());
    table.col(ColumnDef::new("touched_at").big_integer().not_null());
    table.primary_key(Index::create().col(Alias::new("rule_id")).col(Alias::new("key")));
    table
}
