//! Permissions: granted by who holds them, gone at the next request, and never the last administrator's.

use argus_testing::{PASSWORD, stores};
use serde_json::{Value, json};

use crate::refusals::support::{Refusals, bad_fields, refused};

const PERMISSIONS: &str = "/useradmin/v2/permission";
const EVENTS: &str = "/audit/v1/event";

fn grant(subject: &str, function: &str, customer: &str) -> Value {
    json!({"subject": subject, "function": function, "customer": customer})
}

#[tokio::test]
async fn what_is_granted_holds_until_it_is_revoked() {
    stores(async |app| {
        app.customer("red", "root").await;
        let id = app.new_user("anna", "red", &[]).await;
        let (anna, admin) = (app.by_key(&app.new_key(id).await), app.by_password("admin", &app.admin_password).await);
        anna.get(EVENTS).await.expect(403);
        let mut wanted = grant("anna", "viewAuditEvents", "red");
        wanted["comment"] = "reads".into();
        let made = admin.post(PERMISSIONS, wanted.clone()).await.expect(201)["data"].clone();
        anna.get(EVENTS).await.expect(200);
        assert_eq!((&made["subject"]["id"], &made["customer"]["shortName"]), (&json!(id), &"red".into()));
        assert_eq!((&made["function"]["name"], &made["grantComment"]), (&"viewAuditEvents".into(), &"reads".into()));
        assert_eq!((&made["flags"], &made["grantedByUser"]["shortName"]), (&json!([]), &"admin".into()));
        assert_eq!(made["functionInfo"]["flags"], json!(["readOnly"]));
        let again = refused(admin.post(PERMISSIONS, wanted).await, 412, "again");
        assert_eq!(again.template(), "permission.exists");
        for query in ["subject=anna", "function=viewAuditEvents&includeFunctionAscendants=False", "customer=red&includeCustomerAscendants=false", "user=admin&userFieldStrategy=grantedByUser"] {
            let listed = admin.get(&format!("{PERMISSIONS}?{query}")).await.expect(200);
            assert_eq!(listed.list()[0], made, "{query}");
            assert_eq!(listed["count"], 1, "{query}");
        }
        assert_eq!(admin.get("/useradmin/v2/user/anna/permissions").await.expect(200).list(), &vec![made.clone()]);
        let number = made["id"].as_i64().unwrap();
        let revoked = admin.delete(&format!("{PERMISSIONS}/{number}?comment=enough")).await.expect(200)["data"].clone();
        anna.get(EVENTS).await.expect(403);
        assert_eq!((&revoked["flags"], &revoked["revokeComment"]), (&json!(["deleted"]), &"enough".into()));
        refused(admin.delete(&format!("{PERMISSIONS}/{number}")).await, 404, "twice");
        let all = json!({"subject": "anna", "includeDeleted": true});
        assert_eq!(admin.post(&format!("{PERMISSIONS}/search"), all).await.expect(200).list(), &vec![revoked]);
        // Many at once.
        let both = json!({"permissions": [grant("anna", "viewAuditEvents", "red"), grant("anna", "submitAuditEvents", "red")]});
        let made = admin.post(&format!("{PERMISSIONS}/bulk"), both).await.expect(200);
        anna.post(EVENTS, json!({"action": "a"})).await.expect(201);
        let numbers: Vec<String> = made.list().iter().map(|made| format!("permission={}", made["id"])).collect();
        admin.delete(&format!("{PERMISSIONS}?{}", numbers.join("&"))).await.expect(200);
        anna.get(EVENTS).await.expect(403);
    })
    .await;
}

#[tokio::test]
async fn groups_permissions_are_their_members() {
    stores(async |app| {
        let admin = app.by_password("admin", &app.admin_password).await;
        app.new_user("anna", "root", &[]).await;
        let new = json!({"customer": "root", "name": "g", "shortName": "g"});
        admin.post("/useradmin/v2/group", new).await.expect(201);
        admin.post("/useradmin/v2/group/g/members", json!({"subject": ["anna"]})).await.expect(200);
        admin.post(PERMISSIONS, grant("g", "viewAuditEvents", "root")).await.expect(201);
        let inherited = async |query: &str| {
            admin.get(&format!("/useradmin/v2/user/anna/permissions{query}")).await.expect(200)["count"]
                .as_i64()
                .unwrap()
        };
        assert_eq!((inherited("").await, inherited("?includeInherited=False").await), (1, 0));
        assert_eq!(admin.get("/useradmin/v2/group/g/permissions").await.expect(200)["count"], 1);
        bad_fields(
            admin.get("/useradmin/v2/user/anna/permissions?includeInherited=perhaps").await,
            &["includeInherited"],
            "flag",
        );
    })
    .await;
}

