//! Trails: whose they are, in which order, and what filters do.

use argus_testing::stores;
use serde_json::{Value, json};

use super::{BASE, EVENT, HOME, column, entry, example, list, operator, send};

/// Events one second after the other, with the action telling which is which.
async fn line(actor: &argus_testing::Actor, machine: &str, number: i64) {
    let event = |n: i64| json!({"action": format!("a{n}"), "machineID": machine, "timestamp": 1_737_801_000_000_i64 + n * 1_000});
    let events: Vec<Value> = (0..number).map(event).collect();
    actor.post("/audit/v1/event/bulk", json!({ "events": events })).await.expect(201);
}

#[tokio::test]
async fn entries_come_newest_first_between_inclusive_bounds() {
    stores(async |app| {
        let operator = operator(app).await;
        line(&operator, "m", 5).await;
        line(&operator, "other", 3).await;
        // S3-12
        let all = list(&operator, "/m").await;
        assert_eq!(column(&all, "action"), ["a4", "a3", "a2", "a1", "a0"]);
        // S3-10: both bounds belong to the range.
        for (query, expected) in [
            ("start_time=2025-01-25T10:30:03Z", &["a4", "a3"][..]),
            ("end_time=2025-01-25T10:30:01Z", &["a1", "a0"]),
            ("start_time=2025-01-25T10:30:01Z&end_time=2025-01-25T12:30:02%2B02:00", &["a2", "a1"]),
            ("start_time=2025-01-25T10:30:02&end_time=2025-01-25T10:30:02", &["a2"]),
            ("start_time=2025-01-25&end_time=2025-01-25&limit=2", &["a4", "a3"]),
            ("end_time=2025-01-24", &[]),
            ("start_time=2025-01-25T10:30:03Z&end_time=2025-01-25T10:30:01Z", &[]),
            ("action=a3", &["a3"]),
            ("action=A3", &[]),
            ("action=a3&end_time=2025-01-25T10:30:01Z", &[]),
            ("action=", &[]),
            ("limit=1", &["a4"]),
            ("unknown=1&offset=3", &["a4", "a3", "a2", "a1", "a0"]),
        ] {
            let found = list(&operator, &format!("/m?{query}")).await;
            assert_eq!(column(&found, "action"), expected, "{query}");
        }
        // Paging is by the time of the last entry.
        let (mut end, mut seen) = (String::new(), Vec::new());
        while seen.len() < 5 {
            let page = list(&operator, &format!("/m?limit=2{end}")).await;
            end = format!("&end_time={}", page.last().unwrap()["timestamp"].as_str().unwrap());
            seen.extend(page.into_iter().filter(|entry| !seen.contains(entry)).collect::<Vec<_>>());
        }
        assert_eq!(seen, all);
        // Nobody knows it, and that is no error.
        assert_eq!(list(&operator, "/unseen").await, Vec::<Value>::new());
    })
    .await;
}

/// Even where a time has more digits than are printed.
#[tokio::test]
async fn an_entry_is_within_the_bounds_that_it_prints() {
    stores(async |app| {
        let operator = operator(app).await;
        for time in ["2025-01-25T10:30:00.123456789Z", "2025-01-25T10:30:00.1Z", "2025-01-25T10:30:00Z"] {
            send(&operator, json!({"action": "x", "machineID": "m", "timestamp": time})).await;
        }
        let printed = column(&list(&operator, "/m").await, "timestamp");
        assert_eq!(printed, ["2025-01-25T10:30:00.123456Z", "2025-01-25T10:30:00.1Z", "2025-01-25T10:30:00Z"]);
        for time in &printed {
            let time = time.as_str().unwrap();
            let found = list(&operator, &format!("/m?start_time={time}&end_time={time}")).await;
            assert_eq!(column(&found, "timestamp"), [time]);
        }
    })
    .await;
}

#[tokio::test]
async fn a_hundred_entries_come_where_nothing_is_said() {
    stores(async |app| {
        let operator = operator(app).await;
        line(&operator, "m", 1_005).await;
        for (query, number) in [("", 100), ("?limit=1000", 1_000), ("?limit=101", 101)] {
            assert_eq!(list(&operator, &format!("/m{query}")).await.len(), number, "{query}");
        }
    })
    .await;
}

/// S3-15, S3-16, C-17: the actor is any of name, address and identifier; the user is the identifier alone.
#[tokio::test]
async fn actors_go_by_any_of_their_names() {
    stores(async |app| {
        let operator = operator(app).await;
        let event = |action: &str, who: Value| {
            let mut event = json!({"action": action, "machineID": "m"});
            event.as_object_mut().unwrap().extend(who.as_object().unwrap().clone());
            event
        };
        send(
            &operator,
            event("named", json!({"actorID": "u1", "actorName": "Ann Lee", "actorEmail": "ann@example.com"})),
        )
        .await;
        send(&operator, event("mailed", json!({"actorID": "ann@example.com"}))).await;
        send(&operator, event("known", json!({"actorID": "Ann Lee"}))).await;
        send(&operator, event("other", json!({"actorID": "u2", "actorName": "u1x"}))).await;
        assert_eq!(column(&list(&operator, "/m").await, "actor"), ["u1x", "Ann Lee", "ann@example.com", "Ann Lee"]);
        for (path, expected) in [
            ("/m/actor/Ann%20Lee", &["known", "named"][..]),
            ("/m/actor/ann%40example.com", &["mailed", "named"]),
            ("/m/actor/u1", &["named"]),
            ("/m?actor=u1", &["named"]),
            ("/m?actor=ann@example.com&action=mailed", &["mailed"]),
            ("/m/actor/u1?action=other", &[]),
            ("/m/actor/ANN@example.com", &[]),
            ("/m/actor/nobody", &[]),
            ("/m/user/u1", &["named"]),
            ("/m/user/Ann%20Lee", &["known"]),
            ("/m/user/ann@example.com", &["mailed"]),
            ("/m/user/u1?actor=Ann%20Lee&limit=1", &["named"]),
            ("/m/user/u1?actor=u2", &[]),
            ("/n/actor/u1", &[]),
        ] {
            assert_eq!(column(&list(&operator, path).await, "action"), expected, "{path}");
        }
    })
    .await;
}

