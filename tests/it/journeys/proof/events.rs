//! Receipts and proofs of events.

use std::collections::BTreeSet;

use argus_audit_proof::commitment::commit;
use argus_audit_proof::leaf::Leaf;
use argus_audit_proof::text::Proof;
use argus_testing::stores;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::{assert_grew, assert_holds, keys, newest};

const EVENT: &str = "/audit/v1/event";

/// An event that has a value of every kind in every member.
pub fn full() -> Value {
    let mut event = json!({
        "externalID": "order-1", "timestamp": -1, "traceID": "t\u{1F600}\u{7f}\"\\", "stage": 9_007_199_254_740_991_i64,
        "seriesID": "0191d2f4-0000-7000-8000-000000000001", "category": "é".repeat(255), "application": "shop",
        "environment": "", "eventType": "order", "eventName": "Order made", "description": "tab\tand\u{2028}", "action": "created",
        "method": "POST", "status": "ok", "severity": "warning", "actorType": "USER", "actorID": "ann@example.org",
        "actorName": "Ann", "origin": "192.0.2.1:80", "userAgent": "curl/8", "actorDetail": { "b": 1, "a": { "Z": null } },
    });
    let more = json!({
        "targetType": "ORDER", "targetID": "1", "targetName": "first", "targetDetail": {}, "authMethod": "key",
        "location": "here", "device": "box", "machineID": "m1", "before": null, "after": [1.0, 1e21, 1e-7, -0.0, 0.1],
        "requestMetadata": { "\u{e9}": 1, "e\u{301}": 2, "\u{1F600}": 3, "\u{fb33}": 4 }, "responseMetadata": { "n": 123456789.125 },
        "metadata": { "list": [true, false, null, "x"] }, "totalDuration": 1.5, "latency": 3.0, "cpuUsage": 1e-9,
        "memoryUsage": 99.99, "affectedResources": 0, "metrics": { "a": 1.0, "b": 0.1 }, "eventDetail": { "deep": { "er": [] } },
        "accessType": "READ", "changes": { "a": { "from": 1, "to": 2 } },
    });
    event.as_object_mut().unwrap().append(&mut more.as_object().unwrap().clone());
    event
}

/// What is neither clear nor sealed: it is of the leaf itself, or of the answer.
const META: [&str; 9] = [
    "id",
    "sequence",
    "customer",
    "timestamp",
    "timestampISO",
    "createdTimestamp",
    "createdTimestampISO",
    "receipt",
    "erasedFields",
];

/// The members of a printed event that have a value, as leaves have them.
fn printed(event: &Value) -> Map<String, Value> {
    let members = event.as_object().unwrap().iter().filter(|(name, value)| {
        !META.contains(&name.as_str()) && (!value.is_null() || ["before", "after"].contains(&name.as_str()))
    });
    let short = |name: &str, value: &Value| match name {
        "createdByUser" | "createdByKey" => value["id"].clone(),
        "flags" => {
            let mut flags = value.as_array().unwrap().clone();
            flags.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
            flags.into()
        }
        _ => value.clone(),
    };
    members.map(|(name, value)| (name.clone(), short(name, value))).collect()
}

/// Fails unless the leaf of a proof is what the event prints, member by member.
fn assert_tells_all(proof: &Value) -> usize {
    let leaf = Leaf::parse(proof["leaf"].as_str().unwrap().as_bytes()).unwrap();
    let event = &proof["event"];
    assert_eq!((json!(leaf.id), json!(leaf.customer)), (event["id"].clone(), event["customer"]["id"].clone()));
    assert_eq!(json!(leaf.timestamp.div_euclid(1_000_000)), event["timestamp"]);
    assert_eq!(json!(leaf.created.div_euclid(1_000_000)), event["createdTimestamp"]);
    let printed = printed(event);
    let told: BTreeSet<&String> = leaf.clear.keys().chain(leaf.sealed.keys()).collect();
    assert_eq!(told, printed.keys().collect(), "{proof}");
    for (name, value) in &leaf.clear {
        assert_eq!(value, &printed[name], "{name}");
    }
    for (name, commitment) in &leaf.sealed {
        let salt = URL_SAFE_NO_PAD.decode(proof["salts"][name].as_str().unwrap()).unwrap();
        let made = commit(&salt.try_into().unwrap(), name, &printed[name]);
        assert_eq!(made.as_ref(), Some(commitment), "{name}: {}", printed[name]);
    }
    told.len()
}

#[tokio::test]
async fn a_leaf_tells_all_that_an_event_prints() {
    stores(async |app| {
        let (admin, keys) = (app.admin(), keys(&app.anonymous()).await);
        let made = admin.post(EVENT, full()).await.expect(201);
        let path = format!("{EVENT}/{}/proof", made["data"]["id"].as_str().unwrap());
        let proof = admin.get(&path).await.expect(200)["data"].clone();
        // All but who logged in, and what only a dialect keeps.
        assert_eq!(assert_tells_all(&proof), 51, "{proof}");
        assert_holds(&proof, &keys);
        // Requests to Argus itself, logins among them, and events of a dialect.
        app.by_password("admin", &app.admin_password).await;
        app.anonymous().with("Argus-API-Key", "1/0/wrong").get(EVENT).await.expect(401);
        admin.post("/dialect/argus0/logs", json!({ "action": "tag_write", "status": "FAILED" })).await;
        for event in admin.get(&format!("{EVENT}?includeInternal=true&limit=100")).await.expect(200).list() {
            let path = format!("{EVENT}/{}/proof", event["id"].as_str().unwrap());
            let proof = admin.get(&path).await.expect(200)["data"].clone();
            assert_tells_all(&proof);
            assert_holds(&proof, &keys);
        }
    })
    .await;
}

