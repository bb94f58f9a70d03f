//! The examples of its document, typed into a shell as they stand: only the address and the token are others.

use argus_testing::{PASSWORD, stores};
use serde_json::json;

use super::{entry, example, operator, send};
use crate::dialects::curl::curl;

const BASE: &str = "https://sapienstream.com";

/// S3-01, S3-02, S3-10, S3-13 to S3-16; the address of S3-15 is hidden in the original.
const EXAMPLES: [(&str, &str); 4] = [
    ("S3-10", "machine_001?action=tag_write&limit=50"),
    ("S3-13", "machine_001/audit_20250125_001"),
    ("S3-15", "machine_001/actor/operator@example.com"),
    ("S3-16", "machine_001/user/user_123"),
];

#[tokio::test]
async fn the_examples_are_answered() {
    stores(async |app| {
        send(&operator(app).await, example()).await;
        app.new_user("reader", "root", &[("viewAuditEvents", "root")]).await;
        let login = json!({ "userName": "reader", "password": PASSWORD });
        let login = app.anonymous().post("/authentication/v1/password/authentication", login).await.expect(201);
        let token = login["data"]["credentials"]["requestCredentialsData"].as_str().unwrap();
        let get = async |path: &str| {
            let example =
                format!("curl -X GET \"{BASE}/api/v1/audit/{path}\" \\\n  -H \"Authorization: Bearer YOUR_JWT_TOKEN\"");
            curl(app, BASE, &example.replace("YOUR_JWT_TOKEN", token)).await
        };
        for (rule, path) in EXAMPLES {
            let shown = get(path).await;
            assert_eq!(shown.status, 200, "{rule}: {}", shown.text);
            assert_eq!(shown.json, if rule == "S3-13" { entry() } else { json!([entry()]) }, "{rule}");
        }
        assert_eq!(get("machine_001/stats").await.json["total_events"], 1, "S3-14");
        assert_eq!(get("machine_001/errors").await.json["total_errors"], 0, "S3-17");
    })
    .await;
}
