//! Exported files.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

mod fixture;

use std::path::Path;

use argus_audit_proof::leaf_hash;
use argus_audit_proof::note::Checkpoint;
use argus_audit_proof::path::{Head, Plan};
use argus_audit_proof::tree::Edge;
use argus_audit_verify::{Options, Report, export};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use fixture::{Event, Log, ORIGIN, member, printed, uuid, varied};
use serde_json::{Value, json};

const LOG: Log = Log { size: 40, batch: 7, seed: 1, event: varied };

fn iso(nanos: i64) -> String {
    chrono::DateTime::from_timestamp_nanos(nanos).to_rfc3339_opts(chrono::SecondsFormat::Nanos, true)
}

fn event(index: u64, event: &Event) -> (Value, Value) {
    let names = [("EXPORT", 4), ("INTERNAL", 16), ("LOGIN", 2), ("METRIC", 8), ("SUSPICIOUS", 1)];
    let names: Vec<&str> = names.iter().filter(|(_, bit)| event.flags & bit != 0).map(|(name, _)| *name).collect();
    let mut value = json!({
        "id": uuid(&event.id), "sequence": index, "customer": { "id": event.customer, "name": "x" }, "flags": names,
        "timestamp": event.timestamp.div_euclid(1_000_000), "timestampISO": iso(event.timestamp),
        "createdTimestamp": event.created.div_euclid(1_000_000), "createdTimestampISO": iso(event.created),
        "device": null,
    });
    let mut salts = json!({});
    for (column, cell) in &event.values {
        let name = member(column);
        let mut member = printed(column, cell);
        if name.starts_with("createdBy") {
            member = json!({ "id": member });
        }
        value[&name] = member;
        let salt = argus_audit_proof::commitment::field_salt(&event.salt, &name);
        if ![
            "dialect",
            "verb",
            "outcome",
            "severity",
            "accessType",
            "eventType",
            "category",
            "targetType",
            "actorType",
            "stage",
            "seriesID",
        ]
        .contains(&name.as_str())
        {
            salts[&name] = URL_SAFE_NO_PAD.encode(salt).into();
        }
    }
    (value, salts)
}

/// The lines of a file.
fn file() -> Vec<Value> {
    let (mut edge, mut nodes) = (Edge::empty(), Vec::new());
    let leaves: Vec<String> = (0..LOG.size).map(|index| varied(index).leaf()).collect();
    for leaf in &leaves {
        edge.push(leaf_hash(leaf.as_bytes()), |node, hash| nodes.push((node, hash)));
    }
    let head = Head { size: LOG.size, root: edge.root() };
    let note = Checkpoint { origin: ORIGIN.to_owned(), head }.sign(ORIGIN, &LOG.pair());
    let find = |wanted| nodes.iter().find(|(node, _)| *node == wanted).map(|(_, hash)| *hash).ok_or(());
    let mut lines: Vec<Value> = (0..LOG.size)
        .map(|index| {
            let leaf = &leaves[index as usize];
            let (event, salts) = event(index, &varied(index));
            let path = Plan::inclusion(index, LOG.size).unwrap().proof(find).unwrap();
            let path: Vec<String> = path.iter().map(|hash| STANDARD.encode(hash)).collect();
            json!({
                "event": event, "leaf": leaf, "salts": salts, "leafIndex": index,
                "leafHash": STANDARD.encode(leaf_hash(leaf.as_bytes())), "inclusionProof": path, "checkpoint": note,
            })
        })
        .collect();
    lines.push(json!({ "key": LOG.key().text(), "checkpoint": note }));
    lines
}

fn verify(path: &Path, lines: &[Value]) -> Report {
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    std::fs::write(path, text).unwrap();
    export(path, &Options::default(), |_, _| {}).unwrap()
}

fn after(change: impl FnOnce(&mut Vec<Value>)) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let mut lines = file();
    change(&mut lines);
    verify(&folder.path().join("export.ndjson"), &lines).faults.iter().map(ToString::to_string).collect()
}

#[test]
fn what_was_exported_holds() {
    assert_eq!(after(|lines| erase(lines, 10, &["description", "metadata"])), Vec::<String>::new());
    if let Ok(path) = std::env::var("EXPORT_FIXTURE") {
        assert!(verify(Path::new(&path), &file()).holds());
    }
}

fn erase(lines: &mut [Value], index: usize, names: &[&str]) {
    for name in names {
        lines[index]["event"][name] = Value::Null;
        lines[index]["salts"].as_object_mut().unwrap().remove(*name);
    }
    lines[index]["event"]["erasedFields"] = json!(names);
}

#[test]
fn every_member_is_looked_at() {
    let names: Vec<String> = file()[5]["event"].as_object().unwrap().keys().cloned().collect();
    assert!(names.len() > 55, "{names:?}");
    for name in names {
        let told = after(|lines| lines[5]["event"][&name] = json!("2000-01-01T00:00:00Z"));
        assert!(told.len() == 1 && told[0].starts_with(&format!("leaf 5: {name} ")), "{name}: {told:?}");
    }
    let told = after(|lines| lines[5]["event"]["more"] = json!(1));
    assert_eq!(told, ["leaf 5: more is in no leaf"]);
}

#[test]
fn proofs_are_looked_at() {
    for (name, value, expected) in [
        ("leaf", json!("{}"), "leaf 3: the leaf has not the form of a leaf"),
        ("leafIndex", json!(4), "leaf 4: the inclusion proof does not lead from the leaf to the checkpoint"),
        ("leafHash", json!("AA=="), "leaf 3: leafHash is not that of the leaf"),
        ("inclusionProof", json!([]), "leaf 3: the inclusion proof does not lead from the leaf to the checkpoint"),
        ("checkpoint", json!("x"), "leaf 3: signature: it is no signed note"),
        ("salts", json!({}), "leaf 3: action has no salt"),
        ("event", json!(null), "line 4: it has no event"),
    ] {
        let told = after(|lines| lines[3][name] = value);
        assert!(told.iter().any(|line| line == expected), "{name}: {told:?}");
    }
    let told = after(|lines| {
        lines.pop();
    });
    assert!(told.contains(&"log: the last line has no key and checkpoint: the file was cut".to_owned()), "{told:?}");
    let told = after(|lines| lines[3]["event"]["description"] = Value::Null);
    assert_eq!(told, ["leaf 3: description has no value, and the leaf a commitment to it"]);
    // Of 10, an event in the file says more.
    let told = after(|lines| erase(lines, 10, &["description"]));
    assert_eq!(told, ["leaf 10: it has values that were erased: metadata"]);
}
