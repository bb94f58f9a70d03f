//! Searching people by groups and by what they may do, and permissions by whom and what they reach.

use argus_testing::{PASSWORD, TestApp, stores};
use serde_json::{Value, json};

use crate::refusals::support::{Refusals, bad_fields, refused};

const ADMIN: &str = "/useradmin/v2";

/// root - upper - lower; outer - inner - anna; role - viewAuditEvents. The group outer has the role on upper.
async fn tree(app: &TestApp) {
    let admin = app.by_password("admin", &app.admin_password).await;
    app.customer("upper", "root").await;
    app.customer("lower", "upper").await;
    app.new_user("anna", "root", &[]).await;
    app.new_user("bob", "root", &[("viewUsers", "lower")]).await;
    for (group, member) in [("inner", "anna"), ("outer", "inner")] {
        let new = json!({"customer": "root", "name": format!("Gruppe Ø {group}"), "shortName": group});
        admin.post(&format!("{ADMIN}/group"), new).await.expect(201);
        admin.post(&format!("{ADMIN}/group/{group}/members"), json!({"subject": [member]})).await.expect(200);
    }
    admin.post(&format!("{ADMIN}/function"), json!({"name": "role", "parent": "administrator"})).await.expect(201);
    let parts = json!({"children": ["viewAuditEvents"]});
    admin.post(&format!("{ADMIN}/function/role/children"), parts).await.expect(200);
    let granted = json!({"subject": "outer", "function": "role", "customer": "upper"});
    admin.post(&format!("{ADMIN}/permission"), granted).await.expect(201);
}

fn names(list: &[Value]) -> Vec<&str> {
    list.iter().filter_map(|found| found["shortName"].as_str()).collect()
}

/// Subject, function and customer of permissions.
fn triples(list: &[Value]) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let triple = |row: &Value| {
        [&row["subject"]["shortName"], &row["function"]["name"], &row["customer"]["shortName"]].map(text).join(" ")
    };
    list.iter().map(triple).collect()
}

#[tokio::test]
async fn people_are_found_by_groups_and_permissions() {
    stores(async |app| {
        tree(app).await;
        let admin = app.by_password("admin", &app.admin_password).await;
        for (path, expected) in [
            ("subject?ancestor=outer&sortBy=shortName", &["anna", "inner"][..]),
            ("user?ancestor=outer", &["anna"]),
            ("group?ancestor=outer", &["inner"]),
            ("subject?parent=outer", &["inner"]),
            ("subject?ancestor=anna", &[]),
        ] {
            assert_eq!(names(admin.get(&format!("{ADMIN}/{path}")).await.expect(200).list()), expected, "{path}");
        }
        for (entity, permissions, expected) in [
            ("user", json!([{"function": "viewAuditEvents", "customer": "lower"}]), &["admin", "anna"][..]),
            ("subject", json!([{"function": "role", "customer": "upper"}]), &["admin", "anna", "inner", "outer"]),
            ("user", json!([{"function": "role", "customer": "root"}]), &["admin"]),
            ("user", json!([{"function": "viewUsers", "customer": "lower", "domain": "argus"}]), &["admin", "bob"]),
            ("user", json!([{"function": "viewUsers", "domain": "nowhere"}]), &[]),
            ("user", json!([{"customer": "lower"}, {"function": "administrator"}]), &["admin", "anna", "bob"]),
            ("group", json!({"customer": "upper"}), &["inner", "outer"]),
        ] {
            let wanted = json!({"permissions": permissions, "sortBy": ["shortName"]});
            let found = admin.post(&format!("{ADMIN}/{entity}/search"), wanted.clone()).await.expect(200);
            assert_eq!(names(found.list()), expected, "{wanted}");
            let below = json!({"sortBy": ["shortName"], "subCriteria": [{"permissions": permissions}]});
            assert_eq!(
                names(admin.post(&format!("{ADMIN}/{entity}/search"), below).await.expect(200).list()),
                expected
            );
        }
        let mut refusals = Refusals::begin(app).await;
        for bad in [json!([{}]), json!(["viewUsers"]), json!([{"function": 1}])] {
            let wanted = json!({"permissions": bad});
            let answer = refusals.of(&admin).post(&format!("{ADMIN}/user/search"), wanted.clone()).await;
            bad_fields(answer, &["permissions"], &wanted.to_string());
        }
        // Who may do what is told to those only who may see that, wherever it stands and at their level.
        app.new_user("eve", "root", &[("viewUsers", "root"), ("viewPermissions", "upper")]).await;
        let eve = app.by_password("eve", PASSWORD).await;
        for by in [&eve, &app.admin()] {
            let wanted = json!({"subCriteria": [{"subCriteria": [{"permissions": [{"function": "role"}]}]}]});
            refused(refusals.of(by).post(&format!("{ADMIN}/subject/search"), wanted).await, 403, "permissions");
        }
        refusals.end().await;
    })
    .await;
}

