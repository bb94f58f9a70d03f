//! What everybody may see of users, groups and functions: those of their customers, and no way to reach them.

use argus_testing::{PASSWORD, TestApp, stores};
use serde_json::{Value, json};

use crate::refusals::support::{Refusals, bad_fields, refused};

const BASIC: &str = "/users/v2";
const ADMIN: &str = "/useradmin/v2";

/// Two customers with a user each; on red also a group in a group, with the user in the inner one.
async fn people(app: &TestApp) {
    let admin = app.by_password("admin", &app.admin_password).await;
    for customer in ["red", "blue"] {
        app.customer(customer, "root").await;
        let phone = json!({"countryCode": "47", "nationalNumber": "98765432"});
        let new = json!({"customer": customer, "name": format!("Åse {customer}"), "shortName": format!("aase-{customer}"),
            "email": format!("me@{customer}.example"), "phone": phone, "notificationUser": true});
        admin.post(&format!("{ADMIN}/user"), new).await.expect(201);
    }
    for (group, member) in [("inner", "aase-red"), ("outer", "inner")] {
        let new = json!({"customer": "red", "name": group, "shortName": group});
        admin.post(&format!("{ADMIN}/group"), new).await.expect(201);
        admin.post(&format!("{ADMIN}/group/{group}/members"), json!({"subject": [member]})).await.expect(200);
    }
}

fn names(list: &[Value]) -> Vec<&str> {
    list.iter().filter_map(|found| found["shortName"].as_str()).collect()
}

#[tokio::test]
async fn people_of_ones_own_customers_are_shown() {
    stores(async |app| {
        people(app).await;
        let rights = ["viewBasicSubject", "viewRelatedBasicSubject", "viewUsers"].map(|function| (function, "red"));
        let eve = app.user_of("eve", "blue", &rights).await;
        let user = eve.get(&format!("{BASIC}/user/aase-red")).await.expect(200)["data"].clone();
        assert_eq!((&user["name"], &user["customer"]["shortName"]), (&"Åse red".into(), &"red".into()));
        assert_eq!((&user["flags"], &user["language"]), (&json!(["notificationUser"]), &"english".into()));
        assert_eq!((&user["email"], &user["phone"], &user["phoneNumber"]), (&Value::Null, &Value::Null, &Value::Null));
        assert!(user.get("createdTimestamp").is_none() && user.get("lastLoginTimestamp").is_none());
        for (path, expected) in [
            ("user", &["aase-red"][..]),
            ("user?keywords=ÅSE&keywordField=name", &["aase-red"]),
            ("user?excludeFlag=daemonAccount&subject=aase-red", &["aase-red"]),
            ("group?sortBy=-shortName", &["outer", "inner"]),
            ("subject?sortBy=shortName", &["aase-red", "inner", "outer"]),
            ("subject?type=user", &["aase-red"]),
        ] {
            let found = eve.get(&format!("{BASIC}/{path}")).await.expect(200);
            assert_eq!(names(found.list()), expected, "{path}");
            assert_eq!(found["count"], expected.len(), "{path}");
        }
        let wanted = json!({"keywords": ["in"], "keywordMatchStrategy": "all", "keywordFieldStrategy": ["shortName"]});
        assert_eq!(names(eve.post(&format!("{BASIC}/group/search"), wanted).await.expect(200).list()), ["inner"]);
        let id = &user["id"];
        for (query, expected) in [
            ("", &["inner", "outer"][..]),
            ("?sortBy=-id&limit=1", &["outer"]),
            ("?includeInherited=False", &["inner"]),
        ] {
            let groups = eve.get(&format!("{BASIC}/subject/{id}/groups{query}")).await.expect(200);
            assert_eq!(names(groups.list()), expected, "{query}");
        }
        let mut refusals = Refusals::begin(app).await;
        for path in ["user/aase-blue", "subject/aase-blue", "user/inner", "group/aase-red", "subject/aase-blue/groups"]
        {
            refused(refusals.of(&eve).get(&format!("{BASIC}/{path}")).await, 404, path);
        }
        let bad = refusals
            .of(&eve)
            .get(&format!("{BASIC}/user?includeFlag=blocked&keywordField=phoneNumber&sortBy=email"))
            .await;
        bad_fields(bad, &["includeFlag", "keywordField", "sortBy"], "not shown, not searched");
        let bad = refusals.of(&eve).get(&format!("{BASIC}/subject/{id}/groups?includeInherited=x")).await;
        bad_fields(bad, &["includeInherited"], "flag");
        bad_fields(refusals.of(&eve).get(&format!("{BASIC}/user?customer=blue")).await, &["customer"], "not reached");
        refusals.end().await;
    })
    .await;
}

