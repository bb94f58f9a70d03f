//! Who came in, who tried to, and with what.

use std::collections::BTreeSet;

use argus_core::authentication::api_key::{KeyId, KeyText};
use argus_core::authentication::signature::Signer;
use argus_core::directory::Changed;
use argus_identity::users::{UserChange, method, update};
use argus_testing::{Actor, PASSWORD, TestApp, stores};
use serde_json::{Value, json};

use super::{FIRST, all, column, look, refuses, send, sender};
use crate::refusals::support::bad_fields;

const LOGIN: &str = "/audit/v1/login";
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0";

async fn try_password(actor: &Actor, user: &str, password: &str) -> u16 {
    let login = json!({ "userName": user, "password": password });
    actor.post("/authentication/v1/password/authentication", login).await.status
}

/// A user of red with all three ways in. Gives a signer of its key pair, and that key's name.
async fn anna(app: &TestApp) -> (i64, Signer, String) {
    let id = app.new_user("anna", "red", &[("viewAuditEvents", "red")]).await;
    let methods = Some(method::PASSWORD | method::API_KEY | method::SIGNATURE);
    update(app.platform.db.writer(), id, UserChange { methods, ..UserChange::default() }).await.unwrap();
    app.platform.directory.forget(&Changed::Everything);
    let admin = app.by_password("admin", &app.admin_password).await;
    let made = admin.post("/authentication/v1/user/anna/signature/create", json!({})).await.expect(201);
    let signer = Signer::from_pem(made["data"]["privateKey"].as_str().unwrap(), &app.platform.ids).unwrap();
    (id, signer, made["data"]["keyIdentifier"].as_str().unwrap().to_owned())
}

/// Name, method and outcome of each login, whatever the order: some are recorded behind their requests.
fn told(list: &[Value]) -> BTreeSet<(String, String, String)> {
    let text = |event: &Value, member: &str| event[member].as_str().unwrap_or("-").to_owned();
    let told = list.iter().map(|it| (text(it, "actorName"), text(it, "authMethod"), text(it, "outcome")));
    told.collect()
}

#[tokio::test]
async fn every_try_is_a_login_and_a_good_key_or_signature_is_none() {
    stores(async |app| {
        let red = sender(app, "red").await;
        let (id, signer, name) = anna(app).await;
        let client = app.anonymous().with("User-Agent", FIREFOX);
        let key = app.new_key(id).await;
        assert_eq!(try_password(&client, "anna", PASSWORD).await, 201);
        assert_eq!(try_password(&client, "AnnA", "wrong").await, 401);
        assert_eq!(try_password(&client, "nobody", "wrong").await, 401);
        // Keys and signatures: a good one each, and bad ones.
        let url = format!("{}{LOGIN}", app.url());
        let signed = |name: &str| signer.header(name, &url, app.clock.now_millis()).unwrap();
        client.with("Argus-API-Key", &key).get(LOGIN).await.expect(200);
        client.with("Argus-Signature", &signed(&name)).get(LOGIN).await.expect(200);
        let (prefix, _) = key.rsplit_once('/').unwrap();
        // Whole, and of that name, but with another secret.
        let wrong = KeyText::generate(KeyId { user: id, idx: 1 }, &app.platform.ids).reveal();
        client.with("Argus-API-Key", &wrong).get(LOGIN).await.expect(401);
        client.with("Argus-API-Key", "nonsense").get(LOGIN).await.expect(401);
        let token = signed(&name).rsplit_once(':').unwrap().1.to_owned();
        let wrong = format!("{name}:{}AAAAAAAA", &token[..token.len() - 8]);
        client.with("Argus-Signature", &wrong).get(LOGIN).await.expect(401);
        client.with("Argus-Signature", &format!("ARGUS/nobody/1:{token}")).get(LOGIN).await.expect(401);

        let ok = |name: &str| (name.to_owned(), "PASSWORD".to_owned(), "SUCCESS".to_owned());
        let bad = |name: &str, method: &str| (name.to_owned(), method.to_owned(), "FAILURE".to_owned());
        let expected = BTreeSet::from([ok("anna"), bad("AnnA", "PASSWORD")]);
        let own = look(&red, LOGIN, expected.len()).await;
        assert_eq!(told(own.list()), expected);
        for event in own.list() {
            assert_eq!((&event["device"], &event["location"]), (&json!("Firefox on Linux"), &Value::Null), "{event}");
            assert_eq!((&event["verb"], &event["accessType"]), (&json!("LOGIN"), &Value::Null), "{event}");
            assert_eq!(event["customer"]["shortName"], "red");
        }
        // What is nobody's is the root's, with the administrator's own login. A key or signature that is wrong shows no user.
        let rest = look(&app.admin(), &format!("{LOGIN}?customer=root"), 6).await;
        let mut nobody = BTreeSet::from([ok("admin"), bad("nobody", "PASSWORD"), bad("ARGUS/nobody/1", "SIGNATURE")]);
        nobody.extend([bad("unreadable key", "APIKEY"), bad(prefix, "APIKEY"), bad(&name, "SIGNATURE")]);
        assert_eq!(told(rest.list()), nobody);
        assert_eq!(look(&app.admin(), &format!("{LOGIN}?outcome=SUCCESS"), 2).await.list().len(), 2);
        assert!(all(&sender(app, "blue").await, LOGIN).await.is_empty(), "another customer's logins");
    })
    .await;
}

