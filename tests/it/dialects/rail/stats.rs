//! A month in numbers (S4-24, S4-25).

use std::time::Duration;

use argus_testing::stores;
use serde_json::{Value, json};

use super::{clerk, get, members, refused, send, send_all};

#[tokio::test]
async fn each_event_is_told_once() {
    stores(async |app| {
        let clerk = clerk(app).await;
        let verbs = ["create", "update", "delete", "read", "export", "login", "logout", "approve", "reject"];
        let mut events: Vec<Value> = verbs.iter().map(|verb| json!({"action": verb, "targetType": "T"})).collect();
        events.push(json!({"action": "Frobnicate"}));
        events.push(json!({"action": "Frobnicate", "actorID": "u"}));
        events.push(json!({"action": "login", "status": "FAILED", "actorID": "u"}));
        send_all(&clerk, events).await;
        // By the door of services an event may have no action, and no name either.
        let log = json!({
            "timestamp": "2026-01-01T00:00:01Z", "status": "SUCCESS", "actorType": "SERVICE", "actorId": "svc",
            "targetType": "RESOURCE",
        });
        app.anonymous().post("/api/audit-logs", log).await.expect(201);
        // Of other months.
        send(&clerk, json!({"action": "create", "timestamp": "2025-12-31T23:59:59.999999999Z"})).await;
        send(&clerk, json!({"action": "create", "timestamp": "2026-02-01T00:00:00Z"})).await;
        send(&clerk, json!({"action": "create", "timestamp": "2026-01-31T23:59:59.999999999Z"})).await;

        let stats = get(&clerk, "/stats").await;
        let data = &stats["data"];
        assert_eq!(members(data), ["byAction", "byEntityType", "failedLogins", "period", "totalEvents", "uniqueActors"]);
        let expected = json!({
            "APPROVE": 1, "CREATE": 2, "DELETE": 1, "EXPORT": 1, "Frobnicate": 2, "LOGIN": 2, "LOGOUT": 1, "OTHER": 1,
            "READ": 1, "REJECT": 1, "UPDATE": 1,
        });
        assert_eq!((&data["period"], &data["byAction"]), (&json!("2026-01"), &expected));
        let sum: i64 = expected.as_object().unwrap().values().map(|count| count.as_i64().unwrap()).sum();
        assert_eq!(data["totalEvents"], sum);
        assert_eq!(data["byEntityType"], json!({"T": 9, "RESOURCE": 1}));
        assert_eq!((&data["uniqueActors"], &data["failedLogins"]), (&json!(3), &json!(1)));

        // The same, whichever way the month is said, and whatever month it is now.
        app.advance(Duration::from_secs(40 * 86_400));
        assert_eq!(get(&clerk, "/stats?period=2026-01").await.json, stats.json);
        let february = get(&clerk, "/stats").await;
        assert_eq!((&february["data"]["period"], &february["data"]["totalEvents"]), (&json!("2026-02"), &json!(1)));
        assert_eq!(get(&clerk, "/stats?period=2025-12").await["data"]["byAction"], json!({"CREATE": 1}));
        let nothing = json!({"data": {
            "period": "1999-12", "totalEvents": 0, "byAction": {}, "byEntityType": {}, "uniqueActors": 0, "failedLogins": 0,
        }});
        assert_eq!(get(&clerk, "/stats?period=1999-12").await.json, nothing);
        for period in ["2026", "2026-13", "2026-1", "2026-01-01", "now", ""] {
            let answer = clerk.get(&format!("{}/stats?period={period}", super::BASE)).await;
            assert_eq!(refused(answer, 400, "VALIDATION_ERROR"), ["period"], "{period}");
        }
    })
    .await;
}
