//! What a subscription cannot be.

use argus_testing::stores;
use serde_json::json;

use super::*;

#[tokio::test]
async fn every_bad_field_is_named() {
    stores(async |app| {
        let admin = app.admin();
        let long = "x".repeat(256);
        for (change, fields) in [
            (json!({ "name": null }), vec!["name"]),
            (json!({ "name": "" }), vec!["name"]),
            (json!({ "name": long }), vec!["name"]),
            (json!({ "name": 7 }), vec!["name"]),
            (json!({ "url": null }), vec!["url"]),
            (json!({ "url": "" }), vec!["url"]),
            (json!({ "url": "hooks.example.org" }), vec!["url"]),
            (json!({ "url": "ftp://hooks.example.org/" }), vec!["url"]),
            (json!({ "url": "https://me:secret@hooks.example.org/" }), vec!["url"]),
            (json!({ "url": "https://hooks.example.org/#a" }), vec!["url"]),
            (json!({ "url": format!("https://hooks.example.org/{}", "x".repeat(2_000)) }), vec!["url"]),
            (json!({ "events": null }), vec!["events"]),
            (json!({ "events": [] }), vec!["events"]),
            (json!({ "events": ["audit.log.deleted"] }), vec!["events"]),
            (json!({ "events": ["audit.log.created", "AUDIT.LOG.CREATED"] }), vec!["events"]),
            (json!({ "events": "audit.log.created" }), vec!["events"]),
            (json!({ "signature": "MD5" }), vec!["signature"]),
            (json!({ "customer": "nobody" }), vec!["customer"]),
            (json!({ "customer": {} }), vec!["customer"]),
            (json!({ "criteria": [] }), vec!["criteria"]),
            (json!({ "criteria": { "verb": "EAT" } }), vec!["criteria.verb"]),
            (json!({ "criteria": { "customer": "nobody", "user": "nobody" } }), vec!["criteria.customer", "criteria.user"]),
            (json!({ "criteria": { "startTimestamp": "now - 1 day" } }), vec!["criteria.startTimestamp"]),
            (json!({ "criteria": { "endTimestamp": "soon" } }), vec!["criteria.endTimestamp"]),
            (json!({ "criteria": { "includeDeleted": true } }), vec!["criteria.includeDeleted"]),
            (json!({ "criteria": { "subCriteria": [{ "verb": "EAT" }] } }), vec!["criteria.subCriteria.verb"]),
            (json!({ "criteria": { "targetID": "x".repeat(65_536) } }), vec!["criteria"]),
            (
                json!({ "url": "http://127.0.0.1/", "events": ["x"], "customer": "nobody", "criteria": { "verb": "EAT" } }),
                vec!["criteria.verb", "customer", "events", "url"],
            ),
        ] {
            let mut body = json!({ "name": "mine", "url": "https://hooks.example.org/", "events": ["audit.log.created"] });
            body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            let answer = admin.post(SUBSCRIPTION, body).await.expect(412);
            let mut named = answer.fields();
            named.sort_unstable();
            assert_eq!(named, fields, "{}", answer.text);
        }
        assert_eq!(admin.get(SUBSCRIPTION).await.expect(200)["count"], 0);
    })
    .await;
}

#[tokio::test]
async fn changes_are_checked_just_the_same() {
    stores(async |app| {
        let admin = app.admin();
        let made = subscribe(&admin, "https://hooks.example.org/", json!({})).await;
        for (change, fields) in [
            (json!({ "name": "" }), vec!["name"]),
            (json!({ "url": "https://" }), vec!["url"]),
            (json!({ "events": [] }), vec!["events"]),
            (json!({ "addEvents": ["x"] }), vec!["addEvents"]),
            (json!({ "removeEvents": ["audit.log.created"] }), vec!["removeEvents"]),
            (json!({ "state": "ENDED" }), vec!["state"]),
            (json!({ "state": "RUNNING" }), vec!["state"]),
            (json!({ "criteria": { "limit": 1, "outcome": "GOOD" } }), vec!["criteria.outcome"]),
            (json!({ "url": "x", "state": "x" }), vec!["state", "url"]),
        ] {
            let answer = admin.put(&path(&made), change).await.expect(412);
            let mut named = answer.fields();
            named.sort_unstable();
            assert_eq!(named, fields, "{}", answer.text);
        }
        for (what, body, fields) in [
            ("secret", json!({ "graceSeconds": -1 }), vec!["graceSeconds"]),
            ("secret", json!({ "graceSeconds": 604_801 }), vec!["graceSeconds"]),
            ("secret", json!({ "graceSeconds": "1" }), vec!["graceSeconds"]),
            ("redeliver", json!({}), vec!["from"]),
            ("redeliver", json!({ "from": "x", "to": "y" }), vec!["from", "to"]),
            ("redeliver", json!({ "from": 2_000, "to": 1_000 }), vec!["to"]),
        ] {
            let answer = admin.post(&format!("{}/{what}", path(&made)), body).await.expect(412);
            assert_eq!(answer.fields(), fields, "{}", answer.text);
        }
        for (query, field) in [("sortBy=url", "sortBy"), ("limit=-1", "limit"), ("state=GOOD", "state")] {
            let answer = admin.get(&format!("{}/delivery?{query}", path(&made))).await.expect(412);
            assert_eq!(answer.fields(), [field]);
        }
        let mut same = made.clone();
        same.as_object_mut().unwrap().remove("secret");
        assert_eq!(admin.get(&path(&made)).await.expect(200)["data"], same);
    })
    .await;
}
