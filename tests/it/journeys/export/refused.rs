//! What cannot be exported, and how that is told.

use argus_testing::{PASSWORD, stores, stores_with};
use serde_json::json;

use super::{EXPORT, held_up, no_folder};

#[tokio::test]
async fn every_bad_field_is_named() {
    stores(async |app| {
        let admin = app.admin();
        for (body, fields) in [
            (json!({}), vec!["format"]),
            (json!({ "format": "XLS" }), vec!["format"]),
            (json!({ "format": "csv" }), vec!["format"]),
            (json!({ "format": "PDF" }), vec!["format"]),
            (json!({ "format": "CSV", "criteria": 5 }), vec!["criteria"]),
            (json!({ "format": "CSV", "criteria": { "verb": "SING" } }), vec!["criteria.verb"]),
            (json!({ "format": "CSV", "criteria": { "sortBy": "x" } }), vec!["criteria.sortBy"]),
            (
                json!({ "format": "CSV", "criteria": { "subCriteria": [{ "clientIP": "10.0.0.1/8" }] } }),
                vec!["criteria.subCriteria.clientIP"],
            ),
            (json!({ "format": "CSV", "columns": ["id", "secret"] }), vec!["columns"]),
            (json!({ "format": "CSV", "columns": ["id", "id"] }), vec!["columns"]),
            (json!({ "format": "CSV", "withProofs": true }), vec!["withProofs"]),
            (json!({ "format": "PARQUET", "withProofs": true }), vec!["withProofs"]),
            (json!({ "format": "JSON", "withProofs": true, "columns": ["id"] }), vec!["columns"]),
            (json!({ "format": "CSV", "destination": { "type": "EMAIL" } }), vec!["destination.email"]),
            (
                json!({ "format": "CSV", "destination": { "type": "EMAIL", "email": "a@b.io, c@d.io" } }),
                vec!["destination.email"],
            ),
            (
                json!({ "format": "CSV", "columns": ["y"], "withProofs": true, "criteria": { "limit": "x", "verb": "z" },
                    "destination": { "type": "EMAIL", "email": "y" } }),
                vec!["criteria.verb", "columns", "withProofs", "destination.email"],
            ),
        ] {
            let refused = admin.post(EXPORT, body.clone()).await.expect(412);
            assert_eq!(refused.fields(), fields, "{body}: {}", refused.text);
        }
        assert_eq!(admin.get(EXPORT).await.expect(200)["count"], 0);
        for id in ["1", "x", "01890a5d-ac96-774b-bcce-b302099a8057"] {
            for suffix in ["", "/content"] {
                admin.get(&format!("{EXPORT}/{id}{suffix}")).await.expect(404);
            }
            admin.delete(&format!("{EXPORT}/{id}")).await.expect(404);
        }
        admin.put(EXPORT, json!({})).await.expect(405);
    })
    .await;
}

#[tokio::test]
async fn deleted_events_take_a_function_of_their_own() {
    stores(async |app| {
        let rights = [("exportAuditEvents", "root")];
        let plain = app.user("plain", &rights).await;
        let body = json!({ "format": "CSV", "criteria": { "includeDeleted": true } });
        plain.post(EXPORT, body.clone()).await.expect(403);
        app.new_user("keeper", "root", &[rights[0], ("manageAuditRetention", "root")]).await;
        app.by_password("keeper", PASSWORD).await.post(EXPORT, body).await.expect(201);
    })
    .await;
}

#[tokio::test]
async fn only_so_many_wait() {
    stores_with(
        |settings| settings.exports.most_waiting = 2,
        async |app| {
            let admin = app.admin();
            let folder = no_folder(app);
            for _ in 0..2 {
                let path = super::ask(&admin, json!({ "format": "CSV" })).await;
                held_up(&admin, &path).await;
            }
            let refused = admin.post(EXPORT, json!({ "format": "CSV" })).await.expect(503);
            assert_eq!(refused.headers["retry-after"], "60");
            std::fs::remove_file(folder).unwrap();
        },
    )
    .await;
}
