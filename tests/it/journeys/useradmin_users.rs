//! Users are made, changed, moved, deleted and brought back, by whoever may and on nobody else's customer.

use argus_testing::{PASSWORD, stores};
use serde_json::{Value, json};

use crate::refusals::support::{Refusals, bad_fields, refused};

const USERS: &str = "/useradmin/v2/user";
const WHO: &str = "/authentication/v1/session";

fn names(list: &[Value]) -> Vec<&str> {
    list.iter().filter_map(|user| user["shortName"].as_str()).collect()
}

#[tokio::test]
async fn a_user_lives() {
    stores(async |app| {
        app.customer("red", "root").await;
        app.customer("blue", "root").await;
        let admin = app.admin();
        let new = json!({
            "customer": "red", "name": "Åse Ødegård", "shortName": "Aase.O", "email": "aase@example.org",
            "phone": {"countryCode": "+47", "nationalNumber": "98 76 54 32"}, "language": "norwegian", "daemonAccount": true,
        });
        let made = admin.post(USERS, new).await.expect(201)["data"].clone();
        let id = made["id"].as_i64().unwrap();
        assert_eq!(made["flags"], json!(["daemonAccount", "passwordNotSet"]));
        assert_eq!(made["phone"], json!({"countryCode": "47", "nationalNumber": "98765432"}));
        assert_eq!((&made["customer"]["shortName"], &made["createdByUser"]["shortName"]), (&"red".into(), &"admin".into()));
        assert_eq!((&made["type"], &made["language"], &made["domain"]["name"]), (&"user".into(), &"norwegian".into(), &"ARGUS".into()));
        // By number and by name, whatever its case, with and without the domain.
        for name in [id.to_string(), "aase.o".into(), "AASE.O?domain=argus".into(), "aase.o?domain=1".into()] {
            assert_eq!(admin.get(&format!("{USERS}/{name}")).await.expect(200)["data"], made, "{name}");
        }
        for query in ["keywords=%C3%98DEGÅRD", "keywords=9876&keywordField=phoneNumber", "customer=red", "subject=aase.o",
            "includeFlag=passwordNotSet&excludeFlag=blocked", "domain=argus&sortBy=-name&customer=red", "user=admin&userFieldStrategy=createdByUser"] {
            let listed = admin.get(&format!("{USERS}?{query}")).await.expect(200);
            assert_eq!(names(listed.list()), ["Aase.O"], "{query}");
        }
        let changed = json!({"name": "Aase", "email": "", "phone": {}, "daemonAccount": false, "shortName": "aase"});
        let changed = admin.put(&format!("{USERS}/{id}"), changed).await.expect(200)["data"].clone();
        assert_eq!((&changed["email"], &changed["phone"], &changed["flags"]), (&Value::Null, &Value::Null, &json!(["passwordNotSet"])));
        assert_eq!((&changed["language"], &changed["lastUpdatedByUser"]["shortName"]), (&"norwegian".into(), &"admin".into()));
        let moved = admin.put(&format!("{USERS}/aase/move"), json!({"customer": "blue"})).await.expect(200);
        assert_eq!(moved["data"]["customer"]["shortName"], "blue");
        // Records come to the log right after their changes; every look takes a round trip, which is time enough.
        let path = format!("/audit/v1/event?includeInternal=true&targetType=USER&targetID={id}&sortBy=action");
        for look in 0.. {
            let history = admin.get(&path).await.expect(200);
            let done: Vec<&str> = history.list().iter().filter_map(|event| event["action"].as_str()).collect();
            if done.len() < 3 {
                assert!(look < 100, "{done:?}");
                continue;
            }
            assert_eq!(done, ["useradmin_v2_user_add", "useradmin_v2_user_move", "useradmin_v2_user_update"]);
            break;
        }
    })
    .await;
}

#[tokio::test]
async fn a_deleted_user_is_out_at_once_and_can_come_back() {
    stores(async |app| {
        let id = app.new_user("leaver", "root", &[("viewAuditEvents", "root")]).await;
        let (key, session) = (app.by_key(&app.new_key(id).await), app.by_password("leaver", PASSWORD).await);
        key.get(WHO).await.expect(200);
        let admin = app.admin();
        let gone = admin.delete(&format!("{USERS}/leaver")).await.expect(200)["data"].clone();
        assert_eq!(gone["flags"], json!(["deleted"]));
        assert_eq!(
            (&gone["deletedTimestamp"], &gone["deletedByUser"]["id"]),
            (&json!(app.clock.now_millis()), &json!(1))
        );
        key.get(WHO).await.expect(401);
        session.get(WHO).await.expect(401);
        let mut refusals = Refusals::begin(app).await;
        let by = refusals.of(&admin);
        refused(by.delete(&format!("{USERS}/leaver")).await, 404, "twice");
        refused(refusals.of(&admin).put(&format!("{USERS}/leaver"), json!({"name": "x"})).await, 412, "deleted");
        refusals.end().await;
        assert!(!names(admin.get(USERS).await.expect(200).list()).contains(&"leaver"));
        for query in ["includeDeleted=True", "includeFlag=deleted"] {
            assert!(
                names(admin.get(&format!("{USERS}?{query}")).await.expect(200).list()).contains(&"leaver"),
                "{query}"
            );
        }
        let back = admin.put(&format!("{USERS}/leaver/reenable"), json!({})).await.expect(200)["data"].clone();
        assert_eq!((&back["flags"], &back["deletedTimestamp"]), (&json!([]), &Value::Null));
        key.get(WHO).await.expect(200);
        // What was ended stays so.
        session.get(WHO).await.expect(401);
    })
    .await;
}

