//! The whole session of the other system's document, typed into a shell as it stands there: only the address, and what the
//! server made up meanwhile (keys, tokens, series), is another.

use std::time::Duration;

use argus_core::config::Settings;
use argus_testing::{TestApp, stores_with};
use serde_json::{Value, json};

use crate::dialects::curl::{Shown, curl};

const BASE: &str = "http://127.0.0.1:8000";

/// `-H 'accept: application/json'`, with which most examples come.
const JSON: &str = "-H 'accept: application/json'";

const FORM: &str = "-H 'Content-Type: application/x-www-form-urlencoded'";

/// The event of the example.
const EVENT: &str = r#"{
    "category": "event_name",
    "source_information": { "application": "app_name", "environment": "staging" },
    "method": "POST", "status": "success", "level": "info",
    "event": {
        "name": "Login", "type": "Authentication", "total_duration": 0.1, "affected_resources": 1, "latency": 0.05,
        "cpu_usage": 0.5, "memory_usage": 0.2, "detail": { "username": "johndoe" },
        "description": "User logged in successfully"
    },
    "actor": { "origin": "127.0.0.1", "detail": { "username": "johndoe" } },
    "resource": { "id": "1", "name": "User", "type": "User", "detail": { "username": "johndoe" } },
    "metadata": [{ "is_metric": true, "name": "login_time", "value": 0.1 }]
}"#;

const QUERY: &str =
    "category=event_name&app=app_name&env=staging&method=POST&status=success&origin=127.0.0.1&start=1d&stop=now%28%29";

async fn run(app: &TestApp, method: &str, path: &str, more: &str) -> Shown {
    curl(app, BASE, &format!("curl -X '{method}' \\\n'{BASE}{path}' \\\n{more}")).await
}

/// What stands between two texts of a message.
fn between<'t>(shown: &'t Shown, before: &str, after: &str) -> &'t str {
    let text = shown.json["msg"].as_str().unwrap_or_else(|| panic!("no message: {}", shown.text));
    text.split_once(before).unwrap().1.split_once(after).unwrap().0
}

