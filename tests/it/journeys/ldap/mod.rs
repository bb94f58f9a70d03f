//! Logging in by a directory server, which is a real one.

mod setup;
pub mod slapd;

use std::collections::BTreeSet;
use std::path::PathBuf;

use argus_core::config::{Password, Settings, Span};
use argus_core::directory::Changed;
use argus_identity::users::{self, UserChange, flag, method};
use argus_testing::{Answer, PASSWORD, Store, TestApp, stores, stores_with};
use serde_json::{Value, json};

use crate::refusals::support::{refused, without_times};
use slapd::Slapd;

const LOGIN: &str = "/authentication/v1/ldap/authentication";
const OLD_LOGIN: &str = "/authentication/v1/ldap/authenticate";
const METHODS: &str = "/authentication/v1/methods";

/// The name at the directory follows from the user's.
fn by_name(settings: &mut Settings, server: &Slapd) {
    settings.ldap.url = server.url();
    settings.ldap.bind_dn = "uid={user},ou=people,dc=example,dc=org".to_owned();
}

/// The user's entry is looked for by an account, to which alone the directory shows it.
fn by_search(settings: &mut Settings, server: &Slapd) {
    settings.ldap.url = server.url();
    settings.ldap.search_base = "ou=people,dc=example,dc=org".to_owned();
    settings.ldap.service_dn = "cn=argus,dc=example,dc=org".to_owned();
    settings.ldap.service_password = Password::new("service");
}

const BOTH: [fn(&mut Settings, &Slapd); 2] = [by_name, by_search];

async fn log_in(app: &TestApp, path: &str, user: &str, password: &str) -> Answer {
    app.anonymous().post(path, json!({ "userName": user, "password": password })).await
}

/// A user who can log in by the directory.
async fn person(app: &TestApp, name: &str, ldap_name: Option<&str>) -> i64 {
    let user = app.new_user(name, "root", &[]).await;
    let ldap_name = Some(ldap_name.map(str::to_owned));
    change(app, user, UserChange { methods: Some(method::LDAP), ldap_name, ..UserChange::default() }).await;
    user
}

async fn change(app: &TestApp, user: i64, change: UserChange) {
    users::update(app.platform.db.writer(), user, change).await.unwrap();
    app.platform.directory.forget(&Changed::Everything);
}

/// The logins that the log has, in order.
async fn logins(app: &TestApp) -> Vec<Value> {
    let path = "/audit/v1/event?includeFlags=INTERNAL&includeFlags=LOGIN&limit=0&sortBy=sequence";
    app.admin().get(path).await.expect(200).list().clone()
}

#[tokio::test]
async fn the_directory_lets_its_people_in() {
    let Some(server) = Slapd::start() else { return };
    for configure in BOTH {
        stores_with(
            |settings| configure(settings, &server),
            async |app| {
                let anna = person(app, "Anna", None).await;
                person(app, "berta", Some("b.erta")).await;
                person(app, "odd", Some("odd, (name)*")).await;
                for (user, password) in [("anna", "annas"), ("ANNA", "annas"), ("berta", "bertas"), ("odd", "odds")] {
                    log_in(app, LOGIN, user, password).await.expect(201);
                    log_in(app, OLD_LOGIN, user, password).await.expect(201);
                }
                let made = log_in(app, LOGIN, "anna", "annas").await.expect(201);
                let data = &made["data"];
                assert_eq!((&data["userID"], &data["username"]), (&json!(anna), &json!("Anna")));
                assert_eq!(
                    (&data["authenticationMethod"], &data["securityLevel"]),
                    (&json!("LDAP"), &json!("DEFAULT"))
                );
                let token = data["credentials"]["requestCredentialsData"].as_str().unwrap();
                let cookie = made.headers["set-cookie"].to_str().unwrap();
                assert!(
                    cookie.starts_with(&format!("argus_session={token}; ")) && cookie.contains("HttpOnly"),
                    "{cookie}"
                );
                let session = app.anonymous().with("Authorization", &format!("Bearer {token}"));
                let session = session.get("/authentication/v1/session").await.expect(200);
                assert_eq!(session["data"]["authenticationMethod"], "LDAP");
                // The password at the directory is another than the one here, and each serves its own login.
                log_in(app, "/authentication/v1/password/authentication", "anna", "annas").await.expect(401);
                let methods = app.anonymous().get(METHODS).await.expect(200);
                assert!(methods.list().contains(&json!("LDAP")), "{}", methods.text);
                let held = app.by_password("admin", &app.admin_password).await;
                let held = held.get("/authentication/v1/user/anna/methods").await.expect(200);
                let held = &held.list()[0];
                assert_eq!((&held["method"], &held["initialized"]), (&json!("LDAP"), &json!(true)));
                assert_eq!(held["lastLoginIP"], "127.0.0.1");
                let logins = logins(app).await;
                let by_ldap: Vec<&Value> = logins.iter().filter(|event| event["authMethod"] == "LDAP").collect();
                assert_eq!(by_ldap.len(), 9, "{by_ldap:#?}");
                assert!(by_ldap.iter().all(|event| event["outcome"] == "SUCCESS"), "{by_ldap:#?}");
            },
        )
        .await;
    }
}