#[tokio::test]
async fn whoever_adds_an_event_can_prove_it_and_hears_the_same_again() {
    stores(async |app| {
        let (admin, anybody) = (app.admin(), app.anonymous());
        let keys = keys(&anybody).await;
        let before = newest(&anybody).await;
        let first = admin.post(EVENT, full()).await.expect(201)["data"].clone();
        let head = assert_holds(&first["receipt"], &keys);
        assert_eq!(first["receipt"]["leafIndex"], first["sequence"]);
        let key = admin.with("Idempotency-Key", "k1");
        let second = key.post(EVENT, json!({ "action": "read" })).await.expect(201)["data"].clone();
        for _ in 0..5 {
            admin.post(EVENT, json!({ "action": "other" })).await.expect(201);
        }
        // By the key, and by the sender's own identifier.
        assert_eq!(key.post(EVENT, json!({ "action": "read" })).await.expect(201)["data"], second);
        assert_eq!(admin.post(EVENT, full()).await.expect(200)["data"], first);
        let now = newest(&anybody).await;
        assert!(before.size < head.size && head.size < now.size);
        assert_grew(&anybody, before, head).await;
        assert_grew(&anybody, head, now).await;
        assert_grew(&anybody, before, now).await;
    })
    .await;
}

#[tokio::test]
async fn each_event_of_many_has_a_receipt_of_its_own() {
    stores(async |app| {
        let (admin, keys) = (app.admin(), keys(&app.anonymous()).await);
        let bulk = admin.with("Idempotency-Key", "many");
        let events: Vec<Value> =
            (0..700).map(|number| json!({ "action": "read", "targetID": number.to_string() })).collect();
        let body = json!({ "events": events });
        let made = bulk.post(&format!("{EVENT}/bulk"), body.clone()).await.expect(201)["data"].clone();
        let succeeded = made["succeeded"].as_array().unwrap();
        let first = succeeded[0]["receipt"]["leafIndex"].as_u64().unwrap();
        for (place, event) in (first..).zip(succeeded) {
            assert_eq!(event["receipt"]["leafIndex"], place);
            assert_holds(&event["receipt"], &keys);
        }
        assert_eq!(succeeded.len(), 700);
        admin.post(EVENT, json!({ "action": "other" })).await.expect(201);
        assert_eq!(bulk.post(&format!("{EVENT}/bulk"), body).await.expect(201)["data"], made);
    })
    .await;
}

#[tokio::test]
async fn only_what_is_asked_for_is_disclosed() {
    stores(async |app| {
        let (admin, keys) = (app.admin(), keys(&app.anonymous()).await);
        let made = admin.post(EVENT, full()).await.expect(201);
        let path = format!("{EVENT}/{}/proof", made["data"]["id"].as_str().unwrap());
        let proof =
            admin.get(&format!("{path}?fields=actorID,targetID,metadataList")).await.expect(200)["data"].clone();
        assert_holds(&proof, &keys);
        let salts: BTreeSet<&String> = proof["salts"].as_object().unwrap().keys().collect();
        assert_eq!(salts.into_iter().collect::<Vec<_>>(), ["actorID", "targetID"]);
        let told = printed(&proof["event"]);
        let clear = [
            "accessType",
            "actorType",
            "category",
            "dialect",
            "eventType",
            "flags",
            "outcome",
            "seriesID",
            "severity",
            "stage",
            "targetType",
            "verb",
        ];
        let expected: BTreeSet<&str> = clear.into_iter().chain(["actorID", "targetID"]).collect();
        assert_eq!(told.keys().map(String::as_str).filter(|name| *name != "before").collect::<BTreeSet<_>>(), expected);
        assert_eq!(admin.get(&format!("{path}?fields=actorID,verb")).await.expect(412).fields(), ["fields"]);
        // As a text of its own.
        let text = admin.with("Accept", "text/plain").get(&path).await.expect(200);
        assert_eq!(text.headers["content-type"], "text/plain; charset=utf-8");
        let proof = Proof::parse(&text.text).unwrap();
        assert!(proof.holds(&keys[0].name, &keys));
        assert!(Leaf::parse(&proof.leaf).is_ok());
        // Nobody proves what is not theirs to see.
        app.customer("red", "root").await;
        let red = app.user_of("red-auditor", "red", &[("viewAuditEvents", "red")]).await;
        red.get(&path).await.expect(404);
        app.anonymous().get(&path).await.expect(401);
    })
    .await;
}

#[tokio::test]
async fn what_every_proof_shows_has_a_longest() {
    stores(async |app| {
        let admin = app.admin();
        for (member, length) in
            [("category", 256), ("eventType", 51), ("actorType", 51), ("targetType", 51), ("severity", 21)]
        {
            let body = json!({ "action": "read", member: "x".repeat(length) });
            assert_eq!(admin.post(EVENT, body).await.expect(412).fields(), [member]);
        }
    })
    .await;
}