/// S1-01, S1-15, S1-21, S1-25, S1-30, S1-35, S1-36, S1-40 to S1-42, S1-50, S1-51, S1-65 to S1-86
#[tokio::test]
async fn the_session_of_the_document() {
    let change = |settings: &mut Settings| settings.domain = "SpectraTrace".to_owned();
    stores_with(change, async |app| {
        assert_eq!(run(app, "GET", "/health", JSON).await.json["appName"], "Argus");
        let fields = "-d 'username=username&email=address%40email.com&password=Password%4012345&repeatPassword=Password%4012345'";
        let made = run(app, "POST", "/auth/signup", &format!("{JSON} {FORM} {fields}")).await;
        assert_eq!(made.status, 201, "{}", made.text);
        let key = between(&made, "/auth/activate?key=", ".");
        assert_eq!(run(app, "GET", &format!("/auth/activate?key={key}"), JSON).await.status, 200);
        let login = format!("{JSON} {FORM} -d 'username=username&password=Password%4012345'");
        let token = run(app, "POST", "/auth/login", &login).await.json["access_token"].as_str().unwrap().to_owned();
        let bearer = format!("{JSON} -H 'Authorization: Bearer {token}'");
        let shown = run(app, "GET", "/users/access-key/me", &bearer).await;
        let access_key = shown.json["accessKey"].as_str().unwrap();

        let send = format!("-H 'accept: */*' -H 'api-key: {access_key}' -H 'Content-Type: application/json' -d '{EVENT}'");
        let sent = run(app, "POST", "/audit/log", &send).await;
        assert_eq!((sent.status, sent.text.as_str()), (204, ""));
        app.advance(Duration::from_secs(1));
        let found = run(app, "GET", &format!("/audit/log?page=1&{QUERY}"), &bearer).await;
        assert_eq!(found.json.as_array().map(Vec::len), Some(1), "{}", found.text);
        let event = &found.json[0];
        let of_event: Value = serde_json::from_str(EVENT).unwrap();
        assert_eq!((&event["tags"], &event["actor"]), (&of_event["source_information"], &of_event["actor"]));
        assert_eq!((&event["resource"], &event["metadata"]), (&of_event["resource"], &json!({ "login_time": 0.1 })));
        let series = event["event"]["id"].as_str().unwrap();
        assert_eq!(run(app, "GET", &format!("/audit/log/{series}"), &bearer).await.json, found.json);
        let names = run(app, "GET", "/audit/metrics", &bearer).await;
        assert_eq!(names.json, json!(["login_time", "cpu_usage", "memory_usage"]));
        let path = format!("/audit/metrics/cpu_usage?interval=1m&agg=sum&group_by=status&{QUERY}");
        let sums = run(app, "GET", &path, &bearer).await;
        assert_eq!((&sums.json[0]["groupKey"], &sums.json[0]["data"][0]["value"]), (&json!("success"), &json!(0.5)));
        let counts = run(app, "GET", &format!("/audit/metrics/status/count?interval=1m&{QUERY}"), &bearer).await;
        assert_eq!(counts.json[0]["data"], json!({ "success": 1 }));

        let fields = "-d 'password=Password%4012345&newPassword=Password%401234&repeatPassword=Password%401234'";
        let changed = run(app, "PATCH", "/auth/password/change", &format!("{bearer} {FORM} {fields}")).await;
        assert_eq!((changed.status, &changed.json["msg"]), (200, &json!("Password changed.")));
        let forgot = format!("{JSON} {FORM} -d 'email=admin%40spectratrace.io'");
        let forgot = run(app, "POST", "/auth/password/forgot", &forgot).await;
        let key = between(&forgot, "/auth/password/reset?key=", ".");
        let reset = format!("{JSON} {FORM} -d 'newPassword=Admin%4012345&repeatPassword=Admin%4012345'");
        let reset = run(app, "PATCH", &format!("/auth/password/reset?key={key}"), &reset).await;
        assert_eq!(reset.json["msg"], "User account admin reset password successful.", "{}", reset.text);
        let me = run(app, "GET", "/users/me", &bearer).await;
        assert_eq!((&me.json["username"], &me.json["id"]), (&json!("username"), &json!(2)));
        assert_eq!(run(app, "GET", "/users/2", &bearer).await.json, me.json);
    })
    .await;
}

/// The key is the bucket's: what it brings is its owner's, wrong ones are told before anything of the event, and none is told back.
#[tokio::test]
async fn the_access_key_comes_first() {
    stores_with(
        |_| {},
        async |app| {
            let user = super::accounts::somebody(app, "username").await;
            let key = user.get("/users/access-key/me").await.expect(200)["accessKey"].as_str().unwrap().to_owned();
            let post = async |key: &str, body: &str| {
                app.anonymous().with("api-key", key).post_raw("/audit/log", "application/json", body.to_owned()).await
            };
            let missing = app.anonymous().post_raw("/audit/log", "application/json", "{").await.expect(401);
            assert_eq!(missing.json, json!({ "detail": { "msg": "API Key is required." } }));
            let unknown = post("14b36dba-c16e-4174-8494-b234c4bc5dda", "{").await.expect(404);
            assert_eq!(unknown.json, json!({ "detail": { "msg": "User with access key does not exist." } }));
            post(&key, "{").await.expect(422);
            post(&key, EVENT).await.expect(204);
            let events = app.admin().get("/audit/v1/event?dialect=spectra").await.expect(200);
            assert_eq!(events.list().len(), 1);
            let event = &events.list()[0];
            assert_eq!(
                (&event["customer"]["shortName"], &event["createdByUser"]["shortName"]),
                (&json!("username"), &json!("username"))
            );
            // It opens nothing else.
            for path in ["/audit/log?category=event_name&app=app_name", "/users/me", "/audit/v1/event"] {
                app.anonymous().with("api-key", &key).get(path).await.expect(401);
            }
            // The same token reads the trail of machines, as far as its rights go.
            assert_eq!(user.get("/api/v1/audit/machine_001").await.expect(200).json, json!([]));
        },
    )
    .await;
}