#[tokio::test]
async fn logins_of_services_are_shown_beside_and_completed_once() {
    stores(async |app| {
        let (red, blue) = (sender(app, "red").await, sender(app, "blue").await);
        let chrome = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) \
                      Chrome/130.0.0.0 Safari/537.36";
        for (second, (action, more, device)) in [
            ("USER_LOGIN", json!({"userAgent": chrome, "authMethod": "SAML"}), Some("Chrome on macOS")),
            ("login", json!({"userAgent": chrome, "device": "A toaster", "location": "Home"}), Some("A toaster")),
            ("authenticate", json!({"userAgent": "curl/8.5.0", "status": "failed"}), Some("curl")),
            ("login", json!({"actorName": "eve"}), None),
            ("logout", json!({"userAgent": chrome}), None),
            ("view", json!({"userAgent": chrome, "authMethod": "SAML"}), None),
        ]
        .into_iter()
        .enumerate()
        {
            let mut event = more;
            event["action"] = action.into();
            event["timestamp"] = (FIRST + second as i64).into();
            let sent = send(&red, event).await;
            assert_eq!(sent["device"].as_str(), device, "{sent}");
            let id = sent["id"].as_str().unwrap();
            assert_eq!(red.get(&format!("/audit/v1/event/{id}")).await.expect(200)["data"], sent);
        }
        send(&blue, json!({"action": "login"})).await;
        let logins = all(&red, LOGIN).await;
        assert_eq!(column(&logins, "action"), ["login", "authenticate", "login", "USER_LOGIN"]);
        assert_eq!(column(&logins, "device"), ["-", "curl", "A toaster", "Chrome on macOS"]);
        assert_eq!(column(&logins, "location"), ["-", "-", "Home", "-"]);
        for (query, actions) in [
            ("outcome=FAILURE", &["authenticate"][..]),
            ("actorName=eve", &["login"]),
            ("action=USER_LOGIN&action=authenticate&sortBy=timestamp", &["USER_LOGIN", "authenticate"]),
            ("keywords=FIREFOX", &[]),
            ("keywords=chrome", &["login", "USER_LOGIN"]),
            ("verb=READ", &[]),
            ("includeFlags=INTERNAL", &[]),
        ] {
            let path = format!("{LOGIN}?{query}");
            assert_eq!(column(&all(&red, &path).await, "action"), actions, "{query}");
        }
        assert_eq!(all(&app.admin(), LOGIN).await.len(), 5);
    })
    .await;
}

#[tokio::test]
async fn bad_filters_are_refused() {
    stores(async |app| {
        let admin = app.admin();
        for (query, fields) in [
            ("outcome=FAILED", &["outcome"][..]),
            ("verb=login&clientIP=x&dialect=none", &["verb", "clientIP", "dialect"]),
            ("endTimestamp=2026-01-01&seriesID=1&keywordMatch=some", &["endTimestamp", "seriesID", "keywordMatch"]),
        ] {
            bad_fields(admin.get(&format!("{LOGIN}?{query}")).await, fields, query);
        }
        refuses(app, LOGIN, true).await;
    })
    .await;
}
