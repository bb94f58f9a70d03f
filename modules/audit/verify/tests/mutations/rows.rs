//! Changes of rows and leaves.

use rusqlite::Connection;

use crate::fixture::{Log, member, varied};
use crate::support::{LOG, after, lines, options, sql, verify};

#[test]
fn every_column_is_looked_at() {
    // A short one, since there are hundreds of changes.
    let folder = tempfile::tempdir().unwrap();
    let short = folder.path().join("short.db");
    Log { size: 12, ..LOG }.write(&short);
    assert!(verify(&short, &options()).holds());
    let connection = Connection::open(&short).unwrap();
    let mut columns = connection.prepare("SELECT name, type FROM pragma_table_info('event')").unwrap();
    let columns: Vec<(String, String)> =
        columns.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().collect::<Result<_, _>>().unwrap();
    assert_eq!(columns.len(), 59);
    for (column, kind) in &columns {
        let others: &[&str] = match (column.as_str(), kind.as_str()) {
            ("flags", _) => &["2", "5", "19", "35", "67", "131", "'x'"],
            ("sequence", _) => &["1000", "-1"],
            ("id", _) => &["zeroblob(16)", "x'00'"],
            ("series_id", _) => &["zeroblob(16)", "x'00'", "NULL"],
            (_, "BIGINT") => &["43", "9007199254740993", "'x'"],
            (_, "DOUBLE") => &["0.2", "'x'", "NULL"],
            ("client_ip", _) => {
                &["'00000000000000000000ffffc0000202'", "'00000000000000000000FFFFC0000201'", "'x'", "NULL"]
            }
            _ => &["'{\"other\":1}'", "'{\"n\":1,\"a\":\"ä\",\"a\":\"ä\"}'", "'Wört'", "''", "x'ff'", "NULL"],
        };
        // One event has a value everywhere, and one nearly nowhere.
        for (index, other) in others.iter().flat_map(|other| [(5, *other), (6, *other)]) {
            if index == 6 && (other == "NULL" || column == "sequence" || column == "flags") {
                continue;
            }
            let change = format!("UPDATE event SET \"{column}\" = {other} WHERE sequence = {index}");
            let path = folder.path().join("changed.db");
            std::fs::copy(&short, &path).unwrap();
            Connection::open(&path).unwrap().execute_batch(&change).unwrap();
            let told = lines(&verify(&path, &options()));
            let name = match column.as_str() {
                "sequence" => "missing".to_owned(),
                "customer_id" => "customer".to_owned(),
                "created_at" => "createdTimestamp".to_owned(),
                "folded" => column.clone(),
                _ => member(column),
            };
            let is_named = |line: &String| {
                line.starts_with(&format!("leaf {index}: ")) && (line.contains(&name) || line.contains(column))
            };
            assert!(told.iter().any(is_named), "{change}: {told:?}");
        }
    }
    // What is not known is not passed over.
    let told = sql("ALTER TABLE event ADD COLUMN more TEXT");
    assert_eq!(told, ["log: the table of events has a column that is in no leaf: more"]);
}

#[test]
fn rows_that_are_missing_or_added_are_found() {
    assert_eq!(sql("DELETE FROM event WHERE sequence = 40"), ["leaf 40: the row is missing"]);
    let told = sql("DELETE FROM event WHERE sequence = 40; DELETE FROM event_leaf WHERE sequence = 40");
    assert_eq!(told[0], "leaf 40: the leaf is missing");
    assert!(told[1].starts_with("checkpoint 42: leaves are missing"), "{told:?}");
    let copy = |from: i64, to: i64| {
        format!(
            "CREATE TEMP TABLE one AS SELECT * FROM event WHERE sequence = {from};
            UPDATE one SET sequence = {to}, id = zeroblob(16); INSERT INTO event SELECT * FROM one;"
        )
    };
    assert_eq!(sql(&copy(40, 300)), ["leaf 300: the row was added: there is no leaf of it"]);
    assert_eq!(sql(&copy(40, -1)), ["leaf -1: the row was added: there is no leaf of it"]);
    // A table without its key takes two of one.
    let told = sql(&format!(
        "CREATE TABLE loose AS SELECT * FROM event; DROP TABLE event; ALTER TABLE loose RENAME TO event; {}",
        copy(40, 40)
    ));
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0], "leaf 40: there are two rows of this index");
    let leaf = "INSERT INTO event_leaf SELECT 300, salt, field_salts, leaf FROM event_leaf WHERE sequence = 40;";
    let told = sql(&format!("{}{leaf}", copy(40, 300)));
    assert!(told.iter().any(|line| line.contains("no checkpoint is of it")), "{told:?}");
    assert!(told.iter().any(|line| line == "log: it says that the next leaf is 300, and there are 301"), "{told:?}");
}

