//! Who came in, or tried to (S4-21, S4-22).

use argus_testing::stores;
use serde_json::{Value, json};

use super::{clerk, column, get, members, send};
use crate::journeys::look;

#[tokio::test]
async fn logins_are_told_newest_first() {
    stores(async |app| {
        let clerk = clerk(app).await;
        for (n, actor, status) in [(1, "u1", "SUCCESS"), (2, "u1", "failed"), (3, "u2", "odd"), (4, "u2", "401")] {
            let at = format!("2025-01-{n:02}T10:00:00Z");
            send(
                &clerk,
                json!({"action": "login", "actorID": actor, "status": status, "timestamp": at, "method": "SSO"}),
            )
            .await;
        }
        send(&clerk, json!({"action": "logout", "actorID": "u1"})).await;
        let all = get(&clerk, "/login-history").await;
        assert_eq!(members(&all.json), ["data"]);
        assert_eq!(
            members(&all.list()[0]),
            ["device", "ipAddress", "location", "method", "status", "timestamp", "userId"]
        );
        assert_eq!(column(&all, "status"), ["FAILED", "SUCCESS", "FAILED", "SUCCESS"]);
        assert_eq!(column(&all, "method"), ["SSO"; 4]);
        assert_eq!(column(&all, "location"), [Value::Null, Value::Null, Value::Null, Value::Null]);
        for (query, expected) in [
            ("userId=u1", &["2025-01-02T10:00:00Z", "2025-01-01T10:00:00Z"][..]),
            ("status=FAILED", &["2025-01-04T10:00:00Z", "2025-01-02T10:00:00Z"]),
            ("status=SUCCESS", &["2025-01-03T10:00:00Z", "2025-01-01T10:00:00Z"]),
            ("status=SUCCESS&userId=u2", &["2025-01-03T10:00:00Z"]),
            ("from=2025-01-03", &["2025-01-04T10:00:00Z", "2025-01-03T10:00:00Z"]),
            ("to=2025-01-01", &["2025-01-01T10:00:00Z"]),
            ("perPage=1&page=2", &["2025-01-03T10:00:00Z"]),
            ("userId=nobody", &[]),
        ] {
            assert_eq!(
                column(&get(&clerk, &format!("/login-history?{query}")).await, "timestamp"),
                expected,
                "{query}"
            );
        }
    })
    .await;
}

/// S4-22: whoever tries to come into Argus is told, under the name that was tried.
#[tokio::test]
async fn tries_at_argus_itself_are_told_too() {
    stores(async |app| {
        let clerk = clerk(app).await;
        let login = json!({"userName": "ghost", "password": "wrong"});
        let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0";
        let stranger = app.anonymous().with("User-Agent", agent);
        stranger.post("/authentication/v1/password/authentication", login).await.expect(401);
        app.by_key("1/77/argus_wrong").get("/audit/v1/event").await.expect(401);
        app.new_user("anna", "root", &[]).await;
        app.by_password("anna", argus_testing::PASSWORD).await;
        look(&clerk, "/audit/v1/login?limit=1", 3).await;
        let failed = get(&clerk, "/login-history?userId=ghost").await;
        let expected = json!({
            "timestamp": "2026-01-01T00:00:00Z", "userId": "ghost", "status": "FAILED", "method": "PASSWORD",
            "ipAddress": "127.0.0.1", "location": null, "device": "Firefox on Linux",
        });
        assert_eq!(failed["data"], json!([expected]));
        let found = get(&clerk, "/login-history?status=SUCCESS").await;
        assert_eq!(
            (column(&found, "userId"), column(&found, "method")),
            (vec![json!("anna")], vec![json!("PASSWORD")])
        );
        let keys = get(&clerk, "/login-history?status=FAILED").await;
        assert!(column(&keys, "method").contains(&json!("APIKEY")), "{}", keys.text);
        // Lists of events have none of it.
        assert_eq!(get(&clerk, "/logs").await["pagination"]["total"], 0);
        assert_eq!(get(&clerk, "/access-logs").await["pagination"]["total"], 0);
        assert_eq!(get(&clerk, "/stats").await["data"]["failedLogins"], 2);
    })
    .await;
}
