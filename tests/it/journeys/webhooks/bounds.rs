//! Bounds.

use argus_testing::stores_with;
use serde_json::json;

use super::*;

#[tokio::test]
async fn there_are_so_many_and_no_more() {
    let few = |settings: &mut Settings| {
        (settings.webhooks.per_customer, settings.webhooks.per_server) = (2, 3);
    };
    stores_with(few, async |app| {
        let admin = app.admin();
        app.customer("north", "root").await;
        app.customer("south", "root").await;
        let url = "https://hooks.example.org/";
        let mut made = Vec::new();
        for (customer, fits) in [("root", true), ("root", true), ("root", false), ("north", true), ("south", false)] {
            let body = json!({ "name": "x", "url": url, "events": ["audit.log.created"], "customer": customer });
            let answer = admin.post(SUBSCRIPTION, body).await;
            if fits {
                made.push(answer.expect(201)["data"].clone());
            } else {
                assert_eq!(answer.expect(412).template(), "subscription.too.many");
            }
        }
        admin.delete(&path(&made[0])).await.expect(200);
        subscribe(&admin, url, json!({ "customer": "south" })).await;
    })
    .await;
}

#[tokio::test]
async fn the_newest_deliveries_are_kept() {
    stores_with(here, async |app| {
        let (admin, receiver) = (app.admin(), Receiver::start().await);
        let made = subscribe(&admin, &receiver.url(), json!({})).await;
        let events: Vec<_> = (0..1_500).map(|_| json!({ "action": "created" })).collect();
        admin.post("/audit/v1/event/bulk", json!({ "events": events })).await.expect(201);
        receiver.wait(1_500).await;
        let began = Instant::now();
        loop {
            let list = admin.get(&format!("{}/delivery?limit=1", path(&made))).await.expect(200);
            let count = list["count"].as_i64().unwrap();
            if (1_000..1_400).contains(&count) {
                break;
            }
            assert!(began.elapsed() < PATIENCE, "{count} are kept");
        }
        assert_eq!(sequences(&receiver.received()).windows(2).filter(|two| two[0] >= two[1]).count(), 0);
    })
    .await;
}
