//! What belongs to a customer: properties that are handed down, and whom to ask about it.

use argus_testing::stores;
use serde_json::{Value, json};

use crate::refusals::support::{Refusals, bad_fields, refused};

const CUSTOMERS: &str = "/customeradmin/v2/customer";
const ROLES: &str = "/customeradmin/v2/userrole";

/// Key, value, type and source of each.
fn short(list: &[Value]) -> Vec<[&str; 4]> {
    list.iter().map(|it| ["key", "value", "type", "source"].map(|member| it[member].as_str().unwrap())).collect()
}

#[tokio::test]
async fn properties_are_handed_down_until_a_nearer_one_stands() {
    stores(async |app| {
        for (name, parent) in [("group", "root"), ("red", "group"), ("beside", "root")] {
            app.customer(name, parent).await;
        }
        let admin = app.admin();
        let put = async |customer: &str, properties: Value| {
            admin
                .put(&format!("{CUSTOMERS}/{customer}/properties"), json!({"properties": properties}))
                .await
                .expect(200)
        };
        put("root", json!({"a": "root's", "deep.x": {"b": [1, null]}})).await;
        put("group", json!({"a": 5, "flag": true})).await;
        let listed = put("red", json!({"flag": false, "list": ["å"]})).await;
        assert_eq!(
            short(listed.list()),
            [
                ["a", "5", "number", "inherited"],
                ["deep.x", "{\"b\":[1,null]}", "object", "inherited"],
                ["flag", "false", "boolean", "customer"],
                ["list", "[\"å\"]", "list", "customer"],
            ]
        );
        let one = &listed.list()[1];
        assert_eq!((&one["jsonValue"], &one["defaultValue"]), (&json!({"b": [1, null]}), &Value::Null));
        assert_eq!((&one["currentUserAccessLevel"], &listed["count"]), (&"write".into(), &4.into()));
        let some = admin.get(&format!("{CUSTOMERS}/red/properties?key=a&key=list&key=none")).await.expect(200);
        assert_eq!(some.list().iter().map(|it| &it["key"]).collect::<Vec<_>>(), ["a", "list"]);
        let beside = admin.get(&format!("{CUSTOMERS}/beside/properties")).await.expect(200);
        assert_eq!(short(beside.list())[0], ["a", "root's", "string", "inherited"]);
        assert_eq!(beside["count"], 2);
        // Set anew, and taken away: what is above shows again.
        assert_eq!(short(put("red", json!({"a": "own"})).await.list())[0], ["a", "own", "string", "customer"]);
        let left = admin.delete(&format!("{CUSTOMERS}/red/properties?key=a&key=flag")).await.expect(200);
        assert_eq!(short(left.list())[0], ["a", "5", "number", "inherited"]);
        assert_eq!(short(left.list())[2], ["flag", "true", "boolean", "inherited"]);
        let mut refusals = Refusals::begin(app).await;
        for query in ["key=a", "key=list&key=a", ""] {
            let path = format!("{CUSTOMERS}/red/properties?{query}");
            bad_fields(refusals.of(&admin).delete(&path).await, &["key"], query);
        }
        refusals.end().await;
        assert_eq!(admin.get(&format!("{CUSTOMERS}/red/properties?key=list")).await.expect(200)["count"], 1);
    })
    .await;
}

#[tokio::test]
async fn bad_properties_are_named_and_set_nothing() {
    stores(async |app| {
        app.customer("red", "root").await;
        let admin = app.admin();
        let path = format!("{CUSTOMERS}/red/properties");
        let mut refusals = Refusals::begin(app).await;
        let many = |from: usize, number: usize| -> Value {
            (from..from + number).map(|index| (format!("k{index}"), json!(index))).collect()
        };
        for (properties, fields) in [
            (json!({}), &["properties"][..]),
            (json!([]), &["properties"]),
            (json!({"a b": 1, "good": 1}), &["properties"]),
            (json!({"": 1}), &["properties"]),
            (json!({"good": 1, "none": null, "long": "x".repeat(4095)}), &["properties.long", "properties.none"]),
            (many(0, 51), &["properties"]),
        ] {
            let what: String = properties.to_string().chars().take(60).collect();
            let body = json!({"properties": properties});
            bad_fields(refusals.of(&admin).put(&path, body).await, fields, &what);
        }
        refusals.end().await;
        assert_eq!(admin.get(&path).await.expect(200)["count"], 0);
        for from in [0, 50] {
            admin.put(&path, json!({"properties": many(from, 50)})).await.expect(200);
        }
        bad_fields(admin.put(&path, json!({"properties": {"new": 1, "k1": 0}})).await, &["properties"], "101");
        admin.put(&path, json!({"properties": {"k1": "x".repeat(4094)}})).await.expect(200);
        let viewer = app.user_of("viewer", "red", &[("viewCustomers", "red")]).await;
        let seen = viewer.get(&format!("{path}?key=k1")).await.expect(200);
        assert_eq!(seen.list()[0]["currentUserAccessLevel"], "read");
        refused(viewer.put(&path, json!({"properties": {"k1": 1}})).await, 403, "a viewer");
        refused(viewer.delete(&format!("{path}?key=k1")).await, 403, "a viewer");
        refused(viewer.get(&format!("{CUSTOMERS}/1/properties")).await, 404, "out of reach");
        admin.put(&format!("{CUSTOMERS}/red/disable"), json!({})).await.expect(200);
        for answer in [
            admin.put(&path, json!({"properties": {"k1": 1}})).await,
            admin.delete(&format!("{path}?key=k1")).await,
            admin.put(&format!("{CUSTOMERS}/red/userroles"), json!({"userRoles": []})).await,
        ] {
            assert_eq!(refused(answer, 412, "disabled").template(), "object.deleted");
        }
    })
    .await;
}

