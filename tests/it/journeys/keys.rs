//! Keys from their making to their end.

use std::time::Duration;

use argus_testing::{Actor, Answer, PASSWORD, TestApp, stores, stores_with};
use serde_json::{Value, json};

use crate::refusals::support::refused;

const KEYS: &str = "/apikey/v1/apikey";
const WHO: &str = "/authentication/v1/session";
const EVENTS: &str = "/audit/v1/event";
const DAY: Duration = Duration::from_secs(86_400);

/// A key made in a session of its owner: its text, and the path of its descriptor.
async fn make(owner: &Actor, changes: Value) -> (String, String) {
    let mut request = json!({"description": "key", "validSources": ["127.0.0.0/8"], "password": PASSWORD});
    for (name, value) in changes.as_object().unwrap() {
        request[name] = value.clone();
    }
    let made = owner.post(KEYS, request).await.expect(201);
    let path = format!("{KEYS}/{}", made["data"]["keyDescriptor"]["prefix"].as_str().unwrap());
    (text(&made), path)
}

fn text(made: &Answer) -> String {
    made["data"]["apiKeyString"].as_str().unwrap().to_owned()
}

/// A refusal of a key, by its template.
#[track_caller]
fn refused_as(answer: Answer, template: &str) {
    assert_eq!(refused(answer, 401, template).template(), template);
}

/// The key with another secret of the right form.
fn guessed(app: &TestApp, key: &str) -> Actor {
    use argus_core::authentication::api_key::{KeyId, KeyText};
    let id = KeyText::parse(key).unwrap().id;
    app.by_key(&KeyText::generate(KeyId { ..id }, &app.platform.ids).reveal())
}

#[tokio::test]
async fn a_key_expires_is_renewed_and_revoked() {
    stores(async |app| {
        let user = app.new_user("anna", "root", &[]).await;
        let anna = app.by_password("anna", PASSWORD).await;
        let (key, path) = make(&anna, json!({"expirationDays": 30})).await;
        let by_key = app.by_key(&key);
        let fresh = anna.get(&path).await.expect(200)["data"].clone();
        let start = argus_testing::START / 1_000_000;
        assert_eq!((&fresh["createdTimestamp"], &fresh["validUntil"]), (&json!(start), &json!(start + 30 * 86_400_000)));
        assert_eq!((&fresh["lastUsedTimestamp"], &fresh["lastUsedIP"], &fresh["flags"]), (&Value::Null, &Value::Null, &json!([])));
        assert_eq!((&fresh["user"]["id"], &fresh["createdByUser"]["id"]), (&json!(user), &json!(user)));
        assert_eq!(fresh["validSources"][0], json!({"address": "127.0.0.0", "maskBits": 8, "host": false, "ipv6": false, "multicast": false, "public": false}));
        app.advance(Duration::from_millis(1_500));
        by_key.get(WHO).await.expect(200);
        let used = anna.get(&path).await.expect(200);
        assert_eq!((&used["data"]["lastUsedTimestamp"], &used["data"]["lastUsedIP"]["address"]), (&json!(start + 1_500), &json!("127.0.0.1")));
        // A refused use is no use.
        app.advance(Duration::from_millis(1_000));
        refused_as(guessed(app, &key).get(WHO).await, "apikey.invalid");
        assert_eq!(anna.get(&path).await.expect(200)["data"]["lastUsedTimestamp"], start + 1_500);
        // Good to its last moment.
        app.advance(DAY * 30 - Duration::from_millis(2_500));
        by_key.get(WHO).await.expect(200);
        app.advance(Duration::from_nanos(1));
        refused_as(by_key.get(WHO).await, "apikey.expired");
        refused_as(guessed(app, &key).get(WHO).await, "apikey.invalid");
        let anna = app.by_password("anna", PASSWORD).await;
        assert_eq!(anna.get(&path).await.expect(200)["data"]["flags"], json!(["expired"]));
        assert_eq!(anna.get(&format!("{KEYS}?includeFlags=expired")).await.expect(200)["count"], 1);
        let renewed = anna.put(&format!("{path}/renew"), json!({"password": PASSWORD, "expirationDays": 1})).await.expect(200);
        assert_eq!(renewed["data"]["validUntil"], app.clock.now_millis() + 86_400_000);
        by_key.get(WHO).await.expect(200);
        let (other, _) = make(&anna, json!({})).await;
        assert_eq!(anna.delete(&path).await.expect(200)["data"]["flags"], json!(["revoked"]));
        refused_as(by_key.get(WHO).await, "apikey.revoked");
        refused_as(guessed(app, &key).get(WHO).await, "apikey.invalid");
        app.by_key(&other).get(WHO).await.expect(200);
        assert!(other.starts_with(&format!("{user}/2/")), "an index is not given twice: {other}");
    })
    .await;
}

