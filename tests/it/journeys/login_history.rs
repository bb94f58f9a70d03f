//! Login histories: whatever happened to somebody's way in is found by who may know, and by nobody else.

use std::time::Duration;

use argus_testing::{Actor, Answer, PASSWORD, START, TestApp, stores};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::look;
use crate::refusals::support::{bad_fields, refused};

const OWN: &str = "/authentication/v1/events";
const OF_ANNA: &str = "/authentication/v1/user/anna/events";
const OF_CUSTOMERS: &str = "/authentication/v1/customer/events";
const LOGIN: &str = "/authentication/v1/password/authentication";
const SEE: &str = "viewUserAuthenticationEvents";

/// What happened to anna, newest first.
const HISTORY: [(&str, &str, Option<&str>, &str); 8] = [
    ("userUnblocked", "success", None, "The user was let in again"),
    ("login", "failure", Some("apikey"), "Refused: user.blocked"),
    ("login", "failure", Some("password"), "Refused: authentication.failed"),
    ("userBlocked", "success", None, "The user was blocked"),
    ("keyEnrolled", "success", Some("apikey"), "A key was made"),
    ("login", "success", Some("password"), "Logged in"),
    ("login", "failure", Some("password"), "Refused: authentication.failed"),
    ("login", "failure", Some("password"), "Refused: authentication.failed"),
];

async fn try_login(actor: &Actor, user: &str, password: &str) -> Answer {
    actor.post(LOGIN, json!({ "userName": user, "password": password })).await
}

/// An event as this test tells it.
fn told(event: &Value) -> (&str, &str, Option<&str>, &str) {
    let text = |value: &'static str| event[value].as_str();
    let must = |name| text(name).unwrap_or_default();
    (must("action"), must("result"), text("authenticationMethod"), must("message"))
}

/// Anna of the customer red logs in, is guessed at, is blocked and let in again. Gives a key of hers.
async fn live(app: &TestApp) -> String {
    let anna = app.new_user("anna", "red", &[]).await;
    let admin = app.admin();
    let key = app.new_key(anna).await;
    let step = || app.advance(Duration::from_secs(10));
    try_login(&app.anonymous(), "ANNA", "wrong").await.expect(401);
    step();
    // With a good credential of one's own: it is anna's history all the same.
    try_login(&app.user("mallory", &[]).await, "anna", "wrong").await.expect(401);
    try_login(&app.anonymous(), "nobody", "wrong").await.expect(401);
    step();
    let session = app.by_password("anna", PASSWORD).await;
    step();
    let new = json!({ "description": "mine", "validSources": ["127.0.0.1"], "password": PASSWORD });
    session.post("/apikey/v1/apikey", new).await.expect(201);
    step();
    admin.put("/authentication/v1/user/anna/block", json!({})).await.expect(200);
    step();
    try_login(&app.anonymous(), "anna", PASSWORD).await.expect(401);
    step();
    app.by_key(&key).get(OWN).await.expect(401);
    step();
    admin.put("/authentication/v1/user/anna/unblock", json!({})).await.expect(200);
    step();
    key
}