#[test]
fn order_is_found() {
    let swap = |table: &str| {
        format!(
            "UPDATE {table} SET sequence = 1000 WHERE sequence = 50; UPDATE {table} SET sequence = 50 WHERE sequence = 57;
            UPDATE {table} SET sequence = 57 WHERE sequence = 1000;"
        )
    };
    let told = sql(&swap("event"));
    assert!(told.iter().any(
        |line| line.starts_with("leaf 50: order: the row is that of event ") && line.ends_with("which is leaf 57")
    ));
    assert!(told.iter().any(
        |line| line.starts_with("leaf 57: order: the row is that of event ") && line.ends_with("which is leaf 50")
    ));
    let told = sql(&format!("{}{}", swap("event"), swap("event_leaf")));
    assert!(told.contains(&"leaf 50: order: it stands where leaf 57 was".to_owned()), "{told:?}");
    assert!(told.contains(&"leaf 57: order: it stands where leaf 50 was".to_owned()), "{told:?}");
    assert!(told.iter().any(|line| line.starts_with("leaf 51: order: it was received before")), "{told:?}");
    assert!(told.iter().any(|line| line.starts_with("checkpoint 56: its root")), "{told:?}");
}

#[test]
fn leaves_are_looked_at() {
    // Together with the row, consistently.
    let told = after(|connection| {
        let mut event = varied(60);
        event.customer = 77;
        connection.execute("UPDATE event SET customer_id = 77 WHERE sequence = 60", []).unwrap();
        connection.execute("UPDATE event_leaf SET leaf = ? WHERE sequence = 60", [event.leaf()]).unwrap();
    });
    assert_eq!(
        told,
        [
            "leaf 60: its leaf is not the one that was hashed into its tile",
            "tile 0/0: 1 of its hashes are not those of the leaves",
            "checkpoint 63: its root is not that of the leaves; those of later ones are not looked at"
        ]
    );
    for (change, expected) in [
        ("leaf = ' ' || leaf", "leaf 60: the leaf is not in canonical form"),
        ("leaf = 'x'", "leaf 60: the leaf is no JSON"),
        ("leaf = '{}'", "leaf 60: the leaf has not the form of a leaf"),
        ("leaf = replace(leaf, '\"v\":1', '\"v\":2')", "leaf 60: the leaf has not the form of a leaf"),
        (
            "leaf = replace(leaf, '\"clear\":{', '\"clear\":{\"a\":1,')",
            "leaf 60: the leaf has a in clear, which events have not",
        ),
        (
            "leaf = replace(leaf, '\"sealed\":{', '\"sealed\":{\"a\":\"\",')",
            "leaf 60: the leaf commits to a, which events have not",
        ),
        ("salt = zeroblob(32)", "leaf 60: action differs from its commitment"),
        ("salt = x'00'", "leaf 60: the salt has not 32 bytes"),
        ("salt = NULL", "leaf 60: the salt is gone, and there are none of fields"),
        ("field_salts = '{}'", "leaf 60: there are salts of fields although the event's own is there"),
        ("salt = NULL, field_salts = '{\"x\":\"\"}'", "leaf 60: there is a salt of x, which is not sealed"),
        ("salt = NULL, field_salts = '{}'", "leaf 60: action has a value although it was erased"),
    ] {
        let told = sql(&format!("UPDATE event_leaf SET {change} WHERE sequence = 60"));
        assert!(told.iter().any(|line| line == expected), "{change}: {told:?}");
    }
}
