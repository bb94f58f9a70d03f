//! A script writes events and finds them again.

use argus_testing::stores;
use serde_json::json;

use crate::journeys::as_read;

#[tokio::test]
async fn what_is_written_is_found_at_once() {
    stores(async |app| {
        let (anonymous, admin) = (app.anonymous(), app.admin());
        let sent =
            json!({"action": "CONTRACT_CREATED", "targetType": "CONTRACT", "targetID": "c-1", "after": {"a": 1}});
        let added = admin.post("/audit/v1/event", sent).await.expect(201);
        assert_eq!(added["data"]["verb"], "CREATE");
        let id = added["data"]["id"].as_str().unwrap();
        let found = admin.get(&format!("/audit/v1/event/{id}")).await.expect(200);
        assert_eq!(found["data"], as_read(&added["data"]));
        let listed = admin.get("/audit/v1/event?targetID=c-1").await.expect(200);
        assert_eq!((listed["count"].as_i64(), &listed.list()[0]), (Some(1), &found["data"]));
        anonymous.get("/audit/v1/event").await.expect(401);
    })
    .await;
}