#[tokio::test]
async fn bad_users_are_named_field_by_field() {
    stores(async |app| {
        app.customer("red", "root").await;
        app.new_user("taken", "root", &[]).await;
        let admin = app.admin();
        let mut refusals = Refusals::begin(app).await;
        let good = json!({"customer": "red", "name": "n", "shortName": "n"});
        let with = |member: &str, value: Value| {
            let mut body = good.clone();
            body[member] = value;
            body
        };
        for (body, fields) in [
            (json!({}), &["customer", "name", "shortName"][..]),
            (json!({"customer": "nobody", "name": "<b>", "shortName": "a b", "email": "x", "phone": {}, "language": "klingon"}), &["customer", "email", "language", "name", "phone", "shortName"]),
            (with("shortName", "TAKEN".into()), &["shortName"]),
            (with("shortName", "12".into()), &["shortName"]),
            (with("shortName", "x".repeat(256).into()), &["shortName"]),
            (with("domain", "elsewhere".into()), &["domain"]),
            (with("enableAuthenticationMethods", json!(["telepathy"])), &["enableAuthenticationMethods"]),
            (with("description", "a|b".into()), &["description"]),
        ] {
            bad_fields(refusals.of(&admin).post(USERS, body.clone()).await, fields, &body.to_string());
        }
        bad_fields(refusals.of(&admin).put(&format!("{USERS}/taken"), json!({"shortName": "admin", "name": ""})).await, &["name", "shortName"], "update");
        bad_fields(refusals.of(&admin).put(&format!("{USERS}/taken/move"), json!({"customer": "nobody"})).await, &["customer"], "move");
        bad_fields(refusals.of(&admin).get(&format!("{USERS}/taken?domain=x")).await, &["domain"], "domain");
        refusals.end().await;
        assert_eq!(names(admin.get(USERS).await.expect(200).list()), ["admin", "taken"]);
    })
    .await;
}

#[tokio::test]
async fn one_customer_knows_nothing_of_anothers_users() {
    stores(async |app| {
        app.customer("red", "root").await;
        app.customer("blue", "root").await;
        let blue = app.new_user("blue-user", "blue", &[]).await;
        let all = ["viewUsers", "createUser", "updateUser", "deleteUser"].map(|function| (function, "red"));
        let red = app.user_of("red-admin", "red", &all).await;
        let mut refusals = Refusals::begin(app).await;
        for name in [blue.to_string(), "blue-user".into(), "admin".into(), "no-such".into()] {
            let path = format!("{USERS}/{name}");
            refused(refusals.of(&red).get(&path).await, 404, &name);
            refused(refusals.of(&red).put(&path, json!({"name": "x"})).await, 404, &name);
            refused(refusals.of(&red).delete(&path).await, 404, &name);
            refused(refusals.of(&red).put(&format!("{path}/reenable"), json!({})).await, 404, &name);
            refused(refusals.of(&red).put(&format!("{path}/move"), json!({"customer": "red"})).await, 404, &name);
        }
        let into_blue = json!({"customer": "blue", "name": "n", "shortName": "n"});
        bad_fields(refusals.of(&red).post(USERS, into_blue).await, &["customer"], "another's");
        bad_fields(
            refusals.of(&red).put(&format!("{USERS}/red-admin/move"), json!({"customer": "blue"})).await,
            &["customer"],
            "away",
        );
        bad_fields(refusals.of(&red).get(&format!("{USERS}?customer=blue")).await, &["customer"], "filter");
        refusals.end().await;
        assert_eq!(
            names(red.get(&format!("{USERS}?limit=0&includeDeleted=true")).await.expect(200).list()),
            ["red-admin"]
        );
        let sub = json!({"subCriteria": [{"exclude": true, "keywords": ["red"]}]});
        assert!(red.post(&format!("{USERS}/search"), sub).await.expect(200).list().is_empty());
        red.post(USERS, json!({"customer": "red", "name": "n", "shortName": "n"})).await.expect(201);
    })
    .await;
}

/// Whoever can do less than somebody brings them neither back nor under another roof.
#[tokio::test]
async fn the_mighty_are_not_moved_by_the_weak() {
    stores(async |app| {
        app.customer("red", "root").await;
        app.new_user("mighty", "root", &[("administrator", "root")]).await;
        let weak = app.user("weak", &[("updateUser", "root"), ("deleteUser", "root")]).await;
        let mut refusals = Refusals::begin(app).await;
        let into_red = json!({"customer": "red"});
        let moved = refused(refusals.of(&weak).put(&format!("{USERS}/mighty/move"), into_red).await, 403, "move");
        assert_eq!(moved.template(), "access.denied.escalation");
        weak.delete(&format!("{USERS}/mighty")).await.expect(200);
        refused(refusals.of(&weak).put(&format!("{USERS}/mighty/reenable"), json!({})).await, 403, "back");
        // Now the first administrator is the last one.
        let last = refused(refusals.of(&weak).delete(&format!("{USERS}/admin")).await, 412, "the last");
        assert_eq!(last.template(), "last.administrator");
        refusals.end().await;
        app.admin().put(&format!("{USERS}/mighty/reenable"), json!({})).await.expect(200);
        weak.delete(&format!("{USERS}/admin")).await.expect(200);
        app.by_password("mighty", PASSWORD).await.get(USERS).await.expect(200);
    })
    .await;
}
