//! What is delivered, and how.

use argus_audit_log::event::{Model, flag};
use argus_audit_log::record::empty;
use argus_audit_log::{AuditLog, Outcome, Submission, Written};
use argus_testing::{START, TestApp, stores_with};
use serde_json::json;

use super::*;

#[tokio::test]
async fn events_come_in_order_as_everybody_gets_them_and_signed() {
    stores_with(here, async |app| {
        let (admin, receiver) = (app.admin(), Receiver::start().await);
        add(&admin, json!({ "action": "before" })).await;
        let made = subscribe(&admin, &receiver.url(), json!({})).await;
        let secret = made["secret"].as_str().unwrap();
        let mut sent = Vec::new();
        for number in 0..40 {
            let event = json!({ "action": "created", "timestamp": "2026-01-01T00:00:00.5Z", "targetID": format!("{number} Grüße") });
            sent.push(add(&admin, event).await);
        }
        let received = receiver.wait(40).await;
        for (event, message) in sent.iter().zip(&received) {
            assert_eq!(message.body["data"], *event);
            assert_eq!(message.body["type"], "audit.log.created");
            assert_eq!(message.body["timestamp"], "2026-01-01T00:00:00.500Z");
            assert_eq!(message.body.as_object().unwrap().len(), 3);
            assert_eq!(message.line, "POST /in HTTP/1.1");
            assert_eq!(message.header("content-type"), "application/json");
            assert_eq!(message.header("host"), format!("127.0.0.1:{}", receiver.port));
            assert_eq!(message.id(), format!("{}-created", event["id"].as_str().unwrap()));
            assert_eq!(message.header("webhook-timestamp"), (START / 1_000_000_000).to_string());
            assert!(is_signed(message, secret) && !message.header("webhook-signature").contains(' '));
        }
        // One connection is enough for all of them.
        assert_eq!(receiver.connections(), 1);
        let shown = until(&admin, &made, |it| it["lastDeliveryTimestamp"].is_number()).await;
        assert_eq!((&shown["secret"], &shown["state"]), (&Value::Null, &json!("ACTIVE")));
        let tries = deliveries(&admin, &made, 40).await;
        assert_eq!(tries[0]["eventID"], sent[39]["id"]);
        for it in &tries {
            assert_eq!((&it["state"], &it["attempt"], &it["responseStatus"]), (&json!("DELIVERED"), &json!(1), &json!(204)));
            assert_eq!((&it["error"], &it["nextTimestamp"]), (&Value::Null, &Value::Null));
        }
    })
    .await;
}

#[tokio::test]
async fn a_pair_of_keys_signs_too() {
    stores_with(here, async |app| {
        let (admin, receiver) = (app.admin(), Receiver::start().await);
        let made = subscribe(&admin, &receiver.url(), json!({ "signature": "ED25519" })).await;
        assert_eq!(made["secret"], Value::Null, "nobody else needs the private key");
        add(&admin, json!({ "action": "created" })).await;
        let received = receiver.wait(1).await;
        assert!(is_signed_by(&received[0], made["publicKey"].as_str().unwrap()));
    })
    .await;
}

#[tokio::test]
async fn criteria_and_customers_decide_what_comes() {
    stores_with(here, async |app| {
        for (customer, parent) in [("north", "root"), ("south", "root"), ("village", "north")] {
            app.customer(customer, parent).await;
        }
        let (admin, receiver, all) = (app.admin(), Receiver::start().await, Receiver::start().await);
        let criteria = json!({ "criteria": { "verb": "CREATE", "keywords": "GRÜSSE", "limit": 1, "sortBy": "-id" } });
        let northern = manager(app, "northern", "north").await;
        let made = subscribe(&northern, &receiver.url(), criteria).await;
        assert_eq!(made["criteria"], json!({ "verb": "CREATE", "keywords": "GRÜSSE" }));
        assert_eq!(made["customer"]["shortName"], "north");
        subscribe(&northern, &all.url(), json!({})).await;
        let (mut wanted, mut seen) = (Vec::new(), Vec::new());
        for (customer, action, description) in [
            ("south", "created", "Grüße"),
            ("north", "created", "viele Grüße"),
            ("north", "deleted", "viele Grüße"),
            ("root", "created", "Grüße"),
            ("village", "created", "grüße"),
            ("north", "created", "nichts"),
            ("north", "created", "Grüsse, GRÜSSE"),
        ] {
            let event =
                add(&admin, json!({ "action": action, "description": description, "customer": customer })).await;
            let sequence = event["sequence"].as_i64().unwrap();
            let northern = ["north", "village"].contains(&customer);
            seen.extend(northern.then_some(sequence));
            wanted.extend((northern && action == "created" && description != "nichts").then_some(sequence));
        }
        assert_eq!(sequences(&all.wait(seen.len()).await), seen);
        assert_eq!(sequences(&receiver.wait(wanted.len()).await), wanted);
    })
    .await;
}

