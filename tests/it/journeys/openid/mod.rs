//! Logging in by an OpenID provider, which answers over HTTP as real ones do.

mod provider;
mod refused;
mod setup;
mod trouble;

use std::time::Duration;

use argus_core::config::{OpenIdSettings, Password, ResponseType, Settings};
use argus_core::directory::Changed;
use argus_identity::entity::openid_link;
use argus_identity::openid_links;
use argus_identity::users::{self, UserChange, method};
use argus_testing::{Answer, TestApp, stores, stores_with};
use reqwest::Url;
use serde_json::{Value, json};

use crate::refusals::support::{bad_fields, refused};
use provider::{CLIENT, Keys, Provider};

const PATH: &str = "/authentication/v1/openid/provider/idp/authentication";
const METHODS: &str = "/authentication/v1/methods";

fn settings_of(provider: &Provider) -> OpenIdSettings {
    OpenIdSettings {
        name: "Example".to_owned(),
        issuer: provider.url.clone(),
        client_id: CLIENT.0.to_owned(),
        client_secret: Password::new(CLIENT.1),
        redirect_path: "/back".to_owned(),
        ..OpenIdSettings::default()
    }
}

/// The provider as `idp`.
fn by(provider: &Provider) -> impl Fn(&mut Settings) {
    let idp = settings_of(provider);
    move |settings| _ = settings.openid.insert("idp".to_owned(), idp.clone())
}

/// The provider as `idp`, and as `other` for the users of another domain.
fn also_of_another_domain(provider: &Provider) -> impl Fn(&mut Settings) {
    let (idp, other) = (by(provider), OpenIdSettings { domain: "OTHER".to_owned(), ..settings_of(provider) });
    move |settings| {
        idp(settings);
        settings.openid.insert("other".to_owned(), other.clone());
    }
}

/// A user who is known at the provider by a name, and can log in by it.
async fn person(app: &TestApp, short_name: &str, name: &str) -> i64 {
    let user = app.new_user(short_name, "root", &[]).await;
    let db = app.platform.db.writer();
    let (provider, name, created_at) = ("idp".to_owned(), name.to_owned(), app.clock.now());
    let link = openid_link::Model { user_id: user, provider, name, created_at, created_by: 1 };
    openid_links::set(db, link).await.unwrap();
    change(app, user, UserChange { methods: Some(method::OPENID), ..UserChange::default() }).await;
    user
}

async fn change(app: &TestApp, user: i64, change: UserChange) {
    users::update(app.platform.db.writer(), user, change).await.unwrap();
    app.platform.directory.forget(&Changed::Everything);
}

async fn ask(app: &TestApp) -> Value {
    app.anonymous().get(&format!("{PATH}?state=mine")).await.expect(200)["data"].clone()
}

async fn nonce(app: &TestApp) -> String {
    ask(app).await["nonce"].as_str().unwrap().to_owned()
}

/// What a good token says, now.
fn claims(app: &TestApp, provider: &Provider, nonce: &str) -> Value {
    let now = app.clock.now_millis() / 1_000;
    json!({
        "iss": provider.url, "sub": "4711", "aud": CLIENT.0, "azp": CLIENT.0, "iat": now, "exp": now + 300,
        "nonce": nonce, "preferred_username": "Anna@Example",
    })
}

async fn log_in(app: &TestApp, token: &str) -> Answer {
    app.anonymous().post(PATH, json!({ "idToken": token })).await
}

#[tokio::test]
async fn the_provider_lets_its_people_in() {
    let (ec, rsa) = (Keys::ec("ec"), Keys::rsa("rsa"));
    let provider = Provider::start(&[&ec, &rsa]).await;
    stores_with(by(&provider), async |app| {
        let anna = person(app, "anna", "Anna@Example").await;
        for keys in [&ec, &rsa] {
            let asked = ask(app).await;
            let address = Url::parse(asked["providerURI"].as_str().unwrap()).unwrap();
            assert!(address.as_str().starts_with(&format!("{}/authorize?", provider.url)), "{address}");
            let parameter = |name: &str| address.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned();
            let expected = [
                ("response_type", "id_token"),
                ("client_id", "argus"),
                ("redirect_uri", &format!("{}/back", app.url())),
                ("scope", "openid profile"),
                ("state", "mine"),
                ("nonce", asked["nonce"].as_str().unwrap()),
            ];
            for (name, value) in expected {
                assert_eq!(parameter(name), value, "{name}");
            }
            let token = keys.token(&claims(app, &provider, asked["nonce"].as_str().unwrap()));
            let body = json!({ "flow": "idToken", "idToken": token, "requestedAuthorizations": ["enrollPublicKey"] });
            let made = app.anonymous().post(PATH, body).await.expect(201);
            let data = &made["data"];
            assert_eq!((&data["userID"], &data["username"]), (&json!(anna), &json!("anna")));
            assert_eq!((&data["authenticationMethod"], &data["securityLevel"]), (&json!("OPENID"), &json!("DEFAULT")));
            let session = data["credentials"]["requestCredentialsData"].as_str().unwrap();
            assert!(made.headers["set-cookie"].to_str().unwrap().starts_with(&format!("argus_session={session}; ")));
            let session = app.anonymous().with("Authorization", &format!("Bearer {session}"));
            session.get("/authentication/v1/session").await.expect(200);
            // What was used once is used up, and so is its nonce in another token.
            refused(log_in(app, &token).await, 401, "the same token");
            let other = claims(app, &provider, asked["nonce"].as_str().unwrap());
            app.advance(Duration::from_secs(1));
            refused(log_in(app, &ec.token(&other)).await, 401, "the same nonce");
        }
        let methods = app.anonymous().get(METHODS).await.expect(200);
        assert!(methods.list().contains(&json!("OPENID")), "{}", methods.text);
        let path = "/audit/v1/event?includeFlags=INTERNAL&includeFlags=LOGIN&limit=0&sortBy=sequence";
        let logins = app.admin().get(path).await.expect(200);
        let outcomes: Vec<_> =
            logins.list().iter().map(|it| (&it["authMethod"], &it["outcome"], &it["actorName"])).collect();
        let (openid, known, named) = (&json!("OPENID"), &json!("anna"), &json!("Anna@Example"));
        let (success, failure) = (&json!("SUCCESS"), &json!("FAILURE"));
        let round = [(openid, success, known), (openid, failure, named), (openid, failure, named)];
        assert_eq!(outcomes, [round, round].concat());
    })
    .await;
}

