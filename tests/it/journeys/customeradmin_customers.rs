//! Customers are made, found and changed, by whoever may and nobody else's.

use argus_testing::stores;
use serde_json::{Value, json};

use crate::refusals::support::{Refusals, bad_fields, refused};

const CUSTOMERS: &str = "/customeradmin/v2/customer";

fn names(list: &[Value]) -> Vec<&str> {
    list.iter().filter_map(|customer| customer["shortName"].as_str()).collect()
}

#[tokio::test]
async fn a_customer_lives() {
    stores(async |app| {
        let admin = app.admin();
        let new = json!({
            "name": "Åse & sønner".replace('&', "og"), "shortName": "Aase:1", "parent": "root", "type": "group",
            "language": "norwegian", "timeZone": "Europe/London", "networkBaseCustomer": true, "allowGlobalData": true,
        });
        let made = admin.post(CUSTOMERS, new).await.expect(201)["data"].clone();
        let id = made["id"].as_i64().unwrap();
        // What can be set later only is no member of a new one.
        assert_eq!((&made["flags"], &made["type"]), (&json!(["networkBaseCustomer"]), &"group".into()));
        assert_eq!((&made["language"], &made["timeZone"]), (&"norwegian".into(), &"Europe/London".into()));
        assert_eq!((&made["parent"]["shortName"], &made["domain"]["name"]), (&"root".into(), &"ARGUS".into()));
        assert_eq!(made["createdTimestamp"], app.clock.now_millis());
        assert_eq!((&made["createdByUser"]["shortName"], &made["lastUpdatedTimestamp"]), (&"admin".into(), &Value::Null));
        for name in [id.to_string(), "aase:1".into(), "AASE:1?domain=argus".into(), "aase:1?domain=1".into()] {
            assert_eq!(admin.get(&format!("{CUSTOMERS}/{name}")).await.expect(200)["data"], made, "{name}");
        }
        let change = json!({"name": "Aase", "shortName": "aase", "networkBaseCustomer": false, "dataDeleted": true, "timeZone": "UTC"});
        let changed = admin.put(&format!("{CUSTOMERS}/{id}"), change).await.expect(200)["data"].clone();
        assert_eq!((&changed["shortName"], &changed["flags"]), (&"aase".into(), &json!(["customerDataDeleted"])));
        assert_eq!((&changed["language"], &changed["timeZone"]), (&"norwegian".into(), &"UTC".into()));
        assert_eq!(changed["lastUpdatedByUser"]["shortName"], "admin");
        // A leaf unless said otherwise, and nothing goes below it.
        let leaf = json!({"name": "Leaf", "shortName": "leaf", "parent": "aase"});
        let leaf = admin.post(CUSTOMERS, leaf).await.expect(201)["data"].clone();
        assert_eq!((&leaf["type"], &leaf["timeZone"]), (&"leaf".into(), &"Europe/Oslo".into()));
        let below = json!({"name": "x", "shortName": "x", "parent": "leaf"});
        bad_fields(admin.post(CUSTOMERS, below).await, &["parent"], "below a leaf");
        let root = admin.get(&format!("{CUSTOMERS}/1")).await.expect(200)["data"].clone();
        assert_eq!((&root["parent"], &root["flags"]), (&Value::Null, &json!(["rootCustomerGroup"])));
        let path = format!("/audit/v1/event?includeInternal=true&targetType=CUSTOMER&targetID={id}&sortBy=action");
        // Records come to the log right after their changes; every look takes a round trip, which is time enough.
        for look in 0.. {
            let history = admin.get(&path).await.expect(200);
            let done: Vec<&str> = history.list().iter().filter_map(|event| event["action"].as_str()).collect();
            if done.len() < 2 {
                assert!(look < 100, "{done:?}");
                continue;
            }
            assert_eq!(done, ["customeradmin_v2_customer_add", "customeradmin_v2_customer_update"]);
            assert_eq!(history.list()[1]["changes"]["shortName"], json!({"from": "Aase:1", "to": "aase"}));
            break;
        }
    })
    .await;
}

