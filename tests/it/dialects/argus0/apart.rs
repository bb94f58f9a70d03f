//! Two customers' entries stay apart, whatever is asked for.

use argus_testing::stores;
use serde_json::json;

use super::{LOGS, entry_with, ids};

#[tokio::test]
async fn customers_see_their_own() {
    stores(async |app| {
        let mut keys = Vec::new();
        for name in ["acme", "umbrella"] {
            app.customer(name, "root").await;
            let rights = [("submitAuditEvents", name), ("viewAuditEvents", name)];
            keys.push(app.user_of(&format!("of-{name}"), name, &rights).await);
        }
        let mut own = [Vec::new(), Vec::new()];
        for n in 0..20 {
            let entry =
                entry_with(&json!({ "eventType": "SHARED", "eventAction": "READ", "targetId": format!("t{n}") }));
            let made = keys[n % 2].post(LOGS, entry).await.expect(201);
            own[n % 2].insert(0, made["id"].as_str().unwrap().to_owned());
        }
        for query in ["", "?eventType=SHARED", "?eventAction=READ&status=SUCCESS", "?limit=1000&offset=0"] {
            for (key, own) in keys.iter().zip(&own) {
                let seen = key.get(&format!("{LOGS}{query}")).await.expect(200);
                assert_eq!((ids(&seen), seen["total"].as_i64()), (own.clone(), Some(10)), "{query}");
            }
        }
        let summary = keys[0].get("/api/audit-summary").await.expect(200);
        assert_eq!(summary["runtimeActivity"], json!([]));
    })
    .await;
}