#[tokio::test]
async fn permissions_are_found_by_whom_and_what_they_reach() {
    stores(async |app| {
        tree(app).await;
        let admin = app.by_password("admin", &app.admin_password).await;
        let (own, group, bob) = ("admin administrator root", "outer role upper", "bob viewUsers lower");
        for (query, expected) in [
            ("", &[own, bob, group][..]),
            ("subject=anna", &[group]),
            ("subject=anna&includeSubjectAscendants=False", &[]),
            ("subject=outer&includeSubjectAscendants=false", &[group]),
            ("function=viewAuditEvents", &[own, group]),
            ("function=viewAuditEvents&includeFunctionAscendants=false", &[]),
            ("function=administrator&function=nothing", &[own, bob, group]),
            ("function=administrator&includeFunctionDescendants=false", &[own]),
            ("customer=upper", &[own, bob, group]),
            ("customer=upper&includeCustomerAscendants=false", &[bob, group]),
            ("customer=upper&includeCustomerDescendants=False&includeCustomerAscendants=false", &[group]),
            ("customer=lower&function=viewUsers", &[own, bob]),
            ("domain=argus", &[own, bob, group]),
            ("domain=nowhere", &[]),
            ("keywords=GRUPPE%20ø", &[group]),
            ("keywords=outer&keywords=UPPER", &[group]),
            ("keywords=outer&keywords=bob&keywordMatch=any", &[bob, group]),
            ("keywords=role&keywordField=function", &[group]),
            ("keywords=upper&keywordField=function", &[]),
            ("keywords=LOWER&keywordField=customer&keywordField=function", &[bob]),
        ] {
            let found = admin.get(&format!("{ADMIN}/permission?{query}")).await.expect(200);
            let mut found = triples(found.list());
            found.sort_unstable();
            assert_eq!(found, expected, "{query}");
        }
        // Below a group: what its members have themselves.
        let granted = json!({"subject": "anna", "function": "viewUsers", "customer": "lower"});
        let granted =
            admin.post(&format!("{ADMIN}/permission"), granted).await.expect(201)["data"]["functionInfo"].clone();
        assert_eq!((&granted["name"], &granted["minimumSecurityLevel"]), (&"viewUsers".into(), &"external".into()));
        let wanted = |below: bool| json!({"subject": ["outer"], "includeSubjectDescendants": below});
        let search = format!("{ADMIN}/permission/search");
        assert_eq!(admin.post(&search, wanted(true)).await.expect(200)["count"], 2);
        assert_eq!(admin.post(&search, wanted(false)).await.expect(200)["count"], 1);
        // A cursor belongs to its switches.
        let first = admin.get(&format!("{ADMIN}/permission?customer=upper&limit=1")).await.expect(200);
        let cursor = first["metaData"]["nextCursor"].as_str().unwrap();
        let other = format!("{ADMIN}/permission?customer=upper&includeCustomerAscendants=false&cursor={cursor}");
        bad_fields(admin.get(&other).await, &["cursor"], "other switches");
        let bad = admin.get(&format!("{ADMIN}/permission?includeSubjectAscendants=perhaps&keywordField=comment")).await;
        bad_fields(bad, &["includeSubjectAscendants", "keywordField"], "unknown");
    })
    .await;
}
