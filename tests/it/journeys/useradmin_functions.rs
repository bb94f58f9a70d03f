//! Functions and roles: made, changed and removed at the root only, never to give what the giver does not hold.

use argus_testing::{Actor, PASSWORD, TestApp, stores};
use serde_json::{Value, json};

use crate::refusals::support::{Refusals, bad_fields, refused};

const FUNCTIONS: &str = "/useradmin/v2/function";
const MAPPINGS: &str = "/useradmin/v2/functionmapping";
const PERMISSIONS: &str = "/useradmin/v2/permission";
const EVENTS: &str = "/audit/v1/event";

/// Every change of functions.
const CHANGES: [&str; 5] =
    ["addFunction", "updateFunction", "removeFunction", "addChildFunction", "removeChildFunction"];

async fn manager(app: &TestApp) -> Actor {
    app.by_password("admin", &app.admin_password).await
}

async fn role(by: &Actor, name: &str, parent: &str) -> i64 {
    let new = json!({"name": name, "parent": parent, "role": true});
    by.post(FUNCTIONS, new).await.expect(201)["data"]["id"].as_i64().unwrap()
}

async fn grant(by: &Actor, subject: &str, function: &str, customer: &str) {
    let new = json!({"subject": subject, "function": function, "customer": customer});
    by.post(PERMISSIONS, new).await.expect(201);
}

fn children(of: &str) -> String {
    format!("{FUNCTIONS}/{of}/children")
}

fn names(list: &[Value]) -> Vec<&str> {
    list.iter().filter_map(|function| function["name"].as_str()).collect()
}

#[tokio::test]
async fn a_role_gives_what_it_consists_of() {
    stores(async |app| {
        let admin = manager(app).await;
        let id = app.new_user("anna", "root", &[]).await;
        let anna = app.by_key(&app.new_key(id).await);
        // As the client sends it.
        let new = json!({"name": "Analyst.1", "parent": "administrator", "minimumSecurityLevel": "standard",
            "roleType": "otherRole", "role": true, "sysadm": false, "readOnly": false, "description": "Looks at events",
            "localizedNames": {"norwegian": "Analytiker", "english": "Analyst"}});
        let made = admin.post(FUNCTIONS, new).await.expect(201)["data"].clone();
        assert_eq!((&made["minimumSecurityLevel"], &made["roleType"]), (&"standard".into(), &"other".into()));
        assert_eq!((&made["flags"], &made["createdByUser"]["id"]), (&json!(["role"]), &json!(1)));
        assert_eq!((&made["localizedName"], &made["description"]), (&"Analyst".into(), &"Looks at events".into()));
        assert_eq!(made["localizedDescriptions"], json!({"english": "Looks at events"}));
        for name in [made["id"].to_string(), "Analyst.1".into()] {
            assert_eq!(admin.get(&format!("{FUNCTIONS}/{name}")).await.expect(200)["data"], made, "{name}");
        }
        grant(&admin, "anna", "Analyst.1", "root").await;
        anna.get(EVENTS).await.expect(403);
        let two = json!({"children": ["viewAuditEvents", "submitAuditEvents", "viewAuditEvents"]});
        let parent = admin.post(&children("Analyst.1"), two).await.expect(200);
        assert_eq!(parent["data"]["name"], "Analyst.1");
        anna.get(EVENTS).await.expect(200);
        assert_eq!(names(admin.get(&children("Analyst.1")).await.expect(200).list()).len(), 2);
        let parents = admin.get(&format!("{FUNCTIONS}/viewAuditEvents/parents")).await.expect(200);
        assert_eq!(names(parents.list()), ["administrator", "Analyst.1"]);
        let left = admin.delete(&format!("{}?child=viewAuditEvents", children("Analyst.1"))).await.expect(200);
        assert_eq!(names(left.list()), ["submitAuditEvents"]);
        anna.get(EVENTS).await.expect(403);
        anna.post(EVENTS, json!({"action": "a"})).await.expect(201);
        let changed =
            json!({"name": "writer", "localizedNames": {}, "minimumSecurityLevel": "external", "sysadm": true});
        let changed = admin.put(&format!("{FUNCTIONS}/Analyst.1"), changed).await.expect(200)["data"].clone();
        assert_eq!((&changed["name"], &changed["localizedName"]), (&"writer".into(), &Value::Null));
        assert_eq!(
            (&changed["flags"], &changed["minimumSecurityLevel"]),
            (&json!(["role", "sysadm"]), &"external".into())
        );
        assert_eq!(changed["localizedDescriptions"], json!({"english": "Looks at events"}));
        anna.post(EVENTS, json!({"action": "a"})).await.expect(201);
        let gone = admin.delete(&format!("{FUNCTIONS}/writer")).await.expect(200)["data"].clone();
        assert_eq!((&gone["flags"], &gone["deletedByUser"]["id"]), (&json!(["deleted", "role", "sysadm"]), &json!(1)));
        anna.post(EVENTS, json!({"action": "a"})).await.expect(403);
        let path =
            format!("/audit/v1/event?includeInternal=true&targetType=FUNCTION&targetID={}&sortBy=sequence", made["id"]);
        // Records come to the log right after their changes; every look takes a round trip, which is time enough.
        for look in 0.. {
            let history = admin.get(&path).await.expect(200);
            let done: Vec<&str> = history.list().iter().filter_map(|event| event["action"].as_str()).collect();
            if done.len() < 5 {
                assert!(look < 100, "{done:?}");
                continue;
            }
            let expected = ["add", "children_add", "children_remove", "update", "delete"];
            assert_eq!(done, expected.map(|action| format!("useradmin_v2_function_{action}")));
            break;
        }
    })
    .await;
}

