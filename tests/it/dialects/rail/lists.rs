//! The log, and who accessed what: filters, pages, order, and how events of any door are printed.

use argus_testing::stores;
use serde_json::{Value, json};

use super::{BASE, clerk, column, get, members, send, send_all};

/// S4-10, S4-12
#[tokio::test]
async fn filters_are_exact_and_all_of_them_hold() {
    stores(async |app| {
        let clerk = clerk(app).await;
        let event = |n: u32, action: &str, kind: &str, id: &str, actor: &str| {
            json!({
                "action": action, "targetType": kind, "targetID": id, "actorID": actor,
                "timestamp": format!("2025-01-{n:02}T10:00:00Z"), "metadata": { "n": n },
            })
        };
        send_all(
            &clerk,
            vec![
                event(1, "CONTRACT_CREATED", "CONTRACT", "con_1", "u1"),
                event(2, "CREATE", "CONTRACT", "con_2", "u2"),
                event(3, "created", "CUSTOMER", "con_1", "u1"),
                event(4, "CREATED", "CONTRACT", "con_1", "u2"),
                event(5, "frobnicate", "CONTRACT", "con_1", "u1"),
            ],
        )
        .await;
        for (query, expected) in [
            ("", &[5, 4, 3, 2, 1][..]),
            ("action=CREATE", &[4, 3, 2, 1]),
            ("action=CONTRACT_CREATED", &[1]),
            ("action=CREATED", &[4]),
            ("action=created", &[3]),
            ("action=create", &[]),
            ("action=frobnicate", &[5]),
            ("action=UPDATE", &[]),
            ("action=CREATE&entityType=CONTRACT", &[4, 2, 1]),
            ("entityType=contract", &[]),
            ("entityId=con_1&actorId=u1", &[5, 3, 1]),
            ("from=2025-01-03", &[5, 4, 3]),
            ("to=2025-01-03", &[3, 2, 1]),
            ("from=2025-01-02&to=2025-01-02", &[2]),
            ("from=2025-01-02T10:00:00Z&to=2025-01-04T10:00:00Z", &[4, 3, 2]),
            ("from=2025-01-02T10:00:00.000001Z&to=2025-01-04T09:59:59.999999Z", &[3]),
            ("from=2025-01-04T12:00:00%2B02:00", &[5, 4]),
            ("action=CREATE&actorId=u1&to=2025-01-01", &[1]),
            ("from=2025-01-05&to=2025-01-01", &[]),
            ("unknown=1", &[5, 4, 3, 2, 1]),
        ] {
            let logs = get(&clerk, &format!("/logs?{query}")).await;
            let found: Vec<Value> = column(&logs, "metadata").into_iter().map(|it| it["n"].clone()).collect();
            assert_eq!(found, expected, "{query}");
            assert_eq!(logs["pagination"], json!({"page": 1, "total": expected.len()}), "{query}");
        }
    })
    .await;
}

/// S4-10: 25 where nothing is said, 1,000 at most; the total is that of all pages.
#[tokio::test]
async fn pages_neither_skip_nor_repeat() {
    stores(async |app| {
        let clerk = clerk(app).await;
        let events = (0..60).map(|n| json!({"action": format!("a{n}"), "timestamp": "2025-01-01T00:00:00Z"}));
        send_all(&clerk, events.collect()).await;
        let first = get(&clerk, "/logs").await;
        assert_eq!((first.list().len(), &first["pagination"]), (25, &json!({"page": 1, "total": 60})));
        let all = get(&clerk, "/logs?perPage=1000").await;
        assert_eq!(all.list().len(), 60);
        let mut seen = Vec::new();
        for page in 1..=4 {
            let one = get(&clerk, &format!("/logs?page={page}&perPage=20")).await;
            assert_eq!(one["pagination"], json!({"page": page, "total": 60}));
            seen.extend(one.list().clone());
        }
        assert_eq!(&seen, all.list());
        assert_eq!(
            get(&clerk, "/logs?page=99").await.json,
            json!({"data": [], "pagination": {"page": 99, "total": 60}})
        );
    })
    .await;
}