#[tokio::test]
async fn a_rotated_secret_lives_through_its_grace_and_no_longer() {
    stores(async |app| {
        app.new_user("anna", "root", &[]).await;
        let anna = app.by_password("anna", PASSWORD).await;
        let (first, path) = make(&anna, json!({})).await;
        let rotate = async |grace: Value| {
            let body = json!({"password": PASSWORD, "graceSeconds": grace});
            text(&anna.put(&format!("{path}/rotate"), body).await.expect(200))
        };
        let second = rotate(json!(60)).await;
        assert_eq!(first.rsplit_once('/').unwrap().0, second.rsplit_once('/').unwrap().0);
        let [by_first, by_second] = [&first, &second].map(|key| app.by_key(key));
        app.advance(Duration::from_secs(60));
        by_first.get(WHO).await.expect(200);
        by_second.get(WHO).await.expect(200);
        app.advance(Duration::from_nanos(1));
        refused_as(by_first.get(WHO).await, "apikey.invalid");
        by_second.get(WHO).await.expect(200);
        // A second rotation ends the older secret at once, whatever was left of its grace.
        let third = rotate(json!(86_400)).await;
        let fourth = rotate(json!(60)).await;
        refused_as(by_second.get(WHO).await, "apikey.invalid");
        let [by_third, by_fourth] = [&third, &fourth].map(|key| app.by_key(key));
        by_third.get(WHO).await.expect(200);
        by_fourth.get(WHO).await.expect(200);
        // Without grace there is none.
        let fifth = rotate(Value::Null).await;
        refused_as(by_third.get(WHO).await, "apikey.invalid");
        refused_as(by_fourth.get(WHO).await, "apikey.invalid");
        app.by_key(&fifth).get(WHO).await.expect(200);
        assert_eq!(anna.get(&path).await.expect(200)["data"]["flags"], json!(["rotated"]));
        // Revoking ends both secrets.
        let sixth = rotate(json!(60)).await;
        anna.delete(&path).await.expect(200);
        for key in [&fifth, &sixth] {
            assert_eq!(app.by_key(key).get(WHO).await.status, 401);
        }
    })
    .await;
}

