//! The three forms say the same, the same way each time.

use argus_audit_report::facts::Facts;
use argus_audit_report::{csv, json, pdf};
use serde_json::{Value, json};

use crate::samples::{empty, large, small, year};

const BREAKDOWNS: [&str; 7] = [
    "activityByDay",
    "byVerb",
    "byTargetType",
    "mostActiveActors",
    "mostCommonActions",
    "failedLoginSourceCount",
    "failedLoginSources",
];

fn read(facts: &Facts) -> Value {
    serde_json::from_slice(&json::write(facts).unwrap()).unwrap()
}

fn rows(facts: &Facts) -> Vec<[String; 3]> {
    let bytes = csv::write(facts).unwrap();
    let mut reader = ::csv::ReaderBuilder::new().from_reader(bytes.as_slice());
    assert_eq!(reader.headers().unwrap(), vec!["section", "name", "value"]);
    reader.records().map(|row| row.unwrap()).map(|row| [0, 1, 2].map(|at| row[at].to_owned())).collect()
}

#[test]
fn the_same_facts_give_the_same_bytes() {
    for facts in [empty(), small(), large(), year()] {
        let again = facts.clone();
        assert_eq!(pdf::write(&facts).unwrap(), pdf::write(&again).unwrap());
        assert_eq!(json::write(&facts).unwrap(), json::write(&again).unwrap());
        assert_eq!(csv::write(&facts).unwrap(), csv::write(&again).unwrap());
    }
}

#[test]
fn breakdowns_are_there_when_they_were_asked_for() {
    for include_stats in [false, true] {
        let facts = Facts { include_stats, ..small() };
        let (json, rows) = (read(&facts), rows(&facts));
        for name in BREAKDOWNS {
            assert_eq!(json.get(name).is_some(), include_stats, "{name}");
            if name != "failedLoginSourceCount" {
                assert_eq!(rows.iter().any(|[section, ..]| section == name), include_stats, "{name}");
            }
        }
    }
}

#[test]
fn json_has_the_names_of_statistics() {
    let json = read(&small());
    for (name, expected) in [
        ("reportType", json!("COMPLIANCE_SUMMARY")),
        ("customer", json!({ "id": 7, "shortName": "acme", "name": "Acme" })),
        ("totalEvents", json!(11)),
        ("successRate", json!(81.8)),
        ("byVerb", json!({ "CREATE": 6, "READ": 4, "OTHER": 1 })),
        ("uniqueActors", json!(2)),
        ("mostActiveActors", json!([{ "actor": "alice", "count": 8 }, { "actor": "bob", "count": 3 }])),
        ("failedLogins", json!(2)),
        ("createdBy", json!("admin")),
    ] {
        assert_eq!(json[name], expected, "{name}");
    }
    assert_eq!(json["period"]["from"], 1_767_225_600_000_i64);
    assert_eq!(json["period"]["toISO"], "2026-01-07T23:59:59.999Z");
    assert_eq!(json["activityByDay"][1], json!({ "day": "2026-01-03", "events": 7, "failed": 1, "failedLogins": 2 }));
    assert_eq!(json["log"]["retention"], Value::Null);
}

#[test]
fn csv_guards_formulas_and_quotes() {
    let facts = large();
    let rows = rows(&facts);
    let formula = rows.iter().find(|[_, name, _]| name.contains("HYPERLINK")).unwrap();
    assert_eq!(formula[1], "'=HYPERLINK(\"http://x\")");
    for [_, name, value] in &rows {
        assert!(!name.starts_with(['=', '+', '-', '@']) && !value.starts_with(['=', '+', '-', '@']), "{name} {value}");
    }
    let text = String::from_utf8(csv::write(&facts).unwrap()).unwrap();
    assert!(text.lines().count() > 200 && text.split("\r\n").count() == text.split('\n').count());
    let days = rows.iter().filter(|[section, ..]| section == "activityByDay");
    let sum: i64 = days.map(|[_, _, value]| value.parse::<i64>().unwrap()).sum();
    assert_eq!(sum, facts.log.statistics.total);
}
