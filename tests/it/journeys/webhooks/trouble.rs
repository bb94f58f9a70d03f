//! Receivers that do not take messages.

use std::time::Duration;

use argus_testing::{START, stores_with};
use serde_json::json;

use super::*;

#[tokio::test]
async fn what_is_not_taken_is_tried_again_and_the_others_wait() {
    stores_with(here, async |app| {
        let admin = app.admin();
        for (say, status, reason) in [
            (Say::Status(500), Some(500), "answered 500"),
            (Say::Status(404), Some(404), "answered 404"),
            (Say::With(302, "Location: http://127.0.0.1:1/"), Some(302), "redirects are not followed"),
            (Say::With(307, "Location: /elsewhere"), Some(307), "redirects are not followed"),
            (Say::Close, None, ""),
            (Say::Half, None, ""),
            (Say::Nothing, None, "No answer within 30 seconds"),
        ] {
            let receiver = Receiver::start().await;
            receiver.say([say]);
            let made = subscribe(&admin, &receiver.url(), json!({})).await;
            let sent = add_some(&admin, 3).await;
            receiver.wait(1).await;
            if let Say::Nothing = say {
                app.advance(Duration::from_secs(30));
            }
            let failing = until(&admin, &made, |it| it["attempts"] == 1).await;
            let now = app.clock.now_millis();
            let next = failing["nextTimestamp"].as_i64().unwrap();
            assert!((now..=now + 60_000).contains(&next), "{say:?}: the first retry comes within a minute");
            assert_eq!((&failing["state"], &failing["lastErrorTimestamp"]), (&json!("ACTIVE"), &json!(now)));
            assert!(failing["lastError"].as_str().unwrap().contains(reason), "{say:?}: {failing}");
            assert_eq!(receiver.received().len(), 1, "{say:?}: the others wait");
            app.advance(Duration::from_secs(60));
            let received = receiver.wait(4).await;
            assert_eq!(sequences(&received), [sent[0], sent[0], sent[1], sent[2]], "{say:?}");
            assert_eq!(received[0].id(), received[1].id());
            assert_ne!(received[0].header("webhook-timestamp"), received[1].header("webhook-timestamp"));
            assert!(is_signed(&received[1], made["secret"].as_str().unwrap()));
            let tries = deliveries(&admin, &made, 4).await;
            let (last, first) = (&tries[2], &tries[3]);
            assert_eq!((&first["state"], &first["attempt"]), (&json!("RETRYING"), &json!(1)));
            assert_eq!((&first["responseStatus"], &first["nextTimestamp"]), (&json!(status), &json!(next)));
            assert_eq!(
                (&last["state"], &last["attempt"], &last["error"]),
                (&json!("DELIVERED"), &json!(2), &Value::Null)
            );
            until(&admin, &made, |it| it["attempts"] == 0 && it["nextTimestamp"].is_null()).await;
            admin.delete(&path(&made)).await.expect(200);
        }
    })
    .await;
}

#[tokio::test]
async fn who_wants_no_more_gets_no_more() {
    stores_with(here, async |app| {
        let (admin, receiver) = (app.admin(), Receiver::start().await);
        let made = subscribe(&admin, &receiver.url(), json!({})).await;
        receiver.say([Say::Status(200), Say::Status(410)]);
        let sent = add_some(&admin, 4).await;
        let ended = until(&admin, &made, |it| it["state"] == "ENDED").await;
        assert!(ended["reason"].as_str().unwrap().contains("410"), "{ended}");
        assert_eq!(deliveries(&admin, &made, 2).await[0]["state"], "FAILED");
        app.advance(Duration::from_secs(86_400));
        assert_eq!(receiver.received().len(), 2);
        // The log says so too.
        let told =
            super::super::look(&admin, "/audit/v1/event?includeInternal=true&targetType=SUBSCRIPTION&verb=UPDATE", 1);
        assert_eq!(told.await.list()[0]["after"]["state"], "ENDED");
        // It goes on where it ended.
        let again = admin.put(&path(&made), json!({ "state": "ACTIVE" })).await.expect(200);
        assert_eq!((&again["data"]["state"], &again["data"]["reason"]), (&json!("ACTIVE"), &Value::Null));
        let received = receiver.wait(5).await;
        assert_eq!(sequences(&received), [sent[0], sent[1], sent[1], sent[2], sent[3]]);
    })
    .await;
}