#[tokio::test]
async fn everybody_sees_the_own_history_and_no_more_of_it_than_is_good() {
    stores(async |app| {
        app.customer("red", "root").await;
        let key = live(app).await;
        let anna = app.by_key(&key);
        let own = look(&anna, OWN, HISTORY.len()).await;
        assert_eq!(own.list().iter().map(told).collect::<Vec<_>>(), HISTORY);
        for event in own.list() {
            let members: Vec<&str> = event.as_object().unwrap().keys().map(String::as_str).collect();
            let known =
                ["action", "authenticationMethod", "customer", "id", "ip", "message", "result", "timestamp", "user"];
            assert_eq!(members.len(), known.len(), "{event:#}");
            assert!(known.iter().all(|name| members.contains(name)), "{event:#}");
            assert_eq!((&event["ip"], &event["user"]["shortName"]), (&json!("127.0.0.1"), &json!("anna")));
            assert_eq!(event["customer"]["shortName"], "red");
        }
        for secret in ["mallory", "admin", "nobody"] {
            assert!(!own.text.contains(secret), "{secret}: {}", own.text);
        }
        let first = START / 1_000_000;
        assert_eq!((&own.list()[7]["timestamp"], &own.list()[0]["timestamp"]), (&json!(first), &json!(first + 70_000)));
        // Nobody's try is nobody's history, and that of a guesser is the victim's.
        let mallory = app.by_password("mallory", PASSWORD).await;
        let own = look(&mallory, OWN, 1).await;
        assert_eq!(told(&own.list()[0]), ("login", "success", Some("password"), "Logged in"));
    })
    .await;
}

#[tokio::test]
async fn a_history_has_pages_and_bounds_of_time() {
    stores(async |app| {
        app.customer("red", "root").await;
        let anna = app.by_key(&live(app).await);
        let all = look(&anna, OWN, HISTORY.len()).await;
        let first = START / 1_000_000;
        for (query, from, to) in [
            ("limit=3".to_owned(), 0, 3),
            ("limit=2&offset=5".to_owned(), 5, 7),
            ("offset=8".to_owned(), 8, 8),
            ("limit=0".to_owned(), 0, 8),
            (format!("startTimestamp={}&endTimestamp={}", first + 20_000, first + 40_000), 3, 6),
            ("endTimestamp=2026-01-01T00:00:10Z".to_owned(), 6, 8),
            ("startTimestamp=now - 15 s".to_owned(), 0, 1),
        ] {
            let page = anna.get(&format!("{OWN}?{query}")).await.expect(200);
            assert_eq!(page.list()[..], all.list()[from..to], "{query}");
            let count = if query.contains("imestamp") { to - from } else { HISTORY.len() };
            assert_eq!((&page["count"], &page["size"]), (&json!(count), &json!(to - from)), "{query}");
        }
        let next = anna.get(&format!("{OWN}?limit=6")).await.expect(200)["metaData"]["nextCursor"].clone();
        let last = anna.get(&format!("{OWN}?limit=6&cursor={}", next.as_str().unwrap())).await.expect(200);
        assert_eq!(last.list()[..], all.list()[6..]);
        let up = anna.get(&format!("{OWN}?sortBy=timestamp&limit=1")).await.expect(200);
        assert_eq!(up.list()[0], all.list()[7]);
        let bad = "limit=-1&offset=x&startTimestamp=yesterday&endTimestamp=2026-01-01&sortBy=user";
        let fields = ["limit", "offset", "startTimestamp", "endTimestamp", "sortBy"];
        bad_fields(anna.get(&format!("{OWN}?{bad}")).await, &fields, bad);
        // What retention took away is gone from here too.
        let take = "UPDATE event SET flags = flags | 32 WHERE verb = 'LOGIN' AND outcome = 'SUCCESS'";
        app.platform.db.writer().execute_unprepared(take).await.unwrap();
        let kept = anna.get(OWN).await.expect(200);
        assert_eq!(kept["count"], HISTORY.len() - 1);
        assert!(!kept.text.contains("Logged in"));
    })
    .await;
}

