//! A key can do what its owner can do now, and nothing once the owner is gone.

use argus_core::directory::Changed;
use argus_identity::entity::membership;
use argus_identity::users::{self, UserChange, method};
use argus_identity::{functions, users::NewUser};
use argus_testing::{Answer, PASSWORD, Store, TestApp, stores};
use sea_orm::{ActiveModelTrait, ConnectionTrait, Set};
use serde_json::json;

use crate::refusals::support::refused;

const EVENTS: &str = "/audit/v1/event";
const WHO: &str = "/authentication/v1/session";

/// As the module that administers users changes one: in the store, and then what is remembered of it is forgotten.
async fn change(app: &TestApp, user: i64, change: UserChange) {
    users::update(app.platform.db.writer(), user, change).await.unwrap();
    app.platform.directory.forget(&Changed::Everything);
}

#[tokio::test]
async fn a_user_who_may_not_come_in_has_no_good_key_and_no_session() {
    let some = UserChange::default;
    let both = method::PASSWORD | method::API_KEY;
    stores(async |app| {
        for (name, taken, given, template) in [
            (
                "blocked",
                UserChange { blocked: Some(true), ..some() },
                UserChange { blocked: Some(false), ..some() },
                "user.blocked",
            ),
            (
                "deleted",
                UserChange { deleted_at: Some(Some(1)), ..some() },
                UserChange { deleted_at: Some(None), ..some() },
                "user.blocked",
            ),
            (
                "disabled",
                UserChange { methods: Some(method::PASSWORD), ..some() },
                UserChange { methods: Some(both), ..some() },
                "apikey.not.enabled",
            ),
        ] {
            let user = app.new_user(name, "root", &[("viewAuditEvents", "root")]).await;
            let (key, session) = (app.by_key(&app.new_key(user).await), app.by_password(name, PASSWORD).await);
            key.get(EVENTS).await.expect(200);
            change(app, user, taken).await;
            assert_eq!(refused(key.get(EVENTS).await, 401, name).template(), template, "{name}");
            let by_session = session.get(EVENTS).await;
            let login = json!({"userName": name, "password": PASSWORD});
            let login = app.anonymous().post("/authentication/v1/password/authentication", login).await;
            if name == "disabled" {
                by_session.expect(200);
                login.expect(201);
                let request = json!({"description": "key", "validSources": ["127.0.0.1"], "password": PASSWORD});
                let answer = refused(session.post("/apikey/v1/apikey", request).await, 403, "no keys for this user");
                assert_eq!(answer.template(), "apikey.not.enabled");
            } else {
                assert_eq!(refused(by_session, 401, name).template(), "session.expired");
                assert_eq!(refused(login, 401, name).template(), "authentication.failed");
            }
            change(app, user, given).await;
            key.get(EVENTS).await.expect(200);
        }
    })
    .await;
}

/// Another node made the change: this one is told nothing, and has to see it all the same at the next request.
#[tokio::test]
async fn what_another_node_writes_counts_at_the_next_request() {
    let Some(app) = TestApp::start_on(Store::Postgres, &|_| {}).await else { return };
    let user = app.new_user("anna", "root", &[("viewAuditEvents", "root")]).await;
    let (key, session) = (app.by_key(&app.new_key(user).await), app.by_password("anna", PASSWORD).await);
    let write = async |sql: String| {
        app.platform.db.writer().execute_unprepared(&sql).await.unwrap();
    };
    for (taken, given, by_key, by_session) in [
        ("UPDATE subject SET blocked = true", "UPDATE subject SET blocked = false", 401, 401),
        ("UPDATE subject SET deleted_at = 1", "UPDATE subject SET deleted_at = NULL", 401, 401),
        ("UPDATE subject SET methods = 1", "UPDATE subject SET methods = 3", 401, 200),
    ] {
        for (sql, by_key, by_session) in [(taken, by_key, by_session), (given, 200, 200)] {
            write(format!("{sql} WHERE id = {user}")).await;
            assert_eq!((key.get(EVENTS).await.status, session.get(EVENTS).await.status), (by_key, by_session), "{sql}");
        }
    }
    for (sql, status) in [
        ("UPDATE permission SET revoked_at = 1 WHERE subject_id = USER", 403),
        ("UPDATE permission SET revoked_at = NULL WHERE subject_id = USER", 200),
        ("UPDATE api_key SET valid_until = 1 WHERE user_id = USER", 401),
        ("UPDATE api_key SET valid_until = NULL WHERE user_id = USER", 200),
        ("UPDATE api_key SET sources = '[\"192.0.2.0/24\"]' WHERE user_id = USER", 401),
        ("UPDATE api_key SET sources = NULL, functions = '[]' WHERE user_id = USER", 403),
        ("UPDATE api_key SET functions = NULL, revoked_at = 1 WHERE user_id = USER", 401),
    ] {
        write(sql.replace("USER", &user.to_string())).await;
        assert_eq!(key.get(EVENTS).await.status, status, "{sql}");
    }
    write(format!("UPDATE session SET ended_at = 1 WHERE user_id = {user}")).await;
    refused(session.get(WHO).await, 401, "ended");
    app.stop().await;
}

