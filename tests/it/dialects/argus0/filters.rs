//! Filters are exact and all of them hold (S0-40, also for what the original's code forgot), whatever there is.

use std::collections::BTreeSet;

use argus_testing::stores;
use serde_json::{Value, json};

use super::{LOGS, entry_with, ids};
use crate::dice::Dice;

const FLOWS: [&str; 2] = ["550e8400-e29b-41d4-a716-446655440000", "550e8400-e29b-41d4-a716-44665544000a"];
const TYPES: [&str; 2] = ["MANAGEMENT_EVENT", "DATA_FETCH"];
const ACTIONS: [&str; 4] = ["CREATE", "READ", "UPDATE", "DELETE"];
const STATUSES: [&str; 2] = ["SUCCESS", "FAILURE"];

/// One of them, or none.
fn some<'a>(dice: &mut Dice, of: &[&'a str]) -> Option<&'a str> {
    of.get(dice.below(of.len() + 1)).copied()
}

#[tokio::test]
async fn any_filters_give_what_a_reader_of_all_entries_would_take() {
    stores(async |app| {
        let mut dice = Dice::new();
        let sent: Vec<Value> = (0..300)
            .map(|n| {
                let flow = some(&mut dice, &FLOWS);
                entry_with(&json!({
                    "timestamp": format!("2024-01-20T10:00:{:02}Z", dice.below(60)),
                    "traceId": flow.map(|flow| if n % 2 == 0 { flow.to_uppercase() } else { flow.to_owned() }),
                    "eventType": some(&mut dice, &TYPES), "eventAction": some(&mut dice, &ACTIONS),
                    "status": STATUSES[dice.below(2)],
                }))
            })
            .collect();
        let made = app.anonymous().post(&format!("{LOGS}/bulk"), sent.into()).await.expect(201);
        let all = made["succeeded"].as_array().unwrap();
        for _ in 0..60 {
            let wanted = [
                ("traceId", some(&mut dice, &FLOWS)),
                ("eventType", some(&mut dice, &TYPES)),
                ("eventAction", some(&mut dice, &ACTIONS)),
                ("status", some(&mut dice, &STATUSES)),
            ];
            let query: Vec<String> =
                wanted.iter().filter_map(|(name, value)| Some(format!("{name}={}", (*value)?))).collect();
            let matches = |log: &&Value| {
                wanted.iter().all(|(name, value)| {
                    value.is_none_or(|value| log[*name].as_str().is_some_and(|text| text.eq_ignore_ascii_case(value)))
                })
            };
            let expected: BTreeSet<String> =
                all.iter().filter(matches).map(|log| log["id"].as_str().unwrap().to_owned()).collect();
            let path = format!("{LOGS}?limit=1000&{}", query.join("&"));
            let found = app.anonymous().get(&path).await.expect(200);
            assert_eq!(found["total"], expected.len(), "{path}");
            let times: Vec<&str> =
                found["logs"].as_array().unwrap().iter().map(|log| log["timestamp"].as_str().unwrap()).collect();
            assert!(times.is_sorted_by(|a, b| a >= b), "newest first");
            assert_eq!(ids(&found).into_iter().collect::<BTreeSet<_>>(), expected, "{path}");
        }
    })
    .await;
}
