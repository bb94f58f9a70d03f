//! Logging in, and being told nothing when that fails.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use argus_core::directory::Changed;
use argus_identity::users::{self, UserChange, method};
use argus_testing::{Answer, PASSWORD, Store, TestApp, stores, stores_with};
use serde_json::{Value, json};

use crate::refusals::support::{refused, without_times};

const LOGIN: &str = "/authentication/v1/password/authentication";
const OLD_LOGIN: &str = "/authentication/v1/password/authenticate";
const EVENTS: &str = "/audit/v1/event";

async fn try_login(app: &TestApp, path: &str, user: &str, password: &str, domain: Option<&str>) -> Answer {
    let body = json!({ "userName": user, "password": password, "domain": domain });
    app.anonymous().post(path, body).await
}

/// The failed logins that the log has, by the name as tried.
async fn failed(app: &TestApp) -> Vec<Value> {
    let path = format!("{EVENTS}?includeFlags=INTERNAL&includeFlags=LOGIN&outcome=FAILURE&limit=0&sortBy=sequence");
    app.admin().get(&path).await.expect(200).list().clone()
}

async fn change(app: &TestApp, user: i64, change: UserChange) {
    users::update(app.platform.db.writer(), user, change).await.unwrap();
    app.platform.directory.forget(&Changed::Everything);
}

#[tokio::test]
async fn whatever_is_wrong_is_told_alike() {
    stores(async |app| {
        app.new_user("Anna", "root", &[]).await;
        for (name, what) in [
            ("blocked", UserChange { blocked: Some(true), ..UserChange::default() }),
            ("deleted", UserChange { deleted_at: Some(Some(1)), ..UserChange::default() }),
            ("keys-only", UserChange { methods: Some(method::API_KEY), ..UserChange::default() }),
            ("no-password", UserChange { password_hash: Some(None), ..UserChange::default() }),
        ] {
            let user = app.new_user(name, "root", &[]).await;
            change(app, user, what).await;
        }
        let cases = [
            ("anna", "wrong", None),
            ("anna", "", None),
            ("anna", "correct-horse-7", None),
            ("anna", "Correct-horse-7 ", None),
            ("anna", PASSWORD, Some("OTHER")),
            ("anna ", PASSWORD, None),
            ("nobody", PASSWORD, None),
            ("nobody", "wrong", None),
            ("", PASSWORD, None),
            ("1", PASSWORD, None),
            ("admin", "wrong", None),
            ("blocked", PASSWORD, None),
            ("deleted", PASSWORD, None),
            ("keys-only", PASSWORD, None),
            ("no-password", PASSWORD, None),
            ("no-password", "", None),
            ("' OR 1=1 --", "wrong", None),
        ];
        let mut answers = BTreeSet::new();
        for (number, (user, password, domain)) in cases.into_iter().enumerate() {
            let path = if number % 2 == 0 { LOGIN } else { OLD_LOGIN };
            let answer = refused(try_login(app, path, user, password, domain).await, 401, user);
            assert_eq!(answer.template(), "authentication.failed", "{user}");
            assert!(!answer.headers.contains_key("set-cookie"), "{user}");
            answers.insert(without_times(&answer).to_string());
        }
        assert_eq!(answers.len(), 1, "{answers:#?}");
        // Each left one event, with the name as it was tried: whoever reads the log sees what was guessed.
        let events = failed(app).await;
        let names: Vec<&str> = events.iter().filter_map(|event| event["actorName"].as_str()).collect();
        assert_eq!(names, cases.map(|(user, ..)| user));
        for event in &events {
            assert_eq!((&event["verb"], &event["authMethod"]), (&json!("LOGIN"), &json!("PASSWORD")), "{event:#}");
            assert_eq!((&event["clientIP"], &event["status"]), (&json!("127.0.0.1"), &json!("FAILURE")));
            assert_eq!(event["responseMetadata"]["messages"], json!(["authentication.failed"]));
            assert!(!event.to_string().contains(PASSWORD), "{event:#}");
        }
        let known = events.iter().filter(|event| event["createdByUser"]["shortName"] == "Anna").count();
        assert_eq!(known, 4, "tries on a known user are found under it");
        // And the name is not the caller's word for a name: case aside, in its domain.
        for (user, domain) in [("ANNA", None), ("anna", Some("argus")), ("Anna", Some("ARGUS"))] {
            let good = try_login(app, LOGIN, user, PASSWORD, domain).await.expect(201);
            assert_eq!(good["data"]["username"], "Anna");
        }
        assert_eq!(failed(app).await.len(), cases.len());
    })
    .await;
}

