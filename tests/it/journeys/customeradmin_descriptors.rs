//! Descriptors of properties: made, found, changed and deleted, by who may do so at the root.

use argus_testing::{Actor, Answer, stores};
use serde_json::{Value, json};

use crate::refusals::support::{Refusals, bad_fields, refused};

const DESCRIPTORS: &str = "/customeradmin/v2/propertydescriptor";

/// The least that a descriptor is made of.
pub fn least(key: &str, kind: &str) -> Value {
    json!({ "key": key, "type": kind, "section": "general", "localizedDescriptions": { "english": "What it is" } })
}

/// The same with further members.
pub fn descriptor(key: &str, kind: &str, more: Value) -> Value {
    let mut body = least(key, kind);
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

fn keys(answer: &Answer) -> Vec<&str> {
    answer.list().iter().map(|it| it["key"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_descriptor_from_adding_to_deleting() {
    stores(async |app| {
        let admin = app.admin();
        let schema = json!({ "type": "object", "properties": { "days": { "type": "integer", "minimum": 1 } } });
        let more = json!({
            "localizedNames": { "english": "Retention", "norwegian": "Oppbevaring" }, "defaultValue": { "days": 30 },
            "schema": schema, "uiSchema": { "days": { "ui:widget": "updown" } }, "sectionIndex": 3, "hidden": true,
            "readFunction": "viewBasicCustomer", "inherited": false,
        });
        let made = admin.post(DESCRIPTORS, descriptor("retention", "jsonType", more)).await.expect(201)["data"].clone();
        let id = made["id"].as_str().unwrap();
        assert_eq!(
            (&made["key"], &made["type"], &made["section"]),
            (&json!("retention"), &json!("jsonType"), &json!("general"))
        );
        assert_eq!((&made["localizedName"], &made["description"]), (&json!("Retention"), &json!("What it is")));
        assert_eq!(
            (&made["defaultValue"], &made["defaultJsonValue"]),
            (&json!("{\"days\":30}"), &json!({ "days": 30 }))
        );
        assert_eq!(
            (&made["jsonSchema"], &made["sectionIndex"], &made["inherited"]),
            (&schema, &json!(3), &json!(false))
        );
        assert_eq!(made["flags"], json!(["hidden", "hasUISchema"]));
        assert_eq!(
            (&made["readFunction"]["name"], &made["writeFunction"]["name"]),
            (&json!("viewBasicCustomer"), &json!("updateCustomer"))
        );
        assert_eq!(
            (&made["createdByUser"]["shortName"], &made["lastUpdatedTimestamp"]),
            (&json!("admin"), &Value::Null)
        );
        // The schemas are long, and shown to who asks.
        let short = admin.get(&format!("{DESCRIPTORS}/retention")).await.expect(200)["data"].clone();
        assert_eq!((&short["id"], &short["jsonSchema"], &short["uiSchema"]), (&made["id"], &Value::Null, &Value::Null));
        let whole = format!("{DESCRIPTORS}/{id}?includeSchema=True&includeUISchema=True");
        assert_eq!(admin.get(&whole).await.expect(200)["data"], made);
        let path = format!("{DESCRIPTORS}/retention");
        assert_eq!(admin.get(&format!("{path}/jsonschema")).await.expect(200)["data"], schema);
        for (same, status) in [
            (json!({}), 220),
            (json!({ "sectionIndex": 3, "deprecated": false }), 220),
            (json!({ "section": "policy" }), 200),
        ] {
            let answer = admin.put(&path, same.clone()).await.expect(status);
            assert_eq!(answer["data"]["lastUpdatedTimestamp"].is_null(), status == 220, "{same}");
        }
        let changed = json!({ "deprecated": true, "hidden": false, "uischema": {}, "defaultValue": { "days": 1 } });
        let changed = admin.put(&path, changed).await.expect(200)["data"].clone();
        assert_eq!((&changed["flags"], &changed["uiSchema"]), (&json!(["deprecated", "hasUISchema"]), &json!({})));
        assert_eq!((&changed["jsonSchema"], &changed["localizedNames"]["norwegian"]), (&schema, &json!("Oppbevaring")));
        let gone = admin.delete(&path).await.expect(200)["data"].clone();
        assert_eq!((&gone["flags"][0], &gone["deletedByUser"]["shortName"]), (&json!("deleted"), &json!("admin")));
        refused(admin.get(&path).await, 404, "by key");
        admin.get(&format!("{DESCRIPTORS}/{id}")).await.expect(200);
        refused(admin.delete(&format!("{DESCRIPTORS}/{id}")).await, 404, "twice");
        assert_eq!(
            refused(admin.put(&format!("{DESCRIPTORS}/{id}"), json!({})).await, 412, "deleted").template(),
            "object.deleted"
        );
        // The key is free again.
        let next = admin.post(DESCRIPTORS, least("retention", "stringType")).await.expect(201);
        assert_ne!(next["data"]["id"], made["id"]);
        assert_eq!(
            (&next["data"]["localizedName"], &next["data"]["defaultValue"]),
            (&json!("retention"), &Value::Null)
        );
    })
    .await;
}

#[tokio::test]
async fn descriptors_are_found() {
    stores(async |app| {
        let admin = app.admin();
        for body in [
            descriptor("b.text", "stringType", json!({ "defaultValue": "Ærlig talt", "section": "sla" })),
            descriptor("a.number", "integerType", json!({ "defaultValue": 42 })),
            descriptor("c.flag", "booleanType", json!({ "externallyManaged": true, "section": "sla" })),
        ] {
            admin.post(DESCRIPTORS, body).await.expect(201);
        }
        admin.post(DESCRIPTORS, least("d.gone", "jsonType")).await.expect(201);
        admin.delete(&format!("{DESCRIPTORS}/d.gone")).await.expect(200);
        for (query, found) in [
            ("", &["a.number", "b.text", "c.flag"][..]),
            ("?sortBy=-key&limit=2", &["c.flag", "b.text"]),
            ("?section=sla&sortBy=type", &["c.flag", "b.text"]),
            ("?keywords=%C3%A6RLIG", &["b.text"]),
            ("?keywords=42", &["a.number"]),
            ("?includeDeleted=True&keywords=gone", &["d.gone"]),
            ("?section=general&section=sla&type=booleanType", &["c.flag"]),
        ] {
            assert_eq!(keys(&admin.get(&format!("{DESCRIPTORS}{query}")).await.expect(200)), found, "{query}");
        }
        let search = async |criteria: Value| admin.post(&format!("{DESCRIPTORS}/search"), criteria).await.expect(200);
        assert_eq!(keys(&search(json!({ "includeFlags": ["externallyManaged"] })).await), ["c.flag"]);
        let without = json!({ "subCriteria": [{ "exclude": true, "type": ["stringType"] }], "includeSchema": true });
        assert_eq!(keys(&search(without).await), ["a.number", "c.flag"]);
        let mut refusals = Refusals::begin(app).await;
        let bad = json!({ "section": ["nowhere"], "type": ["text"], "sortBy": ["x"], "includeSchema": "perhaps" });
        let bad = refusals.of(&admin).post(&format!("{DESCRIPTORS}/search"), bad).await;
        bad_fields(bad, &["includeSchema", "section", "sortBy", "type"], "criteria");
        refusals.end().await;
    })
    .await;
}

#[tokio::test]
async fn bad_descriptors_are_named_field_by_field() {
    stores(async |app| {
        let admin = app.admin();
        admin.post(DESCRIPTORS, descriptor("taken", "stringType", json!({ "defaultValue": "x" }))).await.expect(201);
        let mut refusals = Refusals::begin(app).await;
        let wrong = json!({
            "section": "nowhere", "localizedDescriptions": { "norwegian": "Hva" }, "localizedNames": { "klingon": "nuq" },
            "readFunction": "fly", "writeFunction": "swim", "schema": { "type": "text" }, "uiSchema": [],
        });
        let names = ["key", "localizedDescriptions", "localizedNames", "readFunction", "schema", "section", "uiSchema", "writeFunction"];
        bad_fields(refusals.of(&admin).post(DESCRIPTORS, descriptor("a b", "jsonType", wrong)).await, &names, "all");
        for (body, fields) in [
            (json!({}), &["key", "localizedDescriptions", "section", "type"][..]),
            (least("taken", "jsonType"), &["key"]),
            (least("search", "jsonType"), &["key"]),
            (least("0b36e1b6-5c5d-4d43-9c40-3a2d9a3c1c11", "jsonType"), &["key"]),
            (least("x", "text"), &["type"]),
            (descriptor("x", "integerType", json!({ "defaultValue": 1.5 })), &["defaultValue"]),
            (descriptor("x", "enumType", json!({ "defaultValue": "none yet" })), &["defaultValue"]),
            (descriptor("x", "stringType", json!({ "defaultValue": "x".repeat(4095) })), &["defaultValue"]),
            (descriptor("x", "stringType", json!({ "defaultValue": "no", "schema": { "minLength": 3 } })), &["defaultValue"]),
            (descriptor("x", "jsonType", json!({ "schema": { "$ref": "http://127.0.0.1/schema" } })), &["schema"]),
            (descriptor("x", "jsonType", json!({ "schema": true })), &["schema"]),
        ] {
            bad_fields(refusals.of(&admin).post(DESCRIPTORS, body.clone()).await, fields, &body.to_string()[..60.min(body.to_string().len())]);
        }
        let path = format!("{DESCRIPTORS}/taken");
        for (body, fields) in [
            (json!({ "type": "integerType" }), &["defaultValue"][..]),
            (json!({ "schema": { "minLength": 2 } }), &["defaultValue"]),
            (json!({ "localizedDescriptions": {}, "section": "", "readFunction": "fly" }), &["localizedDescriptions", "readFunction", "section"]),
        ] {
            bad_fields(refusals.of(&admin).put(&path, body.clone()).await, fields, &body.to_string());
        }
        refused(refusals.of(&admin).put(&format!("{DESCRIPTORS}/none"), json!({})).await, 404, "none");
        refusals.end().await;
        let over = descriptor("taken", "integerType", json!({ "overwriteIfExists": true, "defaultValue": 7 }));
        let before = admin.get(&path).await.expect(200)["data"]["id"].clone();
        let over = admin.post(DESCRIPTORS, over).await.expect(201)["data"].clone();
        assert_eq!((&over["id"], &over["type"], &over["defaultValue"]), (&before, &json!("integerType"), &json!("7")));
        assert_eq!(admin.get(DESCRIPTORS).await.expect(200)["count"], 1);
    })
    .await;
}

#[tokio::test]
async fn who_cannot_see_a_property_does_not_open_it() {
    stores(async |app| {
        app.customer("red", "root").await;
        let all = ["add", "update", "delete"].map(|what| format!("{what}CustomerPropertyDescriptor"));
        let rights = |on| -> Vec<(&str, &str)> { all.iter().map(|name| (name.as_str(), on)).collect() };
        let (admin, clerk) = (app.admin(), app.user("clerk", &rights("root")).await);
        let beside = app.user("beside", &rights("red")).await;
        let guarded = json!({ "readFunction": "viewAuditEvents", "writeFunction": "moveCustomer" });
        clerk.post(DESCRIPTORS, descriptor("guarded", "stringType", guarded)).await.expect(201);
        let path = format!("{DESCRIPTORS}/guarded");
        let mut refusals = Refusals::begin(app).await;
        let mut refused_to = async |by: &Actor, method: &str, path: &str, body: Value| {
            let request = refusals.of(by).request(method, path);
            let request = if method == "DELETE" { request } else { request.json(&body) };
            refused(Answer::of(request).await, 403, &format!("{method} {body}"))
        };
        // The same for all customers: below the root nobody has a say.
        refused_to(&beside, "POST", DESCRIPTORS, least("new", "stringType")).await;
        refused_to(&beside, "PUT", &path, json!({})).await;
        refused_to(&beside, "DELETE", &path, Value::Null).await;
        for body in [
            json!({ "readFunction": "viewCustomers" }),
            json!({ "writeFunction": "viewCustomers", "section": "nowhere" }),
        ] {
            let answer = refused_to(&clerk, "PUT", &path, body).await;
            assert_eq!(answer.template(), "access.denied.escalation");
        }
        refused_to(&clerk, "DELETE", &path, Value::Null).await;
        let over = descriptor("guarded", "stringType", json!({ "overwriteIfExists": true }));
        refused_to(&clerk, "POST", DESCRIPTORS, over).await;
        refusals.end().await;
        clerk.put(&path, json!({ "section": "policy" })).await.expect(200);
        admin
            .put(&path, json!({ "readFunction": "viewCustomers", "writeFunction": "updateCustomer" }))
            .await
            .expect(200);
    })
    .await;
}
