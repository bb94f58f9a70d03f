//! Who may use it: without a credential who comes from a trusted network (S0-03, C-12), else as everywhere.

use argus_core::config::{Anonymous, Settings};
use argus_testing::{stores, stores_with};
use serde_json::json;

use super::{LOGS, entry};

#[tokio::test]
async fn nobody_comes_in_where_the_settings_say_so() {
    let off = |settings: &mut Settings| settings.dialects.argus0.anonymous = Anonymous::Off;
    let elsewhere = |settings: &mut Settings| settings.trusted_networks = vec!["192.0.2.0/24".parse().unwrap()];
    for change in [&off as &dyn Fn(&mut Settings), &elsewhere] {
        stores_with(change, async |app| {
            let refused = app.anonymous().post(LOGS, entry()).await.expect(401);
            assert!(refused["error"].is_string(), "{}", refused.text);
            app.anonymous().get(LOGS).await.expect(401);
            // What tells of the service alone is for everybody.
            app.anonymous().get("/dialect/argus0/health").await.expect(200);
            app.admin().post(LOGS, entry()).await.expect(201);
            assert_eq!(app.events(false).await, 1);
        })
        .await;
    }
}

/// A proxy on this machine that is not known as one makes nobody who asks through it a neighbour.
#[tokio::test]
async fn who_asks_through_an_unknown_proxy_is_a_stranger() {
    stores(async |app| {
        for (name, value) in [("X-Forwarded-For", "192.0.2.1"), ("Forwarded", "for=127.0.0.1"), ("Via", "1.1 proxy")] {
            app.anonymous().with(name, value).get(LOGS).await.expect(401);
        }
    })
    .await;
    let known = |settings: &mut Settings| settings.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    stores_with(known, async |app| {
        app.anonymous().with("X-Forwarded-For", "192.0.2.1").get(LOGS).await.expect(401);
        app.anonymous().with("X-Forwarded-For", "127.0.0.1").get(LOGS).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn anybody_comes_in_where_the_settings_say_so() {
    let change = |settings: &mut Settings| {
        settings.dialects.argus0.anonymous = Anonymous::On;
        settings.trusted_networks = Vec::new();
    };
    stores_with(change, async |app| {
        super::made(app, entry()).await;
    })
    .await;
}

#[tokio::test]
async fn a_credential_counts_where_there_is_one() {
    stores(async |app| {
        app.customer("acme", "root").await;
        let writer = app.user_of("writer", "acme", &[("submitAuditEvents", "acme")]).await;
        let reader = app.user_of("reader", "acme", &[("viewAuditEvents", "acme")]).await;
        // A bad one is refused, and not taken for none.
        app.by_key("1/1/argus_wrong").post(LOGS, entry()).await.expect(401);
        // A good one may do what it may, on the customers it may.
        let own = writer.post(LOGS, entry()).await.expect(201);
        writer.get(LOGS).await.expect(403);
        reader.post(LOGS, entry()).await.expect(403);
        let of_root = super::made(app, entry()).await;
        let seen = reader.get(LOGS).await.expect(200);
        assert_eq!(super::ids(&seen), [own["id"].as_str().unwrap()]);
        // Who says nothing sees what is the root customer's, and nobody else's.
        let seen = app.anonymous().get(LOGS).await.expect(200);
        assert_eq!(super::ids(&seen), [of_root["id"].as_str().unwrap()]);
        let event = app.admin().get(&format!("/audit/v1/event/{}", own["id"].as_str().unwrap())).await.expect(200);
        assert_eq!(event["data"]["createdByUser"]["shortName"], "writer");
        assert_eq!(event["data"]["customer"]["shortName"], "acme");
    })
    .await;
}

/// Nobody has no rights but those: not at what the platform offers otherwise.
#[tokio::test]
async fn nobody_is_nobody_elsewhere() {
    stores(async |app| {
        for path in ["/audit/v1/event", "/currentuser/v1/user", "/authentication/v1/session"] {
            app.anonymous().get(path).await.expect(401);
        }
        app.anonymous().post("/audit/v1/event", json!({ "action": "created" })).await.expect(401);
    })
    .await;
}

/// Every request leaves its record: who, what, how it ended.
#[tokio::test]
async fn requests_are_recorded() {
    stores(async |app| {
        let made = super::made(app, entry()).await;
        app.anonymous().post(LOGS, json!({})).await.expect(400);
        app.anonymous().get(LOGS).await.expect(200);
        app.anonymous().get("/api/audit-logs/nothing/here").await.expect(404);
        // What is written durably after them is behind them.
        super::made(app, entry()).await;
        let path = "/audit/v1/event?includeInternal=true&includeFlags=INTERNAL&sortBy=sequence&actorID=anonymous";
        let records = app.admin().get(path).await.expect(200);
        let told: Vec<(&str, &str)> = records
            .list()
            .iter()
            .map(|record| (record["action"].as_str().unwrap(), record["outcome"].as_str().unwrap()))
            .collect();
        assert_eq!(told[..2], [("dialect_argus0_log_add", "SUCCESS"), ("dialect_argus0_log_add", "FAILURE")]);
        assert!(told.contains(&("dialect_argus0_log_list", "SUCCESS")), "{told:?}");
        let first = &records.list()[0];
        assert_eq!(first["targetID"], made["id"]);
        assert_eq!((&first["createdByUser"], &first["authMethod"]), (&json!(null), &json!("ANONYMOUS")));
    })
    .await;
}