/// Without a stored hash there is one to compare with all the same, so that the time tells nothing either. The least of
/// several times is compared, with much room: the one takes some ten milliseconds, or else almost none.
#[tokio::test]
async fn an_unknown_user_takes_as_long_as_a_wrong_password() {
    let app = TestApp::start().await;
    app.new_user("anna", "root", &[]).await;
    let least = async |user: &str| {
        let mut least = Duration::MAX;
        for _ in 0..5 {
            let began = Instant::now();
            try_login(&app, LOGIN, user, "wrong", None).await.expect(401);
            least = least.min(began.elapsed());
        }
        least
    };
    let (known, unknown) = (least("anna").await, least("nobody").await);
    assert!(known < unknown * 3 && unknown < known * 3, "{known:?} and {unknown:?}");
    app.stop().await;
}

#[tokio::test]
async fn ten_failed_tries_lock_an_account_for_a_while() {
    stores(async |app| {
        app.new_user("anna", "root", &[]).await;
        app.new_user("berta", "root", &[]).await;
        // Names differ by more than case, and unknown ones are locked as known ones are.
        for (user, spelled) in [("anna", "ANNA"), ("nobody", "Nobody")] {
            for number in 0..10 {
                let name = if number % 2 == 0 { user } else { spelled };
                try_login(app, LOGIN, name, "wrong", None).await.expect(401);
            }
            for password in ["wrong", PASSWORD] {
                let locked = refused(try_login(app, LOGIN, user, password, None).await, 429, user);
                let wait: u64 = locked.headers["retry-after"].to_str().unwrap().parse().unwrap();
                assert!((1..=301).contains(&wait), "{wait}");
            }
        }
        assert_eq!(failed(app).await.len(), 24, "those that were not even looked at are recorded too");
        try_login(app, LOGIN, "berta", PASSWORD, None).await.expect(201);
        app.advance(Duration::from_secs(299));
        refused(try_login(app, LOGIN, "anna", PASSWORD, None).await, 429, "still");
        app.advance(Duration::from_secs(1));
        try_login(app, LOGIN, "anna", PASSWORD, None).await.expect(201);
        // Who came in starts anew.
        for _ in 0..9 {
            try_login(app, LOGIN, "anna", "wrong", None).await.expect(401);
        }
        try_login(app, LOGIN, "anna", PASSWORD, None).await.expect(201);
        try_login(app, LOGIN, "anna", "wrong", None).await.expect(401);
        try_login(app, LOGIN, "anna", PASSWORD, None).await.expect(201);
    })
    .await;
}

#[tokio::test]
async fn an_address_has_so_many_tries_whatever_the_name() {
    let few = |settings: &mut argus_core::config::Settings| {
        settings.limits.password_address = 4;
        settings.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    };
    stores_with(few, async |app| {
        app.new_user("anna", "root", &[]).await;
        let from = async |address: &str, user: &str, password: &str| {
            let body = json!({ "userName": user, "password": password });
            app.anonymous().with("X-Forwarded-For", address).post(LOGIN, body).await
        };
        for user in ["a", "b", "c", "d"] {
            from("192.0.2.1", "anna", PASSWORD).await.expect(201);
            from("192.0.2.1", user, "wrong").await.expect(401);
        }
        refused(from("192.0.2.1", "anna", PASSWORD).await, 429, "this address");
        refused(from("::ffff:192.0.2.1", "anna", PASSWORD).await, 429, "this address, written otherwise");
        from("192.0.2.2", "anna", PASSWORD).await.expect(201);
        app.advance(Duration::from_secs(300));
        from("192.0.2.1", "anna", PASSWORD).await.expect(201);
    })
    .await;
}

/// Passwords are verified one by one, and only so many may wait; the store does not matter.
#[tokio::test(flavor = "multi_thread")]
async fn a_try_that_nobody_looked_at_is_no_failed_one() {
    let limits = |settings: &mut argus_core::config::Settings| {
        (settings.limits.password_account, settings.limits.password_address) = (3, 1_000_000);
    };
    let app = TestApp::start_on(Store::Sqlite, &limits).await.unwrap();
    app.new_user("anna", "root", &[]).await;
    let done = Arc::new(AtomicBool::new(false));
    let flood: Vec<_> = (0..90)
        .map(|task| {
            let (somebody, done) = (app.anonymous(), done.clone());
            tokio::spawn(async move {
                for number in 0.. {
                    let login = json!({"userName": format!("u{task}-{number}"), "password": "wrong"});
                    let status = somebody.post(LOGIN, login).await.status;
                    assert!([401, 503].contains(&status), "{status}");
                    if done.load(Ordering::SeqCst) {
                        break;
                    }
                }
            })
        })
        .collect();
    // More often than an account has tries; now and then one gets through.
    let (mut busy, mut statuses) = (0, BTreeSet::new());
    while busy < 12 {
        let status = try_login(&app, LOGIN, "anna", PASSWORD, None).await.status;
        busy += u32::from(status == 503);
        statuses.insert(status);
        assert!(statuses.is_subset(&BTreeSet::from([201, 503])), "{busy} of {statuses:?}");
    }
    done.store(true, Ordering::SeqCst);
    for task in flood {
        task.await.unwrap();
    }
    try_login(&app, LOGIN, "anna", PASSWORD, None).await.expect(201);
    app.stop().await;
}
