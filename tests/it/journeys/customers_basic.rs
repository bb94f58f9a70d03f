//! Customers in short: what everybody may read who has the function, and no more.

use argus_testing::stores;
use serde_json::{Value, json};

use crate::refusals::support::{Refusals, bad_fields, refused};

const CUSTOMERS: &str = "/customers/v2/customer";
const ADMIN: &str = "/customeradmin/v2/customer";

#[tokio::test]
async fn customers_are_read_in_short() {
    stores(async |app| {
        let group = app.customer("group", "root").await;
        let red = app.customer("red", "group").await;
        let admin = app.admin();
        let properties = json!({"properties": {"ui.colour": "red", "ui.size": 1, "other": true}});
        admin.put(&format!("{ADMIN}/red/properties"), properties).await.expect(200);
        admin.put(&format!("{ADMIN}/group/properties"), json!({"properties": {"ui.size": 9, "ui.up": 2}})).await.expect(200);
        let got = admin.get(&format!("{CUSTOMERS}/RED")).await.expect(200)["data"].clone();
        let expected = json!({
            "id": red, "shortName": "red", "name": "RED", "type": "group", "parentID": group, "ancestorIDs": [red, group, 1],
            "domain": {"id": 1, "name": "ARGUS"}, "language": "english", "timeZone": "Europe/Oslo", "flags": [], "properties": null,
        });
        assert_eq!(got, expected);
        let all = admin.get(&format!("{CUSTOMERS}/{red}?includeProperties=True&domain=argus")).await.expect(200);
        assert_eq!(all["data"]["properties"], json!({"ui.colour": "red", "ui.size": 1, "ui.up": 2, "other": true}));
        let some = admin.get(&format!("{CUSTOMERS}?includePropertiesWithPrefix=ui.&parent=group")).await.expect(200);
        assert_eq!(some.list()[0]["properties"], json!({"ui.colour": "red", "ui.size": 1, "ui.up": 2}));
        let root = admin.get(&format!("{CUSTOMERS}/root")).await.expect(200)["data"].clone();
        assert_eq!((&root["parentID"], &root["ancestorIDs"], &root["flags"]), (&Value::Null, &json!([1]), &json!(["rootCustomerGroup"])));
        let found = admin.post(&format!("{CUSTOMERS}/search"), json!({"ancestor": "group", "sortBy": ["-name"]})).await.expect(200);
        assert_eq!(found.list().iter().map(|it| &it["shortName"]).collect::<Vec<_>>(), ["red", "group"]);
        let listed = admin.get(&format!("{CUSTOMERS}/red/properties?key=ui.size")).await.expect(200);
        assert_eq!((&listed.list()[0]["jsonValue"], &listed.list()[0]["currentUserAccessLevel"]), (&1.into(), &"read".into()));
        assert_eq!(admin.get("/customers/v2/domain").await.expect(200)["data"], json!([{"id": 1, "name": "ARGUS"}]));
        let mut refusals = Refusals::begin(app).await;
        for (query, fields) in [
            ("?includeProperties=perhaps&limit=-1", &["includeProperties", "limit"][..]),
            ("?includeProperties=true&limit=0", &["limit"]),
            ("?includeProperties=true&limit=101", &["limit"]),
            ("/red?includeProperties=2&domain=x", &["domain", "includeProperties"]),
        ] {
            bad_fields(refusals.of(&admin).get(&format!("{CUSTOMERS}{query}")).await, fields, query);
        }
        refusals.end().await;
        // Disabled ones are hidden here too.
        admin.put(&format!("{ADMIN}/red/disable"), json!({})).await.expect(200);
        assert_eq!(admin.get(CUSTOMERS).await.expect(200)["count"], 2);
        assert_eq!(admin.get(&format!("{CUSTOMERS}?includeDeleted=true")).await.expect(200)["count"], 3);
        assert_eq!(admin.get(&format!("{CUSTOMERS}/red")).await.expect(200)["data"]["flags"], json!(["disabled"]));
    })
    .await;
}

#[tokio::test]
async fn what_is_above_and_beside_is_not_shown() {
    stores(async |app| {
        app.customer("group", "root").await;
        let red = app.customer("red", "group").await;
        let low = app.customer("low", "red").await;
        app.customer("blue", "group").await;
        app.new_user("anna", "root", &[]).await;
        let roles = json!({"userRoles": [{"role": "TAM", "user": "anna"}]});
        app.admin().put(&format!("{ADMIN}/low/userroles"), roles).await.expect(200);
        let reader = app.user_of("reader", "red", &[("viewBasicCustomer", "red")]).await;
        let listed = reader.get(CUSTOMERS).await.expect(200);
        let lines: Vec<_> = listed.list().iter().map(|it| (&it["parentID"], &it["ancestorIDs"])).collect();
        assert_eq!(lines, [(&Value::Null, &json!([red])), (&json!(red), &json!([low, red]))]);
        // Whom to ask is told, wherever he belongs.
        let roles = reader.get(&format!("{CUSTOMERS}/low/userroles")).await.expect(200);
        assert_eq!(roles.list()[0]["user"]["shortName"], "anna");
        let mut refusals = Refusals::begin(app).await;
        for name in ["group", "blue", "root", "no-such"] {
            for path in ["", "/properties", "/userroles"] {
                refused(refusals.of(&reader).get(&format!("{CUSTOMERS}/{name}{path}")).await, 404, name);
            }
            bad_fields(refusals.of(&reader).get(&format!("{CUSTOMERS}?ancestor={name}")).await, &["ancestor"], name);
        }
        // It is another function than that of those who administer.
        let denied = refused(refusals.of(&reader).get(&format!("{ADMIN}/red")).await, 403, "admin");
        assert_eq!(denied.template(), "access.denied");
        let viewer = app.user_of("viewer", "red", &[("viewCustomers", "red")]).await;
        refused(refusals.of(&viewer).get(CUSTOMERS).await, 403, "viewCustomers");
        refusals.end().await;
    })
    .await;
}
