//! Who a user is at a provider is said by somebody who could be that user anyway.

use argus_testing::PASSWORD;

use crate::refusals::support::Refusals;

use super::*;

const ADMINISTER: &str = "administrativeAuthenticationSetup-OPENID";

fn path(user: &str) -> String {
    format!("/authentication/v1/user/{user}/openid")
}

fn link(name: &str) -> Value {
    json!({ "provider": "idp", "mappedUserName": name })
}

#[tokio::test]
async fn an_administrator_says_who_is_who() {
    let keys = Keys::ec("ec");
    let provider = Provider::start(&[&keys]).await;
    stores_with(by(&provider), async |app| {
        let anna = app.new_user("anna", "root", &[]).await;
        app.new_user("berta", "root", &[]).await;
        let admin = app.by_password("admin", &app.admin_password).await;
        let token = async |name: &str| {
            let mut claims = claims(app, &provider, &nonce(app).await);
            claims["preferred_username"] = json!(name);
            keys.token(&claims)
        };
        refused(admin.get(&path("anna")).await, 404, "no link yet");
        let set = admin.put(&path("anna"), link("Anna@Example")).await.expect(200)["data"].clone();
        assert_eq!(set["mappedUserName"], "Anna@Example");
        let of = &set["provider"];
        assert_eq!((&of["shortName"], &of["name"], &of["customer"]), (&json!("idp"), &json!("Example"), &Value::Null));
        let id = of["id"].as_str().unwrap().to_owned();
        assert_eq!(id.len(), 36);
        assert_eq!(admin.get(&path(&anna.to_string())).await.expect(200)["data"], set);
        // The identifier names the provider as well as its short name does.
        app.anonymous().get(&PATH.replace("idp", &id)).await.expect(200);
        let made = log_in(app, &token("Anna@Example").await).await.expect(201);
        let session = app.by_session(&made);
        admin.put(&path("anna"), json!({ "provider": id, "mappedUserName": "Anna@Example" })).await.expect(200);
        session.get("/authentication/v1/session").await.expect(200);
        let methods = admin.get("/authentication/v1/user/anna/methods").await.expect(200);
        assert!(
            methods.list().iter().any(|it| it["method"] == "OPENID" && it["initialized"] == true),
            "{}",
            methods.text
        );
        // With another name, whoever came in by the first one is out.
        admin.put(&path("anna"), link("a")).await.expect(200);
        session.get("/authentication/v1/session").await.expect(401);
        admin.get("/authentication/v1/session").await.expect(200);
        log_in(app, &token("Anna@Example").await).await.expect(401);
        log_in(app, &token("a").await).await.expect(201);
        // One name is one user's, until that one is deleted.
        bad_fields(admin.put(&path("berta"), link("a")).await, &["mappedUserName"], "taken");
        admin.put(&path("berta"), link("A")).await.expect(200);
        admin.delete("/useradmin/v2/user/anna").await.expect(200);
        refused(admin.get(&path("anna")).await, 404, "deleted");
        admin.put(&path("berta"), link("a")).await.expect(200);
        assert_eq!(log_in(app, &token("a").await).await.expect(201)["data"]["username"], "berta");
        let events =
            format!("/audit/v1/event?includeInternal=true&targetType=USER&targetID={anna}&limit=0&sortBy=sequence");
        for look in 0.. {
            let events = app.admin().get(&events).await.expect(200);
            if events.list().len() < 4 {
                assert!(look < 100, "{}", events.text);
                continue;
            }
            let names: Vec<&Value> = events.list()[..3].iter().map(|event| &event["after"]["openidName"]).collect();
            assert_eq!(names, ["Anna@Example", "Anna@Example", "a"]);
            assert_eq!(events.list()[2]["before"]["openidName"], "Anna@Example");
            break;
        }
    })
    .await;
}

#[tokio::test]
async fn nobody_becomes_somebody_mightier_by_it() {
    let keys = Keys::ec("ec");
    let provider = Provider::start(&[&keys]).await;
    stores_with(also_of_another_domain(&provider), async |app| {
        app.customer("red", "root").await;
        app.new_user("mighty", "red", &[("viewUsers", "red"), (ADMINISTER, "red")]).await;
        app.new_user("plain", "red", &[]).await;
        app.new_user("helper", "red", &[(ADMINISTER, "red")]).await;
        app.new_user("elsewhere", "root", &[]).await;
        let helper = app.by_password("helper", PASSWORD).await;
        let mut refusals = Refusals::begin(app).await;
        let mighty = refused(refusals.of(&helper).put(&path("mighty"), link("me")).await, 403, "mighty");
        assert_eq!(mighty.template(), "access.denied.escalation");
        for user in ["elsewhere", "admin", "nobody", "1"] {
            refused(refusals.of(&helper).put(&path(user), link("me")).await, 404, user);
            refused(refusals.of(&helper).get(&path(user)).await, 404, user);
        }
        let both = json!({ "provider": "nobody", "mappedUserName": "" });
        let both = refusals.of(&helper).put(&path("plain"), both).await;
        bad_fields(both, &["mappedUserName", "provider"], "both");
        let domain = json!({ "provider": "other", "mappedUserName": "me" });
        bad_fields(refusals.of(&helper).put(&path("plain"), domain).await, &["provider"], "another domain");
        for name in ["a\u{7}".to_owned(), "a".repeat(256)] {
            bad_fields(refusals.of(&helper).put(&path("plain"), link(&name)).await, &["mappedUserName"], &name);
        }
        refusals.end().await;
        helper.put(&path("plain"), link("plain")).await.expect(200);
        helper.put(&path("helper"), link("helper")).await.expect(200);
    })
    .await;
}
