//! The tree in the store: what is kept of it, and what follows from that.

use std::collections::HashMap;

use argus_audit_proof::growth::Growth;
use argus_audit_proof::path::{Head, Plan};
use argus_audit_proof::tile::{Tile, WIDTH, add_entry};
use argus_audit_proof::tree::Node;
use argus_audit_proof::{Hash, leaf_hash};
use argus_core::db::Db;
use argus_core::error::ApiError;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, QueryResult, Statement, Value};

use super::grow::column;

/// Asks with places as the only values; `?` stands for each of them, in their order.
pub(super) async fn ask(db: &impl ConnectionTrait, sql: &str, places: &[i64]) -> Result<Vec<QueryResult>, DbErr> {
    let backend = db.get_database_backend();
    let sql = match backend {
        DbBackend::Postgres => {
            let mut parts = sql.split('?');
            let first = parts.next().unwrap_or_default().to_owned();
            (1..).zip(parts).fold(first, |text, (number, part)| format!("{text}${number}{part}"))
        }
        _ => sql.to_owned(),
    };
    let values = places.iter().map(|place| Value::from(*place));
    db.query_all_raw(Statement::from_sql_and_values(backend, sql, values)).await
}

/// What has to be known of the tree of that size to add to it.
///
/// # Errors
/// When the store fails, or does not hold that tree.
pub async fn growth(db: &impl ConnectionTrait, size: u64) -> Result<Growth, DbErr> {
    let mut partial = Vec::new();
    for (level, width) in Growth::widths(size).into_iter().enumerate() {
        // Below 8, and below 256.
        let (level, width) = (level as u8, width as u64);
        let end = size >> (u32::from(level) * 8);
        partial.push(hashes(db, level, end - width, end).await?);
    }
    Growth::of(size, partial).ok_or_else(|| DbErr::Custom(format!("the store does not hold a tree of {size} leaves")))
}

/// Hashes of a level of tiles, from one place up to another: of leaves, or of the full tiles below.
async fn hashes(db: &impl ConnectionTrait, level: u8, from: u64, to: u64) -> Result<Vec<Hash>, DbErr> {
    let (from, to) = (column(from), column(to));
    let Some(below) = level.checked_sub(1) else {
        if db.get_database_backend() == DbBackend::Postgres {
            // Hashed over there: leaves are forty times as large, and nodes that take turns ask for them with every batch.
            let sql = "SELECT sha256('\\x00'::bytea || convert_to(leaf, 'UTF8')) FROM event_leaf \
                WHERE sequence >= ? AND sequence < ? ORDER BY sequence";
            let rows = ask(db, sql, &[from, to]).await?;
            return rows.iter().map(|row| hash(&row.try_get_by_index::<Vec<u8>>(0)?)).collect();
        }
        let sql = "SELECT leaf FROM event_leaf WHERE sequence >= ? AND sequence < ? ORDER BY sequence";
        let rows = ask(db, sql, &[from, to]).await?;
        return rows.iter().map(|row| Ok(leaf_hash(row.try_get_by_index::<String>(0)?.as_bytes()))).collect();
    };
    let sql = "SELECT root FROM log_tile WHERE level = ? AND idx >= ? AND idx < ? ORDER BY idx";
    let rows = ask(db, sql, &[i64::from(below), from, to]).await?;
    rows.iter().map(|row| hash(&row.try_get_by_index::<Vec<u8>>(0)?)).collect()
}

pub(super) fn hash(bytes: &[u8]) -> Result<Hash, DbErr> {
    bytes.try_into().map_err(|_| DbErr::Custom("a hash of the log's tree has not 32 bytes".to_owned()))
}

/// The hashes of a tile, so many of them at least where there are so many.
async fn read(db: &impl ConnectionTrait, tile: Tile, width: u64) -> Result<Vec<Hash>, DbErr> {
    let sql = "SELECT hashes FROM log_tile WHERE level = ? AND idx = ?";
    if let Some(row) = ask(db, sql, &[i64::from(tile.level), column(tile.index)]).await?.first() {
        return row.try_get_by_index::<Vec<u8>>(0)?.chunks(32).map(hash).collect();
    }
    let first = tile.index.saturating_mul(WIDTH);
    hashes(db, tile.level, first, first.saturating_add(width)).await
}

/// Tiles that were read already, for the length of one answer.
pub struct Tiles<'d> {
    db: &'d DatabaseConnection,
    read: HashMap<Tile, Vec<Hash>>,
}

impl<'d> Tiles<'d> {
    pub fn of(db: &'d Db) -> Self {
        Self { db: db.reader(), read: HashMap::new() }
    }

    /// The proof that was planned.
    ///
    /// # Errors
    /// When the store fails, or does not hold the tree.
    pub async fn proof(&mut self, plan: &Plan) -> Result<Vec<Hash>, ApiError> {
        for node in plan.nodes() {
            self.fetch(node).await?;
        }
        plan.proof(|node| self.hash(node).ok_or_else(incomplete))
    }

