//! What many events at once are measured against: rusqlite inserting the same rows into a table with four indexes, in
//! transactions of 256. There is no HTTP, no JSON and no check here, and nothing that a keyword could be found by.

use std::io::BufRead;
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use argus_audit_log::event::{Column, Model};
use argus_core::clock::{Clock, Ids};
use rusqlite::Connection;
use rusqlite::types::Value as Cell;
use sea_orm::{Iden, Iterable, ModelTrait, Value};
use serde_json::Value as Json;

use crate::events;
use crate::seed;
use crate::server::say;

/// Rows of a transaction.
const TRANSACTION: u64 = 256;

/// Answers each line of the input, a number of milliseconds, with how many rows became durable in how many microseconds.
pub fn answer(folder: &Path) {
    std::fs::create_dir_all(folder).unwrap();
    let db = Connection::open(folder.join("rows.db")).unwrap();
    db.execute_batch("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000").unwrap();
    let names: Vec<String> = Column::iter().map(|column| format!("\"{}\"", column.to_string())).collect();
    db.execute_batch(&format!("CREATE TABLE event ({}, PRIMARY KEY (sequence))", names.join(","))).unwrap();
    for (name, columns) in [
        ("time", "timestamp, sequence"),
        ("actor", "actor_id, timestamp"),
        ("target", "target_id, timestamp"),
        ("trace", "trace_id, timestamp"),
    ] {
        db.execute_batch(&format!("CREATE INDEX event_{name} ON event ({columns})")).unwrap();
    }
    let places = names.iter().map(|_| "?").collect::<Vec<_>>().join(",");
    let insert = format!("INSERT INTO event VALUES ({places})");
    let ids = Ids::new(Clock::system());
    say(&SocketAddr::from(([127, 0, 0, 1], 0)));
    let mut number = 0;
    for line in std::io::stdin().lock().lines() {
        let window = Duration::from_millis(line.unwrap().parse().unwrap());
        let (mut written, mut took) = (0, Duration::ZERO);
        while took < window {
            // To make the rows is not what is measured.
            let rows: Vec<_> = (number..number + TRANSACTION).map(|number| row(number, &ids)).collect();
            let started = Instant::now();
            db.execute_batch("BEGIN IMMEDIATE").unwrap();
            let mut statement = db.prepare_cached(&insert).unwrap();
            for row in &rows {
                statement.execute(rusqlite::params_from_iter(row)).unwrap();
            }
            db.execute_batch("COMMIT").unwrap();
            took += started.elapsed();
            number += TRANSACTION;
            written += TRANSACTION;
        }
        say(&format!("{written} {}", took.as_micros()));
    }
}

/// The row of an event as Argus keeps it, value by value.
fn row(number: u64, ids: &Ids) -> Vec<Cell> {
    let mut text = String::new();
    events::line(&mut text, number, number as i64);
    let body: Json = serde_json::from_str(&text).unwrap();
    let row = Model { sequence: number as i64, ..seed::row_of(&body, ids, 1, number as i64 * 1_000_000) };
    let cell = |column: Column| match row.get(column) {
        Value::String(Some(text)) => Cell::Text(text),
        Value::BigInt(Some(number)) => Cell::Integer(number),
        Value::Double(Some(number)) => Cell::Real(number),
        Value::Uuid(Some(id)) => Cell::Blob(id.as_bytes().to_vec()),
        _ => Cell::Null,
    };
    Column::iter().map(cell).collect()
}
