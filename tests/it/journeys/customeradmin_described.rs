//! Properties whose keys are described: defaults, what values may be, who sees and sets them, who inherits.

use argus_testing::{Answer, TestApp, stores};
use serde_json::{Value, json};

use super::customeradmin_descriptors::descriptor;
use crate::refusals::support::{Refusals, bad_fields, refused};

const DESCRIPTORS: &str = "/customeradmin/v2/propertydescriptor";
const CUSTOMERS: &str = "/customeradmin/v2/customer";
const BASIC: &str = "/customers/v2/customer";

/// Key, value, type, source and what the caller may do, of each.
fn short(answer: &Answer) -> Vec<[&str; 5]> {
    let members = ["key", "value", "type", "source", "currentUserAccessLevel"];
    answer.list().iter().map(|it| members.map(|member| it[member].as_str().unwrap())).collect()
}

async fn describe(app: &TestApp, key: &str, kind: &str, more: Value) {
    app.admin().post(DESCRIPTORS, descriptor(key, kind, more)).await.expect(201);
}

fn properties(customer: &str) -> String {
    format!("{CUSTOMERS}/{customer}/properties")
}

#[tokio::test]
async fn defaults_are_there_until_somebody_sets_something() {
    stores(async |app| {
        for (name, parent) in [("group", "root"), ("red", "group")] {
            app.customer(name, parent).await;
        }
        let admin = app.admin();
        let put = async |customer: &str, values: Value| {
            admin.put(&properties(customer), json!({ "properties": values })).await.expect(200)
        };
        describe(app, "days", "integerType", json!({ "defaultValue": 30, "section": "sla" })).await;
        describe(app, "own", "stringType", json!({ "defaultValue": "none", "inherited": false })).await;
        describe(app, "silent", "booleanType", json!({})).await;
        put("group", json!({ "free": true })).await;
        let listed = admin.get(&properties("red")).await.expect(200);
        assert_eq!(
            short(&listed),
            [
                ["days", "30", "integerType", "descriptor", "write"],
                ["free", "true", "boolean", "inherited", "write"],
                ["own", "none", "stringType", "descriptor", "write"],
            ]
        );
        assert_eq!(
            (&listed.list()[0]["defaultJsonValue"], &listed.list()[1]["defaultValue"]),
            (&json!(30), &Value::Null)
        );
        put("group", json!({ "days": 7, "own": "group's" })).await;
        let red = admin.get(&properties("red")).await.expect(200);
        assert_eq!(short(&red)[0][..4], ["days", "7", "integerType", "inherited"]);
        assert_eq!(short(&red)[2][..4], ["own", "none", "stringType", "descriptor"], "not inherited");
        let set = put("red", json!({ "days": 1, "silent": false })).await;
        assert_eq!(short(&set)[0][..4], ["days", "1", "integerType", "customer"]);
        assert_eq!((&set.list()[0]["defaultValue"], short(&set)[3][0]), (&json!("30"), "silent"));
        for (query, found) in
            [("section=sla", &["days"][..]), ("key=own&key=free", &["free", "own"]), ("section=aer", &[])]
        {
            let listed = admin.get(&format!("{}?{query}", properties("red"))).await.expect(200);
            assert_eq!(short(&listed).iter().map(|it| it[0]).collect::<Vec<_>>(), found, "{query}");
        }
        let basic = admin.get(&format!("{BASIC}/red?includeProperties=true")).await.expect(200);
        assert_eq!(basic["data"]["properties"], json!({ "days": 1, "free": true, "own": "none", "silent": false }));
        let prefixed = admin.get(&format!("{BASIC}/red?includePropertiesWithPrefix=o")).await.expect(200);
        assert_eq!(prefixed["data"]["properties"], json!({ "own": "none" }));
        let left = admin.delete(&format!("{}?key=days", properties("red"))).await.expect(200);
        assert_eq!(short(&left)[0][..4], ["days", "7", "integerType", "inherited"]);
        // Without its descriptor a property goes on as any other.
        admin.delete(&format!("{DESCRIPTORS}/days")).await.expect(200);
        assert_eq!(short(&put("red", json!({ "days": "many" })).await)[0][..4], ["days", "many", "string", "customer"]);
    })
    .await;
}