#[tokio::test]
async fn customers_are_found_by_what_is_known_of_them() {
    stores(async |app| {
        let admin = app.admin();
        for (name, short_name, parent, kind) in [
            ("Red", "red", "root", "group"),
            ("Ødegård", "red-a", "red", "group"),
            ("Blå", "red-a-1", "red-a", "leaf"),
            ("Blue", "blue", "root", "leaf"),
        ] {
            let new = json!({"name": name, "shortName": short_name, "parent": parent, "type": kind, "singleNetworkDomain": kind == "leaf"});
            admin.post(CUSTOMERS, new).await.expect(201);
        }
        let id = admin.get(&format!("{CUSTOMERS}/blue")).await.expect(200)["data"]["id"].as_i64().unwrap();
        for (criteria, found) in [
            (json!({}), &["root", "red", "red-a", "red-a-1", "blue"][..]),
            (json!({"parent": "root"}), &["red", "blue"]),
            (json!({"parent": ["red", "red-a"]}), &["red-a", "red-a-1"]),
            (json!({"ancestor": "red"}), &["red", "red-a", "red-a-1"]),
            (json!({"ancestor": "root", "type": "leaf"}), &["red-a-1", "blue"]),
            (json!({"ancestor": ["red-a", "BLUE"]}), &["red-a", "red-a-1", "blue"]),
            (json!({"customer": ["blue", "1"]}), &["root", "blue"]),
            (json!({"domain": "argus", "type": ["leaf"]}), &["red-a-1", "blue"]),
            (json!({"domain": "elsewhere"}), &[]),
            (json!({"keywords": "BL", "keywordFieldStrategy": ["name"]}), &["red-a-1", "blue"]),
            (json!({"keywords": ["ØDEG"]}), &["red-a"]),
            (json!({"keywords": ["red", "blå"], "keywordMatchStrategy": "any"}), &["red", "red-a", "red-a-1"]),
            (json!({"keywords": [id.to_string()], "keywordFieldStrategy": ["id"]}), &["blue"]),
            (json!({"includeFlags": ["singleNetworkDomain"]}), &["red-a-1", "blue"]),
            (json!({"excludeFlags": ["singleNetworkDomain", "rootCustomerGroup"]}), &["red", "red-a"]),
            (json!({"includeFlags": ["denyNewMembers"]}), &[]),
            (json!({"endTimestamp": 0, "timeFieldStrategy": ["createdTimestamp"]}), &[]),
            (json!({"startTimestamp": "now", "timeFieldStrategy": ["createdTimestamp"]}), &["root", "red", "red-a", "red-a-1", "blue"]),
            (json!({"user": "admin", "userFieldStrategy": ["createdByUser"], "type": "group"}), &["red", "red-a"]),
            (json!({"ancestor": "red", "subCriteria": [{"exclude": true, "ancestor": ["red-a"]}]}), &["red"]),
        ] {
            let listed = admin.post(&format!("{CUSTOMERS}/search"), criteria.clone()).await.expect(200);
            assert_eq!(names(listed.list()), found, "{criteria}");
            assert_eq!(listed["count"], found.len(), "{criteria}");
        }
        let listed = admin.get(&format!("{CUSTOMERS}?sortBy=-shortName&limit=2&offset=1&parent=red&parent=root")).await.expect(200);
        assert_eq!((names(listed.list()), &listed["count"]), (vec!["red", "blue"], &3.into()));
        let listed = admin.get("/customeradmin/v2/domain").await.expect(200);
        assert_eq!(listed["data"], json!([{"id": 1, "name": "ARGUS"}]));
        let mut refusals = Refusals::begin(app).await;
        let bad = json!({"parent": "nobody", "ancestor": "nobody", "type": "twig", "includeFlags": ["x"], "sortBy": ["x"]});
        let fields = ["ancestor", "includeFlags", "parent", "sortBy", "type"];
        bad_fields(refusals.of(&admin).post(&format!("{CUSTOMERS}/search"), bad).await, &fields, "all");
        refusals.end().await;
    })
    .await;
}

