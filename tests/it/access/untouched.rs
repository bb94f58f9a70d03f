//! Whether the store is still what it was, the trail aside.

use std::collections::BTreeMap;

use argus_testing::{Store, TestApp};
use sea_orm::{DbBackend, FromQueryResult, JsonValue, Statement};

/// Whether a table belongs to the trail, which grows with every request, whoever sends it.
fn is_trail(table: &str) -> bool {
    table == "event" || ["event_", "audit_", "log_"].iter().any(|prefix| table.starts_with(prefix))
}

/// Kept while requests come, not by them.
const LAST_USES: [&str; 3] = ["last_used_at", "last_used_ip", "last_seen_at"];

/// The rows of every table, by table.
pub type State = BTreeMap<String, Vec<String>>;

/// Reads every table.
pub async fn state(app: &TestApp) -> State {
    let names = match app.store {
        Store::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
        Store::Postgres => "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public'",
    };
    let mut state = State::new();
    for table in rows(app, names).await {
        let table = table["name"].as_str().unwrap();
        if !is_trail(table) {
            let rows = rows(app, &format!("SELECT * FROM {table}")).await;
            let mut rows: Vec<String> = rows.into_iter().map(without_last_uses).collect();
            rows.sort();
            state.insert(table.to_owned(), rows);
        }
    }
    assert!(state.contains_key("api_key") && state.contains_key("session"), "{:?}", state.keys());
    state
}

/// Fails with the table that differs.
pub fn assert_same(before: &State, after: &State) {
    assert!(before.keys().eq(after.keys()));
    // Under its keys the log remembers what came of submissions; that attacks are found by the rules is one.
    for (table, rows) in before.iter().filter(|(table, _)| *table != "idempotency_key") {
        let lost: Vec<_> = rows.iter().filter(|row| !after[table].contains(row)).collect();
        let new: Vec<_> = after[table].iter().filter(|row| !rows.contains(row)).collect();
        assert!(lost.is_empty() && new.is_empty(), "the table {table} changed from {lost:?} to {new:?}");
    }
}

async fn rows(app: &TestApp, sql: &str) -> Vec<JsonValue> {
    let backend: DbBackend = app.platform.db.backend();
    let statement = Statement::from_string(backend, sql);
    JsonValue::find_by_statement(statement).all(app.platform.db.reader()).await.unwrap()
}

fn without_last_uses(mut row: JsonValue) -> String {
    for column in LAST_USES {
        row.as_object_mut().and_then(|row| row.remove(column));
    }
    row.to_string()
}