#[tokio::test]
async fn a_permission_counts_as_long_as_it_lasts_also_a_groups() {
    stores(async |app| {
        let db = app.platform.db.writer();
        let red = app.customer("red", "root").await;
        let user = app.new_user("anna", "root", &[]).await;
        let (key, session) = (app.by_key(&app.new_key(user).await), app.by_password("anna", PASSWORD).await);
        let both = async |status: u16, what: &str| {
            for actor in [&key, &session] {
                assert_eq!(actor.get(EVENTS).await.status, status, "{what}");
            }
        };
        let tell = || app.platform.directory.forget(&Changed::Everything);
        both(403, "nothing was granted").await;
        let own = functions::grant(db, user, "viewAuditEvents", red, 0).await.unwrap();
        tell();
        both(200, "granted").await;
        functions::revoke(db, own.id, 1).await.unwrap();
        tell();
        both(403, "revoked").await;
        // A group in a group: what the outer one may do, its members' members may.
        let group = async |name: &str| {
            let new = NewUser {
                domain_id: 1,
                customer_id: 1,
                short_name: name.to_owned(),
                name: name.to_owned(),
                ..NewUser::default()
            };
            users::insert_group(db, new, 0).await.unwrap().id
        };
        let (outer, inner) = (group("outer").await, group("inner").await);
        let join = async |group: i64, member: i64| {
            let id = Set(app.platform.ids.uuid());
            let row = membership::ActiveModel {
                id,
                group_id: Set(group),
                member_id: Set(member),
                externally_managed: Set(false),
                added_at: Set(0),
                ..<membership::ActiveModel as Default>::default()
            };
            row.insert(db).await.unwrap()
        };
        // In a circle, too, which must not be run round for ever.
        for (group, member) in [(outer, inner), (inner, user), (inner, outer)] {
            join(group, member).await;
        }
        tell();
        both(403, "groups without rights").await;
        functions::grant(db, outer, "viewAuditEvents", red, 0).await.unwrap();
        tell();
        both(200, "by group").await;
        app.admin().post(EVENTS, json!({"action": "a", "customer": "red"})).await.expect(201);
        app.admin().post(EVENTS, json!({"action": "a"})).await.expect(201);
        assert_eq!(key.get(EVENTS).await.expect(200)["count"], 1, "on that customer alone");
        // A group cannot log in, whatever is known of it.
        let login = json!({"userName": "outer", "password": ""});
        app.anonymous().post("/authentication/v1/password/authentication", login).await.expect(401);
        db.execute_unprepared(&format!("UPDATE membership SET removed_at = 1 WHERE member_id = {user}")).await.unwrap();
        tell();
        both(403, "left the group").await;
    })
    .await;
}

#[tokio::test]
async fn nobody_makes_or_keeps_alive_a_key_that_can_do_more_than_he_can() {
    const ADMINISTER: &str = "administrativeAuthenticationSetup-APIKEY";
    stores(async |app| {
        app.customer("red", "root").await;
        let plain = app.new_user("plain", "red", &[("viewAuditEvents", "red")]).await;
        let wide = app.new_user("wide", "red", &[("viewAuditEvents", "red"), ("submitAuditEvents", "root")]).await;
        app.new_user("delegate", "red", &[("administrator", "red")]).await;
        app.new_user("locksmith", "red", &[(ADMINISTER, "red")]).await;
        let (admin, delegate, locksmith) = (
            app.by_password("admin", &app.admin_password).await,
            app.by_password("delegate", PASSWORD).await,
            app.by_password("locksmith", PASSWORD).await,
        );
        for (who, caller, owner, id, holds) in [
            ("locksmith", &locksmith, "plain", plain, false),
            ("delegate", &delegate, "plain", plain, true),
            ("delegate", &delegate, "wide", wide, false),
            ("admin", &admin, "wide", wide, true),
        ] {
            let key = app.new_key(id).await;
            let prefix = key.rsplit_once('/').unwrap().0;
            let new = json!({ "description": "new", "validSources": ["127.0.0.1"], "user": owner });
            let (native, old) =
                (format!("/apikey/v1/apikey/{prefix}"), format!("/authentication/v1/user/{owner}/apikey"));
            let period = json!({ "expirationDays": 30 });
            for (method, path, body, made) in [
                ("POST", "/apikey/v1/apikey".to_owned(), new.clone(), 201),
                ("POST", old.clone(), new, 201),
                ("PUT", format!("{native}/renew"), period.clone(), 200),
                ("PUT", format!("{old}/{prefix}"), period, 200),
                ("PUT", native.clone(), json!({ "addValidSources": ["127.0.0.1"] }), 200),
                ("PUT", native.clone(), json!({ "sessionConstraints": { "readOnly": false } }), 200),
                ("PUT", format!("{native}/rotate"), json!({ "graceSeconds": 60 }), 200),
            ] {
                let answer = Answer::of(caller.request(method, &path).json(&body)).await;
                let expected = if holds { made } else { 403 };
                assert_eq!(answer.status, expected, "{who}: {method} {path}: {}", answer.text);
                if !holds {
                    assert_eq!(answer.template(), "access.denied.escalation", "{who}: {method} {path}");
                }
            }
            app.by_key(&key).get(WHO).await.expect(200);
            // Words and revocation give nobody anything.
            caller.put(&native, json!({ "description": "another" })).await.expect(200);
            caller.delete(&native).await.expect(200);
            refused(app.by_key(&key).get(WHO).await, 401, "revoked");
        }
        // Nor does a session that is cut widen a key of its own user.
        let own = delegate.get("/authentication/v1/session").await.expect(200)["data"]["userID"].as_i64().unwrap();
        let path = format!("/apikey/v1/apikey/{}", app.new_key(own).await.rsplit_once('/').unwrap().0);
        let cut = json!({ "function": [ADMINISTER] });
        let cut = app.constrained(&delegate, cut).await;
        let wider = json!({ "addValidSources": ["10.0.0.0/8"] });
        let answer = refused(cut.put(&path, wider.clone()).await, 403, "cut");
        assert_eq!(answer.template(), "access.denied.escalation");
        delegate.put(&path, wider).await.expect(200);
    })
    .await;
}