#[tokio::test]
async fn who_asks_for_time_gets_it() {
    stores_with(here, async |app| {
        let admin = app.admin();
        for (say, wait) in [
            (Say::With(429, "Retry-After: 120"), 120),
            (Say::With(503, "Retry-After: Thu, 01 Jan 2026 00:02:00 GMT"), 120),
            (Say::With(429, "Retry-After: 0"), 5),
            (Say::With(503, "Retry-After: 99999999"), 43_200),
        ] {
            let receiver = Receiver::start().await;
            receiver.say([say]);
            let made = subscribe(&admin, &receiver.url(), json!({})).await;
            add_some(&admin, 1).await;
            let waiting = until(&admin, &made, |it| it["attempts"] == 1).await;
            let next = waiting["nextTimestamp"].as_i64().unwrap();
            assert_eq!(next, START / 1_000_000 + wait * 1_000, "{say:?}");
            admin.delete(&path(&made)).await.expect(200);
        }
    })
    .await;
}

#[tokio::test]
async fn after_days_it_is_given_up_and_nothing_is_lost() {
    stores_with(here, async |app| {
        let (admin, receiver) = (app.admin(), Receiver::start().await);
        let made = subscribe(&admin, &receiver.url(), json!({})).await;
        receiver.say([Say::Status(500); 100]);
        let sent = add_some(&admin, 2).await;
        let (mut tries, mut waits) = (0, Vec::new());
        let ended = loop {
            tries += 1;
            let waits_or_ended =
                |it: &Value| (it["attempts"] == tries && it["nextTimestamp"].is_number()) || it["state"] == "ENDED";
            let now = until(&admin, &made, waits_or_ended).await;
            if now["state"] == "ENDED" {
                break now;
            }
            let wait = now["nextTimestamp"].as_i64().unwrap() - app.clock.now_millis();
            waits.push(wait / 1_000);
            app.advance(Duration::from_millis(wait.unsigned_abs() + 1));
        };
        assert!(ended["reason"].as_str().unwrap().contains("not taken for 5d"), "{ended}");
        let passed = app.clock.now() - START;
        assert!((432_000..432_010).contains(&(passed / 1_000_000_000)), "five days, not {passed} ns");
        assert!(waits.len() > 10 && waits[0] <= 6 && waits.iter().all(|wait| *wait <= 39_600), "{waits:?}");
        let other = Receiver::start().await;
        let change = json!({ "state": "ACTIVE", "url": other.url() });
        admin.put(&path(&made), change).await.expect(200);
        assert_eq!(sequences(&other.wait(2).await), sent);
    })
    .await;
}

#[tokio::test]
async fn a_bad_receiver_delays_nobody_else() {
    stores_with(here, async |app| {
        let admin = app.admin();
        let mut bad = Vec::new();
        for say in [Say::Nothing, Say::Status(500), Say::Close] {
            let receiver = Receiver::start().await;
            receiver.say([say]);
            subscribe(&admin, &receiver.url(), json!({})).await;
            bad.push(receiver);
        }
        let good = Receiver::start().await;
        subscribe(&admin, &good.url(), json!({})).await;
        let sent = add_some(&admin, 30).await;
        // The clock stands still: nobody who failed comes to another try.
        assert_eq!(sequences(&good.wait(30).await), sent);
        for receiver in &bad {
            assert_eq!(receiver.wait(1).await.len(), 1);
        }
    })
    .await;
}
