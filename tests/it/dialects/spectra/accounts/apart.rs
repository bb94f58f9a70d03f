//! Each has a bucket, and nobody reads another's.

use argus_testing::stores;
use serde_json::json;

use super::somebody;

const EVENTS: &str = "/audit/v1/event";

#[tokio::test]
async fn buckets_are_apart() {
    stores(async |app| {
        let (one, other) = (somebody(app, "user-one").await, somebody(app, "user-two").await);
        for (user, action) in [(&one, "first"), (&other, "second")] {
            let made = user.post(EVENTS, json!({ "action": action })).await.expect(201);
            let path = format!("{EVENTS}/{}", made["data"]["id"].as_str().unwrap());
            user.get(&path).await.expect(200);
            let stranger = if action == "first" { &other } else { &one };
            stranger.get(&path).await.expect(404);
        }
        for (user, action, neighbour) in [(&one, "first", "user-two"), (&other, "second", "user-one")] {
            let seen = user.get(EVENTS).await.expect(200);
            assert_eq!((&seen["count"], &seen.list()[0]["action"]), (&json!(1), &json!(action)));
            user.get(&format!("{EVENTS}?customer={neighbour}")).await.expect(412);
            user.post(EVENTS, json!({ "action": "x", "customer": neighbour })).await.expect(412);
            user.post(EVENTS, json!({ "action": "x", "customer": "root" })).await.expect(412);
            // Records of what others asked of Argus are not seen either.
            let records = user.get(&format!("{EVENTS}?includeInternal=true&limit=0")).await.expect(200);
            assert!(!records.text.contains(neighbour), "{}", records.text);
        }
        let tree = app.platform.directory.tree().await.unwrap();
        let bucket = tree.find_customer("user-one").unwrap();
        assert_eq!((bucket.kind.as_str(), bucket.parent_id), ("leaf", Some(tree.root())));
        let all = app.admin().get(&format!("{EVENTS}?sortBy=sequence")).await.expect(200);
        assert_eq!(all["count"], 2, "the administrator of all sees both natively");
    })
    .await;
}

/// What a signup, an activation, a link and a password leave in the trail.
#[tokio::test]
async fn the_trail_tells_what_was_done() {
    stores(async |app| {
        let user = somebody(app, "username").await;
        user.get("/users/me").await.expect(200);
        let path = "/audit/v1/event?includeInternal=true&customer=username&sortBy=sequence&targetType=USER";
        let records = crate::journeys::look(&app.admin(), path, 2).await;
        let told: Vec<_> = records
            .list()
            .iter()
            .map(|record| json!([record["action"], record["verb"], record["actorName"], record["after"]["methods"]]))
            .collect();
        let expected = [
            json!(["dialect_spectra_account_add", "CREATE", null, 0]),
            json!(["dialect_spectra_account_activate", "UPDATE", "username", 3]),
        ];
        assert_eq!(told, expected, "{}", records.text);
        let logins = app.admin().get("/audit/v1/login?customer=username").await.expect(200);
        assert_eq!((&logins["count"], &logins.list()[0]["actorName"]), (&json!(1), &json!("username")));
    })
    .await;
}
