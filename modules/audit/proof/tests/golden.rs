//! Vectors for other implementations. Each is worked out here and compared with its file; `GOLDEN=write` writes the files anew.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::path::Path;

use argus_audit_proof::canonical::canonical;
use argus_audit_proof::commitment::{commit, field_salt};
use argus_audit_proof::leaf::Leaf;
use argus_audit_proof::note::{Checkpoint, PublicKey, open};
use argus_audit_proof::path::{Head, Plan, is_consistent, is_included};
use argus_audit_proof::text::Proof;
use argus_audit_proof::tile::{Tile, entries_path};
use argus_audit_proof::tree::{Edge, Node};
use argus_audit_proof::{Hash, leaf_hash};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::signature::Ed25519KeyPair;
use serde_json::{Map, Value, json};

const ORIGIN: &str = "argus.example/audit/v1/log";

fn golden(name: &str, value: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    let text = format!("{}\n", serde_json::to_string_pretty(value).unwrap());
    if std::env::var_os("GOLDEN").is_some_and(|wish| wish == "write") {
        std::fs::write(&path, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text, "{name}");
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn based(hashes: &[Hash]) -> Vec<String> {
    hashes.iter().map(|hash| STANDARD.encode(hash)).collect()
}

/// Texts of JSON and their canonical forms; null for those that have none.
#[test]
fn canonical_forms() {
    let mut texts: Vec<String> = [
        "null",
        "true",
        "-0",
        "-0.0",
        "1.0",
        "1e2",
        "0.1",
        "-5",
        "9007199254740991",
        "-9007199254740991",
        "9007199254740992",
        "-9007199254740992",
        "18446744073709551615",
        "1e21",
        "1e20",
        "123456789012345680000.0",
        "1e-6",
        "1e-7",
        "0.000001234",
        "1.5e-10",
        "5e-324",
        "1.7976931348623157e308",
        "2.2250738585072014e-308",
        "333333333.33333329",
        "1E30",
        "4.50",
        "2e-3",
        "9007199254740993.0",
        "0.30000000000000004",
        "100",
        "1e-5",
        "12345.678e-9",
        "6.02214076e23",
        "-1e-7",
        "1e22",
        "1e23",
    ]
    .map(str::to_owned)
    .into();
    texts.extend(
        [
            r#""""#,
            r#""a\/b""#,
            r#""\u0000\u0001\b\t\n\u000b\f\r\u001f\u007f\u0080\u2028\u2029""#,
            r#""\"\\""#,
            r#""é\u00e9 e\u0301 \ud83d\ude00 \ufeff \uffff""#,
            r#"{"\ud83d\ude00":1,"\ufb33":2,"\u20ac":3,"z":4,"":5,"Z":6,"\r":7,"10":8,"9":9}"#,
            r#"{"b":[],"a":{},"c":[[],{"y":null,"x":[1.0,2]}]}"#,
            r#" [ 1 , 2 ] "#,
            r#"[56.0,{"d":true,"10":null,"1":[]}]"#,
        ]
        .map(str::to_owned),
    );
    // Doubles of all sizes, in the same order on every run.
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..400 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let double = f64::from_bits(state);
        if double.is_finite() {
            texts.push(format!("{double:e}"));
        }
        // And near what people write.
        texts.push(format!("{:e}", (state % 1_000_000) as f64 / 10_f64.powi((state >> 40) as i32 % 30 - 8)));
    }
    let vectors: Vec<Value> = texts
        .iter()
        .map(|text| json!({ "text": text, "canonical": canonical(&serde_json::from_str(text).unwrap()) }))
        .collect();
    assert!(vectors.iter().filter(|vector| vector["canonical"].is_null()).count() == 3);
    golden("canonical.json", &vectors.into());
}

fn leaf(number: u8) -> Value {
    let salt = [number.wrapping_mul(37); 32];
    let sealed = match number {
        0 => json!({}),
        1 => json!({ "before": null, "after": null, "description": "", "metadata": {}, "metadataList": [] }),
        2 => {
            json!({ "action": "ÄNDERN \"x\"\\\n", "metrics": { "a": 1.0, "b": 1e30, "c": -0.0 }, "createdByUser": 7, "latency": 0.1 })
        }
        _ => {
            json!({ "clientIP": "2001:db8::1", "changes": { "ü": { "from": null, "to": [1, 2.5, "\u{1F600}"] } }, "createdByKey": "admin/1" })
        }
    };
    let clear = match number {
        0 => json!({ "flags": [] }),
        _ => json!({
            "dialect": "native", "outcome": "SUCCESS", "severity": "info", "stage": i64::from(number) - 2,
            "flags": ["LOGIN", "METRIC"], "category": "\u{7f}ß", "seriesID": "0190a1b2-0000-7000-8000-0000000000ff"
        }),
    };
    let members = |value: &Value| value.as_object().unwrap().clone();
    let salts: Map<String, Value> = members(&sealed)
        .keys()
        .map(|name| (name.clone(), URL_SAFE_NO_PAD.encode(field_salt(&salt, name)).into()))
        .collect();
    let made = Leaf {
        id: format!("0190a1b2-0000-7000-8000-00000000000{number}"),
        customer: if number == 3 { (1 << 53) - 1 } else { 1 },
        timestamp: i64::from(number) * 1_767_225_600_000_000_001 - 5,
        created: 1_767_225_600_000_000_001,
        clear: members(&clear).into_iter().collect(),
        sealed: members(&sealed)
            .iter()
            .map(|(name, value)| (name.clone(), commit(&field_salt(&salt, name), name, value).unwrap()))
            .collect(),
    };
    let text = made.text().unwrap();
    assert_eq!(Leaf::parse(text.as_bytes()).as_ref(), Ok(&made));
    json!({
        "salt": hex(&salt), "values": sealed, "salts": salts, "id": made.id, "customer": made.customer,
        "timestamp": made.timestamp.to_string(), "createdTimestamp": made.created.to_string(), "clear": clear, "leaf": text,
        "leafHash": STANDARD.encode(leaf_hash(text.as_bytes())),
    })
}

#[test]
fn leaves() {
    let leaves: Vec<Value> = (0..4).map(leaf).collect();
    golden("leaves.json", &leaves.into());
}

/// The trees whose leaves are the texts `leaf 0`, `leaf 1`, ...
#[test]
fn trees() {
    let (mut edge, mut nodes) = (Edge::empty(), Vec::<(Node, Hash)>::new());
    let mut heads = vec![Head { size: 0, root: edge.root() }];
    for number in 0..20 {
        edge.push(leaf_hash(format!("leaf {number}").as_bytes()), |node, hash| nodes.push((node, hash)));
        heads.push(Head { size: edge.size(), root: edge.root() });
    }
    let find = |wanted| nodes.iter().find(|(node, _)| *node == wanted).map(|(_, hash)| *hash).ok_or(());
    let trees: Vec<Value> = heads
        .iter()
        .map(|head| {
            let inclusion: Vec<_> = (0..head.size)
                .map(|index| {
                    let proof = Plan::inclusion(index, head.size).unwrap().proof(find).unwrap();
                    let leaf = leaf_hash(format!("leaf {index}").as_bytes());
                    assert!(is_included(&leaf, index, head.size, &proof, &head.root));
                    based(&proof)
                })
                .collect();
            let consistency: Vec<_> = heads[..=head.size as usize]
                .iter()
                .map(|from| {
                    let proof = Plan::consistency(from.size, head.size).unwrap().proof(find).unwrap();
                    assert!(is_consistent(from, head, &proof));
                    based(&proof)
                })
                .collect();
            json!({ "size": head.size, "root": STANDARD.encode(head.root), "inclusion": inclusion, "consistency": consistency })
        })
        .collect();
    let paths: Vec<Value> = [(0, 0, 256), (0, 1_234_067, 256), (1, 0, 7), (2, 999, 255), (0, 1_000, 1)]
        .map(|(level, index, width)| {
            json!({
                "level": level, "index": index, "width": width, "path": Tile { level, index }.path(width),
                "entries": entries_path(index, width),
            })
        })
        .into();
    golden("trees.json", &json!({ "trees": trees, "paths": paths }));
}

#[test]
fn notes() {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
    let key = PublicKey::of(ORIGIN, &pair);
    let leaf = b"{}";
    let head = Head { size: 1, root: leaf_hash(leaf) };
    let checkpoint = Checkpoint { origin: ORIGIN.to_owned(), head };
    let note = checkpoint.sign(ORIGIN, &pair);
    let stranger = PublicKey::of(ORIGIN, &Ed25519KeyPair::from_seed_unchecked(&[8; 32]).unwrap());
    let witnessed = format!("{note}\u{2014} witness.example AAAAAAAA\n");
    assert!(open(&note, std::slice::from_ref(&key)).is_ok() && open(&witnessed, std::slice::from_ref(&key)).is_ok());
    let proof = Proof { leaf: leaf.to_vec(), index: 0, path: vec![], checkpoint: note.clone() };
    assert!(proof.holds(ORIGIN, std::slice::from_ref(&key)));
    let wrong = [
        note.replace("\n1\n", "\n2\n"),
        note.replace("\n1\n", "\n01\n"),
        note.replace("\n\n", "\n"),
        note.trim_end().to_owned(),
        format!("{note}x\n"),
        note.replace('\u{2014}', "-"),
        Checkpoint { origin: ORIGIN.to_owned(), head }.sign("other.example", &pair),
    ];
    for wrong in &wrong {
        assert!(open(wrong, std::slice::from_ref(&key)).is_err(), "{wrong}");
    }
    golden(
        "notes.json",
        &json!({
            "seed": hex(&[7; 32]), "origin": ORIGIN, "key": key.text(), "stranger": stranger.text(), "size": 1,
            "root": STANDARD.encode(head.root), "note": note, "witnessed": witnessed, "wrong": wrong, "proof": proof.text(),
        }),
    );
}