#[tokio::test]
async fn others_see_the_histories_of_those_they_reach() {
    stores(async |app| {
        for customer in ["red", "blue"] {
            app.customer(customer, "root").await;
        }
        live(app).await;
        let red = app.user_of("red-watch", "red", &[(SEE, "red")]).await;
        let blue = app.user_of("blue-watch", "blue", &[(SEE, "blue")]).await;
        let history = look(&red, OF_ANNA, HISTORY.len()).await;
        assert_eq!(history.list().iter().map(told).collect::<Vec<_>>(), HISTORY);
        for path in [OF_CUSTOMERS.to_owned(), format!("{OF_CUSTOMERS}?customer=red&domain=argus")] {
            assert_eq!(red.get(&path).await.expect(200).list(), history.list(), "{path}");
        }
        refused(app.user("plain", &[]).await.get(OF_ANNA).await, 403, "without the function");
        refused(blue.get(OF_ANNA).await, 404, "another customer's user");
        refused(red.get("/authentication/v1/user/nobody/events").await, 404, "no such user");
        assert_eq!(blue.get(OF_CUSTOMERS).await.expect(200)["count"], 0);
        bad_fields(blue.get(&format!("{OF_CUSTOMERS}?customer=blue&customer=red")).await, &["customer"], "not reached");
        let bad = format!("{OF_CUSTOMERS}?customer=green&domain=x&limit=-1");
        bad_fields(red.get(&bad).await, &["customer", "domain", "limit"], "each is told");
        // The default is the own customer, which need not be one that is reached.
        let far = app.user_of("far-watch", "root", &[(SEE, "red")]).await;
        assert_eq!(far.get(OF_CUSTOMERS).await.expect(200)["count"], 0);
        assert_eq!(far.get(&format!("{OF_CUSTOMERS}?customer=red")).await.expect(200).list(), history.list());
        // Whoever leaves takes the history along.
        app.admin().put("/useradmin/v2/user/anna/move", json!({ "customer": "blue" })).await.expect(200);
        refused(red.get(OF_ANNA).await, 404, "gone");
        assert_eq!(red.get(OF_CUSTOMERS).await.expect(200)["count"], 0);
        for path in [OF_ANNA, OF_CUSTOMERS] {
            let moved = blue.get(path).await.expect(200);
            assert_eq!(moved.list().iter().map(told).collect::<Vec<_>>(), HISTORY, "{path}");
            assert_eq!(moved.list()[0]["customer"]["shortName"], "blue");
        }
    })
    .await;
}

/// What somebody else starts in a user's name is in that user's history, and says so.
#[tokio::test]
async fn who_acts_as_a_user_is_seen_in_the_history_of_that_user() {
    stores(async |app| {
        let anna = app.new_user("anna", "root", &[]).await;
        let admin = app.by_password("admin", &app.admin_password).await;
        let sql = "UPDATE session SET level = 'administrative'";
        app.platform.db.writer().execute_unprepared(sql).await.unwrap();
        app.platform.directory.forget(&argus_core::directory::Changed::Everything);
        admin.post("/authentication/v1/session/impersonate", json!({ "user": "anna" })).await.expect(201);
        let own = look(&app.by_key(&app.new_key(anna).await), OWN, 1).await;
        let event = ("login", "success", Some("impersonated"), "Somebody else acts as the user");
        assert_eq!(told(&own.list()[0]), event);
    })
    .await;
}

#[tokio::test]
async fn a_failed_login_lies_in_the_trail_of_the_users_customer() {
    stores(async |app| {
        app.customer("red", "root").await;
        live(app).await;
        let failed = "/audit/v1/event?includeInternal=true&verb=LOGIN&outcome=FAILURE";
        let auditor = app.user_of("auditor", "red", &[("viewAuditEvents", "red")]).await;
        let seen = look(&auditor, failed, 4).await;
        let names: Vec<&str> = seen.list().iter().filter_map(|event| event["actorName"].as_str()).collect();
        assert_eq!(names.iter().filter(|name| name.eq_ignore_ascii_case("anna")).count(), 3, "{names:?}");
        for event in seen.list() {
            assert_eq!(event["customer"]["shortName"], "red");
            assert_eq!(event["createdByUser"]["shortName"], "anna");
        }
        // A name that is nobody's stays with the root.
        let rest = look(&app.admin(), &format!("{failed}&customer=root"), 1).await;
        assert_eq!(rest.list()[0]["actorName"], "nobody");
    })
    .await;
}
