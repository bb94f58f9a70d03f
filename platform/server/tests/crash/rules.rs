//! What rules have seen survives `kill -9`, though it is written down late: it is looked at again, and comes to the same.

use std::time::Instant;

use serde_json::{Value, json};

use crate::common::{BOUND, Client, pause, stores};

#[tokio::test]
async fn a_burst_is_found_once_across_kill_9() {
    for (place, _database) in stores().await {
        let mut server = place.start().await;
        let first = place.bootstrap();
        let admin = async |client: Client, numbers: std::ops::Range<i64>| {
            let admin = client.admin(&first);
            for number in numbers {
                admin.post("/audit/v1/event", &failed(number)).await.unwrap().expect(201);
            }
            admin
        };
        admin(server.client(), 0..3).await;
        server.kill();
        server = place.start().await;
        let found = until_found(&admin(server.client(), 3..5).await, "anna").await;
        assert_eq!(found["metadata"]["count"], 5);
        server.kill();
        server = place.start().await;
        // The same once more, and something behind it that is found in any case.
        let admin = admin(server.client(), 0..5).await;
        let rule = json!({ "name": "Last", "groupBy": ["actorID"], "threshold": 1, "window": "1s", "criteria": {"action": "last"} });
        admin.post("/audit/v1/rule", &rule).await.unwrap().expect(201);
        admin.post("/audit/v1/event", &json!({ "action": "last", "actorID": "last" })).await.unwrap().expect(201);
        until_found(&admin, "last").await;
        let all = admin.list("/audit/v1/event?includeFlags=SUSPICIOUS").await;
        assert_eq!(all.iter().filter(|event| event["actorID"] == "anna").count(), 1, "{all:#?}");
        server.stop().await;
    }
}

/// From an address each, so that only the user stands out.
fn failed(number: i64) -> Value {
    let at = 1_767_225_600_000_i64 + number;
    let address = format!("192.0.2.{number}");
    json!({ "action": "login", "status": "FAILURE", "actorID": "anna", "clientIP": address, "timestamp": at })
}

async fn until_found(admin: &Client, actor: &str) -> Value {
    let started = Instant::now();
    loop {
        let path = format!("/audit/v1/event?includeFlags=SUSPICIOUS&actorID={actor}");
        if let Some(found) = admin.list(&path).await.pop() {
            return found;
        }
        assert!(started.elapsed() < BOUND, "nothing is found of {actor}");
        pause().await;
    }
}
