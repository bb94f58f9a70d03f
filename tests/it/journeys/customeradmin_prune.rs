//! What is kept for a disabled customer is taken away for good, by somebody who proved once more who it is.

mod account;

use std::collections::BTreeSet;
use std::time::Duration;

use argus_customeradmin_v2::{Fate, TABLES};
use argus_identity::entity::openid_link;
use argus_identity::openid_links;
use argus_testing::{Actor, Answer, PASSWORD, Store, TestApp, stores};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use account::sign_up;

use super::totp::{App, enroll, login};
use crate::access::untouched;
use crate::refusals::support::{Refusals, bad_fields, refused};

const CUSTOMERS: &str = "/customeradmin/v2/customer";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and whatever follows";

/// Tables whose rows are removed, and what the record calls them.
const REMOVED: [(&str, &str); 14] = [
    ("customer_logo", "logos"),
    ("customer_property", "properties"),
    ("customer_role", "userRoles"),
    ("one_time_key", "oneTimeKeys"),
    ("openid_link", "openIDLinks"),
    ("password_history", "passwords"),
    ("session", "sessions"),
    ("spectra_account", "spectraAccounts"),
    ("subject_picture", "pictures"),
    ("totp", "generators"),
    ("user_preference", "preferences"),
    ("webhook_delivery", "webhookDeliveries"),
    ("webhook_redelivery", "webhookRedeliveries"),
    ("webhook_subscription", "webhookSubscriptions"),
];

/// Somebody in a session with a second factor, and the telephone.
struct Pruner {
    session: Actor,
    phone: App,
}

impl Pruner {
    async fn new(app: &TestApp, name: &str, on: &str) -> Self {
        let rights = [("pruneCustomerData", on), ("viewCustomers", on)];
        app.new_user(name, "root", &rights).await;
        let phone = enroll(app, &app.by_password(name, PASSWORD).await).await;
        let made = login(app, name, PASSWORD, &phone.shows(app, 0)).await.expect(201);
        Self { session: app.by_session(&made), phone }
    }

    async fn ask(&self, app: &TestApp, operation: &str, context: Value) -> Answer {
        // A code serves once.
        app.advance(Duration::from_secs(30));
        let code = self.phone.shows(app, 0);
        let body = json!({ "operation": operation, "nextURI": "/", "tokenCode": code, "context": context });
        self.session.post("/authentication/v1/totp/authorize", body).await
    }

    async fn authorization(&self, app: &TestApp, customer: i64) -> String {
        let context = json!({ "customerID": customer.to_string() });
        let given = self.ask(app, "pruneCustomerData", context).await.expect(200);
        given["data"]["authorization"].as_str().unwrap().to_owned()
    }

    async fn prune(&self, customer: &str, token: &str) -> Answer {
        self.session.delete(&data(customer, token)).await
    }
}

fn data(customer: &str, token: &str) -> String {
    format!("{CUSTOMERS}/{customer}/data?token={token}")
}