#[tokio::test]
async fn whatever_is_wrong_is_told_alike() {
    let Some(server) = Slapd::start() else { return };
    for configure in BOTH {
        stores_with(
            |settings| configure(settings, &server),
            async |app| {
                person(app, "anna", None).await;
                for (name, what) in [
                    ("blocked", UserChange { blocked: Some(true), ..UserChange::default() }),
                    ("deleted", UserChange { deleted_at: Some(Some(1)), ..UserChange::default() }),
                    ("other", UserChange { methods: Some(method::PASSWORD), ..UserChange::default() }),
                    ("second", UserChange { flags: Some(flag::SECOND_FACTOR), ..UserChange::default() }),
                ] {
                    let user = person(app, name, Some("anna")).await;
                    change(app, user, what).await;
                }
                // Names that would mean something else, were they not escaped.
                for name in ["*", "ann*", "anna)(uid=*", "deep,ou=inner", "nobody", "#anna"] {
                    person(app, name, None).await;
                }
                person(app, "nameless", Some("")).await;
                let cases = [
                    ("anna", "wrong"),
                    ("anna", "Annas"),
                    ("anna", ""),
                    ("anna", PASSWORD),
                    ("nameless", "annas"),
                    ("nameless", ""),
                    ("blocked", "annas"),
                    ("deleted", "annas"),
                    ("other", "annas"),
                    ("second", "annas"),
                    ("second", "wrong"),
                    ("*", "annas"),
                    ("ann*", "annas"),
                    ("anna)(uid=*", "annas"),
                    ("deep,ou=inner", "deeps"),
                    ("nobody", "annas"),
                    ("#anna", "annas"),
                    // At the directory, and not here.
                    ("b.erta", "bertas"),
                    ("neither", "annas"),
                    ("", "annas"),
                ];
                let mut answers = BTreeSet::new();
                for (number, (user, password)) in cases.into_iter().enumerate() {
                    let path = if number % 2 == 0 { LOGIN } else { OLD_LOGIN };
                    let answer = refused(log_in(app, path, user, password).await, 401, user);
                    assert!(!answer.headers.contains_key("set-cookie"), "{user}");
                    if (user, password) == ("second", "annas") {
                        // Who proved the password hears what is missing, as at a login by password.
                        assert_eq!(answer.template(), "authentication.second.factor");
                        continue;
                    }
                    answers.insert(without_times(&answer).to_string());
                }
                assert_eq!(answers.len(), 1, "{answers:#?}");
                let failed = logins(app).await;
                assert_eq!(failed.len(), cases.len());
                for event in &failed {
                    assert_eq!(
                        (&event["authMethod"], &event["outcome"]),
                        (&json!("LDAP"), &json!("FAILURE")),
                        "{event:#}"
                    );
                    assert!(!event.to_string().contains("annas"), "{event:#}");
                }
                log_in(app, LOGIN, "anna", "annas").await.expect(201);
            },
        )
        .await;
    }
}

