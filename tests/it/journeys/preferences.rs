//! Preferences: one's own, and those of the users whom one administers; both faces see the same.

use argus_testing::{PASSWORD, TestApp, stores};
use serde_json::{Value, json};

use crate::refusals::support::{Refusals, bad_fields, refused};

const PREFS: &str = "/currentuser/v1/prefs";
const OWN: &str = "/currentuser/v1/preferences";
const USERS: &str = "/useradmin/v2/user";

fn keys(list: &[Value]) -> Vec<&str> {
    list.iter().filter_map(|one| one["key"].as_str()).collect()
}

/// The records of changes of a user's preferences, when so many are there.
async fn changes(app: &TestApp, user: i64, number: usize) -> Vec<Value> {
    let path = format!("/audit/v1/event?includeInternal=true&targetType=PREFERENCES&targetID={user}&sortBy=sequence");
    // Records come to the log right after their changes; every look takes a round trip, which is time enough.
    for look in 0.. {
        let list = app.admin().get(&path).await.expect(200).list().clone();
        if list.len() >= number {
            return list;
        }
        assert!(look < 100, "{list:?}");
    }
    vec![]
}

#[tokio::test]
async fn one_keeps_ones_own() {
    stores(async |app| {
        let id = app.new_user("anna", "root", &[]).await;
        let anna = app.by_key(&app.new_key(id).await);
        assert_eq!(anna.get(PREFS).await.expect(200)["data"], json!({}));
        let set = json!({"ui.theme": "dark", "ui.rows": "50", "Åse <b>": "a & b\n\u{1F525}"});
        assert_eq!(anna.post(PREFS, set.clone()).await.expect(200)["data"], set);
        let changed = anna.post(PREFS, json!({"ui.rows": ""})).await.expect(200);
        assert_eq!(changed["data"]["ui.rows"], "");
        assert_eq!(anna.get(&format!("{PREFS}/ui.theme")).await.expect(200)["data"], "dark");
        assert_eq!(anna.get(&format!("{PREFS}/none")).await.expect(200)["data"], Value::Null);
        assert_eq!(anna.get("/currentuser/v1/user").await.expect(200)["data"]["properties"], changed["data"]);
        let listed = anna.get(OWN).await.expect(200);
        assert_eq!(keys(listed.list()), ["ui.rows", "ui.theme", "Åse <b>"]);
        let now = json!(app.clock.now_millis());
        let (rows, theme) = (&listed.list()[0], &listed.list()[1]);
        assert_eq!((&rows["createdTimestamp"], &rows["lastUpdatedTimestamp"]), (&now, &now));
        assert_eq!(
            (&theme["lastUpdatedTimestamp"], &theme["createdByUser"]["shortName"]),
            (&Value::Null, &json!("anna"))
        );
        for (query, found) in [
            ("key=ui.rows&key=none", vec!["ui.rows"]),
            ("keyPrefix=ui.&keyPrefix=%C3%85se", vec!["ui.rows", "ui.theme", "Åse <b>"]),
            ("keyPrefix=ui%25", vec![]),
            ("keyPrefix=ui&sortBy=-key&limit=1", vec!["ui.theme"]),
        ] {
            assert_eq!(keys(anna.get(&format!("{OWN}?{query}")).await.expect(200).list()), found, "{query}");
        }
        let left = anna.delete(&format!("{PREFS}?key=ui.theme&key=ui.rows")).await.expect(200);
        assert_eq!(left["data"], json!({"Åse <b>": "a & b\n\u{1F525}"}));
        assert_eq!(anna.delete(&format!("{PREFS}/%C3%85se%20%3Cb%3E")).await.expect(200)["data"], json!({}));
        let records = changes(app, id, 4).await;
        let seen: Vec<_> =
            records.iter().map(|it| (it["action"].as_str().unwrap(), &it["before"], &it["after"])).collect();
        let named = |keys: &[&str]| json!({ "keys": keys });
        assert_eq!(seen[0], ("currentuser_v1_prefs_set", &Value::Null, &named(&["ui.rows", "ui.theme", "Åse <b>"])));
        assert_eq!(seen[1], ("currentuser_v1_prefs_set", &named(&["ui.rows"]), &named(&["ui.rows"])));
        assert_eq!(seen[2], ("currentuser_v1_prefs_remove", &named(&["ui.rows", "ui.theme"]), &Value::Null));
        assert_eq!((seen.len(), seen[3].0), (4, "currentuser_v1_pref_remove"));
        assert!(!records.iter().any(|it| it.to_string().contains("dark")), "values are not ours to spread");
    })
    .await;
}

