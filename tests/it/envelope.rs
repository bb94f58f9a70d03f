//! One shape of every answer: results and refusals of every operation wear the envelope, pages have none, and no answer
//! shows the inside.

mod worn;

use std::collections::{BTreeMap, BTreeSet};

use argus_core::audit::Requests;
use argus_core::openapi::DocumentedOperation;
use argus_testing::{Actor, Answer, TestApp, stores, stores_with};
use sea_orm::ConnectionTrait;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::access::requests::{Variant, document, operations, path_of, plausible, sample_body};
use worn::{assert_closed, assert_worn};

/// Pages outside the modules; none has an envelope.
const PAGES: [&str; 8] =
    ["/", "/audit/v1/openapi.json", "/health", "/health/ready", "/metrics", "/openapi.json", "/swagger-ui", "/version"];

/// More than any operation takes.
const TOO_LARGE: usize = 16 << 20;

#[tokio::test]
async fn every_answer_of_every_operation_wears_it() {
    stores(async |app| {
        let powerless = app.user("powerless", &[]).await;
        let mut seen = BTreeSet::new();
        for operation in operations() {
            // Each its own session: some of these operations end it.
            let admin = app.by_password("admin", &app.admin_password).await;
            for actor in [&app.anonymous(), &powerless, &admin] {
                for variant in Variant::all() {
                    let answer = Answer::of(variant.request(actor, &operation, &operation.method)).await;
                    seen.insert(assert_worn(app, &answer, &operation.id));
                }
            }
            let path = path_of(&operation, plausible);
            let answer = Answer::of(admin.request("PATCH", &path)).await.expect(405);
            assert_worn(app, &answer, &path);
            assert!(answer.headers["allow"].to_str().unwrap().split(", ").any(|it| it == operation.method), "{path}");
        }
        let expected = [200, 201, 401, 403, 404, 405, 412];
        assert!(expected.iter().all(|status| seen.contains(status)), "{seen:?}");
        assert!(!seen.iter().any(|status| *status >= 500), "{seen:?}");
    })
    .await;
}

#[tokio::test]
async fn too_large_and_too_many_wear_it() {
    let change = |settings: &mut argus_core::config::Settings| settings.limits.password_account = 1;
    stores_with(change, async |app| {
        let admin = app.by_password("admin", &app.admin_password).await;
        let large = format!("{{\"description\":\"{}\"}}", "x".repeat(TOO_LARGE));
        for operation in operations().iter().filter(|it| sample_body(document(), it).is_some()) {
            let path = path_of(operation, plausible);
            let body = admin.request(&operation.method, &path).header("content-type", "application/json");
            let answer = Answer::of(body.body(large.clone())).await.expect(413);
            assert_worn(app, &answer, &operation.id);
        }
        let login = json!({ "userName": "nobody", "password": "wrong" });
        let tried = app.anonymous().post("/authentication/v1/password/authentication", login.clone()).await;
        assert_worn(app, &tried.expect(401), "the first wrong password");
        let tried = app.anonymous().post("/authentication/v1/password/authentication", login).await;
        assert_worn(app, &tried.expect(429), "the second");
    })
    .await;
}

/// A store that lost its tables: what cannot be told is not told.
#[tokio::test]
async fn failures_wear_it_and_tell_nothing() {
    // Records of reads would wait for the table, and be tried again with every write.
    let change = |settings: &mut argus_core::config::Settings| settings.audit.requests = Requests::Off;
    stores_with(change, async |app| {
        let admin = app.by_password("admin", &app.admin_password).await;
        let db = app.platform.db.writer();
        for table in ["event", "api_key"] {
            db.execute_unprepared(&format!("ALTER TABLE {table} RENAME TO {table}_away")).await.unwrap();
        }
        let mut seen = BTreeMap::new();
        // A stream has begun before its store can fail.
        let streams = |it: &DocumentedOperation| it.id.ends_with("_stream");
        for operation in operations().iter().filter(|it| !ends_the_session(it) && !streams(it)) {
            // What the log cannot write is tried again, and each of these waits for that.
            for variant in Variant::all().take(1) {
                let answer = Answer::of(variant.request(&admin, operation, &operation.method)).await;
                let status = assert_worn(app, &answer, &operation.id);
                seen.entry(status).or_insert_with(|| operation.id.clone());
            }
        }
        assert!(seen.contains_key(&500), "{seen:?}");
        for table in ["event", "api_key"] {
            db.execute_unprepared(&format!("ALTER TABLE {table}_away RENAME TO {table}")).await.unwrap();
        }
    })
    .await;
}

fn ends_the_session(operation: &DocumentedOperation) -> bool {
    operation.id.ends_with("logout")
}