#[tokio::test]
async fn values_are_what_the_descriptor_says() {
    stores(async |app| {
        app.customer("red", "root").await;
        let admin = app.admin();
        let schema = json!({ "properties": { "mail": { "type": "string", "pattern": "^[^@]+@[^@]+$" } }, "required": ["mail"] });
        describe(app, "contact", "jsonType", json!({ "schema": schema })).await;
        describe(app, "name", "stringType", json!({ "schema": { "maxLength": 3 } })).await;
        for kind in ["floatType", "integerType", "booleanType"] {
            describe(app, kind, kind, json!({})).await;
        }
        let path = properties("red");
        let good = json!({
            "contact": { "mail": "a@b" }, "name": "abc", "floatType": 1, "integerType": -1, "booleanType": false, "free": [1],
        });
        admin.put(&path, json!({ "properties": good })).await.expect(200);
        let before = admin.get(&path).await.expect(200)["data"].clone();
        let bad = json!({
            "contact": { "mail": "hush" }, "name": "abcd", "floatType": "1", "integerType": 1.5, "booleanType": "true", "free": 2,
        });
        let mut refusals = Refusals::begin(app).await;
        let all = ["booleanType", "contact", "floatType", "integerType", "name"].map(|key| format!("properties.{key}"));
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        let answer = bad_fields(refusals.of(&admin).put(&path, json!({ "properties": bad })).await, &all, "all");
        assert!(answer.text.contains("at /mail") && !answer.text.contains("hush"), "{}", answer.text);
        refusals.end().await;
        assert_eq!(admin.get(&path).await.expect(200)["data"], before, "none of them was set");
        // Another schema changes nothing of what is there.
        admin.put(&format!("{DESCRIPTORS}/name"), json!({ "schema": { "maxLength": 1 } })).await.expect(200);
        assert_eq!(admin.get(&path).await.expect(200)["data"], before);
        bad_fields(admin.put(&path, json!({ "properties": { "name": "abc" } })).await, &["properties.name"], "not again");
    })
    .await;
}

#[tokio::test]
async fn who_sees_and_who_sets_is_said_by_the_descriptor() {
    stores(async |app| {
        for name in ["red", "blue"] {
            app.customer(name, "root").await;
        }
        let guard =
            json!({ "readFunction": "viewAuditEvents", "writeFunction": "moveCustomer", "defaultValue": "secret" });
        describe(app, "guarded", "stringType", guard).await;
        let admin = app.admin();
        admin.put(&properties("red"), json!({ "properties": { "guarded": "very", "open": 1 } })).await.expect(200);
        let base = [("viewCustomers", "root"), ("viewBasicCustomer", "root"), ("updateCustomer", "root")];
        let plain = app.user("plain", &base).await;
        let reader = app.user("reader", &[&base[..], &[("viewAuditEvents", "red")]].concat()).await;
        let writer = app.user("writer", &[&base[..], &[("moveCustomer", "red")]].concat()).await;
        let seen = async |by: &argus_testing::Actor, customer: &str| {
            let listed = by.get(&properties(customer)).await.expect(200);
            let map = by.get(&format!("{BASIC}/{customer}?includeProperties=true")).await.expect(200);
            let listed: Vec<String> = short(&listed).iter().map(|it| format!("{}:{}", it[0], it[4])).collect();
            assert_eq!(map["data"]["properties"].as_object().unwrap().len(), listed.len());
            listed
        };
        assert_eq!(seen(&plain, "red").await, ["open:write"]);
        assert_eq!(seen(&reader, "red").await, ["guarded:read", "open:write"]);
        assert!(seen(&reader, "blue").await.is_empty(), "the default neither");
        assert_eq!(seen(&writer, "red").await, ["open:write"]);
        assert_eq!(seen(&admin, "red").await, ["guarded:write", "open:write"]);
        let mut refusals = Refusals::begin(app).await;
        for (by, customer) in [(&plain, "red"), (&reader, "red"), (&writer, "blue")] {
            let set = json!({ "properties": { "guarded": 5, "open": null } });
            let answer = refusals.of(by).put(&properties(customer), set).await;
            let text = refused(answer, 403, "before anything is said about the values").text;
            assert!(text.contains("moveCustomer"), "{text}");
            refused(refusals.of(by).delete(&format!("{}?key=guarded", properties(customer))).await, 403, "to remove");
        }
        refusals.end().await;
        writer.put(&properties("red"), json!({ "properties": { "guarded": "new" } })).await.expect(200);
        assert_eq!(short(&reader.get(&properties("red")).await.expect(200))[0][1], "new");
        writer.delete(&format!("{}?key=guarded", properties("red"))).await.expect(200);
        assert_eq!(
            short(&reader.get(&properties("red")).await.expect(200))[0][..4],
            ["guarded", "secret", "stringType", "descriptor"]
        );
    })
    .await;
}

#[tokio::test]
async fn a_function_asks_for_its_level_here_too() {
    stores(async |app| {
        app.customer("red", "root").await;
        describe(
            app,
            "strong",
            "stringType",
            json!({ "readFunction": "viewPermissions", "writeFunction": "grantRole" }),
        )
        .await;
        let session = app.by_password("admin", &app.admin_password).await;
        session.put(&properties("red"), json!({ "properties": { "strong": "x" } })).await.expect(200);
        assert_eq!(short(&session.get(&properties("red")).await.expect(200))[0][4], "write");
        // A key of the same user, who holds both functions.
        assert!(short(&app.admin().get(&properties("red")).await.expect(200)).is_empty());
        let set = json!({ "properties": { "strong": "y" } });
        refused(app.admin().put(&properties("red"), set).await, 403, "by key");
    })
    .await;
}
