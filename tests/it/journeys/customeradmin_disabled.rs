//! A disabled customer: hidden, taking nothing new, and nobody of it gets in, until it is enabled again.

use argus_testing::{PASSWORD, Store, TestApp, stores};
use serde_json::{Value, json};

use crate::refusals::support::{Refusals, bad_fields, refused};

const CUSTOMERS: &str = "/customeradmin/v2/customer";
const USERS: &str = "/useradmin/v2/user";
const WHO: &str = "/authentication/v1/session";
const LOGIN: &str = "/authentication/v1/password/authentication";

fn names(list: &[Value]) -> Vec<&str> {
    list.iter().filter_map(|customer| customer["shortName"].as_str()).collect()
}

#[tokio::test]
async fn nobody_of_a_disabled_customer_gets_in() {
    stores(async |app| {
        app.customer("red", "root").await;
        let id = app.new_user("anna", "red", &[("viewAuditEvents", "root")]).await;
        let (key, session) = (app.by_key(&app.new_key(id).await), app.by_password("anna", PASSWORD).await);
        let narrower = session.post("/authentication/v1/session/constrain", json!({})).await.expect(201);
        let narrower = app.by_session(&narrower);
        let own = json!({"password": PASSWORD, "description": "d", "validSources": ["127.0.0.0/8"], "validDays": 10});
        let made = session.post("/apikey/v1/apikey", own).await.expect(201);
        let issued = app.by_key(made["data"]["apiKeyString"].as_str().unwrap());
        for actor in [&key, &session, &narrower, &issued] {
            actor.get(WHO).await.expect(200);
        }
        let admin = app.by_password("admin", &app.admin_password).await;
        let reset = admin.put(&format!("/authentication/v1/user/{id}/password/reset"), json!({})).await.expect(200);
        let authorization = reset["data"]["authorization"].as_str().unwrap().to_owned();
        let gone = admin.put(&format!("{CUSTOMERS}/red/disable"), json!({})).await.expect(200)["data"].clone();
        assert_eq!((&gone["flags"], &gone["deletedByUser"]["id"]), (&json!(["disabled"]), &1.into()));
        assert_eq!(gone["deletedTimestamp"], app.clock.now_millis());
        let mut refusals = Refusals::begin(app).await;
        for actor in [&key, &session, &narrower, &issued] {
            refused(refusals.of(actor).get(WHO).await, 401, "a credential of before");
        }
        let login = json!({"userName": "anna", "password": PASSWORD});
        refused(refusals.of(&app.anonymous()).post(LOGIN, login.clone()).await, 401, "by password");
        let set = json!({"newPassword": "Another-horse-8", "authorization": authorization});
        refused(refusals.of(&app.anonymous()).put("/authentication/v1/password", set).await, 401, "by authorization");
        refusals.end().await;
        // A user that is moved to another customer is one of that.
        app.new_user("berta", "red", &[]).await;
        refused(app.anonymous().post(LOGIN, json!({"userName": "berta", "password": PASSWORD})).await, 401, "berta");
        admin.put(&format!("{USERS}/berta/move"), json!({"customer": "root"})).await.expect(200);
        app.by_password("berta", PASSWORD).await.get(WHO).await.expect(200);
        let back = admin.put(&format!("{CUSTOMERS}/red/reenable"), json!({})).await.expect(200)["data"].clone();
        assert_eq!(
            (&back["flags"], &back["deletedTimestamp"], &back["deletedByUser"]),
            (&json!([]), &Value::Null, &Value::Null)
        );
        key.get(WHO).await.expect(200);
        app.by_password("anna", PASSWORD).await.get(WHO).await.expect(200);
        // What was ended stays so.
        for over in [&session, &narrower] {
            over.get(WHO).await.expect(401);
        }
    })
    .await;
}

