//! Credentials that contradict each other, stand twice, or stand where they do not belong.

use argus_testing::{Answer, PASSWORD, stores};
use serde_json::json;

use super::raw::talk;
use super::support::{Refusals, refused};

const EVENTS: &str = "/audit/v1/event";
const SESSION: &str = "/authentication/v1/session";

/// The session token of somebody logged in.
async fn token(app: &argus_testing::TestApp, user: &str, password: &str) -> String {
    let login = json!({ "userName": user, "password": password });
    let answer = app.anonymous().post("/authentication/v1/password/authentication", login).await.expect(201);
    answer["data"]["credentials"]["requestCredentialsData"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn one_request_has_one_caller() {
    stores(async |app| {
        let key_of = async |user: i64| app.new_key(user).await;
        let red = app.new_user("red", "root", &[("viewAuditEvents", "root"), ("submitAuditEvents", "root")]).await;
        app.new_user("blue", "root", &[("viewAuditEvents", "root")]).await;
        let (key, other_key) = (key_of(red).await, key_of(red).await);
        let (own, foreign) = (token(app, "red", PASSWORD).await, token(app, "blue", PASSWORD).await);
        let bearer = |token: &str| app.anonymous().with("Authorization", &format!("Bearer {token}"));
        let mut refusals = Refusals::begin(app).await;
        let cases = [
            ("two keys", app.by_key(&key).with("Argus-API-Key", &other_key), 400, "authentication.header.twice"),
            ("one key twice", app.by_key(&key).with("argus-api-key", &key), 400, "authentication.header.twice"),
            (
                "two tokens",
                bearer(&own).with("Authorization", &format!("Bearer {own}")),
                400,
                "authentication.header.twice",
            ),
            ("two users", bearer(&foreign).with("Argus-API-Key", &key), 401, "authentication.ambiguous"),
            ("a bad key beside a good token", bearer(&own).with("Argus-API-Key", "1/1/bad"), 401, "apikey.invalid"),
            ("a good key beside a bad token", bearer("bad").with("Argus-API-Key", &key), 401, "session.invalid"),
            ("an empty key beside a good token", bearer(&own).with("Argus-API-Key", ""), 401, "apikey.invalid"),
            ("an empty token", bearer(""), 401, "authentication.scheme"),
            (
                "another scheme",
                app.anonymous().with("Authorization", "Basic cmVkOnJlZA=="),
                401,
                "authentication.scheme",
            ),
            ("no scheme", app.anonymous().with("Authorization", &own), 401, "authentication.scheme"),
            (
                "a scheme beside a good key",
                app.by_key(&key).with("Authorization", "Basic x"),
                401,
                "authentication.scheme",
            ),
            ("a key as token", bearer(&key), 401, "session.invalid"),
            ("a token as key", app.by_key(&own), 401, "apikey.invalid"),
            ("a bad cookie", app.anonymous().with("Cookie", "argus_session=bad"), 401, "session.invalid"),
            (
                "another's name for the cookie",
                app.anonymous().with("Cookie", &format!("session={own}")),
                401,
                "authentication.required",
            ),
            (
                "a cookie beside a bad key",
                app.by_key("1/1/bad").with("Cookie", &format!("argus_session={own}")),
                401,
                "apikey.invalid",
            ),
        ];
        for (what, actor, status, template) in cases {
            let answer = refused(refusals.of(&actor).get(EVENTS).await, status, what);
            assert_eq!(answer.template(), template, "{what}");
            let answer = refused(refusals.of(&actor).post(EVENTS, json!({"action": "a"})).await, status, what);
            assert_eq!(
                (answer.template(), answer.headers.contains_key("www-authenticate")),
                (template, status == 401),
                "{what}"
            );
        }
        refusals.end().await;
        // A header of the same user may stand beside another, and a cookie beside a header does not count.
        let both = bearer(&own).with("Argus-API-Key", &key);
        assert_eq!(both.get(SESSION).await.expect(200)["data"]["securityLevel"], "DEFAULT");
        for cookie in ["bad".to_owned(), foreign] {
            let by_key = app.by_key(&key).with("Cookie", &format!("argus_session={cookie}"));
            assert_eq!(by_key.get(SESSION).await.expect(200)["data"]["username"], "red");
            let by_bearer = bearer(&own).with("Cookie", &format!("argus_session={cookie}"));
            assert_eq!(by_bearer.get(SESSION).await.expect(200)["data"]["username"], "red");
        }
    })
    .await;
}

#[tokio::test]
async fn a_key_belongs_into_its_header() {
    stores(async |app| {
        let key = app.new_key(1).await;
        let mut refusals = Refusals::begin(app).await;
        let encoded = key.replace('/', "%2F");
        for name in ["Argus-API-Key", "argus-api-key", "apiKey", "api_key", "key", "access_token", "argus_session"] {
            for (path, what) in
                [(format!("{EVENTS}?{name}={key}"), "plain"), (format!("{EVENTS}?{name}={encoded}"), "encoded")]
            {
                let answer = refused(refusals.of(&app.anonymous()).get(&path).await, 401, what);
                assert_eq!(answer.template(), "authentication.required", "{name}");
                refused(refusals.of(&app.anonymous()).post(&path, json!({"action": "a"})).await, 401, what);
            }
        }
        let in_body = json!({"action": "a", "apiKey": key, "Argus-API-Key": key});
        refused(refusals.of(&app.anonymous()).post(EVENTS, in_body).await, 401, "in the body");
        refused(refusals.of(&app.anonymous().with("X-API-Key", &key)).get(EVENTS).await, 401, "another header");
        refused(
            refusals.of(&app.anonymous().with("Cookie", &format!("Argus-API-Key={key}"))).get(EVENTS).await,
            401,
            "cookie",
        );
        // Beside a good credential, what stands in the query is an unknown parameter; the log keeps its name alone.
        app.admin().get(&format!("{EVENTS}?apiKey={key}")).await.expect(200);
        refusals.end().await;
        let log = app.admin().get(&format!("{EVENTS}?includeInternal=true&limit=0")).await.expect(200);
        assert!(log.text.contains("\"apiKey\""));
        assert!(!log.text.contains(key.rsplit('/').next().unwrap()), "the log holds the key");
    })
    .await;
}

#[tokio::test]
async fn what_is_no_text_is_no_key_and_no_name() {
    stores(async |app| {
        let mut refusals = Refusals::begin(app).await;
        for (header, template) in [
            (&b"Argus-API-Key: 1/1/\xff\xfe"[..], "apikey.invalid"),
            (b"Argus-API-Key: \xc3\xa9", "apikey.invalid"),
            (b"Authorization: Bearer \xff", "authentication.scheme"),
            (b"Cookie: argus_session=\xff", "authentication.required"),
        ] {
            let head = format!(
                "GET {EVENTS} HTTP/1.1\r\nHost: {}\r\nX-Request-ID: {}\r\nConnection: close\r\n",
                app.address,
                refusals.next_id()
            );
            let reply = talk(app.address, [head.as_bytes(), header, b"\r\n\r\n"].concat()).await;
            reply.refused(401, template, template);
        }
        refusals.end().await;
        // The request's own name is repeated only when that is safe.
        let ask = async |id: &str| {
            let answer = Answer::of(app.anonymous().request("GET", EVENTS).header("X-Request-ID", id)).await;
            refused(answer, 401, id).headers["x-request-id"].to_str().unwrap().to_owned()
        };
        for good in ["a", "0123-4567_89.ab:c+d/e=f@g", &"x".repeat(128)] {
            assert_eq!(ask(good).await, *good);
        }
        for bad in ["", " ", "a b", "a\"b", "<script>", "a,b", "a;b", "%41", &"x".repeat(129)] {
            assert_ne!(ask(bad).await, *bad);
        }
    })
    .await;
}

#[tokio::test]
async fn an_operation_for_everybody_refuses_a_bad_header_but_not_an_old_cookie() {
    stores(async |app| {
        app.new_user("red", "root", &[]).await;
        let mut refusals = Refusals::begin(app).await;
        for path in ["/authentication/v1/methods", "/authentication/v1/client"] {
            app.anonymous().get(path).await.expect(200);
            refused(refusals.of(&app.by_key("1/1/bad")).get(path).await, 401, path);
        }
        refusals.end().await;
        // A browser keeps the cookie of a session that is over and cannot take it away itself: with it, logging in again
        // has to work.
        let old = app.anonymous().with("Cookie", "argus_session=over");
        let login = json!({"userName": "red", "password": PASSWORD});
        old.get("/authentication/v1/methods").await.expect(200);
        let again = old.post("/authentication/v1/password/authentication", login).await.expect(201);
        let cookie = again.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        let session = app.anonymous().with("Cookie", &cookie);
        assert_eq!(session.get(SESSION).await.expect(200)["data"]["username"], "red");
        // Whose session ended knows it from every operation that needs one, and can still ask who may log in how.
        session.delete(SESSION).await.expect(200);
        assert_eq!(refused(session.get(SESSION).await, 401, "over").template(), "session.expired");
        session.get("/authentication/v1/client").await.expect(200);
    })
    .await;
}
