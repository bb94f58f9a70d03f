//! Values that descriptors list: named for people, found, and what properties may be.

use argus_testing::stores;
use serde_json::{Value, json};

use super::customeradmin_descriptors::{descriptor, least};
use crate::refusals::support::{Refusals, bad_fields, refused};

const DESCRIPTORS: &str = "/customeradmin/v2/propertydescriptor";
const PROPERTIES: &str = "/customeradmin/v2/customer/red/properties";

fn value(value: &str, name: &str) -> Value {
    json!({ "value": value, "localizedValues": { "english": name }, "localizedDescriptions": { "english": "Service" } })
}

fn names(list: &[Value]) -> Vec<&str> {
    list.iter().map(|it| it["value"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_list_of_values_grows_and_shrinks() {
    stores(async |app| {
        app.customer("red", "root").await;
        let admin = app.admin();
        let made = admin.post(DESCRIPTORS, least("service", "enumType")).await.expect(201);
        let path = format!("{DESCRIPTORS}/service/values");
        let gold = admin.post(&path, value("gold", "Gull og grønne skoger")).await.expect(201)["data"].clone();
        assert_eq!((&gold["value"], &gold["propertyDescriptorId"]), (&json!("gold"), &made["data"]["id"]));
        assert_eq!(
            (&gold["localizedValue"], &gold["description"]),
            (&json!("Gull og grønne skoger"), &json!("Service"))
        );
        for name in ["silver", "bronze"] {
            admin.post(&path, value(name, name)).await.expect(201);
        }
        for (query, found) in [
            ("", &["bronze", "gold", "silver"][..]),
            ("?sortBy=-value&limit=1", &["silver"]),
            ("?keywords=GR%C3%98NNE", &["gold"]),
            ("?keywords=english", &[]),
        ] {
            assert_eq!(names(admin.get(&format!("{path}{query}")).await.expect(200).list()), found, "{query}");
        }
        let criteria = json!({ "keywords": ["service"], "keywordFieldStrategy": ["name"] });
        assert_eq!(admin.post(&format!("{path}/search"), criteria).await.expect(200)["count"], 0);
        let schema = admin.get(&format!("{DESCRIPTORS}/service/jsonschema")).await.expect(200)["data"].clone();
        assert_eq!(schema, json!({ "type": "string", "enum": ["bronze", "gold", "silver"] }));
        let other = json!({ "localizedValues": { "english": "Gold", "norwegian": "Gull" } });
        for (body, status) in [(json!({}), 220), (other.clone(), 200), (other, 220)] {
            admin.put(&format!("{path}/gold"), body).await.expect(status);
        }
        let id = gold["id"].as_str().unwrap();
        let texts = json!({ "localizedDescriptions": { "english": "The best" } });
        let changed = admin.put(&format!("{path}/{id}"), texts).await.expect(200)["data"].clone();
        assert_eq!(
            (&changed["localizedValues"]["norwegian"], &changed["description"]),
            (&json!("Gull"), &json!("The best"))
        );
        // What customers may have is what is listed, and what they have stays.
        let put = async |text: &str| admin.put(PROPERTIES, json!({ "properties": { "service": text } })).await;
        bad_fields(put("platinum").await, &["properties.service"], "not listed");
        assert_eq!(put("silver").await.expect(200).list()[0]["type"], "enumType");
        admin.put(&format!("{DESCRIPTORS}/service"), json!({ "defaultValue": "gold" })).await.expect(200);
        assert_eq!(
            refused(admin.delete(&format!("{path}/gold")).await, 412, "the default").template(),
            "descriptor.default"
        );
        let left = admin.delete(&format!("{path}/silver")).await.expect(200);
        assert_eq!((&left["data"]["key"], &left["data"]["defaultValue"]), (&json!("service"), &json!("gold")));
        assert_eq!(admin.get(PROPERTIES).await.expect(200).list()[0]["value"], "silver");
        bad_fields(put("silver").await, &["properties.service"], "listed no more");
    })
    .await;
}

#[tokio::test]
async fn bad_values_are_refused() {
    stores(async |app| {
        let admin = app.admin();
        admin.post(DESCRIPTORS, least("service", "enumType")).await.expect(201);
        admin.post(DESCRIPTORS, descriptor("text", "stringType", json!({}))).await.expect(201);
        let path = format!("{DESCRIPTORS}/service/values");
        admin.post(&path, value("gold", "Gold")).await.expect(201);
        let mut refusals = Refusals::begin(app).await;
        for (body, fields) in [
            (json!({}), &["localizedDescriptions", "localizedValues", "value"][..]),
            (value("a b", "<b>"), &["localizedValues", "value"]),
            (value("search", ""), &["localizedValues", "value"]),
            (value("gold", "Again"), &["value"]),
        ] {
            bad_fields(refusals.of(&admin).post(&path, body.clone()).await, fields, &body.to_string());
        }
        let empty = json!({ "localizedValues": {} });
        bad_fields(refusals.of(&admin).put(&format!("{path}/gold"), empty).await, &["localizedValues"], "none");
        refused(refusals.of(&admin).put(&format!("{path}/none"), json!({})).await, 404, "none");
        refused(refusals.of(&admin).delete(&format!("{path}/none")).await, 404, "none");
        refused(refusals.of(&admin).get(&format!("{DESCRIPTORS}/none/values")).await, 404, "no descriptor");
        let of_text = refusals.of(&admin).post(&format!("{DESCRIPTORS}/text/values"), value("x", "X")).await;
        assert_eq!(refused(of_text, 412, "no list").template(), "descriptor.lists.nothing");
        let other = refusals.of(&admin).put(&format!("{DESCRIPTORS}/service"), json!({ "type": "stringType" })).await;
        bad_fields(other, &["type"], "it lists values");
        refusals.end().await;
        admin.delete(&format!("{DESCRIPTORS}/service")).await.expect(200);
        refused(admin.post(&path, value("new", "New")).await, 404, "of a deleted one");
    })
    .await;
}
