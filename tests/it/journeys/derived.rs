//! Sessions made from other credentials: narrower, and as somebody else.

use std::time::Duration;

use argus_core::directory::Changed;
use argus_testing::{Actor, PASSWORD, TestApp, stores};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::refusals::support::{bad_fields, refused};

const CONSTRAIN: &str = "/authentication/v1/session/constrain";
const IMPERSONATE: &str = "/authentication/v1/session/impersonate";
const SESSION: &str = "/authentication/v1/session";
const EVENTS: &str = "/audit/v1/event";
const RIGHTS: [(&str, &str); 2] = [("submitAuditEvents", "root"), ("viewAuditEvents", "root")];

async fn functions(actor: &Actor) -> Vec<String> {
    let list = actor.get("/authentication/v1/session/function").await.expect(200);
    list.list().iter().map(|function| function["name"].as_str().unwrap().to_owned()).collect()
}

/// As a login with a second factor would have made it.
async fn make_administrative(app: &TestApp, user: i64) {
    let sql = format!("UPDATE session SET level = 'administrative' WHERE user_id = {user}");
    app.platform.db.writer().execute_unprepared(&sql).await.unwrap();
    app.platform.directory.forget(&Changed::Everything);
}

#[tokio::test]
async fn a_session_can_be_made_narrower_and_never_wider() {
    stores(async |app| {
        let acme = app.customer("acme", "root").await;
        app.new_user("anna", "root", &RIGHTS).await;
        let anna = app.by_password("anna", PASSWORD).await;
        let key = app.user("keyed", &RIGHTS).await;
        for (parent, level) in [(&anna, "DEFAULT"), (&key, "EXTERNAL")] {
            let made = parent.post(CONSTRAIN, json!({ "function": ["viewAuditEvents"] })).await.expect(201);
            assert!(!made.headers.contains_key("set-cookie"), "only for who came by cookie");
            assert_eq!((&made["data"]["securityLevel"], &made["data"]["constrained"]), (&json!(level), &json!(true)));
            let narrow = app.by_session(&made);
            assert_eq!(functions(&narrow).await, ["viewAuditEvents"]);
            narrow.get(EVENTS).await.expect(200);
            refused(narrow.post(EVENTS, json!({"action": "a"})).await, 403, "cut away");
            parent.post(EVENTS, json!({"action": "a"})).await.expect(201);
            // What was cut away does not come back.
            let again = app.constrained(&narrow, json!({ "function": ["submitAuditEvents"] })).await;
            assert_eq!(functions(&again).await, Vec::<String>::new());
            let whole = app.constrained(&narrow, json!({})).await;
            assert_eq!(functions(&whole).await, ["viewAuditEvents"]);
            let reader = app.constrained(parent, json!({ "readOnly": true, "functionID": [], "customer": [] })).await;
            refused(reader.post(EVENTS, json!({"action": "a"})).await, 403, "reads only");
            let reader = app.constrained(&reader, json!({ "readOnly": false })).await;
            refused(reader.post(EVENTS, json!({"action": "a"})).await, 403, "still reads only");
            let by_number = app.constrained(parent, json!({ "customer": [acme] })).await;
            let at_acme = app.constrained(parent, json!({ "customer": ["acme"] })).await;
            for cut in [&by_number, &at_acme] {
                let customers = cut.get("/authentication/v1/session/customer").await.expect(200);
                assert_eq!(customers.list().len(), 1);
            }
            bad_fields(at_acme.post(CONSTRAIN, json!({ "customer": ["root"] })).await, &["customer"], "outside");
            let wrong = json!({ "customer": ["nobody"], "function": ["none"], "customerID": [99], "functionID": [{}] });
            let fields = ["customer", "customerID", "function", "functionID"];
            bad_fields(parent.post(CONSTRAIN, wrong).await, &fields, "unknown");
            let flat = parent.post("/authentication/v1/constrain", json!({})).await.expect(201);
            assert_eq!(flat["data"]["requestCredentialsType"], "sessionToken");
        }
        let mut deep = anna;
        for _ in 0..8 {
            deep = app.constrained(&deep, json!({})).await;
        }
        let answer = refused(deep.post(CONSTRAIN, json!({})).await, 412, "too deep");
        assert_eq!(answer.template(), "session.too.deep");
    })
    .await;
}