/// A customer with everything that there can be, and a user of it with everything that one can have.
async fn furnished(app: &TestApp, customer: &str, user: &str) -> (i64, i64) {
    let admin = app.admin();
    let id = app.customer(customer, "root").await;
    let path = format!("{CUSTOMERS}/{customer}");
    let picture = json!({ "image": STANDARD.encode(PNG), "mimeType": "image/png" });
    admin.put(&format!("{path}/properties"), json!({ "properties": { "a": 1, "b": "two" } })).await.expect(200);
    admin.put(&format!("{path}/logo"), picture.clone()).await.expect(200);
    let user_id = app.new_user(user, customer, &[("viewCustomers", customer)]).await;
    let roles = json!({ "userRoles": [{ "role": "TAM", "user": user }, { "role": "other", "user": "admin" }] });
    admin.put(&format!("{path}/userroles"), roles).await.expect(200);
    let profile = json!({
        "email": format!("{user}.åse@example.org"), "phone": { "countryCode": "47", "nationalNumber": "98765432" },
        "description": "Knows a lot", "name": "Åse",
    });
    admin.put(&format!("/useradmin/v2/user/{user}"), profile).await.expect(200);
    app.by_key(&app.new_key(user_id).await).get("/currentuser/v1/user").await.expect(200);
    let session = app.by_password(user, PASSWORD).await;
    session.post("/currentuser/v1/prefs", json!({ "ui.theme": "dark" })).await.expect(200);
    session.put("/currentuser/v1/picture", picture).await.expect(200);
    enroll(app, &session).await;
    let other = json!({ "oldPassword": PASSWORD, "newPassword": "Another-horse-8" });
    session.put("/authentication/v1/password", other).await.expect(200);
    let link = openid_link::Model {
        user_id,
        provider: "idp".to_owned(),
        name: format!("{user}@idp"),
        created_at: app.clock.now(),
        created_by: 1,
    };
    openid_links::set(app.platform.db.writer(), link).await.unwrap();
    subscribe(app, customer).await;
    sign_up(app, user, user_id).await;
    (id, user_id)
}

/// A subscription of a customer that has delivered, and is to deliver again.
async fn subscribe(app: &TestApp, customer: &str) {
    let (admin, path) = (app.admin(), "/audit/v1/subscription");
    let url = "https://hooks.example.org/";
    let body = json!({ "name": "x", "url": url, "events": ["audit.log.created"], "customer": customer });
    let made = admin.post(path, body).await.expect(201)["data"]["id"].as_str().unwrap().to_owned();
    admin.put(&format!("{path}/{made}"), json!({ "state": "PAUSED" })).await.expect(200);
    admin.post(&format!("{path}/{made}/redeliver"), json!({ "from": 0 })).await.expect(200);
    let delivered = "INSERT INTO webhook_delivery (subscription_id, event_id, kind, attempt, again, state, created_at) \
                     SELECT id, id, 'x', 1, false, 'DELIVERED', 0 FROM webhook_subscription";
    app.platform.db.writer().execute_unprepared(delivered).await.unwrap();
}

/// Records come to the log right after their changes; every look takes a round trip, which is time enough.
async fn record(app: &TestApp, customer: i64) -> Value {
    let path = "/audit/v1/event?includeInternal=true&limit=1&sortBy=-sequence&action=customeradmin_v2_data_delete";
    for _ in 0..100 {
        let log = app.admin().get(&format!("{path}&targetID={customer}&outcome=SUCCESS")).await.expect(200);
        if let Some(record) = log.list().first() {
            return record.clone();
        }
    }
    panic!("no record of {customer}")
}

