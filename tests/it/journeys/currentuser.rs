//! Whoever asks about himself hears who he is, and what the credential at hand lets him do.

use argus_core::directory::Changed;
use argus_testing::{Actor, PASSWORD, TestApp, stores};
use serde_json::{Value, json};

use crate::refusals::support::{Refusals, bad_fields, refused};

const USER: &str = "/currentuser/v1/user";
const FUNCTIONS: &str = "/currentuser/v1/functions";
const GROUPS: &str = "/currentuser/v1/groups";
const CUSTOMERS: &str = "/currentuser/v1/customers";
const PERMISSIONS: &str = "/currentuser/v1/permissions";

async fn listed(by: &Actor, path: &str, member: &str) -> Vec<String> {
    let answer = by.get(path).await.expect(200);
    answer.list().iter().map(|one| one[member].as_str().unwrap().to_owned()).collect()
}

/// A group with one function on a customer, in which the member comes.
async fn group(app: &TestApp, name: &str, member: &str, right: (&str, i64)) -> i64 {
    let admin = app.by_password("admin", &app.admin_password).await;
    let new = json!({"customer": "root", "name": name, "shortName": name, "description": format!("of {name}")});
    let made = admin.post("/useradmin/v2/group", new).await.expect(201)["data"]["id"].as_i64().unwrap();
    admin.post(&format!("/useradmin/v2/group/{made}/members"), json!({"subject": [member]})).await.expect(200);
    argus_identity::functions::grant(app.platform.db.writer(), made, right.0, right.1, 0).await.unwrap();
    app.platform.directory.forget(&Changed::Everything);
    made
}

#[tokio::test]
async fn one_hears_who_one_is() {
    stores(async |app| {
        app.customer("red", "root").await;
        let admin = app.admin();
        let new = json!({
            "customer": "red", "name": "Åse", "shortName": "aase", "email": "a@example.org", "language": "norwegian",
            "phone": {"countryCode": "47", "nationalNumber": "98765432"}, "daemonAccount": true,
        });
        let id = admin.post("/useradmin/v2/user", new).await.expect(201)["data"]["id"].as_i64().unwrap();
        let inner = group(app, "inner", "aase", ("viewAuditEvents", 1)).await;
        let outer = group(app, "outer", "inner", ("viewAuditEvents", 1)).await;
        let aase = app.by_key(&app.new_key(id).await);
        let me = aase.get(USER).await.expect(200)["data"].clone();
        assert_eq!((&me["id"], &me["userName"], &me["name"]), (&json!(id), &json!("aase"), &json!("Åse")));
        assert_eq!((&me["mobile"], &me["language"]), (&json!("+4798765432"), &json!("NORWEGIAN")));
        assert_eq!((&me["customer"]["shortName"], &me["domain"]["name"]), (&json!("red"), &json!("ARGUS")));
        assert_eq!(me["timeZone"], json!({"description": "Europe/Oslo"}));
        assert_eq!(me["ascendantIDs"], json!([inner, outer]));
        let flags =
            json!(["AUTH_LOCAL", "DAEMON_ACCOUNT", "PASSWORD_NOT_SET", "AUTH_CRYPTO", "AUTH_TOTP", "AUTH_APIKEY"]);
        assert_eq!(me["flags"], flags);
        assert_eq!((&me["createdByUser"]["userName"], &me["createdByUser"]["type"]), (&json!("admin"), &json!("USER")));
        for nothing in ["imageURL", "publicKey", "lastLoginIP", "lastLoginTimestamp", "lastUpdatedTimestamp"] {
            assert_eq!(me[nothing], Value::Null, "{nothing}");
        }
        let session = app.by_password("admin", &app.admin_password).await;
        let me = session.get(USER).await.expect(200)["data"].clone();
        let login = (&json!("127.0.0.1"), &json!(app.clock.now_millis()));
        assert_eq!((&me["lastLoginIP"], &me["lastLoginTimestamp"]), login);
        let methods = session.get("/currentuser/v1/authmethods").await.expect(200);
        assert_eq!(methods.list(), session.get("/authentication/v1/session/authmethods").await.expect(200).list());
        assert_eq!(methods.list()[0]["method"], "PASSWORD");
    })
    .await;
}