#[tokio::test]
async fn a_code_is_as_good_as_the_token_that_it_stands_for() {
    let keys = Keys::ec("ec");
    let provider = Provider::start(&[&keys]).await;
    let configure = |settings: &mut Settings| {
        let idp = OpenIdSettings { response_type: ResponseType::Code, ..settings_of(&provider) };
        settings.openid.insert("idp".to_owned(), idp);
    };
    stores_with(configure, async |app| {
        person(app, "anna", "Anna@Example").await;
        let asked = ask(app).await;
        assert!(asked["providerURI"].as_str().unwrap().contains("response_type=code&"), "{asked}");
        let good = claims(app, &provider, asked["nonce"].as_str().unwrap());
        let mut late = good.clone();
        late["exp"] = json!(app.clock.now_millis() / 1_000 - 31);
        provider.give("good", keys.token(&good));
        provider.give("late", keys.token(&late));
        let bring = async |code: &str| {
            let localhost = app.url().replace("127.0.0.1", "localhost");
            let browser = app.anonymous().with("Origin", &localhost);
            browser.post(PATH, json!({ "flow": "authorizationCode", "authorizationCode": code })).await
        };
        refused(bring("unknown").await, 401, "unknown");
        refused(bring("late").await, 401, "late");
        assert_eq!(bring("good").await.expect(201)["data"]["username"], "anna");
        refused(bring("good").await, 401, "twice");
        let back = format!("{}/back", app.url().replace("127.0.0.1", "localhost"));
        assert!(provider.redirects().ends_with(&[back.clone(), back.clone(), back.clone(), back]));
    })
    .await;
}

#[tokio::test]
async fn bad_requests_are_told_so() {
    let keys = Keys::ec("ec");
    let provider = Provider::start(&[&keys]).await;
    let configure = |settings: &mut Settings| {
        by(&provider)(settings);
        let public = OpenIdSettings { client_secret: Password::default(), ..settings_of(&provider) };
        settings.openid.insert("public".to_owned(), public);
    };
    stores_with(configure, async |app| {
        let nobody = app.anonymous();
        for unknown in ["nobody", "IDP", "1"] {
            let path = PATH.replace("idp", unknown);
            refused(nobody.get(&path).await, 404, unknown);
            refused(nobody.post(&path, json!({ "idToken": "x" })).await, 404, unknown);
        }
        bad_fields(nobody.get(&format!("{PATH}?state={}", "a".repeat(1_025))).await, &["state"], "state");
        for origin in ["https://example.org", "null", "", &format!("{}.example.org", app.url())] {
            let stranger = nobody.with("Origin", origin);
            bad_fields(stranger.get(PATH).await, &["Origin"], origin);
            bad_fields(stranger.post(PATH, json!({ "idToken": "x" })).await, &["Origin"], origin);
        }
        for (body, field) in [
            (json!({}), "idToken"),
            (json!({ "flow": "idToken", "authorizationCode": "x" }), "idToken"),
            (json!({ "flow": "authorizationCode", "idToken": "x" }), "authorizationCode"),
            (json!({ "flow": "other", "idToken": "x" }), "flow"),
            (json!({ "idToken": "x".repeat(16_385) }), "idToken"),
        ] {
            bad_fields(nobody.post(PATH, body).await, &[field], field);
        }
        let code = json!({ "flow": "authorizationCode", "authorizationCode": "x" });
        bad_fields(nobody.post(&PATH.replace("idp", "public"), code).await, &["flow"], "no secret");
    })
    .await;
}

#[tokio::test]
async fn without_providers_there_is_no_such_login() {
    stores(async |app| {
        refused(app.anonymous().get(PATH).await, 404, "ask");
        refused(app.anonymous().post(PATH, json!({ "idToken": "x" })).await, 404, "log in");
        let methods = app.anonymous().get(METHODS).await.expect(200);
        assert!(!methods.list().contains(&json!("OPENID")), "{}", methods.text);
    })
    .await;
}
