//! An export sees the log as it was when it was asked for, and of its customers.

use std::collections::BTreeSet;
use std::time::Duration;

use argus_testing::{PASSWORD, stores};
use serde_json::{Value, json};

use super::{EXPORT, add, ask, file, held_up, no_folder, until};

fn actions(text: &str) -> Vec<String> {
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.map(|event| event["action"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn what_comes_later_is_not_in() {
    stores(async |app| {
        let admin = app.admin();
        add(&admin, "before", 300).await;
        // As old as anything, but not there yet.
        let old = json!({ "action": "after", "timestamp": 1 });
        let criteria = json!({ "endTimestamp": "now" });
        let folder = no_folder(app);
        let path = ask(&admin, json!({ "format": "NDJSON", "criteria": criteria })).await;
        admin.post("/audit/v1/event", old).await.expect(201);
        held_up(&admin, &path).await;
        std::fs::remove_file(&folder).unwrap();
        app.advance(Duration::from_secs(120));
        add(&admin, "after", 10).await;
        let done = until(&admin, &path, "COMPLETED").await;
        assert_eq!((&done["rows"], &done["error"]), (&json!(300), &Value::Null));
        let text = admin.get(&format!("{path}/content")).await.text;
        assert!(actions(&text).iter().all(|action| action == "before"));
    })
    .await;
}

/// Whatever was acknowledged before is in, while others write all the time.
#[tokio::test]
async fn all_that_was_acknowledged_is_in() {
    stores(async |app| {
        let admin = app.admin();
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let writers: Vec<_> = (0..4)
            .map(|writer| {
                let (admin, stopped) = (admin.clone(), stopped.clone());
                tokio::spawn(async move {
                    let mut number = 0;
                    while !*stopped.borrow() {
                        let event = json!({ "action": "made", "targetID": format!("{writer}/{number}") });
                        admin.post("/audit/v1/event", event).await.expect(201);
                        number += 1;
                    }
                })
            })
            .collect();
        for round in 0..5 {
            let mark = json!({ "action": "made", "targetID": format!("mark {round}") });
            let sequence = admin.post("/audit/v1/event", mark).await.expect(201)["data"]["sequence"].as_i64().unwrap();
            let body = json!({ "format": "NDJSON", "criteria": { "includeInternal": true }, "columns": ["sequence"] });
            let path = ask(&admin, body).await;
            let done = until(&admin, &path, "COMPLETED").await;
            let text = admin.get(&format!("{path}/content")).await.text;
            let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
            let seen: BTreeSet<i64> = lines.map(|event| event["sequence"].as_i64().unwrap()).collect();
            let snapshot = done["snapshot"].as_i64().unwrap();
            assert!(snapshot > sequence && seen.into_iter().eq(0..snapshot), "not all up to {snapshot}");
        }
        stop.send(true).unwrap();
        for writer in writers {
            writer.await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn customers_see_their_own() {
    stores(async |app| {
        for customer in ["north", "south"] {
            app.customer(customer, "root").await;
        }
        for customer in ["root", "north", "south"] {
            let event = json!({ "action": customer, "customer": customer });
            app.admin().post("/audit/v1/event", event).await.expect(201);
        }
        let north = app.user("northern", &[("exportAuditEvents", "north")]).await;
        let south = app.user("southern", &[("exportAuditEvents", "south")]).await;
        let viewer = app.user("viewer", &[("viewAuditEvents", "root")]).await;
        let (path, text) = file(&north, json!({ "format": "NDJSON" })).await;
        assert_eq!(actions(&text), ["north"]);
        let mut seen = actions(&file(&app.admin(), json!({ "format": "NDJSON" })).await.1);
        seen.sort_unstable();
        assert_eq!(seen, ["north", "root", "south"]);

        // Others do not know of it, but for who sees all.
        for (method, suffix) in [("GET", ""), ("GET", "/content"), ("DELETE", "")] {
            let asked = argus_testing::Answer::of(south.request(method, &format!("{path}{suffix}"))).await;
            asked.expect(404);
            argus_testing::Answer::of(viewer.request(method, &format!("{path}{suffix}"))).await.expect(403);
        }
        app.admin().get(&path).await.expect(200);
        assert_eq!(south.get(EXPORT).await.expect(200)["count"], 0);
        assert_eq!(north.get(EXPORT).await.expect(200)["count"], 1);
        assert_eq!(app.admin().get(EXPORT).await.expect(200)["count"], 2);
        let other = json!({ "format": "CSV", "criteria": { "customer": "south" } });
        assert_eq!(north.post(EXPORT, other).await.expect(412).fields(), ["criteria.customer"]);
    })
    .await;
}

/// Who lost the right, or the way in, before the export was made gets none; a narrower credential does not get what it could
/// not see.
#[tokio::test]
async fn rights_must_last() {
    stores(async |app| {
        for customer in ["north", "south"] {
            app.customer(customer, "root").await;
        }
        let rights = [("exportAuditEvents", "north"), ("exportAuditEvents", "south")];
        let user = app.new_user("anna", "root", &rights).await;
        let anna = app.by_key(&app.new_key(user).await);
        let (path, _) = file(&anna, json!({ "format": "NDJSON" })).await;
        let session = app.by_password("anna", PASSWORD).await;
        let narrow = app.constrained(&session, json!({ "customer": ["north"] })).await;
        narrow.get(&path).await.expect(200);
        narrow.get(&format!("{path}/content")).await.expect(403);
        let (own, _) = file(&narrow, json!({ "format": "NDJSON" })).await;
        narrow.get(&format!("{own}/content")).await;

        let folder = no_folder(app);
        let path = ask(&anna, json!({ "format": "NDJSON" })).await;
        held_up(&anna, &path).await;
        let admin = app.by_password("admin", &app.admin_password).await;
        admin.put("/authentication/v1/user/anna/block", json!({})).await.expect(200);
        std::fs::remove_file(&folder).unwrap();
        app.advance(Duration::from_secs(120));
        let failed = until(&app.admin(), &path, "FAILED").await;
        assert!(failed["error"].as_str().unwrap().contains("not let in"), "{failed}");
    })
    .await;
}
