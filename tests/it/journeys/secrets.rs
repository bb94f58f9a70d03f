//! A secret is shown once, to whom it belongs, and is nowhere else: in no other answer, no event, no file.

use std::path::Path;

use argus_testing::{Answer, PASSWORD, Store, TestApp, stores};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::json;

const KEYS: &str = "/apikey/v1/apikey";
const EVENTS: &str = "/audit/v1/event";

/// Everything that the store holds, as text, and once more as hexadecimal digits where it can hold bytes.
pub async fn store(app: &TestApp) -> Vec<u8> {
    match app.store {
        Store::Sqlite => files(&app.data_dir()),
        Store::Postgres => tables(app).await.into_bytes(),
    }
}

/// The files of the embedded store with its write-ahead log; not the one that is there to hold the first secrets.
fn files(folder: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path));
        } else if path.file_name().is_some_and(|name| name != "bootstrap.json") {
            all.extend(std::fs::read(&path).unwrap());
        }
    }
    all
}

async fn tables(app: &TestApp) -> String {
    let rows = async |sql: String| {
        let statement = Statement::from_string(DbBackend::Postgres, sql);
        let rows = app.platform.db.reader().query_all_raw(statement).await.unwrap();
        rows.iter().map(|row| row.try_get_by_index::<String>(0).unwrap()).collect::<Vec<_>>()
    };
    let mut all = String::new();
    for table in rows("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'".to_owned()).await {
        all += &rows(format!("SELECT t::text FROM \"{table}\" t")).await.join("\n");
    }
    all
}

/// Whether bytes hold a text.
pub fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// The digits of a text.
pub fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn secrets_are_shown_once_and_kept_nowhere() {
    stores(async |app| {
        let mut shown: Vec<String> = vec![PASSWORD.to_owned(), app.admin_password.clone()];
        let user = app.new_user("anna", "root", &[("viewAuditEvents", "root"), ("submitAuditEvents", "root")]).await;
        let mut answers: Vec<Answer> = Vec::new();
        // Wrong passwords are secrets too: often they are the right one with a slip, or that of another service.
        let wrong = "Wrong-horse-8-sesame";
        shown.push(wrong.to_owned());
        for path in ["/authentication/v1/password/authentication", "/authentication/v1/password/authenticate"] {
            answers.push(app.anonymous().post(path, json!({"userName": "anna", "password": wrong})).await);
            let login = app.anonymous().post(path, json!({"userName": "anna", "password": PASSWORD})).await.expect(201);
            let token = login.json.pointer("/data/credentials/requestCredentialsData");
            let token = token.or(login.json.pointer("/data/requestCredentialsData")).unwrap();
            shown.push(token.as_str().unwrap().to_owned());
        }
        let anna = app.anonymous().with("Authorization", &format!("Bearer {}", shown.last().unwrap()));
        let by_cookie = app.anonymous().with("Cookie", &format!("argus_session={}", shown[3]));
        let request = json!({"description": "key", "validSources": ["127.0.0.0/8"], "password": PASSWORD});
        let made = anna.post(KEYS, request.clone()).await.expect(201);
        let old_way = by_cookie.post("/authentication/v1/apikey", request).await.expect(201);
        let path = format!("{KEYS}/{user}/1");
        let rotated =
            anna.put(&format!("{path}/rotate"), json!({"password": PASSWORD, "graceSeconds": 9})).await.expect(200);
        let keys = [made, old_way, rotated].map(|answer| answer["data"]["apiKeyString"].as_str().unwrap().to_owned());
        shown.extend(keys.iter().map(|key| key.rsplit('/').next().unwrap().to_owned()));
        // Everything else that anybody can ask about it, rightly or wrongly.
        let (admin, key) = (app.by_password("admin", &app.admin_password).await, app.by_key(&keys[2]));
        for actor in [&anna, &by_cookie, &key, &admin, &app.by_key(&keys[0])] {
            for path in [
                KEYS,
                &path,
                "/authentication/v1/apikey",
                "/authentication/v1/session",
                "/authentication/v1/session/function",
                EVENTS,
            ] {
                answers.push(actor.get(path).await);
            }
            answers.push(actor.post(&format!("{KEYS}/search"), json!({"includeDeleted": true})).await);
            answers.push(actor.put(&path, json!({"description": "another"})).await);
            answers.push(actor.put(&format!("{path}/renew"), json!({"password": wrong})).await);
            answers.push(actor.post(EVENTS, json!({"action": "a"})).await);
        }
        answers.push(anna.put(&format!("{path}/renew"), json!({"password": PASSWORD})).await.expect(200));
        answers.push(admin.get("/authentication/v1/user/anna/apikey").await.expect(200));
        answers.push(anna.delete(&path).await.expect(200));
        answers.push(key.get(EVENTS).await.expect(401));
        // A key in the wrong place: behind the path of a key, as a parameter, as a parameter's name, as somebody's name.
        answers.push(app.anonymous().get(&format!("{EVENTS}?apiKey={}", keys[1])).await.expect(401));
        answers.push(app.anonymous().get(&format!("{EVENTS}?{}", keys[1])).await.expect(401));
        answers.push(by_cookie.delete(&format!("{KEYS}/{}", keys[1])).await.expect(404));
        let named = json!({"userName": keys[1], "password": "x"});
        answers.push(app.anonymous().post("/authentication/v1/password/authentication", named).await.expect(401));
        answers.push(by_cookie.delete("/authentication/v1/session").await.expect(200));
        let log = app.admin().get(&format!("{EVENTS}?includeInternal=true&limit=0")).await.expect(200);
        assert!(log.list().len() > 40);
        for pages in ["/", "/openapi.json", "/metrics", "/version", "/health"] {
            answers.push(app.anonymous().get(pages).await);
        }
        for secret in &shown {
            for answer in answers.iter().chain([&log]) {
                assert!(!answer.text.contains(secret), "{secret} in {}", answer.text);
            }
        }
        app.platform.usage.flush(&app.platform.db).await.unwrap();
        let store = store(app).await;
        assert!(holds(&store, &format!("{user}/1")), "the prefix is there, so this looks in the right place");
        for secret in &shown {
            assert!(!holds(&store, secret) && !holds(&store, &hex(secret)), "{secret} is in the store");
        }
    })
    .await;
}