#[tokio::test]
async fn by_cookie_the_narrower_one_takes_its_place() {
    stores(async |app| {
        app.new_user("anna", "root", &[]).await;
        let body = json!({ "userName": "anna", "password": PASSWORD });
        let login = app.anonymous().post("/authentication/v1/password/authentication", body).await.expect(201);
        let cookie = login.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        let made = app.anonymous().with("Cookie", &cookie).post(CONSTRAIN, json!({})).await.expect(201);
        let new = made.headers["set-cookie"].to_str().unwrap();
        assert!(new.starts_with("argus_session=") && !new.starts_with(&cookie), "{new}");
        assert_ne!(made["data"]["sessionKey"], login["data"]["sessionKey"]);
        app.anonymous().with("Cookie", &cookie).get(SESSION).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn it_ends_with_what_it_was_made_from() {
    stores(async |app| {
        app.new_user("anna", "root", &[]).await;
        let parent = app.by_password("anna", PASSWORD).await;
        let child = app.constrained(&parent, json!({})).await;
        let grandchild = app.constrained(&child, json!({})).await;
        // The use of one is a use of all above it; none lives longer than the first.
        for _ in 0..12 {
            app.advance(Duration::from_secs(3_600));
            grandchild.get(SESSION).await.expect(200);
        }
        parent.get(SESSION).await.expect(200);
        let late = app.constrained(&parent, json!({})).await;
        late.get(SESSION).await.expect(200);
        app.advance(Duration::from_nanos(1));
        for actor in [&parent, &child, &grandchild, &late] {
            refused(actor.get(SESSION).await, 401, "past the hard end");
        }
        let parent = app.by_password("anna", PASSWORD).await;
        let child = app.constrained(&parent, json!({})).await;
        let grandchild = app.constrained(&child, json!({})).await;
        grandchild.get(SESSION).await.expect(200);
        child.delete(SESSION).await.expect(200);
        refused(grandchild.get(SESSION).await, 401, "the one between was ended");
        parent.get(SESSION).await.expect(200);
        let own = parent.get("/authentication/v1/sessions").await.expect(200);
        assert_eq!(own.list().len(), 1, "{}", own.text);
        // A key that is revoked, rotated or expired takes its sessions along.
        let admin = app.by_password("admin", &app.admin_password).await;
        let make = async || {
            let user = format!("u{}", app.platform.ids.uuid());
            let id = app.new_user(&user, "root", &RIGHTS).await;
            let proof = json!({ "description": "key", "validSources": ["127.0.0.1"], "password": PASSWORD });
            let made = app.by_password(&user, PASSWORD).await.post("/apikey/v1/apikey", proof).await.expect(201);
            let key = app.by_key(made["data"]["apiKeyString"].as_str().unwrap());
            let child = app.constrained(&key, json!({})).await;
            child.get(EVENTS).await.expect(200);
            (format!("/apikey/v1/apikey/{id}/1"), child)
        };
        let (path, child) = make().await;
        admin.delete(&path).await.expect(200);
        refused(child.get(EVENTS).await, 401, "revoked");
        let (path, child) = make().await;
        admin.put(&format!("{path}/rotate"), json!({ "graceSeconds": 10 })).await.expect(200);
        child.get(EVENTS).await.expect(200);
        app.advance(Duration::from_secs(11));
        refused(child.get(EVENTS).await, 401, "rotated");
        let (path, child) = make().await;
        let cut = json!({ "sessionConstraints": { "function": ["submitAuditEvents"] } });
        admin.put(&path, cut).await.expect(200);
        refused(child.get(EVENTS).await, 403, "the key was made narrower");
    })
    .await;
}

#[tokio::test]
async fn sessions_are_listed_and_ended_by_whoever_may() {
    stores(async |app| {
        let anna = app.new_user("anna", "root", &[]).await;
        let (one, two) = (app.by_password("anna", PASSWORD).await, app.by_password("anna", PASSWORD).await);
        app.customer("acme", "root").await;
        app.new_user("away", "root", &[("deleteSession", "acme")]).await;
        let (admin, away) =
            (app.by_password("admin", &app.admin_password).await, app.by_password("away", PASSWORD).await);
        let path = format!("/authentication/v1/user/{anna}/sessions");
        let list = admin.get(&path).await.expect(200);
        assert_eq!(list.list().len(), 2);
        assert!(list.list().iter().all(|it| it["sessionKey"].is_null() && it["username"] == "anna"), "{}", list.text);
        assert_eq!(one.get("/authentication/v1/sessions").await.expect(200).list(), list.list());
        let first = one.get(SESSION).await.expect(200)["data"]["identifier"].as_str().unwrap().to_owned();
        let evict = format!("{SESSION}/{first}");
        for (actor, status) in [(&away, 404), (&one, 403)] {
            refused(actor.delete(&evict).await, status, "evict");
            refused(actor.delete(&path).await, status, "end all");
            refused(actor.get(&path).await, status, "list");
        }
        one.get(SESSION).await.expect(200);
        assert_eq!(admin.delete(&evict).await.expect(200)["data"]["identifier"], first.as_str());
        refused(one.get(SESSION).await, 401, "evicted");
        two.get(SESSION).await.expect(200);
        for gone in [&evict, &format!("{SESSION}/nonsense")] {
            refused(admin.delete(gone).await, 404, "not there");
        }
        bad_fields(admin.delete(&format!("{path}?domain=other")).await, &["domain"], "unknown domain");
        assert_eq!(admin.delete(&path).await.expect(200)["data"]["sessionsDeleted"], 1);
        refused(two.get(SESSION).await, 401, "ended");
        assert_eq!(admin.delete(&path).await.expect(200)["data"]["sessionsDeleted"], 0);
        admin.delete("/authentication/v1/session/cache").await.expect(200);
        let methods = admin.get("/authentication/v1/session/authmethods").await.expect(200);
        let password = methods.list().iter().find(|it| it["method"] == "PASSWORD").unwrap();
        assert_eq!((&password["initialized"], &password["lastLoginIP"]), (&json!(true), &json!("127.0.0.1")));
    })
    .await;
}

#[tokio::test]
async fn whoever_acts_as_another_user_can_do_what_both_may() {
    stores(async |app| {
        let anna = app.new_user("anna", "root", &[RIGHTS[0], ("impersonate", "root")]).await;
        let boss = app.new_user("boss", "root", &[RIGHTS[0], ("impersonate", "root"), ("deleteSession", "root")]).await;
        app.new_user("reader", "root", &RIGHTS).await;
        let actor = app.by_password("boss", PASSWORD).await;
        let answer = refused(actor.post(IMPERSONATE, json!({ "user": "anna" })).await, 403, "too low");
        assert!(answer.text.contains("administrative"));
        make_administrative(app, boss).await;
        let made = actor.post(IMPERSONATE, json!({ "user": "anna", "securityLevel": "standard" })).await.expect(201);
        assert_eq!((&made["data"]["userID"], &made["data"]["securityLevel"]), (&json!(anna), &json!("DEFAULT")));
        assert_eq!(made["data"]["authenticationMethod"], "IMPERSONATED");
        let acting = app.by_session(&made);
        let mut held = functions(&acting).await;
        held.sort();
        assert_eq!(held, ["impersonate", "submitAuditEvents"]);
        assert_eq!(acting.get(SESSION).await.expect(200)["data"]["impersonatingUserID"], boss);
        acting.with("X-Request-ID", "acting").post(EVENTS, json!({"action": "a"})).await.expect(201);
        refused(
            acting.post("/apikey/v1/apikey", json!({"description": "k"})).await,
            412,
            "no key without her password",
        );
        let log = app.admin().get(&format!("{EVENTS}?includeFlags=INTERNAL&limit=0")).await.expect(200);
        let named = |id: &str| log.list().iter().find(|event| event["traceID"] == id).cloned().unwrap();
        let event = named("acting");
        assert_eq!(
            (&event["actorName"], &event["requestMetadata"]["impersonator"]["shortName"]),
            (&json!("anna"), &json!("boss"))
        );
        let as_admin = app.by_session(&actor.post(IMPERSONATE, json!({ "userName": "anna" })).await.expect(201));
        let nested = refused(as_admin.post(IMPERSONATE, json!({ "user": "reader" })).await, 403, "a third one");
        assert_eq!(nested.template(), "impersonate.nested");
        refused(as_admin.post("/apikey/v1/apikey", json!({"description": "k"})).await, 412, "also at her level");
        let narrower = app.constrained(&acting, json!({})).await;
        assert_eq!(narrower.get(SESSION).await.expect(200)["data"]["impersonatingUserID"], boss);
        for body in [json!({}), json!({ "user": "nobody" }), json!({ "user": "boss" })] {
            bad_fields(actor.post(IMPERSONATE, body).await, &["user"], "whom");
        }
        bad_fields(
            actor.post(IMPERSONATE, json!({ "user": "nobody", "securityLevel": "highest", "function": ["x"] })).await,
            &["function", "securityLevel", "user"],
            "all at once",
        );
        actor.delete(SESSION).await.expect(200);
        for over in [&acting, &as_admin, &narrower] {
            refused(over.get(SESSION).await, 401, "ended with the session it was made from");
        }
        let row = argus_identity::users::by_id(app.platform.db.reader(), anna).await.unwrap().unwrap();
        assert_eq!(row.last_impersonated_at, Some(app.clock.now()));
    })
    .await;
}