/// Of several entries none is the one.
#[tokio::test]
async fn a_filter_that_finds_two_lets_in_nobody() {
    let Some(server) = Slapd::start() else { return };
    let configure = |settings: &mut Settings| {
        by_search(settings, &server);
        settings.ldap.search_filter = "(|(uid={user})(mail={user}))".to_owned();
    };
    stores_with(configure, async |app| {
        person(app, "people", Some("people@example.org")).await;
        person(app, "anna", None).await;
        for password in ["annas", "bertas"] {
            refused(log_in(app, LOGIN, "people", password).await, 401, "two");
        }
        log_in(app, LOGIN, "anna", "annas").await.expect(201);
    })
    .await;
}

#[tokio::test]
async fn a_directory_that_does_not_answer_costs_nobody_a_try() {
    let Some(mut server) = Slapd::start() else { return };
    let address = (server.url(), server.ca_file());
    let configure = move |settings: &mut Settings| {
        (settings.ldap.url, settings.ldap.ca_file) = address.clone();
        settings.ldap.bind_dn = "uid={user},ou=people,dc=example,dc=org".to_owned();
        settings.ldap.timeout = Span::millis(300);
        settings.limits.password_account = 3;
    };
    for store in [Store::Sqlite, Store::Postgres] {
        let Some(app) = TestApp::start_on(store, &configure).await else { continue };
        person(&app, "anna", None).await;
        server.fall_silent();
        for _ in 0..4 {
            let answer = refused(log_in(&app, LOGIN, "anna", "annas").await, 503, "silent");
            assert!(answer.headers.contains_key("retry-after"));
        }
        server.speak_again();
        server.stop();
        for _ in 0..4 {
            refused(log_in(&app, LOGIN, "anna", "annas").await, 503, "gone");
        }
        server.start_again();
        log_in(&app, LOGIN, "anna", "annas").await.expect(201);
        for _ in 0..3 {
            refused(log_in(&app, LOGIN, "anna", "wrong").await, 401, "wrong");
        }
        refused(log_in(&app, LOGIN, "anna", "annas").await, 429, "too many");
        app.stop().await;
    }
}

#[tokio::test]
async fn settings_that_the_directory_refuses_are_no_wrong_password() {
    let Some(server) = Slapd::start() else { return };
    let cases: [fn(&mut Settings); 2] = [
        |settings| settings.ldap.service_password = Password::new("wrong"),
        |settings| settings.ldap.search_base = "ou=nowhere,dc=example,dc=org".to_owned(),
    ];
    for case in cases {
        let configure = |settings: &mut Settings| {
            by_search(settings, &server);
            case(settings);
        };
        stores_with(configure, async |app| {
            person(app, "anna", None).await;
            refused(log_in(app, LOGIN, "anna", "annas").await, 503, "settings");
        })
        .await;
    }
}

#[tokio::test]
async fn tls_is_only_talked_with_whom_the_settings_believe() {
    let Some(server) = Slapd::start() else { return };
    let Some(stranger) = Slapd::start() else { return };
    let localhost = server.url().replace("127.0.0.1", "localhost");
    let cases = [
        (server.tls_url(), false, server.ca_file(), 201),
        (localhost.clone(), true, server.ca_file(), 201),
        (server.tls_url(), false, stranger.ca_file(), 503),
        (localhost, true, stranger.ca_file(), 503),
        (server.tls_url(), false, PathBuf::new(), 503),
    ];
    for (url, starttls, ca_file, status) in cases {
        let configure = |settings: &mut Settings| {
            by_name(settings, &server);
            (settings.ldap.url, settings.ldap.starttls) = (url.clone(), starttls);
            settings.ldap.ca_file = ca_file.clone();
        };
        let app = TestApp::start_on(Store::Sqlite, &configure).await.unwrap();
        person(&app, "anna", None).await;
        log_in(&app, LOGIN, "anna", "annas").await.expect(status);
        app.stop().await;
    }
}

#[tokio::test]
async fn without_a_directory_there_is_no_such_login() {
    stores(async |app| {
        person(app, "anna", None).await;
        for path in [LOGIN, OLD_LOGIN] {
            let answer = refused(log_in(app, path, "anna", "annas").await, 412, path);
            assert_eq!(answer.template(), "ldap.not.configured");
        }
        let methods = app.anonymous().get(METHODS).await.expect(200);
        assert!(!methods.list().contains(&json!("LDAP")), "{}", methods.text);
    })
    .await;
}
