//! Delivering again what was delivered.

use std::time::Duration;

use argus_testing::stores_with;
use serde_json::json;

use super::*;

#[tokio::test]
async fn a_part_of_the_log_comes_again_under_the_same_names() {
    stores_with(here, async |app| {
        let (admin, receiver) = (app.admin(), Receiver::start().await);
        add_some(&admin, 2).await;
        app.advance(Duration::from_secs(60));
        let made = subscribe(&admin, &receiver.url(), json!({ "criteria": { "verb": "CREATE" } })).await;
        let mut sent = Vec::new();
        for _ in 0..4 {
            app.advance(Duration::from_secs(60));
            add(&admin, json!({ "action": "deleted" })).await;
            sent.extend(add_some(&admin, 2).await);
            // What was answered is heard before the clock moves on.
            deliveries(&admin, &made, sent.len()).await;
        }
        let first = receiver.wait(8).await;
        let from = app.clock.now_millis() - 120_000;
        let wanted = json!({ "from": from, "to": app.clock.now_millis() - 1 });
        let answer = admin.post(&format!("{}/redeliver", path(&made)), wanted).await.expect(200);
        assert_eq!((&answer["data"]["from"], answer["data"]["id"].is_string()), (&json!(from), true));
        let received = receiver.wait(12).await;
        assert_eq!(sequences(&received[8..]), sent[2..6]);
        for (again, first) in received[8..].iter().zip(&first[2..6]) {
            assert_eq!((again.id(), &again.text), (first.id(), &first.text));
        }
        let tries = deliveries(&admin, &made, 12).await;
        assert_eq!(tries.iter().filter(|it| it["redelivery"] == true).count(), 4);
        // Also what was before the subscription was made.
        admin.post(&format!("{}/redeliver", path(&made)), json!({ "from": 0, "to": from - 121_000 })).await.expect(200);
        assert_eq!(receiver.wait(14).await.len(), 14);
        // Of a time without events there is nothing.
        let none = json!({ "from": from - 59_000, "to": from - 1_000 });
        let none = admin.post(&format!("{}/redeliver", path(&made)), none).await.expect(200);
        assert_eq!(none["data"]["id"], Value::Null);
    })
    .await;
}

#[tokio::test]
async fn neither_order_waits_for_the_other() {
    stores_with(here, async |app| {
        let (admin, receiver) = (app.admin(), Receiver::start().await);
        let made = subscribe(&admin, &receiver.url(), json!({})).await;
        let sent = add_some(&admin, 2).await;
        receiver.wait(2).await;
        // What comes again is not taken; what is new is.
        receiver.say([Say::Status(500)]);
        admin.post(&format!("{}/redeliver", path(&made)), json!({ "from": 0 })).await.expect(200);
        receiver.wait(3).await;
        super::super::look(&admin, &format!("{}/delivery?state=RETRYING", path(&made)), 1).await;
        let new = add_some(&admin, 3).await;
        assert_eq!(sequences(&receiver.wait(6).await[3..]), new);
        let shown = until(&admin, &made, |it| it["lastDeliveryTimestamp"].is_number()).await;
        assert_eq!(shown["attempts"], 0, "the running order has no trouble");
        app.advance(Duration::from_secs(60));
        assert_eq!(sequences(&receiver.wait(8).await[6..]), sent);
    })
    .await;
}

#[tokio::test]
async fn so_many_parts_may_wait() {
    stores_with(here, async |app| {
        let (admin, receiver) = (app.admin(), Receiver::start().await);
        let made = subscribe(&admin, &receiver.url(), json!({})).await;
        add_some(&admin, 1).await;
        receiver.wait(1).await;
        admin.put(&path(&made), json!({ "state": "PAUSED" })).await.expect(200);
        let again = format!("{}/redeliver", path(&made));
        for _ in 0..10 {
            admin.post(&again, json!({ "from": 0 })).await.expect(200);
        }
        assert_eq!(
            admin.post(&again, json!({ "from": 0 })).await.expect(412).template(),
            "subscription.redelivery.too.many"
        );
        admin.put(&path(&made), json!({ "state": "ACTIVE" })).await.expect(200);
        receiver.wait(11).await;
        admin.delete(&path(&made)).await.expect(200);
    })
    .await;
}
