//! The rules that are there from the start.

use std::time::Duration;

use argus_testing::{START, TestApp, stores};
use serde_json::{Value, json};

use super::{failed, findings, settled};

/// The clock's first moment, in ms.
const NOW: i64 = START / 1_000_000;

async fn bulk(app: &TestApp, events: Vec<Value>) {
    app.admin().post("/audit/v1/event/bulk", json!({ "events": events })).await.expect(201);
}

#[tokio::test]
async fn a_recorded_burst_of_logins_makes_one_finding_and_none_again_after_a_restart() {
    for store in [argus_testing::Store::Sqlite, argus_testing::Store::Postgres] {
        let Some(app) = TestApp::start_on(store, &|_| {}).await else { continue };
        // From seven addresses, so that only the user stands out.
        let events: Vec<Value> =
            (0..7).map(|n| failed("anna", &format!("192.0.2.{n}"), NOW - 600_000 + n * 20_000)).collect();
        bulk(&app, events.clone()).await;
        let found = findings(&app, 1).await;
        let finding = &found[0];
        assert_eq!(finding["eventType"], "audit.suspicious.detected");
        assert_eq!((&finding["actorID"], &finding["severity"]), (&json!("anna"), &json!("warning")));
        assert_eq!(finding["flags"], json!(["SUSPICIOUS"]));
        assert_eq!(finding["metadata"]["count"], 7);
        assert_eq!(finding["metadata"]["groupBy"], json!({ "actorID": "anna" }));
        assert_eq!(finding["metadata"]["firstTimestamp"], NOW - 600_000);
        assert_eq!(finding["metadata"]["lastTimestamp"], NOW - 480_000);

        let app = app.restarted().await;
        bulk(&app, events).await;
        assert_eq!(settled(&app, "mark").await, 1);
        app.stop().await;
    }
}

#[tokio::test]
async fn bursts_are_counted_through_a_restart() {
    for store in [argus_testing::Store::Sqlite, argus_testing::Store::Postgres] {
        let Some(app) = TestApp::start_on(store, &|_| {}).await else { continue };
        bulk(&app, (0..3).map(|n| failed("anna", &format!("192.0.2.{n}"), NOW + n)).collect()).await;
        assert_eq!(settled(&app, "mark").await, 0);
        let app = app.restarted().await;
        bulk(&app, (3..5).map(|n| failed("anna", &format!("192.0.2.{n}"), NOW + n)).collect()).await;
        let found = findings(&app, 2).await;
        let finding = found.iter().find(|event| event["actorID"] == "anna").unwrap();
        assert_eq!(finding["metadata"]["count"], 5);
        app.stop().await;
    }
}

/// Logins at Argus itself: of a user, from an address, and the success after them.
#[tokio::test]
async fn guessing_a_password_is_found_and_so_is_the_guess_that_is_right() {
    stores(async |app| {
        app.new_user("anna", "root", &[]).await;
        let login = |password: &str| json!({ "userName": "anna", "password": password });
        for _ in 0..5 {
            app.anonymous().post("/authentication/v1/password/authentication", login("wrong")).await.expect(401);
        }
        let found = findings(app, 2).await;
        let mut names: Vec<&str> = found.iter().map(|event| event["eventName"].as_str().unwrap()).collect();
        names.sort_unstable();
        assert_eq!(names, ["Failed logins from one address", "Failed logins of one user"]);
        let from = found.iter().find(|event| event["eventName"] == names[0]).unwrap();
        assert_eq!((&from["clientIP"], &from["actorID"]), (&json!("127.0.0.1"), &Value::Null));

        app.by_password("anna", argus_testing::PASSWORD).await;
        let found = findings(app, 4).await;
        let critical = found.iter().filter(|event| event["severity"] == "critical").count();
        assert_eq!(critical, 2, "{found:#?}");
        // Once for a burst, and not long after it.
        app.by_password("anna", argus_testing::PASSWORD).await;
        app.advance(Duration::from_secs(301));
        app.by_password("anna", argus_testing::PASSWORD).await;
        assert_eq!(settled(app, "mark").await, 4);
    })
    .await;
}

#[tokio::test]
async fn many_deletions_and_exports_by_one_actor_are_found() {
    stores(async |app| {
        let event =
            |action: &str, actor: &str, n: i64| json!({ "action": action, "actorID": actor, "timestamp": NOW + n });
        bulk(app, (0..49).map(|n| event("contract_deleted", "ben", n)).collect()).await;
        bulk(app, (0..9).map(|n| event("export", "ben", n)).collect()).await;
        // What is done by several is nobody's burst.
        bulk(app, (0..60).map(|n| event("contract_deleted", &format!("actor-{n}"), n)).collect()).await;
        assert_eq!(settled(app, "mark").await, 0);
        bulk(app, vec![event("contract_deleted", "ben", 50), event("export", "ben", 50)]).await;
        let found = findings(app, 3).await;
        let of_ben: Vec<&Value> = found.iter().filter(|event| event["actorID"] == "ben").collect();
        let mut counts: Vec<i64> = of_ben.iter().map(|event| event["metadata"]["count"].as_i64().unwrap()).collect();
        counts.sort_unstable();
        assert_eq!(counts, [10, 50]);
    })
    .await;
}

#[tokio::test]
async fn findings_belong_to_those_whose_events_they_are_of() {
    stores(async |app| {
        app.customer("north", "root").await;
        app.customer("south", "root").await;
        let rights = |customer| [("viewAuditEvents", customer), ("submitAuditEvents", customer)];
        let north = app.user_of("nora", "north", &rights("north")).await;
        let south = app.user_of("sam", "south", &rights("south")).await;
        for n in 0..5 {
            north.post("/audit/v1/event", failed("anna", "192.0.2.1", NOW + n)).await.expect(201);
        }
        findings(app, 2).await;
        let seen = |answer: argus_testing::Answer| answer["data"].as_array().unwrap().len();
        assert_eq!(seen(north.get("/audit/v1/event?includeFlags=SUSPICIOUS").await.expect(200)), 2);
        assert_eq!(seen(south.get("/audit/v1/event?includeFlags=SUSPICIOUS").await.expect(200)), 0);
        // An address that goes for several customers is the affair of whoever is above them.
        for n in 0..3 {
            north.post("/audit/v1/event", failed(&format!("n{n}"), "192.0.2.2", NOW + n)).await.expect(201);
            south.post("/audit/v1/event", failed(&format!("s{n}"), "192.0.2.2", NOW + n)).await.expect(201);
        }
        let found = findings(app, 3).await;
        let both = found.iter().find(|event| event["clientIP"] == "192.0.2.2").unwrap();
        assert_eq!(both["customer"]["shortName"], "root");
        assert_eq!(seen(south.get("/audit/v1/event?includeFlags=SUSPICIOUS").await.expect(200)), 0);
    })
    .await;
}