#[tokio::test]
async fn all_that_is_kept_goes_and_the_trail_stays() {
    stores(async |app| {
        let ((red, anna), _) = (furnished(app, "red", "anna").await, furnished(app, "blue", "berta").await);
        let (admin, boss) = (app.admin(), Pruner::new(app, "boss", "root").await);
        admin.post("/audit/v1/event", json!({ "action": "before", "customer": "red" })).await.expect(201);
        admin.put(&format!("{CUSTOMERS}/red/disable"), json!({})).await.expect(200);
        let (token, before) = (boss.authorization(app, red).await, untouched::state(app).await);
        let pruned = boss.prune("red", &token).await.expect(200);
        assert_eq!(pruned["data"]["flags"], json!(["disabled", "customerDataDeleted"]));
        let (after, record) = (untouched::state(app).await, record(app, red).await);
        let removed = &record["after"]["removed"];
        assert_eq!((&removed["profiles"], &removed["apiKeys"]), (&json!(1), &json!(1)), "{record:#}");
        for (table, fate, _) in TABLES {
            let (Some(old), Some(new)) = (before.get(table), after.get(table)) else { continue };
            let lost = old.iter().filter(|row| !new.contains(row)).count();
            let kept = old.len() - lost;
            match fate {
                Fate::Removed => {
                    let (_, name) = REMOVED.iter().find(|(known, _)| *known == table).unwrap();
                    assert_eq!((json!(lost), new.len()), (removed[name].clone(), kept), "{table}");
                    assert!(lost > 0 && kept > 0, "{table}: of both customers there was something, {lost} and {kept}");
                }
                Fate::Emptied => {
                    assert_eq!((lost > 0 || table == "public_key", new.len()), (true, old.len()), "{table}")
                }
                Fate::Kept if ["used_authorization", "identity_epoch"].contains(&table) => {}
                Fate::Kept => assert_eq!((lost, new.len()), (0, old.len()), "{table}"),
            }
        }
        let subject = after["subject"].iter().find(|row| row.contains("\"anna\"")).unwrap();
        assert!(
            !subject.contains("example.org") && !subject.contains("98765432") && !subject.contains("Knows"),
            "{subject}"
        );
        // What happened stays, and so does who it was.
        assert_eq!(admin.get("/audit/v1/event?customer=red").await.expect(200).list()[0]["action"], "before");
        admin.put(&format!("{CUSTOMERS}/red/reenable"), json!({})).await.expect(200);
        let user = admin.get("/useradmin/v2/user/anna").await.expect(200)["data"].clone();
        assert_eq!((&user["id"], &user["name"], &user["email"]), (&json!(anna), &json!("Åse"), &Value::Null));
        assert_eq!(admin.get("/useradmin/v2/user?keywords=åse").await.expect(200)["count"], 2, "found by name still");
        assert_eq!(admin.get("/useradmin/v2/user?keywords=anna.å").await.expect(200)["count"], 0, "by mail no more");
        for password in [PASSWORD, "Another-horse-8"] {
            let tried = json!({ "userName": "anna", "password": password });
            refused(app.anonymous().post("/authentication/v1/password/authentication", tried).await, 401, "no way in");
        }
        // Given ways in anew, by keys of other names than those before.
        refused(admin.get(&format!("/apikey/v1/apikey/{anna}/1")).await, 404, "revoked");
        assert!(app.new_key(anna).await.starts_with(&format!("{anna}/2/")));
        app.by_password("berta", "Another-horse-8").await.get("/currentuser/v1/user").await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn every_table_has_its_fate() {
    stores(async |app| {
        let known: BTreeSet<&str> = TABLES.iter().map(|(table, ..)| *table).collect();
        let there = untouched::state(app).await;
        let forgotten: Vec<&String> = there.keys().filter(|table| !known.contains(table.as_str())).collect();
        assert!(forgotten.is_empty(), "say what becomes of {forgotten:?} when a customer is pruned");
        let gone: Vec<_> = known.iter().filter(|table| !there.contains_key(**table)).collect();
        assert!(gone.is_empty() || (app.store == Store::Sqlite && gone == [&"identity_epoch"]), "there is no {gone:?}");
    })
    .await;
}

#[tokio::test]
async fn nothing_is_pruned_that_must_not_be() {
    stores(async |app| {
        let (red, blue) = (app.customer("red", "root").await, app.customer("blue", "root").await);
        let (admin, boss) = (app.admin(), Pruner::new(app, "boss", "root").await);
        let limited = Pruner::new(app, "limited", "blue").await;
        for name in ["red", "blue"] {
            let property = json!({ "properties": { "a": 1 } });
            admin.put(&format!("{CUSTOMERS}/{name}/properties"), property).await.expect(200);
        }
        for context in [json!({}), json!({ "customer": "1" })] {
            bad_fields(boss.ask(app, "pruneCustomerData", context).await, &["context"], "of which customer");
        }
        let (own, root) = (boss.authorization(app, red).await, boss.authorization(app, 1).await);
        let before = untouched::state(app).await;
        let mut refusals = Refusals::begin(app).await;
        let mut tried = async |by: &Pruner, customer: &str, token: &str| {
            refusals.of(&by.session).delete(&data(customer, token)).await
        };
        assert_eq!(refused(tried(&boss, "red", &own).await, 412, "in use").template(), "object.not.deleted");
        assert_eq!(refused(tried(&boss, "root", &root).await, 412, "the root").template(), "object.not.deleted");
        refused(tried(&limited, "red", &own).await, 404, "of others");
        refused(tried(&boss, "nobody", &own).await, 404, "nobody");
        bad_fields(tried(&boss, "blue", &own).await, &["token"], "for another customer");
        bad_fields(tried(&boss, "red", "wrong").await, &["token"], "a wrong one");
        let low = app.by_password("boss", PASSWORD).await;
        assert_eq!(
            refused(refusals.of(&low).delete(&data("red", &own)).await, 403, "by password").template(),
            "access.denied.level"
        );
        bad_fields(refusals.of(&boss.session).delete(&format!("{CUSTOMERS}/red/data")).await, &["token"], "none");
        refusals.end().await;
        let after = untouched::state(app).await;
        for table in REMOVED.map(|(table, _)| table).into_iter().filter(|table| *table != "session") {
            assert_eq!(before[table], after[table], "{table}");
        }
        admin.put(&format!("{CUSTOMERS}/red/disable"), json!({})).await.expect(200);
        admin.put(&format!("{CUSTOMERS}/blue/disable"), json!({})).await.expect(200);
        let foreign = limited.authorization(app, blue).await;
        bad_fields(boss.prune("blue", &foreign).await, &["token"], "somebody else's");
        let other = boss.ask(app, "apikey.create", json!({ "customerID": red.to_string() })).await.expect(200);
        let other = other["data"]["authorization"].as_str().unwrap();
        bad_fields(boss.prune("red", other).await, &["token"], "for something else");
        // Whatever was refused used nothing up.
        limited.prune("blue", &foreign).await.expect(200);
        let late = boss.authorization(app, red).await;
        app.advance(Duration::from_millis(300_001));
        bad_fields(boss.prune("red", &late).await, &["token"], "late");
        let token = boss.authorization(app, red).await;
        let (one, two) = tokio::join!(boss.prune("red", &token), boss.prune("red", &token));
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412]);
    })
    .await;
}

#[tokio::test]
async fn what_is_empty_is_pruned_once_and_what_came_back_again() {
    stores(async |app| {
        let red = app.customer("red", "root").await;
        let (admin, boss) = (app.admin(), Pruner::new(app, "boss", "root").await);
        // The mark alone, which others may set, keeps nothing from being taken away.
        let fill = async || {
            let property = json!({ "properties": { "a": 1 } });
            admin.put(&format!("{CUSTOMERS}/red/properties"), property).await.expect(200);
            admin.put(&format!("{CUSTOMERS}/red"), json!({ "dataDeleted": true })).await.expect(200);
            admin.put(&format!("{CUSTOMERS}/red/disable"), json!({})).await.expect(200);
        };
        fill().await;
        boss.prune("red", &boss.authorization(app, red).await).await.expect(200);
        let token = boss.authorization(app, red).await;
        assert_eq!(refused(boss.prune("red", &token).await, 412, "twice").template(), "customer.data.deleted");
        admin.put(&format!("{CUSTOMERS}/red/reenable"), json!({})).await.expect(200);
        fill().await;
        let pruned = boss.prune("red", &token).await.expect(200);
        assert_eq!(pruned["data"]["flags"], json!(["disabled", "customerDataDeleted"]));
        bad_fields(boss.prune("red", &token).await, &["token"], "used");
        admin.put(&format!("{CUSTOMERS}/red/reenable"), json!({})).await.expect(200);
        assert_eq!(admin.get(&format!("{CUSTOMERS}/red/properties")).await.expect(200)["count"], 0);
    })
    .await;
}
