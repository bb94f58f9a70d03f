//! Opening the store: who may, and who goes first.

use std::fs::{DirBuilder, File};
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;

use argus_core::config::{Secret, Settings};
use argus_core::db::Db;
use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::ServerError;

/// The advisory lock of nodes that start, by a number that nothing else has reason to use.
const TURN: i64 = 0x4152_4755_5300_0001;

/// Opens the store. Whoever holds the file is the only process on an embedded store.
///
/// # Errors
/// When the data folder cannot be written, another process has the store, or it does not answer.
pub async fn open(settings: &Settings) -> Result<(Db, Option<File>), ServerError> {
    let folder = &settings.data_dir;
    // The log, and hashes of passwords and keys: for nobody else on this machine.
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|error| ServerError::file(folder, &error))?;
    let lock = lock(settings)?;
    let url = settings.store_url();
    let connected = Db::connect(&url).await;
    let db = connected.map_err(|error| {
        // Some errors repeat the address, and that may hold a password.
        let shown = format!("{:?}", Secret::new(&url));
        let reason = error.to_string().replace(&url, &shown);
        ServerError::NoStore(shown, reason)
    });
    Ok((db?, lock))
}

/// One process owns an embedded store: its caches are right only because nobody else changes the tables.
fn lock(settings: &Settings) -> Result<Option<File>, ServerError> {
    let url = settings.store_url();
    let Some(path) = url.strip_prefix("sqlite:") else { return Ok(None) };
    let path = path.trim_start_matches("//").split('?').next().unwrap_or_default();
    let lock = PathBuf::from(format!("{path}.lock"));
    let file = File::create(&lock).map_err(|error| ServerError::file(&lock, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(_) => Err(ServerError::File(format!("{path} is in use by another process"))),
    }
}

/// Nodes that start together on one PostgreSQL take turns here: two that make the same table, or both the first
/// administrator, would trip each other up. The lock goes with its connection, however this process ends.
///
/// # Errors
/// What `work` returns, or the store's error.
pub async fn in_turn<T>(db: &Db, work: impl AsyncFnOnce() -> Result<T, ServerError>) -> Result<T, ServerError> {
    if db.backend() != DbBackend::Postgres {
        return work().await;
    }
    let turn = db.begin().await?;
    turn.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({TURN})")).await?;
    let done = work().await?;
    turn.commit().await?;
    Ok(done)
}

/// The advisory lock of imports.
const IMPORT: i64 = 0x4152_4755_5300_0002;

/// Does work that no other process does on the same store at the same time. On an embedded store nobody else is there; on
/// PostgreSQL a lock goes with its connection, however this process ends.
///
/// # Errors
/// What `work` returns, the store's error, or that somebody else is at it.
pub async fn alone<T>(db: &Db, work: impl AsyncFnOnce() -> Result<T, ServerError>) -> Result<T, ServerError> {
    if db.backend() != DbBackend::Postgres {
        return work().await;
    }
    let turn = db.begin().await?;
    let lock = Statement::from_string(db.backend(), format!("SELECT pg_try_advisory_xact_lock({IMPORT})"));
    let row = turn.query_one_raw(lock).await?;
    let free = row.map(|row| row.try_get_by_index::<bool>(0)).transpose()?.unwrap_or(false);
    if !free {
        return Err(ServerError::File("another import runs on this store".to_owned()));
    }
    let done = work().await?;
    turn.commit().await?;
    Ok(done)
}