#[tokio::test]
async fn functions_and_mappings_are_found() {
    stores(async |app| {
        let admin = manager(app).await;
        for (name, parent) in [("outer", "administrator"), ("middle", "outer"), ("inner", "middle")] {
            role(&admin, name, parent).await;
        }
        role(&admin, "removed", "inner").await;
        admin.delete(&format!("{FUNCTIONS}/removed")).await.expect(200);
        for (query, expected) in [
            ("function=inner&function=outer&sortBy=-name", &["outer", "inner"][..]),
            ("ancestor=outer&sortBy=name", &["inner", "middle"]),
            ("descendant=inner&sortBy=id", &["administrator", "outer", "middle"]),
            ("keywords=MIDD", &["middle"]),
            (
                "includeFlag=role&excludeFlag=sysadm&minimumSecurityLevel=standard&sortBy=id",
                &["outer", "middle", "inner"],
            ),
            ("includeFlag=deleted", &["removed"]),
            ("function=removed", &[]),
            ("function=removed&includeDeleted=True", &["removed"]),
        ] {
            let found = admin.get(&format!("{FUNCTIONS}?{query}")).await.expect(200);
            assert_eq!(names(found.list()), expected, "{query}");
            assert_eq!(found["count"], expected.len(), "{query}");
        }
        let wanted = json!({"ancestors": ["outer"], "subCriteria": [{"function": ["inner"], "exclude": true}]});
        let found = admin.post(&format!("{FUNCTIONS}/search"), wanted).await.expect(200);
        assert_eq!(names(found.list()), ["middle"]);
        let pairs = async |query: &str| {
            let found = admin.get(&format!("{MAPPINGS}?{query}")).await.expect(200);
            let pair = |row: &Value| format!("{} {}", row["parent"]["name"], row["child"]["name"]).replace('"', "");
            found.list().iter().map(pair).collect::<Vec<_>>()
        };
        assert_eq!(pairs("parent=outer&parent=middle&sortBy=-parentName").await, ["outer middle", "middle inner"]);
        assert_eq!(pairs("child=inner&child=middle&sortBy=childName").await, ["middle inner", "outer middle"]);
        assert_eq!(pairs("parent=inner").await, [""; 0]);
        assert_eq!(pairs("parent=inner&includeDeleted=true").await, ["inner removed"]);
        let all =
            admin.post(&format!("{MAPPINGS}/search"), json!({"sortBy": ["childName"], "limit": 2})).await.expect(200);
        let cursor = all["metaData"]["nextCursor"].as_str().unwrap();
        let next = json!({"sortBy": ["childName"], "limit": 1, "cursor": cursor});
        let next = admin.post(&format!("{MAPPINGS}/search"), next).await.expect(200);
        assert!(all.list()[1]["child"]["name"].as_str() < next.list()[0]["child"]["name"].as_str());
        let bad = admin.get(&format!("{FUNCTIONS}?minimumSecurityLevel=high&sortBy=colour")).await;
        bad_fields(bad, &["minimumSecurityLevel", "sortBy"], "unknown");
    })
    .await;
}