#[tokio::test]
async fn bad_ones_are_refused_whole() {
    stores(async |app| {
        let id = app.new_user("anna", "root", &[]).await;
        let anna = app.by_key(&app.new_key(id).await);
        let longest = "é".repeat(200);
        anna.post(PREFS, json!({longest.clone(): "x".repeat(65_536)})).await.expect(200);
        let session = app.by_password("anna", PASSWORD).await;
        let reader = app.constrained(&session, json!({"readOnly": true})).await;
        let mut refusals = Refusals::begin(app).await;
        let too_long = "k".repeat(201);
        let wrong = json!({"": "a", too_long.clone(): "b", "long": "x".repeat(65_537), "a\tb": "c", "good": "d"});
        bad_fields(refusals.of(&anna).post(PREFS, wrong).await, &["", &too_long, "long", "a\tb"], "bounds");
        bad_fields(
            refusals.of(&anna).post(PREFS, json!({"number": 1, "null": null, "good": "x", "": "y"})).await,
            &["", "number", "null"],
            "types",
        );
        refused(refusals.of(&anna).post(PREFS, json!(["a"])).await, 412, "no object");
        bad_fields(
            refusals.of(&anna).delete(&format!("{PREFS}?key=none&key={longest}")).await,
            &["key"],
            "one unknown",
        );
        bad_fields(refusals.of(&anna).delete(PREFS).await, &["key"], "none named");
        refused(refusals.of(&anna).delete(&format!("{PREFS}/none")).await, 404, "unknown");
        bad_fields(refusals.of(&anna).get(&format!("{OWN}?sortBy=value&limit=-1")).await, &["limit", "sortBy"], "list");
        refused(refusals.of(&reader).post(PREFS, json!({"a": "b"})).await, 403, "reads only");
        refused(refusals.of(&reader).delete(&format!("{PREFS}/{longest}")).await, 403, "reads only");
        refusals.end().await;
        reader.get(PREFS).await.expect(200);
        let many = |from: usize, to: usize| (from..to).map(|n| (n.to_string(), json!("x"))).collect::<Value>();
        anna.post(PREFS, many(0, 999)).await.expect(200);
        let full = refused(anna.post(PREFS, json!({"0": "y", "more": "z"})).await, 412, "one too many");
        assert_eq!(full.template(), "preference.too.many");
        let flood = refused(anna.post(PREFS, many(0, 1001)).await, 412, "more than anybody has");
        assert_eq!(flood.template(), "preference.too.many");
        assert_eq!(anna.post(PREFS, json!({"0": "y", "1": "y"})).await.expect(200)["data"]["0"], "y");
        assert_eq!(anna.get(OWN).await.expect(200)["count"], 1000);
    })
    .await;
}

#[tokio::test]
async fn administrators_set_those_of_their_users() {
    stores(async |app| {
        app.customer("red", "root").await;
        app.customer("blue", "root").await;
        let anna = app.user_of("anna", "red", &[]).await;
        app.new_user("bert", "blue", &[]).await;
        let rights = [("viewUsers", "red"), ("updateUserPreferences", "red")];
        let (red, viewer) = (app.user_of("red-admin", "red", &rights).await, app.user("viewer", &rights[..1]).await);
        let path = format!("{USERS}/anna/preferences");
        let set = red.put(&path, json!({"preferences": {"b": "2", "a": "1"}})).await.expect(200);
        assert_eq!(keys(set.list()), ["a", "b"]);
        assert_eq!(set.list()[0]["createdByUser"]["shortName"], "red-admin");
        let one = red.put(&format!("{path}/c/%C3%A5%20b"), json!({})).await.expect(200);
        assert_eq!((keys(one.list()), &one.list()[0]["value"]), (vec!["c"], &json!("å b")));
        assert_eq!(anna.get(PREFS).await.expect(200)["data"], json!({"a": "1", "b": "2", "c": "å b"}));
        anna.post(PREFS, json!({"own": "<b>"})).await.expect(200);
        assert_eq!(red.get(&format!("{path}/own")).await.expect(200)["data"]["value"], "<b>");
        assert_eq!(keys(red.get(&format!("{path}?key=a&key=c&sortBy=-key")).await.expect(200).list()), ["c", "a"]);
        let map = red.get(&format!("{USERS}/anna/preferencemap?limit=2&offset=1")).await.expect(200);
        assert_eq!(map["data"], json!({"b": "2", "c": "å b"}));
        let gone = red.delete(&format!("{path}?key=a&key=b")).await.expect(200);
        assert_eq!(keys(gone.list()), ["a", "b"]);
        let mut refusals = Refusals::begin(app).await;
        let wrong = json!({"preferences": {"markup": "<b>", "": "x", "good": "y"}});
        bad_fields(refusals.of(&red).put(&path, wrong).await, &["preferences.", "preferences.markup"], "SAFE");
        bad_fields(refusals.of(&red).put(&path, json!({})).await, &["preferences"], "nothing");
        let both = format!("{path}/{}/%3Cb%3E", "k".repeat(201));
        bad_fields(refusals.of(&red).put(&both, json!({})).await, &["key", "value"], "too long, and not SAFE");
        bad_fields(refusals.of(&red).delete(&format!("{path}?key=a")).await, &["key"], "gone");
        refused(refusals.of(&red).get(&format!("{path}/a")).await, 404, "gone");
        for name in ["bert", "admin", "no-such"] {
            let path = format!("{USERS}/{name}/preferences");
            refused(refusals.of(&red).get(&path).await, 404, name);
            refused(refusals.of(&red).put(&path, json!({"preferences": {"a": "b"}})).await, 404, name);
            refused(refusals.of(&red).put(&format!("{path}/a/b"), json!({})).await, 404, name);
            refused(refusals.of(&red).delete(&format!("{path}?key=a")).await, 404, name);
            refused(refusals.of(&red).get(&format!("{USERS}/{name}/preferencemap")).await, 404, name);
        }
        refused(refusals.of(&viewer).put(&path, json!({"preferences": {"a": "b"}})).await, 403, "views only");
        refusals.end().await;
        app.admin().delete(&format!("{USERS}/anna")).await.expect(200);
        let late = refused(red.put(&format!("{path}/a/b"), json!({})).await, 412, "deleted");
        assert_eq!(late.template(), "object.deleted");
        refused(red.delete(&format!("{path}?key=c")).await, 412, "deleted");
    })
    .await;
}