#[tokio::test]
async fn nobody_grants_what_is_not_theirs() {
    stores(async |app| {
        for (name, parent) in [("group", "root"), ("red", "group"), ("blue", "root")] {
            app.customer(name, parent).await;
        }
        let rights = [
            ("viewUsers", "root"),
            ("grantRole", "group"),
            ("revokeRole", "group"),
            ("viewPermissions", "group"),
            ("viewAuditEvents", "red"),
        ];
        app.new_user("eve", "red", &rights).await;
        let eve = app.by_password("eve", PASSWORD).await;
        let mut refusals = Refusals::begin(app).await;
        for (function, customer) in [
            ("administrator", "red"),
            ("submitAuditEvents", "red"),
            ("viewAuditEvents", "group"),
            ("viewUsers", "group"),
            ("grantRole", "red"),
        ] {
            let (granted, what) = (grant("eve", function, customer), format!("{function} on {customer}"));
            let held = (function, customer) == ("viewUsers", "group") || function == "grantRole";
            if held {
                eve.post(PERMISSIONS, granted).await.expect(201);
                continue;
            }
            let denied = refused(refusals.of(&eve).post(PERMISSIONS, granted.clone()).await, 403, &what);
            assert_eq!(denied.template(), "access.denied.escalation", "{what}");
            // With something harmless before it, nothing of it is done.
            let both = json!({"permissions": [grant("admin", "viewAuditEvents", "red"), granted]});
            refused(refusals.of(&eve).post(&format!("{PERMISSIONS}/bulk"), both).await, 403, &what);
        }
        for customer in ["blue", "root", "nowhere"] {
            bad_fields(
                refusals.of(&eve).post(PERMISSIONS, grant("eve", "viewAuditEvents", customer)).await,
                &["customer"],
                customer,
            );
        }
        refused(refusals.of(&eve).delete(&format!("{PERMISSIONS}/1")).await, 404, "at the root");
        bad_fields(
            refusals.of(&eve).delete(&format!("{PERMISSIONS}?permission=1")).await,
            &["permission"],
            "at the root",
        );
        refusals.end().await;
        assert_eq!(eve.get(&format!("{PERMISSIONS}?subject=admin")).await.expect(200)["count"], 0);
        eve.post(PERMISSIONS, grant("admin", "viewAuditEvents", "red")).await.expect(201);
    })
    .await;
}

#[tokio::test]
async fn bad_grants_are_named_field_by_field() {
    stores(async |app| {
        let admin = app.by_password("admin", &app.admin_password).await;
        let mut refusals = Refusals::begin(app).await;
        let bulk = format!("{PERMISSIONS}/bulk");
        bad_fields(
            refusals.of(&admin).post(PERMISSIONS, json!({})).await,
            &["customer", "function", "subject"],
            "empty",
        );
        let bad = json!({"subject": "nobody", "function": "fly", "customer": "mars", "comment": "<"});
        bad_fields(
            refusals.of(&admin).post(PERMISSIONS, bad).await,
            &["comment", "customer", "function", "subject"],
            "all",
        );
        let last = json!({"permissions": [grant("admin", "viewUsers", "root"), grant("nobody", "viewUsers", "root")]});
        bad_fields(refusals.of(&admin).post(&bulk, last).await, &["permissions[1].subject"], "the second");
        bad_fields(refusals.of(&admin).post(&bulk, json!({"permissions": []})).await, &["permissions"], "none");
        bad_fields(refusals.of(&admin).delete(PERMISSIONS).await, &["permission"], "none named");
        refused(refusals.of(&admin).delete(&format!("{PERMISSIONS}/x")).await, 404, "no number");
        refusals.end().await;
        assert_eq!(admin.get(PERMISSIONS).await.expect(200)["count"], 1);
        assert_eq!(app.admin().get(PERMISSIONS).await.expect(403).template(), "access.denied.level");
    })
    .await;
}

#[tokio::test]
async fn the_last_administrators_permission_stays() {
    stores(async |app| {
        let admin = app.by_password("admin", &app.admin_password).await;
        let mut refusals = Refusals::begin(app).await;
        for path in [format!("{PERMISSIONS}/1"), format!("{PERMISSIONS}?permission=1")] {
            assert_eq!(refused(refusals.of(&admin).delete(&path).await, 412, &path).template(), "last.administrator");
        }
        // Somebody who cannot log in is nobody, and so is one who holds it elsewhere only.
        let new = json!({"customer": "root", "name": "n", "shortName": "no-password"});
        admin.post("/useradmin/v2/user", new).await.expect(201);
        admin.post(PERMISSIONS, grant("no-password", "administrator", "root")).await.expect(201);
        app.customer("red", "root").await;
        app.new_user("elsewhere", "root", &[("administrator", "red")]).await;
        assert_eq!(
            refused(refusals.of(&admin).delete(&format!("{PERMISSIONS}/1")).await, 412, "still").template(),
            "last.administrator"
        );
        refusals.end().await;
        app.new_user("other", "root", &[("administrator", "root")]).await;
        admin.delete(&format!("{PERMISSIONS}/1")).await.expect(200);
        admin.get(PERMISSIONS).await.expect(403);
        app.by_password("other", PASSWORD).await.get(PERMISSIONS).await.expect(200);
    })
    .await;
}
