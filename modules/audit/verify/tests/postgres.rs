//! The same on PostgreSQL, where ARGUS_TEST_POSTGRES says where one is; a database of its own is made there.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

mod fixture;

use argus_audit_verify::{Options, Report, database};
use fixture::{Log, erase, varied};
use rusqlite::types::Value as Sql;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tokio::runtime::Runtime;

const LOG: Log = Log { size: 300, batch: 7, seed: 1, event: varied };
const TABLES: [&str; 6] = ["event", "event_leaf", "log_tile", "log_checkpoint", "log_key", "audit_head"];

fn run(url: &str, sql: String) {
    let runtime = Runtime::new().unwrap();
    runtime.block_on(async {
        let mut connection = PgConnection::connect(url).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    });
}

fn literal(value: Sql, kind: &str) -> String {
    match value {
        Sql::Null => "NULL".to_owned(),
        Sql::Integer(number) => number.to_string(),
        Sql::Real(number) => number.to_string(),
        Sql::Text(text) => format!("'{}'", text.replace('\'', "''")),
        Sql::Blob(bytes) => {
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            if kind == "UUID" { format!("'{hex}'") } else { format!("'\\x{hex}'") }
        }
    }
}

/// The tables of the embedded log, with the types that PostgreSQL has for them.
fn copy() -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("argus.db");
    LOG.write(&path);
    let connection = rusqlite::Connection::open(&path).unwrap();
    erase(&connection, 10, &["description", "metadata"]);
    let mut sql = String::new();
    for table in TABLES {
        let mut columns = connection.prepare(&format!("SELECT name, type FROM pragma_table_info('{table}')")).unwrap();
        let columns = columns.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        let columns: Vec<(String, String)> = columns.map(Result::unwrap).collect();
        let kind = |name: &str, kind: &str| match (name, kind) {
            ("id" | "series_id", "BLOB") => "UUID",
            (_, "BLOB") => "BYTEA",
            (_, "DOUBLE") => "DOUBLE PRECISION",
            (_, "TEXT") => "TEXT",
            (_, "INTEGER") => "INTEGER",
            _ => "BIGINT",
        };
        let kinds: Vec<&str> = columns.iter().map(|(name, of)| kind(name, of)).collect();
        let made: Vec<String> =
            columns.iter().zip(&kinds).map(|((name, _), kind)| format!("\"{name}\" {kind}")).collect();
        sql.push_str(&format!("CREATE TABLE {table} ({})", made.join(", ")));
        // As the server does: a part for each month.
        if table == "event" {
            sql.push_str(" PARTITION BY RANGE (created_at); CREATE TABLE event_all PARTITION OF event DEFAULT");
        }
        sql.push_str(";\n");
        let mut rows = connection.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let mut rows = rows.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let values: Vec<String> =
                kinds.iter().enumerate().map(|(place, kind)| literal(row.get(place).unwrap(), kind)).collect();
            sql.push_str(&format!("INSERT INTO {table} VALUES ({});\n", values.join(", ")));
        }
    }
    sql
}

fn lines(report: &Report) -> Vec<String> {
    report.faults.iter().map(ToString::to_string).collect()
}

#[test]
fn a_log_in_postgresql_is_verified() {
    let Ok(server) = std::env::var("ARGUS_TEST_POSTGRES") else { return };
    let name = format!("verify_{}", std::process::id());
    run(&server, format!("CREATE DATABASE {name}"));
    let place = server.rfind('/').filter(|place| !server[..*place].ends_with('/'));
    let url = format!("{}/{name}", place.map_or(server.as_str(), |place| &server[..place]));
    run(&url, copy());
    let options = Options { keys: vec![LOG.key()], ..Options::default() };
    let verify = || database(&url, &options, |_, _| {}).unwrap();
    let report = verify();
    assert_eq!((lines(&report), report.leaves), (vec![], 300));
    for (change, back, expected) in [
        (
            "action = 'x' WHERE sequence = 5",
            "action = E'W\u{f6}rt \"\\\\\\n' WHERE sequence = 5",
            "leaf 5: action differs from its commitment",
        ),
        (
            "latency = 1 WHERE sequence = 7",
            "latency = 12.5 WHERE sequence = 7",
            "leaf 7: latency differs from its commitment",
        ),
        (
            "verb = NULL WHERE sequence = 7",
            "verb = 'UPDATE' WHERE sequence = 7",
            "leaf 7: verb has no value, and the leaf one",
        ),
        (
            "description = 'x' WHERE sequence = 10",
            "description = NULL WHERE sequence = 10",
            "leaf 10: description has a value although it was erased",
        ),
    ] {
        run(&url, format!("UPDATE event SET {change}"));
        assert!(lines(&verify()).iter().any(|line| line == expected), "{change}: {:?}", lines(&verify()));
        run(&url, format!("UPDATE event SET {back}"));
        assert_eq!(lines(&verify()), Vec::<String>::new(), "{back}");
    }
    // Nothing keeps the sequence unique across parts.
    run(&url, "INSERT INTO event SELECT * FROM event WHERE sequence = 40".to_owned());
    assert_eq!(lines(&verify()), ["leaf 40: there are two rows of this index"]);
    run(&url, "DELETE FROM event WHERE sequence = 40".to_owned());
    assert_eq!(lines(&verify()), ["leaf 40: the row is missing"]);
    run(&server, format!("DROP DATABASE {name}"));
}
