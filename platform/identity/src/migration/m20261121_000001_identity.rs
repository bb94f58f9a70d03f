//! Domains, customers, subjects, functions, permissions, and what proves who somebody is.

use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;

use super::text;

#[path = "identity/proofs.rs"]
mod proofs;
#[path = "identity/rights.rs"]
mod rights;
#[path = "identity/who.rs"]
mod who;

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
        for statement in ONCE.into_iter().chain(VIEWS) {
            manager.get_connection().execute_unprepared(statement).await?;
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

const UNIQUE: [(&str, &[&str]); 10] = [
    ("domain", &["name"]),
    ("customer", &["domain_id", "short_name_key"]),
    ("subject", &["domain_id", "short_name_key"]),
    ("function", &["name"]),
    ("api_key", &["user_id", "idx"]),
    ("api_key", &["prefix"]),
    ("session", &["token_hash"]),
    ("public_key", &["user_id", "idx"]),
    ("user_preference", &["user_id", "key"]),
    ("openid_link", &["provider", "name"]),
];

/// What lasts at most once, and can come again after it ended. Both stores have partial indexes.
const ONCE: [&str; 5] = [
    "CREATE UNIQUE INDEX membership_once ON membership (group_id, member_id) WHERE removed_at IS NULL",
    "CREATE UNIQUE INDEX function_child_once ON function_child (parent_id, child_id) WHERE deleted_at IS NULL",
    "CREATE UNIQUE INDEX permission_once ON permission (subject_id, function_id, customer_id) WHERE revoked_at IS NULL",
    "CREATE UNIQUE INDEX totp_active ON totp (user_id) WHERE cookie_hash IS NULL",
    "CREATE UNIQUE INDEX totp_pending ON totp (user_id) WHERE cookie_hash IS NOT NULL",
];

/// Rows with the names of what they refer to, by which they are sorted.
const VIEWS: [&str; 1] = ["CREATE VIEW function_mapping AS
    SELECT link.id, link.parent_id, parent.name AS parent_name, link.child_id, child.name AS child_name,
        link.created_at, link.created_by, link.deleted_at, link.deleted_by
    FROM function_child link JOIN function parent ON parent.id = link.parent_id JOIN function child ON child.id = link.child_id"];

const INDEXES: [(&str, &[&str]); 11] = [
    ("customer", &["parent_id"]),
    ("permission", &["subject_id"]),
    ("membership", &["member_id"]),
    ("membership", &["group_id"]),
    ("session", &["user_id"]),
    ("session", &["parent_hash"]),
    ("subject", &["customer_id"]),
    ("signature_nonce", &["accepted_at"]),
    ("password_history", &["user_id"]),
    ("used_authorization", &["until"]),
    // Who has that preference.
    ("user_preference", &["key", "user_id"]),
];

/// What only PostgreSQL needs. A nonce is unique whatever its timestamp: one process knows those of its window by heart,
/// several nodes have to look them up.
///
/// More than one node may stand on one PostgreSQL: every change of what a node caches counts `identity_epoch` up, in
/// the change's own transaction, and a node that sees another number than its own forgets what it had cached. What is
/// left out (last use, last seen, last login, new users, sessions and keys) does not make anything cached wrong.
const EPOCH: &str = r#"
CREATE INDEX signature_nonce_digest ON signature_nonce (key_id, digest);
CREATE TABLE identity_epoch (id integer PRIMARY KEY, epoch bigint NOT NULL);
INSERT INTO identity_epoch VALUES (1, 0);
CREATE FUNCTION identity_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN UPDATE identity_epoch SET epoch = epoch + 1 WHERE id = 1; RETURN NULL; END $$;
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE ON customer FOR EACH STATEMENT EXECUTE FUNCTION identity_changed();
CREATE TRIGGER changed AFTER DELETE OR UPDATE OF kind, domain_id, customer_id, short_name, name, email, flags,
    password_hash, methods, blocked, deleted_at ON subject FOR EACH STATEMENT EXECUTE FUNCTION identity_changed();
CREATE TRIGGER changed AFTER DELETE OR UPDATE OF public_key, valid_until, sources, functions, customers, read_only,
    revoked_at ON public_key FOR EACH STATEMENT EXECUTE FUNCTION identity_changed();
CREATE TRIGGER changed AFTER UPDATE OF evicted_at ON signature_pin FOR EACH STATEMENT EXECUTE FUNCTION identity_changed();
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

/// Columns as the tables below write them.
struct Columns {
    backend: DbBackend,
}

impl Columns {
    fn table(&self, name: &str, columns: Vec<ColumnDef>) -> TableCreateStatement {
        let mut table = Table::create();
        table.table(Alias::new(name));
        for column in columns {
            table.col(column);
        }
        table
    }

    /// A table whose key is made of several columns.
    fn keyed(&self, name: &str, key: &[&str], columns: Vec<ColumnDef>) -> TableCreateStatement {
        let mut index = Index::create();
        for column in key {
            index.col(Alias::new(*column));
        }
        self.table(name, columns).primary_key(&mut index).to_owned()
    }

    fn id(&self) -> ColumnDef {
        ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key().to_owned()
    }

    fn uuid(&self) -> ColumnDef {
        ColumnDef::new("id").uuid().not_null().primary_key().to_owned()
    }

    fn number(&self, name: &str) -> ColumnDef {
        ColumnDef::new(Alias::new(name)).big_integer().not_null().to_owned()
    }

    fn number_or_null(&self, name: &str) -> ColumnDef {
        ColumnDef::new(Alias::new(name)).big_integer().null().to_owned()
    }

    fn small(&self, name: &str) -> ColumnDef {
        ColumnDef::new(Alias::new(name)).integer().not_null().to_owned()
    }

    fn flag(&self, name: &str) -> ColumnDef {
        ColumnDef::new(Alias::new(name)).boolean().not_null().default(false).to_owned()
    }

    fn binary(&self, name: &str) -> ColumnDef {
        ColumnDef::new(Alias::new(name)).blob().not_null().to_owned()
    }

    fn binary_or_null(&self, name: &str) -> ColumnDef {
        ColumnDef::new(Alias::new(name)).blob().null().to_owned()
    }

    fn words(&self, name: &str) -> ColumnDef {
        text(self.backend, Alias::new(name)).not_null().to_owned()
    }

    fn words_or_null(&self, name: &str) -> ColumnDef {
        text(self.backend, Alias::new(name)).null().to_owned()
    }
}

fn tables(backend: DbBackend) -> Vec<TableCreateStatement> {
    let columns = Columns { backend };
    [who::tables(&columns), rights::tables(&columns), proofs::tables(&columns)].concat()
}