#[tokio::test]
async fn a_disabled_customer_is_hidden_and_takes_nothing_new() {
    stores(async |app| {
        app.customer("red", "root").await;
        let admin = app.admin();
        admin.post("/audit/v1/event", json!({"action": "before", "customer": "red"})).await.expect(201);
        admin.put(&format!("{CUSTOMERS}/red/disable"), json!({})).await.expect(200);
        assert_eq!(names(admin.get(CUSTOMERS).await.expect(200).list()), ["root"]);
        for query in ["includeDeleted=True", "includeDeleted=true&sortBy=id"] {
            let all = admin.get(&format!("{CUSTOMERS}?{query}")).await.expect(200);
            assert_eq!(names(all.list()), ["root", "red"], "{query}");
        }
        let only = admin.post(&format!("{CUSTOMERS}/search"), json!({"includeFlags": ["disabled"]})).await.expect(200);
        assert_eq!(names(only.list()), ["red"]);
        admin.get(&format!("{CUSTOMERS}/red")).await.expect(200);
        // What happened stays to be read.
        assert_eq!(admin.get("/audit/v1/event?customer=red").await.expect(200).list()[0]["action"], "before");
        let mut refusals = Refusals::begin(app).await;
        for (path, body, field) in [
            ("/audit/v1/event", json!({"action": "after", "customer": "red"}), "customer"),
            (USERS, json!({"customer": "red", "name": "n", "shortName": "n"}), "customer"),
            (CUSTOMERS, json!({"parent": "red", "name": "n", "shortName": "n"}), "parent"),
            (CUSTOMERS, json!({"parent": "root", "name": "n", "shortName": "RED"}), "shortName"),
        ] {
            bad_fields(refusals.of(&admin).post(path, body).await, &[field], path);
        }
        for (path, body) in [("", json!({"name": "x"})), ("/disable", json!({})), ("/move", json!({"parent": "root"}))]
        {
            let answer = refused(refusals.of(&admin).put(&format!("{CUSTOMERS}/red{path}"), body).await, 412, path);
            assert_eq!(answer.template(), "object.deleted", "{path}");
        }
        let root = refused(refusals.of(&admin).put(&format!("{CUSTOMERS}/1/reenable"), json!({})).await, 412, "root");
        assert_eq!(root.template(), "object.not.deleted");
        refusals.end().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_in_use_is_never_below_what_is_not() {
    stores(async |app| {
        for (name, parent) in [("group", "root"), ("member", "group")] {
            app.customer(name, parent).await;
        }
        let admin = app.admin();
        let mut refusals = Refusals::begin(app).await;
        let put = async |admin: &argus_testing::Actor, name: &str, action: &str| {
            admin.put(&format!("{CUSTOMERS}/{name}/{action}"), json!({})).await
        };
        for (name, template) in [("group", "customer.has.members"), ("root", "customer.root")] {
            let answer = refused(put(&refusals.of(&admin), name, "disable").await, 412, name);
            assert_eq!(answer.template(), template);
        }
        put(&admin, "member", "disable").await.expect(200);
        put(&admin, "group", "disable").await.expect(200);
        let answer = refused(put(&refusals.of(&admin), "member", "reenable").await, 412, "below a disabled one");
        assert_eq!(answer.template(), "customer.parent.disabled");
        put(&admin, "group", "reenable").await.expect(200);
        put(&admin, "member", "reenable").await.expect(200);
        refusals.end().await;
        assert_eq!(names(admin.get(CUSTOMERS).await.expect(200).list()), ["root", "group", "member"]);
    })
    .await;
}

#[tokio::test]
async fn somebody_stays_who_can_administer() {
    stores(async |app| {
        app.customer("red", "root").await;
        app.customer("blue", "root").await;
        app.new_user("chief", "red", &[("administrator", "root")]).await;
        let chief = app.by_password("chief", PASSWORD).await;
        let weak = app.user_of("weak", "blue", &[("deleteCustomer", "root"), ("addCustomer", "root")]).await;
        let mut refusals = Refusals::begin(app).await;
        let own =
            refused(refusals.of(&weak).put(&format!("{CUSTOMERS}/blue/disable"), json!({})).await, 412, "his own");
        assert_eq!(own.template(), "customer.own");
        // As long as there is another one, the customer can go; to bring it back takes all that its people can do.
        weak.put(&format!("{CUSTOMERS}/red/disable"), json!({})).await.expect(200);
        refused(refusals.of(&chief).get(WHO).await, 401, "out");
        let last = refused(refusals.of(&app.admin()).delete(&format!("{USERS}/admin")).await, 412, "the last one");
        assert_eq!(last.template(), "last.administrator");
        let back = refused(refusals.of(&weak).put(&format!("{CUSTOMERS}/red/reenable"), json!({})).await, 403, "back");
        assert_eq!(back.template(), "access.denied.escalation");
        app.admin().put(&format!("{CUSTOMERS}/red/reenable"), json!({})).await.expect(200);
        let chief = app.by_password("chief", PASSWORD).await;
        chief.delete(&format!("{USERS}/admin")).await.expect(200);
        let last = refused(
            refusals.of(&weak).put(&format!("{CUSTOMERS}/red/disable"), json!({})).await,
            412,
            "the last one's",
        );
        assert_eq!(last.template(), "last.administrator");
        chief.get(WHO).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn also_on_another_node() {
    let Some(app) = TestApp::start_on(Store::Postgres, &|_| {}).await else { return };
    let other = app.another_node().await;
    app.customer("red", "root").await;
    let id = app.new_user("anna", "red", &[]).await;
    let key = app.new_key(id).await;
    other.by_key(&key).get(WHO).await.expect(200);
    app.admin().put(&format!("{CUSTOMERS}/red/disable"), json!({})).await.expect(200);
    other.by_key(&key).get(WHO).await.expect(401);
    app.admin().put(&format!("{CUSTOMERS}/red/reenable"), json!({})).await.expect(200);
    other.by_key(&key).get(WHO).await.expect(200);
    other.stop().await;
    app.stop().await;
}
