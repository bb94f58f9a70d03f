//! What became of an entity (S4-15).

use argus_testing::{Actor, stores};
use serde_json::{Value, json};

use super::{clerk, column, get, send, send_all};

async fn change(clerk: &Actor, n: u32, action: &str, more: Value) {
    let mut event = json!({
        "action": action, "targetType": "CONTRACT", "targetID": "c 1", "actorID": "u",
        "timestamp": format!("2025-01-01T00:00:{n:02}Z"),
    });
    event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    send(clerk, event).await;
}

#[tokio::test]
async fn changes_are_told_oldest_first_in_the_past_tense() {
    stores(async |app| {
        let clerk = clerk(app).await;
        change(&clerk, 9, "CONTRACT_DELETED", json!({"before": {"a": 2}})).await;
        change(&clerk, 1, "create", json!({"after": {"a": 1}, "changes": {"a": {"from": null, "to": 1}}})).await;
        change(&clerk, 2, "read", json!({})).await;
        change(&clerk, 2, "export", json!({})).await;
        change(&clerk, 2, "login", json!({})).await;
        change(&clerk, 2, "logout", json!({})).await;
        change(&clerk, 3, "tag_write", json!({"changes": {"x": {"from": 1, "to": "1"}}})).await;
        change(&clerk, 4, "approve", json!({})).await;
        change(&clerk, 5, "CONTRACT_REJECTED", json!({"before": {"a": 1}, "after": {"a": 2, "b": null, "c": 3}})).await;
        change(&clerk, 6, "Frobnicate", json!({})).await;
        let history = get(&clerk, "/entities/CONTRACT/c%201/history").await;
        let actions = ["CREATED", "UPDATED", "APPROVED", "REJECTED", "Frobnicate", "DELETED"];
        assert_eq!(column(&history, "action"), actions);
        let changes = [
            Value::Null,
            json!({"x": {"from": 1, "to": "1"}}),
            Value::Null,
            json!({"a": {"from": 1, "to": 2}, "c": {"from": null, "to": 3}}),
            Value::Null,
            json!({"a": {"from": 2, "to": null}}),
        ];
        assert_eq!(column(&history, "changes"), changes);
        assert_eq!(column(&history, "actor"), ["u"; 6]);
        // Nobody knows it, and that is no error.
        for path in
            ["/entities/CONTRACT/c1/history", "/entities/contract/c%201/history", "/entities/CONTRACT/c%201/history/"]
        {
            let number = if path.ends_with('/') { 6 } else { 0 };
            assert_eq!(get(&clerk, path).await.list().len(), number, "{path}");
        }
    })
    .await;
}

/// However many there are.
#[tokio::test]
async fn nothing_of_a_long_history_is_missing() {
    stores(async |app| {
        let clerk = clerk(app).await;
        let event = |n: i64| json!({"action": "update", "targetType": "T", "targetID": "1", "actorID": n.to_string(), "timestamp": n});
        send_all(&clerk, (0..1_500).map(event).collect()).await;
        let history = get(&clerk, "/entities/T/1/history").await;
        assert_eq!(column(&history, "actor"), (0..1_500).map(|n| n.to_string()).collect::<Vec<_>>());
    })
    .await;
}