/// What rules and jobs write.
async fn submit(app: &TestApp, event: Model) -> i64 {
    let log = app.platform.services.get::<AuditLog>().unwrap();
    let event = Model { id: app.platform.ids.uuid(), ..event };
    match log.submit(Submission::atomic(vec![event])).await.unwrap() {
        Outcome::Written(written) => match written.into_iter().next().unwrap() {
            Written::New(row, _) => row.sequence,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn findings_and_jobs_have_types_of_their_own() {
    stores_with(here, async |app| {
        let (admin, receiver, findings) = (app.admin(), Receiver::start().await, Receiver::start().await);
        let every =
            ["audit.report.completed", "audit.export.completed", "audit.suspicious.detected", "audit.log.created"];
        let made = subscribe(&admin, &receiver.url(), json!({ "events": every })).await;
        assert_eq!(made["events"], json!([every[3], every[2], every[1], every[0]]));
        let none = json!({ "events": ["audit.suspicious.detected"], "criteria": { "action": "nothing" } });
        subscribe(&admin, &findings.url(), none).await;
        let root = app.platform.directory.tree().await.unwrap().root();
        let event = |kind: &str, flags: i64| Model {
            customer_id: root,
            action: Some("written".to_owned()),
            event_type: Some(kind.to_owned()),
            flags,
            ..empty()
        };
        let finding = submit(app, event("RULE", flag::SUSPICIOUS)).await;
        let hidden = submit(app, event("RULE", flag::SUSPICIOUS | flag::INTERNAL)).await;
        let export = submit(app, event(every[1], flag::INTERNAL)).await;
        let report = submit(app, event(every[0], flag::INTERNAL)).await;
        // Whoever can write events cannot say that a job is done.
        let false_one = submit(app, event(every[1], 0)).await;
        let expected = [
            (finding, every[3], "created"),
            (finding, every[2], "suspicious"),
            (hidden, every[2], "suspicious"),
            (export, every[1], "export"),
            (report, every[0], "report"),
            (false_one, every[3], "created"),
        ];
        let received = receiver.wait(expected.len()).await;
        for (message, (sequence, kind, suffix)) in received.iter().zip(expected) {
            assert_eq!((message.sequence(), message.body["type"].as_str().unwrap()), (sequence, kind));
            assert_eq!(message.id(), format!("{}-{suffix}", message.body["data"]["id"].as_str().unwrap()));
        }
        assert_eq!(sequences(&findings.wait(2).await), [finding, hidden]);
        assert_eq!(received.len(), expected.len());
    })
    .await;
}

#[tokio::test]
async fn of_an_event_with_two_messages_the_one_that_was_not_taken_comes_again() {
    stores_with(here, async |app| {
        let (admin, receiver) = (app.admin(), Receiver::start().await);
        let both = json!({ "events": ["audit.log.created", "audit.suspicious.detected"] });
        let made = subscribe(&admin, &receiver.url(), both).await;
        receiver.say([Say::Status(200), Say::Status(500)]);
        let customer_id = app.platform.directory.tree().await.unwrap().root();
        let finding = Model { customer_id, flags: flag::SUSPICIOUS, action: Some("found".to_owned()), ..empty() };
        let finding = submit(app, finding).await;
        let next = add_some(&admin, 1).await[0];
        until(&admin, &made, |it| it["attempts"] == 1).await;
        app.advance(std::time::Duration::from_secs(60));
        let received = receiver.wait(4).await;
        let kinds: Vec<_> = received.iter().map(|it| (it.sequence(), it.id().rsplit('-').next().unwrap())).collect();
        assert_eq!(kinds, [(finding, "created"), (finding, "suspicious"), (finding, "suspicious"), (next, "created")]);
    })
    .await;
}

#[tokio::test]
async fn requests_to_argus_come_when_they_are_wanted() {
    stores_with(here, async |app| {
        let (admin, receiver) = (app.admin(), Receiver::start().await);
        let criteria = json!({ "criteria": { "includeInternal": true, "action": "audit_v1_machine_list" } });
        subscribe(&admin, &receiver.url(), criteria).await;
        admin.get("/audit/v1/machine").await.expect(200);
        let received = receiver.wait(1).await;
        assert_eq!(received[0].body["data"]["flags"], json!(["INTERNAL"]));
    })
    .await;
}