#[tokio::test]
async fn a_key_is_cut_to_functions_customers_and_reading() {
    stores(async |app| {
        let (red, blue) = (app.customer("red", "root").await, app.customer("blue", "root").await);
        let rights = [("viewAuditEvents", "root"), ("submitAuditEvents", "root")];
        app.new_user("anna", "root", &rights).await;
        let anna = app.by_password("anna", PASSWORD).await;
        for customer in [red, blue, 1] {
            anna.post(EVENTS, json!({"action": "a", "customer": customer})).await.expect(201);
        }
        let cut =
            async |constraints: Value| app.by_key(&make(&anna, json!({ "sessionConstraints": constraints })).await.0);
        let viewer = cut(json!({"function": ["viewAuditEvents"]})).await;
        assert_eq!(viewer.get(EVENTS).await.expect(200)["count"], 3);
        let answer = refused(viewer.post(EVENTS, json!({"action": "a"})).await, 403, "function");
        assert!(answer.template() == "access.denied" && answer.text.contains("submitAuditEvents"), "{}", answer.text);
        let reader = cut(json!({"readOnly": true})).await;
        assert_eq!(reader.post(&format!("{EVENTS}/search"), json!({})).await.expect(200)["count"], 3);
        let answer = refused(reader.post(EVENTS, json!({"action": "a"})).await, 403, "read only");
        assert_eq!(answer.template(), "access.denied.readonly");
        let of_red = cut(json!({"customerID": [red]})).await;
        let found = of_red.get(EVENTS).await.expect(200);
        assert_eq!((&found["count"], &found.list()[0]["customer"]["id"]), (&json!(1), &json!(red)));
        refused(of_red.get(&format!("{EVENTS}?customer=blue")).await, 412, "not its customer");
        refused(of_red.post(EVENTS, json!({"action": "a"})).await, 412, "its owner's customer is not its own");
        of_red.post(EVENTS, json!({"action": "a", "customer": "red"})).await.expect(201);
        // What the owner cannot do, no key of the owner can.
        let beyond = cut(json!({"function": ["manageAuditRetention"], "customerID": [blue]})).await;
        refused(beyond.get(EVENTS).await, 403, "beyond");
        let known = viewer.get("/authentication/v1/session/function").await.expect(200);
        assert_eq!(known.list().iter().map(|function| &function["name"]).collect::<Vec<_>>(), ["viewAuditEvents"]);
        of_red.get("/authentication/v1/session/permission/viewAuditEvents/red").await.expect(200);
        refused(of_red.get("/authentication/v1/session/permission/viewAuditEvents/blue").await, 403, "blue");
        refused(viewer.get("/authentication/v1/session/permission/submitAuditEvents").await, 403, "cut");
    })
    .await;
}

#[tokio::test]
async fn keys_made_at_the_same_moment_are_different_keys() {
    stores(async |app| {
        app.new_user("anna", "root", &[]).await;
        let admin = app.by_password("admin", &app.admin_password).await;
        let tasks: Vec<_> = (0..12)
            .map(|number| {
                let admin = admin.clone();
                let request =
                    json!({"description": format!("key {number}"), "user": "anna", "validSources": ["127.0.0.1"]});
                tokio::spawn(async move { text(&admin.post(KEYS, request).await.expect(201)) })
            })
            .collect();
        let mut prefixes = std::collections::BTreeSet::new();
        for task in tasks {
            let key = task.await.unwrap();
            app.by_key(&key).get(WHO).await.expect(200);
            prefixes.insert(key.rsplit_once('/').unwrap().0.to_owned());
        }
        assert_eq!(prefixes.len(), 12);
    })
    .await;
}

#[tokio::test]
async fn an_address_has_so_many_bad_keys_and_good_ones_still_pass() {
    let few = |settings: &mut argus_core::config::Settings| {
        settings.limits.key_address = 3;
        settings.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    };
    stores_with(few, async |app| {
        let good = app.user("anna", &[("viewAuditEvents", "root")]).await;
        let bad = |from: &str| app.by_key("1/1/bad").with("X-Forwarded-For", from);
        for _ in 0..3 {
            good.with("X-Forwarded-For", "192.0.2.1").get(EVENTS).await.expect(200);
            refused_as(bad("192.0.2.1").get(EVENTS).await, "apikey.invalid");
        }
        for _ in 0..3 {
            let refused = refused(bad("192.0.2.1").get(EVENTS).await, 429, "this address");
            let wait: u64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
            assert!((1..=61).contains(&wait), "{wait}");
            good.with("X-Forwarded-For", "192.0.2.1").get(EVENTS).await.expect(200);
        }
        refused_as(bad("192.0.2.2").get(EVENTS).await, "apikey.invalid");
        app.advance(Duration::from_secs(60));
        refused_as(bad("192.0.2.1").get(EVENTS).await, "apikey.invalid");
        let log =
            app.admin().get(&format!("{EVENTS}?includeInternal=true&verb=LOGIN&outcome=FAILURE")).await.expect(200);
        assert_eq!(log["count"], 8);
    })
    .await;
}