#[tokio::test]
async fn nobody_gives_by_a_role_what_is_not_theirs() {
    stores(async |app| {
        for name in ["red", "blue"] {
            app.customer(name, "root").await;
        }
        let admin = manager(app).await;
        for name in ["mine", "above"] {
            role(&admin, name, "administrator").await;
        }
        let mut rights: Vec<_> = CHANGES.into_iter().map(|function| (function, "root")).collect();
        rights.extend([("viewAuditEvents", "red"), ("mine", "red")]);
        app.new_user("eve", "root", &rights).await;
        let eve = app.by_password("eve", PASSWORD).await;
        let mut refusals = Refusals::begin(app).await;
        let escalation = async |refusals: &mut Refusals<'_>, role: &str, child: &str| {
            let denied = refusals.of(&eve).post(&children(role), json!({"children": [child]})).await;
            assert_eq!(refused(denied, 403, child).template(), "access.denied.escalation", "{child} in {role}");
        };
        // The administrator has it at the root, so that eve would give it there.
        escalation(&mut refusals, "mine", "viewAuditEvents").await;
        admin.delete(&format!("{}?child=mine&child=above", children("administrator"))).await.expect(200);
        escalation(&mut refusals, "mine", "submitAuditEvents").await;
        escalation(&mut refusals, "mine", "administrator").await;
        eve.post(&children("mine"), json!({"children": ["viewAuditEvents"]})).await.expect(200);
        // What is held on red is not enough for a role that somebody has on blue, by a role above it or itself.
        admin.post(&children("above"), json!({"children": ["mine"]})).await.expect(200);
        app.new_user("other", "blue", &[("above", "blue")]).await;
        eve.delete(&format!("{}?child=viewAuditEvents", children("mine"))).await.expect(200);
        escalation(&mut refusals, "mine", "viewAuditEvents").await;
        // Nothing of several is done when one is refused.
        let both = json!({"children": ["addFunction", "submitAuditEvents"]});
        refused(refusals.of(&eve).post(&children("mine"), both).await, 403, "both");
        assert!(admin.get(&children("mine")).await.expect(200).list().is_empty());
        // Nor is a new function put where eve has nothing.
        let below = json!({"name": "n", "parent": "viewUsers"});
        assert_eq!(
            refused(refusals.of(&eve).post(FUNCTIONS, below).await, 403, "new").template(),
            "access.denied.escalation"
        );
        let own = json!({"name": "n", "parent": "addFunction"});
        eve.post(FUNCTIONS, own).await.expect(201);
        // A lower level gives it to weaker credentials.
        let lower = json!({"minimumSecurityLevel": "external"});
        refused(refusals.of(&eve).put(&format!("{FUNCTIONS}/above"), lower.clone()).await, 403, "lower");
        let high = json!({"minimumSecurityLevel": "administrative"});
        eve.put(&format!("{FUNCTIONS}/n"), high).await.expect(200);
        let denied = refused(refusals.of(&eve).put(&format!("{FUNCTIONS}/n"), lower).await, 403, "of that level");
        assert_eq!(denied.template(), "access.denied.level");
        refusals.end().await;
    })
    .await;
}

#[tokio::test]
async fn functions_are_changed_at_the_root_only() {
    stores(async |app| {
        app.customer("red", "root").await;
        let admin = manager(app).await;
        role(&admin, "custom", "administrator").await;
        let rights: Vec<_> = CHANGES.into_iter().chain(["viewFunctions"]).map(|function| (function, "red")).collect();
        app.new_user("local", "red", &rights).await;
        let local = app.by_password("local", PASSWORD).await;
        let mut refusals = Refusals::begin(app).await;
        let one = format!("{FUNCTIONS}/custom");
        for (method, path) in [
            ("POST", FUNCTIONS.to_owned()),
            ("PUT", one.clone()),
            ("PUT", format!("{FUNCTIONS}/nothing")),
            ("DELETE", one.clone()),
            ("POST", children("custom")),
            ("DELETE", children("custom")),
        ] {
            let by = refusals.of(&local);
            let request = by.request(method, &path).json(&json!({"name": "<"}));
            let denied = refused(argus_testing::Answer::of(request).await, 403, &path);
            assert_eq!(denied.template(), "access.denied", "{method} {path}");
        }
        for path in [format!("{FUNCTIONS}/nothing"), children("nothing"), format!("{FUNCTIONS}/0/parents")] {
            refused(refusals.of(&local).get(&path).await, 404, &path);
        }
        refusals.end().await;
        assert_eq!(local.get(&one).await.expect(200)["data"]["name"], "custom");
    })
    .await;
}