    /// The hash of a leaf.
    ///
    /// # Errors
    /// As [`Tiles::proof`].
    pub async fn leaf(&mut self, index: u64) -> Result<Hash, ApiError> {
        let node = Node { level: 0, index };
        self.fetch(node).await?;
        self.hash(node).ok_or_else(incomplete)
    }

    fn hash(&self, node: Node) -> Option<Hash> {
        let place = node.place();
        place.hash(self.read.get(&place.tile)?)
    }

    async fn fetch(&mut self, node: Node) -> Result<(), ApiError> {
        let place = node.place();
        let width = place.first + place.number;
        if self.read.get(&place.tile).is_none_or(|hashes| hashes.len() < width) {
            // At most 256.
            self.read.insert(place.tile, read(self.db, place.tile, width as u64).await?);
        }
        Ok(())
    }
}

fn incomplete() -> ApiError {
    ApiError::internal("the store does not hold the tree of the log")
}

/// The newest checkpoint: a signed note.
///
/// # Errors
/// When the store fails.
pub async fn checkpoint(db: &Db) -> Result<String, ApiError> {
    note(db, "SELECT note FROM log_checkpoint ORDER BY size DESC LIMIT 1", &[]).await
}

/// The first checkpoint of a tree with the event at that place.
///
/// # Errors
/// 404 when there is no such event; when the store fails.
pub async fn checkpoint_after(db: &Db, sequence: i64) -> Result<String, ApiError> {
    note(db, "SELECT note FROM log_checkpoint WHERE size > ? ORDER BY size LIMIT 1", &[sequence]).await
}

async fn note(db: &Db, sql: &str, places: &[i64]) -> Result<String, ApiError> {
    let rows = ask(db.reader(), sql, places).await?;
    let row = rows.first().ok_or_else(|| ApiError::not_found("checkpoint"))?;
    Ok(row.try_get_by_index(0)?)
}

/// How many leaves the newest checkpoint is of.
///
/// # Errors
/// When the store fails.
pub async fn size(db: &impl ConnectionTrait) -> Result<i64, DbErr> {
    let rows = ask(db, "SELECT size FROM log_checkpoint ORDER BY size DESC LIMIT 1", &[]).await?;
    Ok(rows.first().map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or_default())
}

/// The same, as a place in the tree.
async fn reach(db: &Db) -> Result<u64, DbErr> {
    Ok(u64::try_from(size(db.reader()).await?).unwrap_or_default())
}

/// The tree as it was with so many leaves; nothing when it never had as many.
///
/// # Errors
/// When the store fails, or does not hold the tree.
pub async fn head_at(db: &Db, leaves: u64) -> Result<Option<Head>, DbErr> {
    Ok(if leaves > reach(db).await? { None } else { Some(growth(db.reader(), leaves).await?.head()) })
}

/// The first hashes of a tile, so many of them.
///
/// # Errors
/// 404 when the tree does not reach so far; when the store fails.
pub async fn tile(db: &Db, tile: Tile, width: u64) -> Result<Vec<u8>, ApiError> {
    let none = || ApiError::not_found("tile");
    if tile.width(reach(db).await?) < width {
        return Err(none());
    }
    let hashes = read(db.reader(), tile, width).await?;
    // At most 256.
    let hashes = hashes.get(..width as usize).ok_or_else(none)?;
    Ok(hashes.concat())
}

/// The first leaves of a bundle, so many of them (C2SP tlog-tiles).
///
/// # Errors
/// As [`tile`].
pub async fn entries(db: &Db, index: u64, width: u64) -> Result<Vec<u8>, ApiError> {
    let tile = Tile { level: 0, index };
    if tile.width(reach(db).await?) < width {
        return Err(ApiError::not_found("tile"));
    }
    let first = index.saturating_mul(WIDTH);
    let sql = "SELECT leaf FROM event_leaf WHERE sequence >= ? AND sequence < ? ORDER BY sequence";
    let rows = ask(db.reader(), sql, &[column(first), column(first.saturating_add(width))]).await?;
    let mut bundle = Vec::new();
    for row in rows {
        if !add_entry(&mut bundle, row.try_get_by_index::<String>(0)?.as_bytes()) {
            return Err(ApiError::internal("a leaf is too long"));
        }
    }
    Ok(bundle)
}

/// That the tree of one size is the beginning of that of another, with that size; of the newest where none is said.
///
/// # Errors
/// 412 for sizes that cannot be; when the store fails.
pub async fn consistency(db: &Db, from: i64, to: Option<i64>) -> Result<(u64, Vec<Hash>), ApiError> {
    let newest = reach(db).await?;
    let to = to.map_or(Some(newest), |to| u64::try_from(to).ok()).filter(|to| *to <= newest);
    let text = format!("Must be from 0 to {newest}");
    let to = to.ok_or_else(|| ApiError::field("to", "invalid.field.value", text))?;
    let plan = u64::try_from(from).ok().and_then(|from| Plan::consistency(from, to));
    let plan = plan.ok_or_else(|| ApiError::field("from", "invalid.field.value", format!("Must be from 0 to {to}")))?;
    Ok((to, Tiles::of(db).proof(&plan).await?))
}
