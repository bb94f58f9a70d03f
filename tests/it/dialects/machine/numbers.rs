//! A machine's trail in a few numbers.

use argus_testing::{Actor, stores};
use serde_json::{Value, json};

use super::{BASE, column, list, operator};

/// So many events of a kind.
async fn many(actor: &Actor, number: usize, event: Value) {
    let events = vec![event; number];
    actor.post("/audit/v1/event/bulk", json!({ "events": events })).await.expect(201);
}

async fn numbers(actor: &Actor, path: &str) -> Value {
    actor.get(&format!("{BASE}{path}")).await.expect(200).json
}

/// S3-14: rate with one decimal; lists by count, then by name, ten at most.
#[tokio::test]
async fn statistics_are_of_the_machine() {
    stores(async |app| {
        let operator = operator(app).await;
        let event = |actor: &str, action: &str, more: Value| {
            let mut event =
                json!({"machineID": "m", "actorID": actor, "action": action, "timestamp": 1_737_801_000_000_i64});
            event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            event
        };
        many(&operator, 5, event("b", "tag_read", json!({}))).await;
        many(&operator, 5, event("a", "tag_write", json!({}))).await;
        many(&operator, 1, event("c", "tag_write", json!({"status": "FAILURE", "severity": "critical"}))).await;
        for n in 0..10 {
            many(&operator, 1, event(&format!("z{n}"), &format!("x{n}"), json!({"timestamp": 1_737_900_000_000_i64})))
                .await;
        }
        many(&operator, 9, json!({"machineID": "other", "action": "tag_read", "status": "FAILURE"})).await;

        let stats = numbers(&operator, "/m/stats").await;
        assert_eq!((&stats["total_events"], &stats["success_rate"]), (&json!(21), &json!(95.2)));
        let users = stats["most_active_users"].as_array().unwrap();
        assert_eq!(
            users[..3],
            [json!({"user": "a", "count": 5}), json!({"user": "b", "count": 5}), json!({"user": "c", "count": 1})]
        );
        assert_eq!(users.len(), 10);
        let actions = stats["most_common_actions"].as_array().unwrap();
        assert_eq!(
            actions[..2],
            [json!({"action": "tag_write", "count": 6}), json!({"action": "tag_read", "count": 5})]
        );
        assert_eq!(actions.len(), 10);

        // Within bounds, which belong to the range.
        let cut = numbers(&operator, "/m/stats?start_time=2025-01-25T10:30:00Z&end_time=2025-01-25T10:30:00Z").await;
        assert_eq!((&cut["total_events"], &cut["success_rate"]), (&json!(11), &json!(90.9)));
        let nothing =
            json!({"total_events": 0, "success_rate": 0.0, "most_active_users": [], "most_common_actions": []});
        assert_eq!(numbers(&operator, "/m/stats?end_time=2024-12-31").await, nothing);
        assert_eq!(numbers(&operator, "/m/stats?start_time=2025-02-01&end_time=2025-01-01").await, nothing);
        assert_eq!(numbers(&operator, "/unseen/stats").await, nothing);
    })
    .await;
}

/// S3-17: an error failed, or is of severity error or critical.
#[tokio::test]
async fn errors_are_told_by_action_actor_and_severity() {
    stores(async |app| {
        let operator = operator(app).await;
        let event = |actor: &str, action: &str, status: &str, severity: &str| {
            json!({"machineID": "m", "actorID": actor, "action": action, "status": status, "severity": severity})
        };
        many(&operator, 3, event("a", "tag_read", "SUCCESS", "info")).await;
        many(&operator, 2, event("a", "tag_write", "FAILURE", "info")).await;
        many(&operator, 1, event("b", "tag_write", "SUCCESS", "critical")).await;
        many(&operator, 1, event("b", "tag_read", "FAILURE", "error")).await;
        many(&operator, 1, event("b", "tag_read", "SUCCESS", "warning")).await;
        let errors = numbers(&operator, "/m/errors").await;
        let recent = errors["recent_errors"].as_array().unwrap().clone();
        let expected = json!({
            "machine_id": "m", "total_errors": 4, "error_rate": 50.0,
            "errors_by_action": [{"action": "tag_write", "count": 3}, {"action": "tag_read", "count": 1}],
            "errors_by_actor": [{"user": "a", "count": 2}, {"user": "b", "count": 2}],
            "errors_by_severity": [{"severity": "info", "count": 2}, {"severity": "critical", "count": 1}, {"severity": "error", "count": 1}],
            "recent_errors": recent,
        });
        assert_eq!(errors, expected);
        // Newest first, as entries of a list.
        let all = list(&operator, "/m").await;
        let of = |entry: &Value| entry["is_successful"] == false || entry["severity"] == "critical";
        assert_eq!(recent, all.into_iter().filter(of).collect::<Vec<_>>());

        many(&operator, 12, event("c", "tag_read", "FAILURE", "info")).await;
        let errors = numbers(&operator, "/m/errors").await;
        assert_eq!(errors["total_errors"], 16);
        assert_eq!(column(errors["recent_errors"].as_array().unwrap(), "actor"), ["c"; 10]);
        let none = numbers(&operator, "/unseen/errors").await;
        assert_eq!((&none["total_errors"], &none["error_rate"], &none["recent_errors"]), (&json!(0), &json!(0.0), &json!([])));
    })
    .await;
}
