//! Who a user is at the directory is said by somebody who could be that user anyway.

use argus_testing::{PASSWORD, stores, stores_with};
use serde_json::{Value, json};

use super::slapd::Slapd;
use super::{LOGIN, by_name, log_in};
use crate::refusals::support::{Refusals, bad_fields, refused};

const ADMINISTER: &str = "administrativeAuthenticationSetup-LDAP";
const SESSION: &str = "/authentication/v1/session";

#[tokio::test]
async fn an_administrator_says_who_is_who() {
    let Some(server) = Slapd::start() else { return };
    stores_with(
        |settings| by_name(settings, &server),
        async |app| {
            let anna = app.new_user("anna", "root", &[]).await;
            let admin = app.by_password("admin", &app.admin_password).await;
            log_in(app, LOGIN, "anna", "annas").await.expect(401);
            let path = "/authentication/v1/user/anna/ldap";
            assert_eq!(admin.put(path, json!({})).await.expect(200)["data"], json!({}));
            let made = log_in(app, LOGIN, "anna", "annas").await.expect(201);
            let session = app.by_session(&made);
            // Said again it changes nothing; with another name, whoever came in by the first one is out.
            admin.put(&format!("/authentication/v1/user/{anna}/ldap"), json!({})).await.expect(200);
            session.get(SESSION).await.expect(200);
            admin.put(&format!("{path}?domain=argus"), json!({ "userName": "b.erta" })).await.expect(200);
            session.get(SESSION).await.expect(401);
            admin.get(SESSION).await.expect(200);
            log_in(app, LOGIN, "anna", "annas").await.expect(401);
            log_in(app, LOGIN, "anna", "bertas").await.expect(201);
            admin.put(path, json!({})).await.expect(200);
            log_in(app, LOGIN, "anna", "bertas").await.expect(201);
            admin.put(path, json!({ "userName": "" })).await.expect(200);
            log_in(app, LOGIN, "anna", "annas").await.expect(201);
            // Another name here makes nobody somebody else there.
            admin.put("/useradmin/v2/user/anna", json!({ "shortName": "b.erta" })).await.expect(200);
            log_in(app, LOGIN, "b.erta", "bertas").await.expect(401);
            log_in(app, LOGIN, "b.erta", "annas").await.expect(201);
            admin.put("/useradmin/v2/user/b.erta", json!({ "shortName": "anna" })).await.expect(200);
            // The password here goes on as it was.
            app.by_password("anna", PASSWORD).await;
            let path =
                format!("/audit/v1/event?includeInternal=true&targetType=USER&targetID={anna}&limit=0&sortBy=sequence");
            for look in 0.. {
                let events = app.admin().get(&path).await.expect(200);
                if events.list().len() < 7 {
                    assert!(look < 100, "{}", events.text);
                    continue;
                }
                let names: Vec<&Value> = events.list()[..5].iter().map(|event| &event["after"]["ldapName"]).collect();
                assert_eq!(names, [&Value::Null, &Value::Null, &json!("b.erta"), &json!("b.erta"), &Value::Null]);
                break;
            }
        },
    )
    .await;
}

#[tokio::test]
async fn nobody_becomes_somebody_mightier_by_it() {
    stores(async |app| {
        app.customer("red", "root").await;
        app.new_user("mighty", "red", &[("viewUsers", "red"), (ADMINISTER, "red")]).await;
        app.new_user("plain", "red", &[]).await;
        app.new_user("same", "red", &[(ADMINISTER, "red")]).await;
        app.new_user("elsewhere", "root", &[]).await;
        app.new_user("helper", "red", &[(ADMINISTER, "red")]).await;
        let helper = app.by_password("helper", PASSWORD).await;
        let path = |user: &str| format!("/authentication/v1/user/{user}/ldap");
        let mut refusals = Refusals::begin(app).await;
        let mighty = refusals.of(&helper).put(&path("mighty"), json!({ "userName": "helper" })).await;
        assert_eq!(refused(mighty, 403, "mighty").template(), "access.denied.escalation");
        for user in ["elsewhere", "admin", "nobody", "1"] {
            refused(refusals.of(&helper).put(&path(user), json!({ "userName": "helper" })).await, 404, user);
        }
        bad_fields(
            refusals.of(&helper).put(&path("plain"), json!({ "userName": "a\u{7}" })).await,
            &["userName"],
            "bell",
        );
        let long = json!({ "userName": "a".repeat(256) });
        bad_fields(refusals.of(&helper).put(&path("plain"), long).await, &["userName"], "long");
        let domain = format!("{}?domain=OTHER", path("plain"));
        bad_fields(refusals.of(&helper).put(&domain, json!({})).await, &["domain"], "domain");
        refusals.end().await;
        for user in ["plain", "same", "helper"] {
            helper.put(&path(user), json!({ "userName": "somebody" })).await.expect(200);
        }
        // A deleted one is not there.
        let admin = app.by_password("admin", &app.admin_password).await;
        admin.delete("/useradmin/v2/user/plain").await.expect(200);
        refused(helper.put(&path("plain"), json!({})).await, 404, "deleted");
    })
    .await;
}
