//! Rules of one's own.

use argus_testing::{START, stores};
use serde_json::{Value, json};

use super::{findings, settled};

const NOW: i64 = START / 1_000_000;

fn payment(account: &str, amount: &str, at: i64) -> Value {
    json!({ "action": "payment_created", "targetID": account, "category": amount, "timestamp": NOW + at })
}

#[tokio::test]
async fn criteria_fields_threshold_and_window_are_what_counts() {
    stores(async |app| {
        let admin = app.admin();
        let rule = json!({
            "name": "Many large payments",
            "criteria": { "action": "payment_created", "subCriteria": [{ "category": "large" }] },
            "groupBy": ["targetID", "category"],
            "threshold": 3,
            "window": "10s",
            "severity": "error",
        });
        let made = admin.post("/audit/v1/rule", rule).await.expect(201);
        let send = async |events: Vec<Value>| {
            admin.post("/audit/v1/event/bulk", json!({ "events": events })).await.expect(201);
        };
        // Too few, of other accounts, of another kind, and too far apart.
        send((0..2).map(|n| payment("a", "large", n)).collect()).await;
        send((0..2).map(|n| payment("b", "large", n)).collect()).await;
        send((0..9).map(|n| payment("c", "small", n)).collect()).await;
        send((0..9).map(|n| payment("d", "large", n * 5_001)).collect()).await;
        assert_eq!(settled(app, "mark").await, 0);
        send(vec![payment("a", "large", 10_000)]).await;
        let found = findings(app, 2).await;
        let finding = found.iter().find(|event| event["eventName"] == "Many large payments").unwrap();
        assert_eq!(finding["severity"], "error");
        assert_eq!(finding["targetID"], made["data"]["id"].to_string());
        assert_eq!(finding["metadata"]["groupBy"], json!({ "targetID": "a", "category": "large" }));
        assert_eq!(finding["metadata"]["window"], "10s");
        assert_eq!(finding["metadata"]["count"], 3);
    })
    .await;
}

#[tokio::test]
async fn a_changed_rule_counts_anew_and_one_that_is_off_or_gone_finds_nothing() {
    stores(async |app| {
        let admin = app.admin();
        let rule = json!({
            "name": "Payments", "criteria": { "action": "payment_created" }, "groupBy": ["targetID"], "threshold": 2,
            "window": "1h",
        });
        let id = admin.post("/audit/v1/rule", rule).await.expect(201)["data"]["id"].clone();
        let path = format!("/audit/v1/rule/{id}");
        admin.post("/audit/v1/event", payment("a", "x", 0)).await.expect(201);
        settled(app, "mark").await;
        admin.put(&path, json!({ "groupBy": ["targetID", "category"] })).await.expect(200);
        admin.post("/audit/v1/event", payment("a", "x", 1)).await.expect(201);
        assert_eq!(settled(app, "mark1").await, 0);
        admin.put(&path, json!({ "enabled": false })).await.expect(200);
        admin.post("/audit/v1/event", payment("a", "x", 2)).await.expect(201);
        assert_eq!(settled(app, "mark2").await, 0);
        admin.put(&path, json!({ "enabled": true, "threshold": 3 })).await.expect(200);
        admin.post("/audit/v1/event", payment("a", "x", 3)).await.expect(201);
        assert_eq!(settled(app, "mark3").await, 0);
        admin.post("/audit/v1/event", payment("a", "x", 4)).await.expect(201);
        assert_eq!(settled(app, "mark4").await, 1);
        admin.delete(&path).await.expect(200);
        admin
            .post("/audit/v1/event/bulk", json!({ "events": (0..9).map(|n| payment("e", "x", n)).collect::<Vec<_>>() }))
            .await
            .expect(201);
        assert_eq!(settled(app, "mark5").await, 1);
    })
    .await;
}

#[tokio::test]
async fn rules_of_a_customer_look_at_its_events_and_those_below() {
    stores(async |app| {
        app.customer("north", "root").await;
        app.customer("south", "root").await;
        app.customer("northwest", "north").await;
        let nora = app.user_of("nora", "north", &[("manageAuditRules", "north"), ("viewAuditEvents", "north")]).await;
        let rule = json!({ "name": "All", "groupBy": ["action"], "threshold": 2, "window": "1h" });
        let made = nora.post("/audit/v1/rule", rule).await.expect(201);
        assert_eq!(made["data"]["customer"]["shortName"], "north");
        for customer in ["south", "south", "south", "northwest", "north"] {
            let event = json!({ "action": "moved", "customer": customer });
            app.admin().post("/audit/v1/event", event).await.expect(201);
        }
        let found = findings(app, 1).await;
        assert_eq!(found[0]["metadata"]["count"], 2);
        assert_eq!(found[0]["customer"]["shortName"], "north");
        // Also of a customer that came later.
        app.customer("northeast", "north").await;
        for _ in 0..2 {
            app.admin().post("/audit/v1/event", json!({ "action": "left", "customer": "northeast" })).await.expect(201);
        }
        let found = findings(app, 2).await;
        assert!(found.iter().any(|event| event["customer"]["shortName"] == "northeast"), "{found:#?}");
        // Nobody else's criteria can be spied out by names.
        let rule = json!({
            "name": "Spy", "criteria": { "customer": "south" }, "groupBy": ["action"], "threshold": 2, "window": "1h",
        });
        let refused = nora.post("/audit/v1/rule", rule).await.expect(412);
        assert_eq!(refused["messages"][0]["field"], "criteria.customer");
    })
    .await;
}