/// S4-11, S4-26: whichever door it came through; every member is there.
#[tokio::test]
async fn events_of_other_doors_are_printed_by_what_they_have() {
    stores(async |app| {
        let clerk = clerk(app).await;
        let least = send(&clerk, json!({"action": "x"})).await;
        let id = format!("log_{}", least["id"].as_str().unwrap().replace('-', ""));
        let expected = json!({
            "logId": id, "timestamp": "2026-01-01T00:00:00Z", "action": "x", "entityType": null, "entityId": null,
            "actor": {"type": "API_KEY", "id": "clerk", "email": null}, "metadata": {}, "ipAddress": null,
            "userAgent": null, "traceId": null,
        });
        assert_eq!(get(&clerk, "/logs").await["data"], json!([expected]));
        // Each printed identifier finds its entry here and natively.
        assert_eq!(get(&clerk, &format!("/logs/{id}")).await["data"]["logId"], id);
        let native = clerk.get(&format!("/audit/v1/event/{id}")).await.expect(200);
        assert_eq!(native["data"]["id"], least["id"]);

        // By the door of services, whose kinds of actors are others.
        let log = json!({
            "timestamp": "2026-01-01T00:00:01Z", "status": "SUCCESS", "actorType": "SERVICE", "actorId": "svc",
            "targetType": "RESOURCE", "traceId": null, "additionalMetadata": {"amount": "500000.00", "n": 1},
        });
        app.anonymous().post("/api/audit-logs", log).await.expect(201);
        let found = get(&clerk, "/logs?actorId=svc").await["data"][0].clone();
        assert_eq!((&found["actor"]["type"], &found["action"]), (&json!("SYSTEM"), &Value::Null));
        assert_eq!(found["metadata"], json!({"amount": "500000.00", "n": 1}));
        for (stored, printed) in
            [("USER", "USER"), ("API_KEY", "API_KEY"), ("WEBHOOK", "WEBHOOK"), ("SYSTEM", "SYSTEM"), ("ADMIN", "USER")]
        {
            send(&clerk, json!({"action": "y", "actorID": stored, "actorType": stored})).await;
            assert_eq!(get(&clerk, &format!("/logs?actorId={stored}")).await["data"][0]["actor"]["type"], printed);
        }
    })
    .await;
}

/// S4-13
#[tokio::test]
async fn an_entry_is_told_with_all_that_is_known() {
    stores(async |app| {
        let clerk = clerk(app).await;
        let event = json!({
            "externalID": "log_1", "action": "CONTRACT_UPDATED", "status": "failed", "severity": "warning",
            "description": "Much\nof it", "before": {"a": 1}, "after": {"a": [2]}, "requestMetadata": {"q": "1"},
            "responseMetadata": {"code": 500}, "timestamp": "2025-01-01T00:00:00.5Z",
        });
        send(&clerk, event).await;
        let found = get(&clerk, "/logs/log_1").await;
        assert_eq!(members(&found.json), ["data"]);
        let data = &found["data"];
        for (member, expected) in [
            ("changes", json!({"a": {"from": 1, "to": [2]}})),
            ("before", json!({"a": 1})),
            ("after", json!({"a": [2]})),
            ("status", json!("failed")),
            ("severity", json!("warning")),
            ("description", json!("Much\nof it")),
            ("requestMetadata", json!({"q": "1"})),
            ("responseMetadata", json!({"code": 500})),
            ("timestamp", json!("2025-01-01T00:00:00.5Z")),
            ("createdAt", json!("2026-01-01T00:00:00Z")),
        ] {
            assert_eq!(data[member], expected, "{member}");
        }
        assert_eq!(members(data).len(), 19);
    })
    .await;
}

/// S4-20: how it was accessed follows from the verb; logins are no accesses, nor are requests to Argus itself.
#[tokio::test]
async fn accesses_are_told_by_how_they_were() {
    stores(async |app| {
        let clerk = clerk(app).await;
        let actions = ["read", "export", "create", "update", "approve", "reject", "delete", "login", "logout", "odd"];
        let event = |(n, action): (usize, &&str)| {
            json!({
                "action": action, "targetType": if n % 2 == 0 { "CONTRACT" } else { "PAYMENT" }, "targetID": "1",
                "actorID": format!("u{}", n % 3), "timestamp": format!("2025-01-{:02}T10:00:00Z", n + 1),
            })
        };
        send_all(&clerk, actions.iter().enumerate().map(event).collect()).await;
        // What a sender says of a login does not make it one.
        send(&clerk, json!({"action": "login", "accessType": "READ", "timestamp": "2025-02-01T00:00:00Z"})).await;
        let all = get(&clerk, "/access-logs").await;
        let types = ["DELETE", "WRITE", "WRITE", "WRITE", "WRITE", "READ", "READ"];
        assert_eq!(column(&all, "accessType"), types);
        assert_eq!(all["pagination"], json!({"page": 1, "total": 7}));
        let names = [
            "accessType",
            "actor",
            "ipAddress",
            "logId",
            "resourceId",
            "resourceType",
            "timestamp",
            "traceId",
            "userAgent",
        ];
        assert_eq!(members(&all.list()[0]), names);
        for (query, expected) in [
            ("accessType=READ", 2),
            ("accessType=WRITE", 4),
            ("accessType=DELETE", 1),
            ("resourceType=CONTRACT", 4),
            ("resourceType=CONTRACT&accessType=WRITE", 2),
            ("actorId=u0", 3),
            ("actorId=u0&accessType=DELETE", 1),
            ("from=2025-01-03&to=2025-01-04", 2),
            ("resourceType=nothing", 0),
        ] {
            let found = get(&clerk, &format!("/access-logs?{query}")).await;
            assert_eq!(found["pagination"]["total"], expected, "{query}");
            assert_eq!(found.list().len(), expected, "{query}");
        }
        let page = get(&clerk, "/access-logs?page=2&perPage=5").await;
        assert_eq!((page.list().len(), &page["pagination"]), (2, &json!({"page": 2, "total": 7})));
        let trailing = clerk.get(&format!("{BASE}/access-logs/?accessType=READ")).await.expect(200);
        assert_eq!(trailing["pagination"]["total"], 2);
    })
    .await;
}
