//! A file with proofs convinces whoever has the log's public key, and nobody else is asked.

use argus_audit_verify::{Options, Report, export};
use argus_testing::stores;
use serde_json::{Value, json};

use super::{add, file, listed};
use crate::journeys::proof::keys;

fn verify(text: &str, options: &Options) -> Report {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    export(file.path(), options, |_, _| {}).unwrap()
}

#[tokio::test]
async fn each_event_comes_with_its_proof() {
    stores(async |app| {
        let admin = app.admin();
        add(&admin, "read", 600).await;
        admin
            .post("/audit/v1/event", json!({ "action": "write", "before": null, "externalID": "e" }))
            .await
            .expect(201);
        let events = listed(&admin, "action=read&action=write&sortBy=timestamp").await;
        let criteria = json!({ "action": ["read", "write"], "sortBy": "timestamp" });
        let (path, lines) = file(&admin, json!({ "format": "NDJSON", "withProofs": true, "criteria": criteria })).await;
        assert_eq!(admin.get(&path).await.expect(200)["data"]["withProofs"], true);
        let (_, array) = file(&admin, json!({ "format": "JSON", "withProofs": true, "criteria": criteria })).await;
        let of_lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let of_array: Vec<Value> = serde_json::from_str(&array).unwrap();
        for proofs in [&of_lines, &of_array] {
            let (last, proofs) = proofs.split_last().unwrap();
            assert!(proofs.iter().map(|proof| &proof["event"]).eq(&events));
            assert!(proofs.iter().all(|proof| proof["checkpoint"] == last["checkpoint"]));
        }
        let keys = keys(&app.anonymous()).await;
        let known = |proofs: &[Value]| Options {
            keys: keys.clone(),
            checkpoints: vec![proofs.last().unwrap()["checkpoint"].as_str().unwrap().to_owned()],
            ..Options::default()
        };
        for (text, proofs) in [(&lines, &of_lines), (&array, &of_array)] {
            let report = verify(text, &known(proofs));
            assert!(report.holds() && report.leaves == 601 && report.warnings.is_empty(), "{report:?}");
        }
        let known = known(&of_lines);
        let first = of_lines[0]["leafIndex"].to_string();
        for (change, with) in
            [("\"action\":\"read\"", "\"action\":\"reaD\""), ("\"targetID\":\"0\"", "\"targetID\":\"1\"")]
        {
            let report = verify(&lines.replacen(change, with, 1), &known);
            let told = report.faults.iter().map(ToString::to_string).collect::<String>();
            assert!(told.starts_with(&format!("leaf {first}: ")), "{told}");
        }
        let cut: String = lines.lines().take(600).map(|line| format!("{line}\n")).collect();
        assert!(!verify(&cut, &known).holds());
    })
    .await;
}