#[tokio::test]
async fn bad_customers_are_named_field_by_field() {
    stores(async |app| {
        app.customer("taken", "root").await;
        let admin = app.admin();
        let mut refusals = Refusals::begin(app).await;
        let with = |member: &str, value: Value| {
            let mut body = json!({"name": "n", "shortName": "n", "parent": "root"});
            body[member] = value;
            body
        };
        for (body, fields) in [
            (json!({}), &["name", "parent", "shortName"][..]),
            (json!({"name": "<b>", "shortName": "a b", "parent": "nobody", "type": "twig", "language": "klingon", "timeZone": "Mars/Olympus"}),
             &["language", "name", "parent", "shortName", "timeZone", "type"]),
            (with("shortName", "TAKEN".into()), &["shortName"]),
            (with("shortName", "ROOT".into()), &["shortName"]),
            (with("shortName", "12".into()), &["shortName"]),
            (with("shortName", "a@b".into()), &["shortName"]),
            (with("shortName", "x".repeat(256).into()), &["shortName"]),
            (with("timeZone", "europe/oslo".into()), &["timeZone"]),
            (with("timeZone", "".into()), &["timeZone"]),
            (with("domain", "elsewhere".into()), &["domain"]),
            (with("networkBaseCustomer", "yes".into()), &["networkBaseCustomer"]),
        ] {
            bad_fields(refusals.of(&admin).post(CUSTOMERS, body.clone()).await, fields, &body.to_string());
        }
        let change = json!({"shortName": "Root", "name": "", "timeZone": "x"});
        bad_fields(refusals.of(&admin).put(&format!("{CUSTOMERS}/taken"), change).await, &["name", "shortName", "timeZone"], "update");
        bad_fields(refusals.of(&admin).put(&format!("{CUSTOMERS}/taken/move"), json!({})).await, &["parent"], "move");
        bad_fields(refusals.of(&admin).get(&format!("{CUSTOMERS}/taken?domain=x")).await, &["domain"], "domain");
        refused(refusals.of(&admin).get(&format!("{CUSTOMERS}/01")).await, 404, "no number");
        refusals.end().await;
        assert_eq!(names(admin.get(CUSTOMERS).await.expect(200).list()), ["root", "taken"]);
        // Its own name is free for itself, whatever the case.
        admin.put(&format!("{CUSTOMERS}/taken"), json!({"shortName": "Taken"})).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn one_knows_nothing_of_customers_out_of_reach() {
    stores(async |app| {
        for (name, parent) in [("group", "root"), ("red", "group"), ("blue", "group")] {
            app.customer(name, parent).await;
        }
        let all = ["viewCustomers", "addCustomer", "updateCustomer", "deleteCustomer", "moveCustomer"];
        let red = app.user_of("red-admin", "red", &all.map(|function| (function, "red"))).await;
        let mut refusals = Refusals::begin(app).await;
        for name in ["blue", "group", "root", "1", "no-such"] {
            let path = format!("{CUSTOMERS}/{name}");
            refused(refusals.of(&red).get(&path).await, 404, name);
            refused(refusals.of(&red).put(&path, json!({"name": "x"})).await, 404, name);
            refused(refusals.of(&red).put(&format!("{path}/disable"), json!({})).await, 404, name);
            refused(refusals.of(&red).put(&format!("{path}/reenable"), json!({})).await, 404, name);
            refused(refusals.of(&red).put(&format!("{path}/move"), json!({"parent": "red"})).await, 404, name);
            let new = json!({"name": "n", "shortName": "n", "parent": name});
            bad_fields(refusals.of(&red).post(CUSTOMERS, new).await, &["parent"], name);
            for filter in ["parent", "ancestor", "customer"] {
                bad_fields(refusals.of(&red).get(&format!("{CUSTOMERS}?{filter}={name}")).await, &[filter], name);
            }
        }
        // Who may see may not change.
        let viewer = app.user_of("viewer", "red", &[("viewCustomers", "red")]).await;
        for (path, body) in [("", json!({"name": "x"})), ("/disable", json!({})), ("/move", json!({"parent": "red"}))] {
            refused(refusals.of(&viewer).put(&format!("{CUSTOMERS}/red{path}"), body).await, 403, path);
        }
        refusals.end().await;
        let seen = red.get(&format!("{CUSTOMERS}?limit=0&includeDeleted=true")).await.expect(200);
        assert_eq!((names(seen.list()), &seen["count"]), (vec!["red"], &1.into()));
        assert_eq!(seen.list()[0]["parent"], Value::Null, "{}", seen.text);
        let other = json!({"subCriteria": [{"exclude": true, "keywords": ["red"]}]});
        assert!(red.post(&format!("{CUSTOMERS}/search"), other).await.expect(200).list().is_empty());
        let new = json!({"name": "n", "shortName": "n", "parent": "red", "type": "group"});
        let made = red.post(CUSTOMERS, new).await.expect(201);
        assert_eq!(made["data"]["parent"]["shortName"], "red");
        assert_eq!(names(red.get(CUSTOMERS).await.expect(200).list()), ["red", "n"]);
        viewer.get(&format!("{CUSTOMERS}/n")).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn a_name_is_given_once_also_to_twins() {
    stores(async |app| {
        let admin = app.admin();
        for round in 0..5 {
            let new = |name: &str| json!({"name": "n", "shortName": name, "parent": "root"});
            let (lower, upper) = (format!("twin-{round}"), format!("TWIN-{round}"));
            let (one, two) = tokio::join!(admin.post(CUSTOMERS, new(&lower)), admin.post(CUSTOMERS, new(&upper)));
            let mut statuses = [one.status, two.status];
            statuses.sort_unstable();
            assert_eq!(statuses, [201, 412], "{} {}", one.text, two.text);
            let refused = if one.status == 412 { one } else { two };
            assert_eq!(bad_fields(refused, &["shortName"], "the later").template(), "object.exists");
        }
        assert_eq!(admin.get(CUSTOMERS).await.expect(200)["count"], 6);
    })
    .await;
}

#[tokio::test]
async fn the_tree_is_not_deeper_than_it_may_be() {
    stores(async |app| {
        let admin = app.admin();
        let mut parent = "root".to_owned();
        for depth in 2..=32 {
            let name = format!("level-{depth}");
            let new = json!({"name": name, "shortName": name, "parent": parent, "type": "group"});
            admin.post(CUSTOMERS, new).await.expect(201);
            parent = name;
        }
        let below = json!({"name": "x", "shortName": "x", "parent": parent});
        assert_eq!(bad_fields(admin.post(CUSTOMERS, below).await, &["parent"], "33").template(), "customer.too.deep");
        app.customer("pair", "root").await;
        app.customer("lower", "pair").await;
        let path = format!("{CUSTOMERS}/pair/move");
        let moved = admin.put(&path, json!({"parent": "level-31"})).await;
        assert_eq!(bad_fields(moved, &["parent"], "two below 31").template(), "customer.too.deep");
        admin.put(&path, json!({"parent": "level-30"})).await.expect(200);
    })
    .await;
}