#[tokio::test]
async fn nobody_finds_out_what_is_not_shown() {
    stores(async |app| {
        people(app).await;
        let rights =
            [("viewRelatedBasicSubject", "root"), ("viewBasicSubject", "root"), ("viewBasicUserPrivateInfo", "red")];
        let some = app.user("some", &rights).await;
        let all = app.user("all", &[("viewRelatedBasicSubject", "root"), ("viewBasicUserPrivateInfo", "root")]).await;
        // Shown customer by customer.
        let red = some.get(&format!("{BASIC}/user/aase-red")).await.expect(200)["data"].clone();
        assert_eq!((&red["email"], &red["phoneNumber"]), (&"me@red.example".into(), &"+4798765432".into()));
        assert_eq!(red["phone"], json!({"countryCode": "47", "nationalNumber": "98765432"}));
        let blue = some.get(&format!("{BASIC}/user/aase-blue")).await.expect(200)["data"].clone();
        assert_eq!((&blue["email"], &blue["phone"]), (&Value::Null, &Value::Null));
        // Searched by those only who are shown all of it: what a search finds, or leaves out, says as much.
        for entity in ["user", "subject"] {
            let path = format!("{BASIC}/{entity}/search");
            for wanted in
                [json!({"keywords": ["me@blue"]}), json!({"keywords": ["me@blue"], "keywordFieldStrategy": ["email"]})]
            {
                assert_eq!(some.post(&path, wanted.clone()).await.expect(200)["count"], 0, "{wanted}");
                assert_eq!(names(all.post(&path, wanted.clone()).await.expect(200).list()), ["aase-blue"], "{wanted}");
                let without =
                    json!({"keywords": ["aase"], "subCriteria": [{"keywords": wanted["keywords"], "exclude": true}]});
                assert_eq!(some.post(&path, without.clone()).await.expect(200)["count"], 2, "{without}");
                assert_eq!(names(all.post(&path, without).await.expect(200).list()), ["aase-red"]);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn functions_are_shown_in_short() {
    stores(async |app| {
        let admin = app.by_password("admin", &app.admin_password).await;
        let texts = json!({"localizedNames": {"english": "See users", "norwegian": "Se brukere"}});
        admin.put(&format!("{ADMIN}/function/viewUsers"), texts).await.expect(200);
        app.new_user("eve", "root", &[("viewBasicFunctions", "root"), ("viewUsers", "root")]).await;
        let eve = app.by_password("eve", PASSWORD).await;
        let one = eve.get(&format!("{BASIC}/function/viewUsers")).await.expect(200)["data"].clone();
        assert_eq!((&one["localizedName"], &one["minimumSecurityLevel"]), (&"See users".into(), &"external".into()));
        assert_eq!((&one["flags"], &one["roleType"]), (&json!(["readOnly"]), &"other".into()));
        assert!(one.get("createdByUser").is_none());
        admin.put(&format!("{ADMIN}/user/eve"), json!({"language": "norwegian"})).await.expect(200);
        assert_eq!(
            eve.get(&format!("{BASIC}/function/viewUsers")).await.expect(200)["data"]["localizedName"],
            "Se brukere"
        );
        let found = eve.get(&format!("{BASIC}/function?includeFlag=role&keywords=ADMIN")).await.expect(200);
        assert_eq!((&found.list()[0]["name"], &found["count"]), (&"administrator".into(), &json!(1)));
        let mine = json!({"requirePermission": true, "sortBy": ["-name"]});
        let mine = eve.post(&format!("{BASIC}/function/search"), mine).await.expect(200);
        let named: Vec<&str> = mine.list().iter().filter_map(|function| function["name"].as_str()).collect();
        assert_eq!(named, ["viewUsers", "viewBasicFunctions"]);
        let all = eve.post(&format!("{BASIC}/function/search"), json!({"requirePermission": false})).await.expect(200);
        assert!(all["count"].as_i64() > Some(10));
        let bad = eve.post(&format!("{BASIC}/function/search"), json!({"requirePermission": "yes"})).await;
        bad_fields(bad, &["requirePermission"], "no flag");
        refused(eve.get(&format!("{BASIC}/function/nothing")).await, 404, "nothing");
        refused(eve.get(&format!("{BASIC}/user")).await, 403, "not the function");
    })
    .await;
}
