//! Names that no machine may have where another dialect has them as paths.

use argus_core::config::{RAIL_PATHS, Settings};
use argus_testing::{TestApp, stores, stores_with};
use serde_json::{Value, json};

use super::{EVENT, HOME, column, operator};

async fn is_refused(app: &TestApp) -> bool {
    let operator = operator(app).await;
    let mut refused = Vec::new();
    for name in RAIL_PATHS {
        let answer = operator.post(EVENT, json!({"action": "x", "machineID": name})).await;
        assert!([201, 412].contains(&answer.status), "{}", answer.text);
        assert_eq!(answer.fields(), if answer.status == 412 { vec!["machineID"] } else { vec![] });
        refused.push(answer.status == 412);
        // In whatever place there is none of them, the machine is found at the dialect's home.
        let found = operator.get(&format!("{HOME}/{name}")).await.expect(200);
        let number = usize::from(answer.status == 201);
        assert_eq!(column(found.json.as_array().unwrap(), "machine_id"), vec![Value::from(name); number]);
    }
    for other in ["Logs", "log", "logs ", "machine_001"] {
        operator.post(EVENT, json!({"action": "x", "machineID": other})).await.expect(201);
    }
    assert!(refused.iter().all(|one| one == &refused[0]), "{refused:?}");
    refused[0]
}

/// S3-10, D: `reserve`, and one prefix.
#[tokio::test]
async fn names_are_reserved_where_both_are_at_one_place() {
    stores(async |app| assert!(is_refused(app).await)).await;
    for change in [
        (|settings: &mut Settings| settings.dialects.machine.reserve = false) as fn(&mut Settings),
        |settings| "/rail".clone_into(&mut settings.dialects.rail.prefix),
        |settings| settings.dialects.rail.enabled = false,
    ] {
        stores_with(change, async |app| assert!(!is_refused(app).await)).await;
    }
}

/// Many at once are refused as one is.
#[tokio::test]
async fn bulks_have_them_reserved_too() {
    stores(async |app| {
        let operator = operator(app).await;
        let events = json!({"events": [{"action": "x", "machineID": "m"}, {"action": "x", "machineID": "stats"}]});
        let answer = operator.post("/audit/v1/event/bulk", events).await.expect(412);
        assert_eq!(answer.fields(), ["events[1].machineID"]);
        assert_eq!(app.events(false).await, 0);
    })
    .await;
}
