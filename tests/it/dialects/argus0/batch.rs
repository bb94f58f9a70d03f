//! Many entries with one request, of which each is sound or named.

use argus_testing::stores;
use serde_json::{Value, json};

use super::{LOGS, entry, entry_with};

#[tokio::test]
async fn sound_ones_are_made_and_others_named() {
    stores(async |app| {
        let path = format!("{LOGS}/bulk");
        let all =
            app.anonymous().post(&path, json!([entry(), entry_with(&json!({ "action": "READ" }))])).await.expect(201);
        assert_eq!(all["succeeded"].as_array().unwrap().len(), 2);
        assert_eq!((&all["succeeded"][1]["eventAction"], &all["failed"]), (&json!("READ"), &Value::Null));

        let mixed = json!([entry_with(&json!({ "status": "x", "eventAction": "READ" })), entry(), 7]);
        let some = app.anonymous().post(&path, mixed).await.expect(207);
        assert_eq!(some["succeeded"].as_array().unwrap().len(), 1);
        let failed = some["failed"].as_array().unwrap();
        assert_eq!(
            failed[0],
            json!({ "index": 0, "error": "invalid status, must be one of SUCCESS, FAILURE", "action": "READ" })
        );
        assert_eq!((&failed[1]["index"], &failed[1]["action"]), (&json!(2), &json!("")));

        let none = app.anonymous().post(&path, json!([{}, {}])).await.expect(400);
        assert_eq!(none["succeeded"], json!([]));
        assert_eq!(none["failed"].as_array().unwrap().len(), 2);
        assert_eq!(app.events(false).await, 3);
    })
    .await;
}

#[tokio::test]
async fn what_is_no_batch_is_refused() {
    stores(async |app| {
        let path = format!("{LOGS}/bulk");
        for body in [json!({}), json!([]), json!(null), Value::Array(vec![json!({}); 10_001])] {
            assert!(app.anonymous().post(&path, body).await.expect(400)["error"].is_string());
        }
        assert_eq!(app.events(false).await, 0);
    })
    .await;
}