#[tokio::test]
async fn whom_to_ask_about_a_customer() {
    stores(async |app| {
        for (name, parent) in [("group", "root"), ("red", "group"), ("blue", "root")] {
            app.customer(name, parent).await;
        }
        let (anna, berta) = (app.new_user("anna", "group", &[]).await, app.new_user("berta", "red", &[]).await);
        let admin = app.admin();
        let set = json!({"userRoles": [{"role": "TAM", "user": "anna"}, {"role": "analyst", "user": berta.to_string()}]});
        let path = format!("{CUSTOMERS}/red/userroles");
        let made = admin.put(&path, set.clone()).await.expect(200);
        let pairs: Vec<_> = made.list().iter().map(|it| (it["role"].as_str().unwrap(), &it["user"]["id"])).collect();
        assert_eq!(pairs, [("TAM", &json!(anna)), ("analyst", &json!(berta))]);
        assert_eq!(made.list()[0]["customer"]["shortName"], "red");
        assert_eq!(admin.get(&path).await.expect(200).list(), made.list());
        admin.put(&format!("{CUSTOMERS}/blue/userroles"), json!({"userRoles": [{"role": "TAM", "user": "anna"}]})).await.expect(200);
        for (criteria, count) in [
            (json!({}), 3),
            (json!({"user": "anna"}), 2),
            (json!({"role": ["TAM"], "customer": "red"}), 1),
            (json!({"ancestor": "group"}), 2),
            (json!({"subCriteria": [{"exclude": true, "role": "TAM"}]}), 1),
        ] {
            let found = admin.post(&format!("{ROLES}/search"), criteria.clone()).await.expect(200);
            assert_eq!(found["count"], count, "{criteria}");
        }
        assert_eq!(admin.get(&format!("{ROLES}?role=TAM&sortBy=-id&limit=1")).await.expect(200).list()[0]["customer"]["shortName"], "blue");
        // Who administers red alone sees neither anna nor blue; what is there he may send back.
        let red = app.user_of("red-admin", "red", &[("viewCustomers", "red"), ("updateCustomer", "red")]).await;
        assert_eq!(red.get(ROLES).await.expect(200)["count"], 2);
        let mut refusals = Refusals::begin(app).await;
        let one = |role: &str, user: &str| json!({"userRoles": [{"role": role, "user": user}]});
        for body in [
            one("new", "admin"),
            one("new", "nobody"),
            one("a b", "anna"),
            json!({"userRoles": [{"role": "x", "user": "anna"}, {"role": "x", "user": "berta"}]}),
            json!({}),
            json!({"userRoles": {}}),
        ] {
            bad_fields(refusals.of(&red).put(&path, body.clone()).await, &["userRoles"], &body.to_string());
        }
        bad_fields(refusals.of(&red).put(&path, json!({"userRoles": [{"role": "x"}]})).await, &["userRoles.user"], "no user");
        refused(refusals.of(&red).put(&format!("{CUSTOMERS}/blue/userroles"), set.clone()).await, 404, "blue");
        refusals.end().await;
        red.put(&path, set).await.expect(200);
        assert_eq!(red.put(&path, one("TAM", "berta")).await.expect(200)["count"], 1);
        assert_eq!(admin.get(&path).await.expect(200).list()[0]["user"]["shortName"], "berta");
        // Whoever goes keeps its name there until somebody else is named.
        admin.delete("/useradmin/v2/user/berta").await.expect(200);
        assert_eq!(admin.get(&path).await.expect(200).list()[0]["user"]["flags"], json!(["deleted"]));
        // Roles of a disabled customer are hidden with it.
        admin.put(&format!("{CUSTOMERS}/blue/disable"), json!({})).await.expect(200);
        assert_eq!(admin.get(ROLES).await.expect(200)["count"], 1);
        assert_eq!(admin.get(&format!("{ROLES}?includeDeleted=true")).await.expect(200)["count"], 2);
    })
    .await;
}
