//! What functions must not become: circles, something else than their modules say, the end of the last administrator.

use argus_testing::{Actor, PASSWORD, TestApp, stores};
use serde_json::json;

use crate::refusals::support::{Refusals, bad_fields, refused};

const FUNCTIONS: &str = "/useradmin/v2/function";
const EVENTS: &str = "/audit/v1/event";

async fn manager(app: &TestApp) -> Actor {
    app.by_password("admin", &app.admin_password).await
}

async fn role(by: &Actor, name: &str, parent: &str) {
    by.post(FUNCTIONS, json!({"name": name, "parent": parent})).await.expect(201);
}

#[tokio::test]
async fn what_modules_made_known_stays() {
    stores(async |app| {
        let (admin, key) = (manager(app).await, app.admin());
        let mut refusals = Refusals::begin(app).await;
        for name in ["viewPermissions", "administrator"] {
            let path = format!("{FUNCTIONS}/{name}");
            assert_eq!(refused(refusals.of(&admin).delete(&path).await, 412, name).template(), "function.built.in");
            let other = json!({"name": "other", "role": name != "administrator", "readOnly": name == "administrator"});
            bad_fields(refusals.of(&admin).put(&path, other).await, &["name", "readOnly", "role"], name);
            let same = json!({"name": name, "role": name == "administrator", "localizedNames": {"norwegian": "Ås"}});
            assert_eq!(admin.put(&path, same).await.expect(200)["data"]["localizedNames"]["norwegian"], "Ås");
        }
        let view = format!("{FUNCTIONS}/viewPermissions");
        let lower = json!({"minimumSecurityLevel": "external"});
        bad_fields(refusals.of(&admin).put(&view, lower.clone()).await, &["minimumSecurityLevel"], "lower");
        let taken = format!("{FUNCTIONS}/administrator/children?child=viewPermissions");
        bad_fields(refusals.of(&admin).delete(&taken).await, &["child"], "of the administrator");
        // It can ask for more than its module does, and for that again, but not for less.
        let events = format!("{FUNCTIONS}/viewAuditEvents");
        admin.put(&events, json!({"minimumSecurityLevel": "standard"})).await.expect(200);
        assert_eq!(key.get(EVENTS).await.expect(403).template(), "access.denied.level");
        admin.get(EVENTS).await.expect(200);
        admin.put(&events, lower).await.expect(200);
        key.get(EVENTS).await.expect(200);
        refusals.end().await;
    })
    .await;
}

#[tokio::test]
async fn bad_functions_are_named_field_by_field() {
    stores(async |app| {
        let admin = manager(app).await;
        role(&admin, "known", "administrator").await;
        role(&admin, "gone", "administrator").await;
        admin.delete(&format!("{FUNCTIONS}/gone")).await.expect(200);
        let mut refusals = Refusals::begin(app).await;
        bad_fields(refusals.of(&admin).post(FUNCTIONS, json!({})).await, &["name", "parent"], "empty");
        for name in ["", "a b", "æ", "<", "12", "known", "gone", "viewUsers"] {
            let new = json!({"name": name, "parent": "administrator"});
            bad_fields(refusals.of(&admin).post(FUNCTIONS, new).await, &["name"], name);
        }
        let bad = json!({"name": "<", "parent": "gone", "minimumSecurityLevel": "low", "roleType": "x", "role": 1,
            "description": "<", "localizedNames": {"klingon": "x"}, "localizedDescriptions": {"english": "<"}});
        let fields = [
            "description",
            "localizedDescriptions",
            "localizedNames",
            "minimumSecurityLevel",
            "name",
            "parent",
            "role",
            "roleType",
        ];
        bad_fields(refusals.of(&admin).post(FUNCTIONS, bad.clone()).await, &fields, "all");
        let fields: Vec<&str> = fields.into_iter().filter(|field| *field != "parent").collect();
        bad_fields(refusals.of(&admin).put(&format!("{FUNCTIONS}/known"), bad).await, &fields, "all");
        let children = format!("{FUNCTIONS}/known/children");
        for body in [
            json!({}),
            json!({"children": []}),
            json!({"children": ["viewUsers", "nothing"]}),
            json!({"children": ["gone"]}),
        ] {
            bad_fields(refusals.of(&admin).post(&children, body.clone()).await, &["children"], &body.to_string());
        }
        for query in ["", "?child=nothing", "?child=viewUsers"] {
            bad_fields(refusals.of(&admin).delete(&format!("{children}{query}")).await, &["child"], query);
        }
        let gone = format!("{FUNCTIONS}/gone");
        refused(refusals.of(&admin).put(&gone, json!({"role": true})).await, 412, "removed");
        refused(refusals.of(&admin).delete(&gone).await, 404, "twice");
        let into = json!({"children": ["viewUsers"]});
        refused(refusals.of(&admin).post(&format!("{gone}/children"), into).await, 412, "removed");
        refusals.end().await;
    })
    .await;
}

#[tokio::test]
async fn no_function_is_a_part_of_itself() {
    stores(async |app| {
        let admin = manager(app).await;
        role(&admin, "outer", "administrator").await;
        role(&admin, "inner", "outer").await;
        let mut refusals = Refusals::begin(app).await;
        for (part, whole) in [("outer", "inner"), ("inner", "inner"), ("administrator", "inner")] {
            let circle =
                refusals.of(&admin).post(&format!("{FUNCTIONS}/{whole}/children"), json!({"children": [part]})).await;
            assert_eq!(refused(circle, 412, part).template(), "function.circle");
        }
        refusals.end().await;
        // Two that together make a circle, at the same time: one of them waits, and sees the other.
        for round in 0..5 {
            let (one, other) = (format!("one-{round}"), format!("other-{round}"));
            role(&admin, &one, "administrator").await;
            role(&admin, &other, "administrator").await;
            let add = async |whole: &str, part: &str| {
                admin.post(&format!("{FUNCTIONS}/{whole}/children"), json!({"children": [part]})).await.status
            };
            let (first, second) = tokio::join!(add(&one, &other), add(&other, &one));
            assert_eq!(first.min(second), 200);
            assert_eq!(first.max(second), 412);
        }
    })
    .await;
}

#[tokio::test]
async fn the_last_administrators_role_stays() {
    stores(async |app| {
        let admin = manager(app).await;
        // A role above that of the administrator, and outside of it.
        role(&admin, "chief", "administrator").await;
        admin.delete(&format!("{FUNCTIONS}/administrator/children?child=chief")).await.expect(200);
        admin.post(&format!("{FUNCTIONS}/chief/children"), json!({"children": ["administrator"]})).await.expect(200);
        app.new_user("boss", "root", &[("chief", "root")]).await;
        let boss = app.by_password("boss", PASSWORD).await;
        boss.delete("/useradmin/v2/user/admin").await.expect(200);
        for path in [format!("{FUNCTIONS}/chief"), format!("{FUNCTIONS}/chief/children?child=administrator")] {
            let last = refused(boss.delete(&path).await, 412, &path);
            assert_eq!(last.template(), "last.administrator");
        }
        assert_eq!(boss.get(&format!("{FUNCTIONS}/chief/children")).await.expect(200).list().len(), 1);
        app.new_user("other", "root", &[("administrator", "root")]).await;
        boss.delete(&format!("{FUNCTIONS}/chief")).await.expect(200);
        boss.get(FUNCTIONS).await.expect(403);
    })
    .await;
}