/// S3-11, S3-19: whichever door it came through; every member is there.
#[tokio::test]
async fn events_of_other_doors_are_printed_by_what_they_have() {
    stores(async |app| {
        let operator = operator(app).await;
        let least = send(&operator, json!({"action": "x", "machineID": "m"})).await;
        let id = format!("audit_20260101_{}", least["sequence"]);
        let printed = json!({
            "id": id, "timestamp": "2026-01-01T00:00:00Z", "actor": "operator", "action": "x", "resource_type": null,
            "resource_id": null, "machine_id": "m", "before_value": null, "after_value": null, "severity": "info",
            "is_successful": true,
        });
        assert_eq!(list(&operator, "/m").await, std::slice::from_ref(&printed));
        // Each printed identifier finds its entry here and natively.
        assert_eq!(operator.get(&format!("{BASE}/m/{id}")).await.expect(200).json, printed);
        assert_eq!(operator.get(&format!("{EVENT}/{id}")).await.expect(200)["data"]["id"], least["id"]);
        let own = least["id"].as_str().unwrap();
        assert_eq!(operator.get(&format!("{HOME}/m/{own}")).await.expect(200).json, printed);
        for (event, member, expected) in [
            (json!({"status": "error"}), "is_successful", json!(false)),
            (json!({"status": "odd"}), "is_successful", json!(true)),
            (json!({"severity": "critical"}), "severity", json!("critical")),
            (json!({"before": [1, null]}), "before_value", json!([1, null])),
            (json!({"before": null, "after": "off"}), "after_value", json!("off")),
            (json!({"changes": {"v": {"from": 1, "to": 2}}}), "before_value", json!({"v": 1})),
            (json!({"changes": {"v": {"from": 1, "to": 2}}}), "after_value", json!({"v": 2})),
        ] {
            let mut event = event;
            event["action"] = "y".into();
            event["machineID"] = "m2".into();
            send(&operator, event.clone()).await;
            assert_eq!(list(&operator, "/m2?limit=1").await[0][member], expected, "{event}");
        }
    })
    .await;
}

/// S3-02, S3-13: one sees the events of one's own customers; another machine's entry is none.
#[tokio::test]
async fn trails_are_of_ones_own_customers() {
    stores(async |app| {
        let operator = operator(app).await;
        app.customer("red", "root").await;
        app.customer("blue", "root").await;
        let rights = [("submitAuditEvents", "red"), ("viewAuditEvents", "red")];
        let red = app.user_of("red-one", "red", &rights).await;
        let mut other = example();
        other["machineID"] = "machine_002".into();
        other["customer"] = "blue".into();
        send(&operator, other).await;
        send(&red, example()).await;
        assert_eq!(list(&red, "/machine_001").await, [entry()]);
        assert_eq!(list(&red, "/machine_002").await, Vec::<Value>::new());
        // Two customers have an event of that identifier: the one of this machine is meant.
        let found = operator.get(&format!("{BASE}/machine_001/audit_20250125_001")).await.expect(200);
        assert_eq!(found.json, entry());
        let found = operator.get(&format!("{BASE}/machine_002/audit_20250125_001")).await.expect(200);
        assert_eq!(found["machine_id"], "machine_002");
        for path in ["/machine_002/audit_20250125_001", "/machine_003/audit_20250125_001", "/machine_001/none"] {
            let answer = red.get(&format!("{BASE}{path}")).await.expect(404);
            assert_eq!(answer.json, json!({"detail": "Audit log not found"}), "{path}");
        }
    })
    .await;
}

/// Names of machines and actors are any text, and a slash at the end changes nothing.
#[tokio::test]
async fn paths_take_any_name() {
    stores(async |app| {
        let operator = operator(app).await;
        for name in ["plc-1.line:2", "a b", "Gerät", "50%", "errors", "user", "+", "x?y#z", "%41"] {
            let event = json!({"action": "x", "machineID": name, "actorID": name, "targetType": "t"});
            let sent = send(&operator, event).await;
            let encoded: String = name.bytes().map(|byte| format!("%{byte:02X}")).collect();
            for path in [
                format!("/{encoded}"),
                format!("/{encoded}/"),
                format!("/{encoded}/actor/{encoded}"),
                format!("/{encoded}/actor/{encoded}/"),
                format!("/{encoded}/user/{encoded}"),
            ] {
                let found = list(&operator, &path).await;
                assert_eq!(column(&found, "machine_id"), [name], "{path}");
            }
            let id = format!("audit_20260101_{}", sent["sequence"]);
            let found = operator.get(&format!("{BASE}/{encoded}/{id}/")).await.expect(200);
            assert_eq!(found["machine_id"], name);
            let stats = operator.get(&format!("{BASE}/{encoded}/stats/")).await.expect(200);
            assert_eq!(stats["total_events"], 1, "{name}");
        }
    })
    .await;
}
