//! Changes of what is of the log as a whole.

use argus_audit_verify::{Error, Options, database};
use rusqlite::Connection;

use crate::fixture::{Log, varied};
use crate::support::{LOG, after, lines, note, options, original, sql, verify, with};

#[test]
fn a_log_that_was_not_changed_holds() {
    let mut progress = Vec::new();
    let url = format!("sqlite://{}", original().display());
    let given = Options { checkpoints: vec![note(7), note(300)], ..options() };
    let report = database(&url, &given, |done, of| progress.push((done, of))).unwrap();
    assert_eq!((lines(&report), report.leaves), (vec![], 300));
    assert!(report.holds() && report.warnings.is_empty(), "{:?}", report.warnings);
    assert_eq!(progress, [(300, 300)]);
    // What cannot be known is said.
    let report = verify(original(), &Options::default());
    assert!(report.holds());
    assert_eq!(report.warnings.len(), 2, "{:?}", report.warnings);
}

#[test]
fn a_cut_is_found() {
    let tail = |from: i64| {
        format!("DELETE FROM event WHERE sequence >= {from}; DELETE FROM event_leaf WHERE sequence >= {from};")
    };
    let told = sql(&tail(298));
    assert!(told.contains(&"checkpoint 300: the tail was cut: there are only 298 leaves".to_owned()), "{told:?}");
    // With its checkpoints, and the head: only a checkpoint from elsewhere knows.
    let cut = format!(
        "{} DELETE FROM log_checkpoint WHERE size > 294;
        UPDATE audit_head SET next_sequence = 294, last_created = (SELECT MAX(created_at) FROM event)",
        tail(294)
    );
    assert_eq!(sql(&cut), Vec::<String>::new());
    let given = Options { checkpoints: vec![note(300)], ..options() };
    let told = with(&given, |connection| connection.execute_batch(&cut).unwrap());
    let expected =
        "given checkpoint no. 1: the log was cut or rolled back: it is of 300 leaves, and there are only 294";
    assert_eq!(told, [expected]);
    let told = sql("DELETE FROM log_checkpoint WHERE size > 294");
    assert_eq!(told, ["leaf 294: no checkpoint is of it: the last one is of 294 leaves, and there are 300"]);
    assert_eq!(sql("UPDATE audit_head SET next_sequence = 301").len(), 1);
    assert_eq!(sql("UPDATE audit_head SET last_created = 1").len(), 1);
    assert_eq!(sql("DELETE FROM audit_head").len(), 1);
}

#[test]
fn checkpoints_and_tiles_are_looked_at() {
    for (change, expected) in [
        (
            "log_checkpoint SET note = replace(note, char(10) || '63' || char(10), char(10) || '64' || char(10)) WHERE size = 63",
            "checkpoint 63: signature: its signature is wrong",
        ),
        ("log_checkpoint SET note = 'x' WHERE size = 63", "checkpoint 63: signature: it is no signed note"),
        (
            "log_checkpoint SET note = (SELECT note FROM log_checkpoint WHERE size = 70) WHERE size = 63",
            "checkpoint 63: its note is of size 70",
        ),
        ("log_checkpoint SET size = 64 WHERE size = 63", "checkpoint 64: its note is of size 63"),
        ("log_checkpoint SET size = -1 WHERE size = 63", "checkpoint -1: no tree has this size"),
        ("log_tile SET hashes = zeroblob(8192)", "tile 0/0: 256 of its hashes are not those of the leaves"),
        ("log_tile SET hashes = x'00'", "tile 0/0: it has not 256 hashes"),
        ("log_tile SET root = zeroblob(32)", "tile 0/0: its root is not that of its hashes"),
        ("log_tile SET idx = 1", "tile 0/0: it is not there"),
        ("log_tile SET idx = 1", "tile 0/1: the tree has no such full tile"),
        ("log_key SET public_key = 'x'", "key 0: it is no public key"),
    ] {
        let told = sql(&format!("UPDATE {change}"));
        assert!(told.iter().any(|line| line == expected), "{change}: {told:?}");
    }
}

#[test]
fn a_log_made_anew_with_another_key_is_found() {
    let forged = Log { seed: 2, ..LOG };
    let change = |connection: &Connection| forged.proofs(connection);
    let told = after(change);
    assert!(told.iter().any(|line| line == "checkpoint 7: signature: no known key signed it"), "{told:?}");
    assert!(told.iter().any(|line| line.starts_with("key 0: it is not among the given ones")), "{told:?}");
    // By its own key it holds, with a warning; a checkpoint that was kept knows better.
    let own = Options { keys: vec![], ..options() };
    assert_eq!(with(&own, change), Vec::<String>::new());
    let kept = Options { checkpoints: vec![note(7)], ..own };
    assert_eq!(with(&kept, change), ["given checkpoint no. 1: no known key signed it"]);
    // Leaves made anew with the right key.
    let anew = |connection: &Connection| {
        let mut event = varied(60);
        event.customer = 77;
        connection.execute("UPDATE event SET customer_id = 77 WHERE sequence = 60", []).unwrap();
        connection.execute("UPDATE event_leaf SET leaf = ? WHERE sequence = 60", [event.leaf()]).unwrap();
        LOG.proofs(connection);
    };
    assert_eq!(after(anew), Vec::<String>::new());
    let kept = Options { checkpoints: vec![note(56), note(63)], ..options() };
    let expected = "given checkpoint no. 2: the first 63 leaves are not those that it was signed for";
    assert_eq!(with(&kept, anew), [expected]);
}

#[test]
fn nothing_is_written_and_what_is_beside_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a b?.db");
    assert!(matches!(
        database(&format!("sqlite://{}", folder.path().join("x").display()), &options(), |_, _| {}),
        Err(Error::Missing(_))
    ));
    assert!(matches!(database("mysql://x", &options(), |_, _| {}), Err(Error::Address(_))));
    std::fs::copy(original(), &path).unwrap();
    let names = || std::fs::read_dir(folder.path()).unwrap().count();
    let url = format!("sqlite:{}", path.display());
    // A question mark ends the path.
    assert!(matches!(database(&url, &options(), |_, _| {}), Err(Error::Missing(_))));
    let plain = folder.path().join("a b.db");
    std::fs::rename(&path, &plain).unwrap();
    let writer = Connection::open(&plain).unwrap();
    writer
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; DELETE FROM event WHERE sequence = 40",
        )
        .unwrap();
    assert_eq!(lines(&verify(&plain, &options())), ["leaf 40: the row is missing"]);
    drop(writer);
    assert_eq!(names(), 1);
    assert_eq!(lines(&verify(&plain, &options())), ["leaf 40: the row is missing"]);
    assert_eq!(names(), 1);
    let other = folder.path().join("other.db");
    Connection::open(&other).unwrap().execute_batch("CREATE TABLE a (b)").unwrap();
    assert!(matches!(database(&format!("sqlite://{}", other.display()), &options(), |_, _| {}), Err(Error::Schema(_))));
    std::fs::write(&other, "no database").unwrap();
    assert!(matches!(database(&format!("sqlite://{}", other.display()), &options(), |_, _| {}), Err(Error::Sqlite(_))));
}