#[tokio::test]
async fn groups_are_ones_own_and_those_above() {
    stores(async |app| {
        let id = app.new_user("anna", "root", &[]).await;
        let anna = app.by_key(&app.new_key(id).await);
        assert!(anna.get(GROUPS).await.expect(200).list().is_empty());
        let inner = group(app, "inner", "anna", ("viewAuditEvents", 1)).await;
        group(app, "outer", "inner", ("viewAuditEvents", 1)).await;
        group(app, "elsewhere", "admin", ("viewAuditEvents", 1)).await;
        let own = anna.get(GROUPS).await.expect(200);
        let expected = json!({"id": inner, "name": "inner", "description": "of inner", "type": "GROUP", "customerID": 1,
            "customer": own.list()[0]["customer"], "domain": {"id": 1, "name": "ARGUS"}, "userName": null});
        assert_eq!(own["data"], json!([expected]));
        assert_eq!(listed(&anna, &format!("{GROUPS}?includeAncestors=True"), "name").await, ["inner", "outer"]);
        let page = anna.get(&format!("{GROUPS}?includeAncestors=true&limit=1&offset=1")).await.expect(200);
        assert_eq!((&page["count"], &page["data"][0]["name"]), (&json!(2), &json!("outer")));
        let admin = app.by_password("admin", &app.admin_password).await;
        admin.delete("/useradmin/v2/group/outer").await.expect(200);
        assert_eq!(listed(&anna, &format!("{GROUPS}?includeAncestors=true"), "name").await, ["inner"]);
        let mut refusals = Refusals::begin(app).await;
        let wrong = format!("{GROUPS}?includeAncestors=maybe&limit=-1&sortBy=size");
        bad_fields(refusals.of(&anna).get(&wrong).await, &["includeAncestors", "limit", "sortBy"], "all in one answer");
        refusals.end().await;
    })
    .await;
}

#[tokio::test]
async fn functions_are_those_of_the_credential() {
    stores(async |app| {
        let rights = [("viewAuditEvents", "root"), ("submitAuditEvents", "root"), ("viewPermissions", "root")];
        let id = app.new_user("anna", "root", &rights).await;
        let (key, session) = (app.by_key(&app.new_key(id).await), app.by_password("anna", PASSWORD).await);
        let (view, submit, permissions) = ("viewAuditEvents", "submitAuditEvents", "viewPermissions");
        let by_name = format!("{FUNCTIONS}?sortBy=name");
        // A key proves less than a session, so it cannot use what is of level default.
        assert_eq!(listed(&key, &by_name, "name").await, [submit, view]);
        assert_eq!(listed(&session, &by_name, "name").await, [submit, view, permissions]);
        assert_eq!(listed(&key, &format!("{by_name}&maxSecurityLevel=administrative"), "name").await.len(), 3);
        assert_eq!(listed(&session, &format!("{by_name}&maxSecurityLevel=external"), "name").await, [submit, view]);
        let reader = app.constrained(&session, json!({"readOnly": true})).await;
        assert_eq!(listed(&reader, &by_name, "name").await, [view, permissions]);
        let narrow = app.constrained(&session, json!({"function": [permissions]})).await;
        let shown = narrow.get(FUNCTIONS).await.expect(200);
        assert_eq!(shown["count"], 1);
        let flags = (&shown["data"][0]["flags"], &shown["data"][0]["securityLevel"]);
        assert_eq!(flags, (&json!(["READ_ONLY"]), &json!("DEFAULT")));
        assert_eq!(listed(&session, &format!("{FUNCTIONS}?keywords=SUBMIT"), "name").await, [submit]);
        assert!(listed(&session, &format!("{FUNCTIONS}?onlyRoles=True"), "name").await.is_empty());
        let all = format!("{FUNCTIONS}?requirePermission=False&limit=0");
        assert!(listed(&key, &all, "name").await.contains(&"viewUsers".to_owned()));
        assert_eq!(listed(&key, &format!("{all}&onlyRoles=true"), "name").await, ["administrator"]);
        let roles = app.admin().get(&format!("{FUNCTIONS}?onlyRoles=true")).await.expect(200);
        assert_eq!(roles["data"][0]["flags"], json!(["ROLE"]));
        let mut refusals = Refusals::begin(app).await;
        let wrong = format!("{FUNCTIONS}?maxSecurityLevel=high&onlyRoles=2&requirePermission=no&offset=x");
        let fields = ["maxSecurityLevel", "offset", "onlyRoles", "requirePermission"];
        bad_fields(refusals.of(&key).get(&wrong).await, &fields, "all in one answer");
        refusals.end().await;
    })
    .await;
}

