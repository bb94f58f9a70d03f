//! Rules as objects: made, found, changed, removed, and what is refused.

use argus_testing::stores;
use serde_json::{Value, json};

fn sound() -> Value {
    json!({ "name": "Moves", "criteria": { "action": "moved" }, "groupBy": ["actorID"], "threshold": 3, "window": "5m" })
}

#[tokio::test]
async fn the_built_in_rules_are_there_from_the_start_and_stay() {
    stores(async |app| {
        let admin = app.admin();
        let list = admin.get("/audit/v1/rule").await.expect(200);
        assert_eq!(list["count"], 6);
        let rules = list["data"].as_array().unwrap();
        assert!(rules.iter().all(|rule| rule["builtIn"] == true && rule["enabled"] == true));
        let path = format!("/audit/v1/rule/{}", rules[0]["id"]);
        admin.delete(&path).await.expect(412);
        for (field, change) in [
            ("name", json!({ "name": "Other" })),
            ("criteria", json!({ "criteria": {} })),
            ("groupBy", json!({ "groupBy": ["action"] })),
        ] {
            let refused = admin.put(&path, change).await.expect(412);
            assert_eq!(refused["messages"][0]["field"], field);
        }
        let change = json!({ "threshold": 10, "window": "1h", "severity": "info", "enabled": false });
        let changed = admin.put(&path, change).await.expect(200);
        assert_eq!((&changed["data"]["threshold"], &changed["data"]["window"]), (&json!(10), &json!("1h")));
        assert_eq!(admin.get("/audit/v1/rule?enabled=false").await.expect(200)["count"], 1);
    })
    .await;
}

#[tokio::test]
async fn rules_are_made_found_changed_and_removed_with_records() {
    stores(async |app| {
        let admin = app.admin();
        let made = admin.post("/audit/v1/rule", sound()).await.expect(201);
        let rule = &made["data"];
        assert_eq!(
            (&rule["severity"], &rule["enabled"], &rule["builtIn"]),
            (&json!("warning"), &json!(true), &json!(false))
        );
        assert_eq!(rule["createdByUser"]["shortName"], "admin");
        let path = format!("/audit/v1/rule/{}", rule["id"]);
        assert_eq!(admin.get(&path).await.expect(200)["data"], *rule);
        let found = admin.post("/audit/v1/rule/search", json!({ "keywords": "moves" })).await.expect(200);
        assert_eq!(found["count"], 1);
        let changed = admin.put(&path, json!({ "window": "3600s" })).await.expect(200);
        assert_eq!((&changed["data"]["window"], &changed["data"]["name"]), (&json!("1h"), &json!("Moves")));
        admin.delete(&path).await.expect(200);
        admin.get(&path).await.expect(404);
        admin.put(&path, json!({})).await.expect(404);
        admin.delete(&path).await.expect(404);
        let events =
            format!("/audit/v1/event?includeInternal=true&targetType=RULE&targetID={}&sortBy=sequence", rule["id"]);
        let answer = super::super::look(&admin, &events, 3).await;
        let verbs: Vec<&str> =
            answer["data"].as_array().unwrap().iter().filter_map(|event| event["verb"].as_str()).collect();
        assert_eq!(verbs, ["CREATE", "UPDATE", "DELETE"]);
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_with_a_rule_is_named() {
    stores(async |app| {
        let admin = app.admin();
        for (field, member, value) in [
            ("name", "name", json!("")),
            ("name", "name", Value::Null),
            ("groupBy", "groupBy", json!([])),
            ("groupBy", "groupBy", json!(["flags"])),
            ("groupBy", "groupBy", json!(["actorID", "actorID"])),
            ("groupBy", "groupBy", json!(["actorID", "action", "verb", "origin", "machineID"])),
            ("threshold", "threshold", json!(0)),
            ("threshold", "threshold", json!(1001)),
            ("window", "window", json!("5")),
            ("window", "window", json!("31d")),
            ("window", "window", json!(300)),
            ("severity", "severity", json!("fatal")),
            ("enabled", "enabled", json!("yes")),
            ("customer", "customer", json!("nowhere")),
            ("criteria", "criteria", json!([])),
            ("criteria.verb", "criteria", json!({ "verb": "EAT" })),
            ("criteria.limit", "criteria", json!({ "limit": 1 })),
            ("criteria.sortBy", "criteria", json!({ "sortBy": "id" })),
            ("criteria.startTimestamp", "criteria", json!({ "subCriteria": [{ "startTimestamp": 1 }] })),
        ] {
            let mut rule = sound();
            rule[member] = value.clone();
            let refused = admin.post("/audit/v1/rule", rule).await.expect(412);
            let fields: Vec<&Value> =
                refused["messages"].as_array().unwrap().iter().map(|message| &message["field"]).collect();
            assert!(fields.contains(&&json!(field)), "{field} of {value}: {fields:?}");
        }
        assert_eq!(admin.get("/audit/v1/rule").await.expect(200)["count"], 6);
    })
    .await;
}

#[tokio::test]
async fn rules_of_others_are_not_there() {
    stores(async |app| {
        app.customer("north", "root").await;
        app.customer("south", "root").await;
        let nora = app.user_of("nora", "north", &[("manageAuditRules", "north")]).await;
        let sam = app.user_of("sam", "south", &[("manageAuditRules", "south")]).await;
        let id = nora.post("/audit/v1/rule", sound()).await.expect(201)["data"]["id"].clone();
        let path = format!("/audit/v1/rule/{id}");
        assert_eq!(nora.get("/audit/v1/rule").await.expect(200)["count"], 1);
        assert_eq!(sam.get("/audit/v1/rule").await.expect(200)["count"], 0);
        sam.get(&path).await.expect(404);
        sam.put(&path, json!({ "name": "Mine" })).await.expect(404);
        sam.delete(&path).await.expect(404);
        let mut theirs = sound();
        theirs["customer"] = json!("north");
        sam.post("/audit/v1/rule", theirs).await.expect(412);
        let viewer = app.user("vera", &[("viewAuditEvents", "root")]).await;
        viewer.get("/audit/v1/rule").await.expect(403);
    })
    .await;
}
