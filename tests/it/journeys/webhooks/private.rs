//! Nobody has Argus talk to machines that are none of his business.

use argus_testing::{stores, stores_with};
use serde_json::json;

use super::*;

#[tokio::test]
async fn addresses_that_are_not_public_are_refused() {
    stores(async |app| {
        let admin = app.admin();
        let made = subscribe(&admin, "https://hooks.example.org/in", json!({})).await;
        for url in [
            "http://127.0.0.1/",
            "http://127.0.0.1:8080/",
            "http://[::1]/",
            "http://0.0.0.0/",
            "http://10.0.0.1/",
            "http://172.16.0.1/",
            "http://192.168.0.1/",
            "http://100.64.0.1/",
            "http://169.254.169.254/latest/meta-data/",
            "http://[fe80::1]/",
            "http://[fd00::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[64:ff9b::7f00:1]/",
            "http://[2002:7f00:1::]/",
            "http://2130706433/",
            "http://0x7f000001/",
            "http://0177.0.0.1/",
            "http://127.1/",
            "http://224.0.0.1/",
            "http://198.18.0.1/",
            "http://192.0.2.1/",
        ] {
            let body = json!({ "name": "mine", "url": url, "events": ["audit.log.created"] });
            assert_eq!(admin.post(SUBSCRIPTION, body).await.expect(412).fields(), ["url"], "{url}");
            let answer = admin.put(&path(&made), json!({ "url": url })).await.expect(412);
            assert_eq!(answer.fields(), ["url"], "{url}");
        }
        assert_eq!(admin.get(SUBSCRIPTION).await.expect(200)["count"], 1);
    })
    .await;
}

#[tokio::test]
async fn a_name_that_means_this_machine_is_not_called() {
    stores(async |app| {
        let (admin, receiver) = (app.admin(), Receiver::start().await);
        let made = subscribe(&admin, &format!("http://localhost:{}/in", receiver.port), json!({})).await;
        add_some(&admin, 1).await;
        let failing = until(&admin, &made, |it| it["attempts"] == 1).await;
        assert!(failing["lastError"].as_str().unwrap().contains("webhooks.allowed_networks"), "{failing}");
        assert_eq!((receiver.connections(), &failing["state"]), (0, &json!("ACTIVE")));
    })
    .await;
}

#[tokio::test]
async fn networks_of_the_settings_are_called() {
    stores_with(here, async |app| {
        let (admin, receiver) = (app.admin(), Receiver::start().await);
        subscribe(&admin, &format!("http://LocalHost:{}/in?a=b", receiver.port), json!({})).await;
        add_some(&admin, 1).await;
        let received = receiver.wait(1).await;
        assert_eq!(received[0].line, "POST /in?a=b HTTP/1.1");
        // Those alone.
        for url in ["http://169.254.169.254/", "http://10.0.0.1/", "http://[fd00::1]/"] {
            let body = json!({ "name": "mine", "url": url, "events": ["audit.log.created"] });
            assert_eq!(admin.post(SUBSCRIPTION, body).await.expect(412).fields(), ["url"], "{url}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_receiver_cannot_send_us_elsewhere() {
    stores_with(here, async |app| {
        let (admin, receiver, inside) = (app.admin(), Receiver::start().await, Receiver::start().await);
        let line: &'static str = format!("Location: {}", inside.url()).leak();
        receiver.say([301, 302, 303, 307, 308].map(|status| Say::With(status, line)));
        for tries in 1..=5 {
            let made = subscribe(&admin, &receiver.url(), json!({})).await;
            add_some(&admin, 1).await;
            receiver.wait(tries).await;
            let failing = until(&admin, &made, |it| it["attempts"] == 1).await;
            assert!(failing["lastError"].as_str().unwrap().contains("redirects are not followed"), "{failing}");
            admin.delete(&path(&made)).await.expect(200);
        }
        assert_eq!(inside.connections(), 0);
    })
    .await;
}