#[tokio::test]
async fn what_leads_nowhere_wears_it() {
    let app = TestApp::start().await;
    let (anonymous, admin) = (app.anonymous(), app.admin());
    for path in
        ["/nowhere", "/audit", "/audit/v1", "/audit/v1/nowhere", "/audit/v9/event", "/audit/v1/event/", "/Health"]
    {
        for (actor, method) in [(&anonymous, "GET"), (&admin, "GET"), (&anonymous, "POST"), (&admin, "DELETE")] {
            let answer = Answer::of(actor.request(method, path)).await.expect(404);
            assert_worn(&app, &answer, path);
        }
    }
    for path in PAGES {
        let answer = Answer::of(anonymous.request("POST", path)).await.expect(405);
        assert_worn(&app, &answer, path);
        assert_eq!(answer.headers["allow"], "GET, HEAD", "{path}");
    }
    app.stop().await;
}

/// Refused before anything is routed.
#[tokio::test]
async fn what_is_no_request_wears_it() {
    let app = TestApp::start().await;
    let long = format!("GET / HTTP/1.1\r\nHost: a\r\nX-Long: {}\r\n\r\n", "x".repeat(70_000));
    for (sent, status) in [
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        ("GET http://elsewhere/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("nonsense\r\n\r\n", 400),
        ("GET /audit//v1/event HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 404),
        ("GET /audit/v1/../v1/event HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 404),
        ("GET /audit/v1/event/%2f HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 404),
        (&long, 431),
    ] {
        let answer = raw(&app, sent).await.expect(status);
        assert_worn(&app, &answer, sent.get(..60).unwrap_or(sent));
    }
    app.stop().await;
}

/// Sends bytes and reads to the end of the connection.
async fn raw(app: &TestApp, sent: &str) -> Answer {
    let mut stream = tokio::net::TcpStream::connect(app.address).await.unwrap();
    stream.write_all(sent.as_bytes()).await.unwrap();
    let mut received = Vec::new();
    stream.read_to_end(&mut received).await.unwrap();
    let received = String::from_utf8(received).unwrap();
    let (head, text) = received.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{sent}: {received}"));
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let pairs = lines.filter_map(|line| line.split_once(": "));
    let headers = pairs.map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
    Answer { status, headers, text: text.to_owned(), json: serde_json::from_str(text).unwrap_or_default() }
}

#[tokio::test]
async fn pages_have_none() {
    let app = TestApp::start().await;
    let anonymous = app.anonymous();
    for path in PAGES {
        let answer = anonymous.get(path).await.expect(200);
        assert_closed(&app, &answer, path);
        assert!(answer.json.get("responseCode").is_none(), "{path}: {}", answer.text);
        assert_same_head(&anonymous, path, &answer).await;
    }
    app.stop().await;
}

#[tokio::test]
async fn head_works_where_get_does() {
    stores(async |app| {
        let admin = app.by_password("admin", &app.admin_password).await;
        for operation in operations().iter().filter(|it| it.method == "GET") {
            for actor in [&app.anonymous(), &admin] {
                let path = path_of(operation, plausible);
                let answer = actor.get(&path).await;
                assert_same_head(actor, &path, &answer).await;
            }
        }
    })
    .await;
}

/// HEAD answers as GET did, without the body.
async fn assert_same_head(actor: &Actor, path: &str, got: &Answer) {
    let head = Answer::of(actor.request("HEAD", path)).await;
    assert_eq!((head.status, head.text.as_str()), (got.status, ""), "{path}");
    assert_eq!(head.headers.get("content-type"), got.headers.get("content-type"), "{path}");
}

#[tokio::test]
async fn a_request_keeps_its_name_if_that_is_safe() {
    let app = TestApp::start().await;
    let longest = "x".repeat(128);
    for safe in ["a", "01JAB-c_d.e:f", "6f1d1c52-95b7-4b0f-a9be-3f1f3a1d7a10", longest.as_str()] {
        for path in ["/health", "/audit/v1/event", "/nowhere"] {
            let answer = app.anonymous().with("X-Request-ID", safe).get(path).await;
            assert_eq!(answer.headers["x-request-id"], safe, "{path}");
        }
    }
    let mut given = BTreeSet::new();
    let too_long = "x".repeat(129);
    for unsafe_one in ["", "a b", "<script>", "a\"b", "a;b", "a\tb", too_long.as_str()] {
        let answer = app.anonymous().with("X-Request-ID", unsafe_one).get("/audit/v1/event").await;
        let name = answer.headers["x-request-id"].to_str().unwrap().to_owned();
        assert!(!name.is_empty() && name != unsafe_one, "{unsafe_one:?} became {name:?}");
        assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'), "{name:?}");
        assert!(given.insert(name), "two requests got one name");
    }
    let answer = app.anonymous().get("/audit/v1/event").await;
    assert!(given.insert(answer.headers["x-request-id"].to_str().unwrap().to_owned()));
    app.stop().await;
}