#[tokio::test]
async fn users_are_found_by_theirs() {
    stores(async |app| {
        app.customer("red", "root").await;
        for (name, prefs) in [("anna", json!({"theme": "dark", "rows": "50"})), ("bert", json!({"theme": "light"}))] {
            app.user_of(name, "red", &[]).await.post(PREFS, prefs).await.expect(200);
        }
        let red = app.user_of("red-admin", "red", &[("viewUsers", "red")]).await;
        app.user("outside", &[]).await.post(PREFS, json!({"theme": "dark"})).await.expect(200);
        let search = format!("{USERS}/search");
        for (wanted, found) in [
            (json!({"theme": {"value": "dark"}}), vec!["anna"]),
            (json!({"theme": {}}), vec!["anna", "bert"]),
            (json!({"theme": {"exists": true}, "rows": {"exists": false}}), vec!["bert"]),
            (json!({"theme": {"exists": false, "value": "dark"}}), vec!["bert", "red-admin"]),
            (json!({"theme": {"exists": false}}), vec!["red-admin"]),
            (json!({}), vec!["anna", "bert", "red-admin"]),
        ] {
            let answer = red.post(&search, json!({"userPreferences": wanted})).await.expect(200);
            let names: Vec<&str> = answer.list().iter().filter_map(|user| user["shortName"].as_str()).collect();
            assert_eq!(names, found, "{wanted}");
            assert_eq!(answer["count"], found.len());
        }
        let not = json!({"subCriteria": [{"exclude": true, "userPreferences": {"theme": {}}}]});
        assert_eq!(red.post(&search, not).await.expect(200)["count"], 1);
        let first = red.post(&search, json!({"limit": 1, "userPreferences": {"theme": {}}})).await.expect(200);
        let cursor = &first["metaData"]["nextCursor"];
        let next = json!({"limit": 1, "userPreferences": {"theme": {}}, "cursor": cursor});
        assert_eq!(red.post(&search, next).await.expect(200).list()[0]["shortName"], "bert");
        let mut refusals = Refusals::begin(app).await;
        let other = json!({"limit": 1, "userPreferences": {"rows": {}}, "cursor": cursor});
        bad_fields(refusals.of(&red).post(&search, other).await, &["cursor"], "of other criteria");
        bad_fields(
            refusals.of(&red).post(&search, json!({"userPreferences": ["theme"]})).await,
            &["userPreferences"],
            "no object",
        );
        let wrong = json!({"userPreferences": {"a": "b", "c": {"exists": "yes"}, "d": {"value": 1}, "e": {}}});
        let fields = ["userPreferences.a", "userPreferences.c", "userPreferences.d"];
        bad_fields(refusals.of(&red).post(&search, wrong).await, &fields, "members");
        refusals.end().await;
    })
    .await;
}
