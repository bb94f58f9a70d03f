//! Who may do what (S4-02, C-12): strangers read where the settings let them, and nothing else.

use argus_core::config::{Anonymous, Settings};
use argus_testing::{Answer, TestApp, stores, stores_with};
use serde_json::json;

use super::{BASE, HOME, clerk, example, refused, send};

const READS: [&str; 6] =
    ["/logs", "/logs/log_abc123", "/entities/CONTRACT/con_xyz/history", "/access-logs", "/login-history", "/stats"];

/// What takes a credential in any case.
async fn takes_a_credential(app: &TestApp) {
    let stranger = app.anonymous();
    for base in [BASE, HOME] {
        for (method, path) in [
            ("POST", "/export"),
            ("POST", "/reports"),
            ("GET", "/export/exp_1"),
            ("GET", "/reports/rep_1"),
            ("GET", "/export/exp_1/download"),
            ("GET", "/reports/rep_1/download"),
        ] {
            let answer = Answer::of(stranger.request(method, &format!("{base}{path}")).body("{}")).await;
            refused(answer, 401, "UNAUTHORIZED");
        }
    }
}

#[tokio::test]
async fn strangers_read_from_trusted_networks() {
    stores(async |app| {
        send(&clerk(app).await, example()).await;
        for path in READS {
            app.anonymous().get(&format!("{BASE}{path}")).await.expect(200);
        }
        takes_a_credential(app).await;
        // A bad credential is none: who shows one has to be believed.
        for actor in [app.by_key("1/1/argus_wrong"), app.anonymous().with("Authorization", "Bearer x")] {
            refused(actor.get(&format!("{BASE}/logs")).await, 401, "UNAUTHORIZED");
        }
        let powerless = app.user("powerless", &[("submitAuditEvents", "root")]).await;
        for path in READS {
            refused(powerless.get(&format!("{BASE}{path}")).await, 403, "FORBIDDEN");
        }
        let reader = app.user("reader", &[("viewAuditEvents", "root")]).await;
        for path in ["/export", "/reports"] {
            // Before anything is said of the body.
            refused(reader.post(&format!("{BASE}{path}"), json!([])).await, 403, "FORBIDDEN");
        }
    })
    .await;
}

#[tokio::test]
async fn the_settings_say_where_strangers_may_come_from() {
    for (change, status) in [
        ((|settings: &mut Settings| settings.dialects.rail.anonymous = Anonymous::Off) as fn(&mut Settings), 401),
        (|settings| settings.trusted_networks = vec!["192.0.2.0/24".parse().unwrap()], 401),
        (|settings| settings.dialects.rail.anonymous = Anonymous::On, 200),
    ] {
        stores_with(change, async |app| {
            for path in ["/logs", "/stats"] {
                let answer = app.anonymous().get(&format!("{BASE}{path}")).await.expect(status);
                assert_eq!(answer["error"]["code"] == "UNAUTHORIZED", status == 401, "{}", answer.text);
            }
            takes_a_credential(app).await;
        })
        .await;
    }
}

/// Everybody sees the events of their own customers, strangers those of the root alone.
#[tokio::test]
async fn events_are_of_ones_own_customers() {
    stores(async |app| {
        let clerk = clerk(app).await;
        app.customer("red", "root").await;
        let mut event = example();
        event["customer"] = "red".into();
        send(&clerk, event).await;
        let red = app.user_of("red-one", "red", &[("viewAuditEvents", "red")]).await;
        for (actor, number) in [(&clerk, 1), (&red, 1), (&app.anonymous(), 0)] {
            let logs = actor.get(&format!("{BASE}/logs")).await.expect(200);
            assert_eq!(logs["pagination"]["total"], number);
            let one = actor.get(&format!("{BASE}/logs/log_abc123")).await;
            assert_eq!(one.status, if number == 1 { 200 } else { 404 });
            let stats = actor.get(&format!("{BASE}/stats?period=2025-01")).await.expect(200);
            assert_eq!(stats["data"]["totalEvents"], number);
        }
    })
    .await;
}