#[tokio::test]
async fn customers_are_those_that_the_credential_reaches() {
    stores(async |app| {
        app.customer("red", "root").await;
        app.customer("deep-red", "red").await;
        app.customer("blue", "root").await;
        let rights = [("viewAuditEvents", "red"), ("submitAuditEvents", "blue"), ("viewAuditEvents", "blue")];
        app.new_user("anna", "red", &rights).await;
        let anna = app.by_password("anna", PASSWORD).await;
        assert_eq!(listed(&anna, CUSTOMERS, "shortName").await, ["red", "deep-red", "blue"]);
        let both = format!("{CUSTOMERS}?requiredFunction=viewAuditEvents&requiredFunction=submitAuditEvents");
        assert_eq!(listed(&anna, &both, "shortName").await, ["blue"]);
        assert_eq!(
            listed(&anna, &format!("{CUSTOMERS}?keywords=RED&sortBy=-id"), "shortName").await,
            ["deep-red", "red"]
        );
        let page = anna.get(&format!("{CUSTOMERS}?limit=1&offset=1&sortBy=shortName")).await.expect(200);
        assert_eq!((&page["count"], &page["data"][0]["shortName"]), (&json!(3), &json!("deep-red")));
        let narrow = app.constrained(&anna, json!({"customer": ["red"]})).await;
        assert_eq!(listed(&narrow, CUSTOMERS, "shortName").await, ["red", "deep-red"]);
        assert!(listed(&app.user("powerless", &[]).await, CUSTOMERS, "shortName").await.is_empty());
        anna.get("/currentuser/v1/permission/viewAuditEvents/deep-red").await.expect(200);
        let mut refusals = Refusals::begin(app).await;
        bad_fields(
            refusals.of(&anna).get(&format!("{CUSTOMERS}?requiredFunction=fly&requiredFunction=swim")).await,
            &["requiredFunction"],
            "unknown",
        );
        for path in ["viewAuditEvents/root", "viewAuditEvents/nobody", "submitAuditEvents/red", "fly/red"] {
            let path = format!("/currentuser/v1/permission/{path}");
            refused(refusals.of(&anna).get(&path).await, 403, &path);
        }
        refused(refusals.of(&narrow).get("/currentuser/v1/permission/viewAuditEvents/blue").await, 403, "cut away");
        refusals.end().await;
    })
    .await;
}

#[tokio::test]
async fn permissions_say_where_a_credential_is_cut() {
    stores(async |app| {
        app.customer("red", "root").await;
        let red = app.customer("deep-red", "red").await;
        let id = app.new_user("anna", "red", &[("administrator", "red"), ("viewUsers", "root")]).await;
        let inherited = group(app, "watchers", "anna", ("viewAuditEvents", red)).await;
        let anna = app.by_password("anna", PASSWORD).await;
        let all = anna.get(PERMISSIONS).await.expect(200);
        assert_eq!(all["count"], 3);
        let first = &all.list()[0];
        assert_eq!((&first["subject"]["id"], &first["subject"]["userName"]), (&json!(id), &json!("anna")));
        assert_eq!(
            (&first["customer"]["shortName"], &first["function"]["name"]),
            (&json!("red"), &json!("administrator"))
        );
        assert_eq!((&first["functionInfo"]["flags"], &first["flags"]), (&json!(["ROLE"]), &json!([])));
        assert_eq!(first["grantedTimestamp"], json!(app.clock.now_millis()));
        assert_eq!(
            (&all.list()[2]["subject"]["id"], &all.list()[2]["subject"]["type"]),
            (&json!(inherited), &json!("GROUP"))
        );
        let own = anna.get(&format!("{PERMISSIONS}?includeInherited=False")).await.expect(200);
        assert_eq!(own["count"], 2);
        let used = async |body: Value| {
            let narrow = app.constrained(&anna, body).await;
            let list = narrow.get(PERMISSIONS).await.expect(200);
            let used = list.list().iter().map(|it| (it["function"]["name"].clone(), it["flags"].clone()));
            used.collect::<Vec<_>>()
        };
        let cut = json!(["CONSTRAINED"]);
        assert_eq!(
            used(json!({"function": ["viewAuditEvents"]})).await,
            [(json!("administrator"), cut.clone()), (json!("viewAuditEvents"), json!([]))]
        );
        assert_eq!(
            used(json!({"customer": ["deep-red"]})).await,
            [
                (json!("administrator"), cut.clone()),
                (json!("viewUsers"), cut.clone()),
                (json!("viewAuditEvents"), json!([]))
            ]
        );
        assert_eq!(
            used(json!({"readOnly": true})).await,
            [(json!("administrator"), cut), (json!("viewUsers"), json!([])), (json!("viewAuditEvents"), json!([]))]
        );
        assert_eq!(used(json!({"function": ["viewUsers"], "customer": ["red"]})).await.len(), 2);
        assert!(app.user("powerless", &[]).await.get(PERMISSIONS).await.expect(200).list().is_empty());
    })
    .await;
}
