//! Domains, customers, subjects, functions, permissions, API keys and sessions.

use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;

use super::text;

/// The first form of the identity tables.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        for table in tables(backend) {
            manager.create_table(table).await?;
        }
        for (table, columns) in UNIQUE {
            manager.create_index(index(table, columns).unique().to_owned()).await?;
        }
        for (table, columns) in INDEXES {
            manager.create_index(index(table, columns)).await?;
        }
        if backend == DbBackend::Postgres {
            manager.get_connection().execute_unprepared(EPOCH).await?;
        }
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("identity tables are never taken away".into()))
    }
}

const UNIQUE: [(&str, &[&str]); 7] = [
    ("domain", &["name"]),
    ("customer", &["domain_id", "short_name"]),
    ("subject", &["domain_id", "short_name_key"]),
    ("function", &["name"]),
    ("api_key", &["user_id", "idx"]),
    ("session", &["token_hash"]),
    ("api_key", &["prefix"]),
];

const INDEXES: [(&str, &[&str]); 4] = [
    ("permission", &["subject_id"]),
    ("membership", &["member_id"]),
    ("membership", &["group_id"]),
    ("session", &["user_id"]),
];

/// More than one node may stand on one PostgreSQL: every change of what a node caches counts `identity_epoch` up, in
/// the change's own transaction, and a node that sees another number than its own forgets what it had cached. What is
/// left out (last use, last seen, new sessions) does not make anything cached wrong.
const EPOCH: &str = r#"
CREATE TABLE identity_epoch (id integer PRIMARY KEY, epoch bigint NOT NULL);
INSERT INTO identity_epoch VALUES (1, 0);
CREATE FUNCTION identity_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN UPDATE identity_epoch SET epoch = epoch + 1 WHERE id = 1; RETURN NULL; END $$;
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE ON customer FOR EACH STATEMENT EXECUTE FUNCTION identity_changed();
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE ON subject FOR EACH STATEMENT EXECUTE FUNCTION identity_changed();
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE ON membership FOR EACH STATEMENT EXECUTE FUNCTION identity_changed();
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE ON function FOR EACH STATEMENT EXECUTE FUNCTION identity_changed();
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE ON function_child FOR EACH STATEMENT EXECUTE FUNCTION identity_changed();
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE ON permission FOR EACH STATEMENT EXECUTE FUNCTION identity_changed();
CREATE TRIGGER changed AFTER DELETE OR UPDATE OF secret_hash, previous_hash, previous_until, valid_until, sources,
    functions, customers, read_only, revoked_at ON api_key FOR EACH STATEMENT EXECUTE FUNCTION identity_changed();
CREATE TRIGGER changed AFTER DELETE OR UPDATE OF token_hash, user_id, level, valid_until, ended_at ON session
    FOR EACH STATEMENT EXECUTE FUNCTION identity_changed();
"#;

fn index(table: &str, columns: &[&str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(format!("{table}_{}", columns.join("_"))).table(Alias::new(table));
    for column in columns {
        index.col(Alias::new(*column));
    }
    index
}

fn id() -> ColumnDef {
    ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key().to_owned()
}

fn number(name: &str) -> ColumnDef {
    ColumnDef::new(Alias::new(name)).big_integer().not_null().to_owned()
}

fn number_or_null(name: &str) -> ColumnDef {
    ColumnDef::new(Alias::new(name)).big_integer().null().to_owned()
}

fn flag(name: &str) -> ColumnDef {
    ColumnDef::new(Alias::new(name)).boolean().not_null().default(false).to_owned()
}

fn uuid() -> ColumnDef {
    ColumnDef::new("id").uuid().not_null().primary_key().to_owned()
}

fn binary(name: &str) -> ColumnDef {
    ColumnDef::new(Alias::new(name)).blob().to_owned()
}

fn tables(backend: DbBackend) -> Vec<TableCreateStatement> {
    let words = |name: &str| text(backend, Alias::new(name)).not_null().to_owned();
    let words_or_null = |name: &str| text(backend, Alias::new(name)).null().to_owned();
    let table = |name: &str, columns: Vec<ColumnDef>| {
        let mut table = Table::create();
        table.table(Alias::new(name));
        for column in columns {
            table.col(column);
        }
        table
    };
    vec![
        table("domain", vec![id(), words("name")]),
        table(
            "customer",
            vec![
                id(),
                number("domain_id"),
                number_or_null("parent_id"),
                words("kind"),
                words("short_name"),
                words("name"),
                number("created_at"),
                number_or_null("deleted_at"),
            ],
        ),
        table(
            "subject",
            vec![
                id(),
                words("kind"),
                number("domain_id"),
                number("customer_id"),
                words("short_name"),
                words("short_name_key"),
                words("name"),
                words_or_null("email"),
                words_or_null("password_hash"),
                ColumnDef::new("methods").integer().not_null().to_owned(),
                flag("blocked"),
                number("created_at"),
                number_or_null("deleted_at"),
            ],
        ),
        table(
            "membership",
            vec![uuid(), number("group_id"), number("member_id"), number("added_at"), number_or_null("removed_at")],
        ),
        table("function", vec![id(), words("name"), words("minimum_level"), flag("read_only"), flag("role")]),
        table("function_child", vec![number("parent_id"), number("child_id")])
            .primary_key(Index::create().col("parent_id").col("child_id"))
            .to_owned(),
        table(
            "permission",
            vec![
                id(),
                number("subject_id"),
                number("function_id"),
                number("customer_id"),
                number("granted_at"),
                number_or_null("revoked_at"),
            ],
        ),
        table(
            "session",
            vec![
                uuid(),
                binary("token_hash").not_null().to_owned(),
                number("user_id"),
                words("method"),
                words("level"),
                words("client_ip"),
                number("created_at"),
                number("last_seen_at"),
                number("valid_until"),
                number_or_null("ended_at"),
            ],
        ),
        table(
            "api_key",
            vec![
                id(),
                number("user_id"),
                number("idx"),
                words("prefix"),
                binary("secret_hash").not_null().to_owned(),
                binary("previous_hash").null().to_owned(),
                number_or_null("previous_until"),
                number_or_null("rotated_at"),
                words("description"),
                number("created_at"),
                number("created_by"),
                number_or_null("valid_until"),
                words_or_null("sources"),
                words_or_null("functions"),
                words_or_null("customers"),
                flag("read_only"),
                number_or_null("revoked_at"),
                number_or_null("last_used_at"),
                words_or_null("last_used_ip"),
                words_or_null("folded"),
            ],
        ),
    ]
}
