//! Accounts: signing up, logging in, passwords, and who there is.

mod apart;
mod examples;
mod keys;
mod links;
mod mails;
mod passwords;
mod refusals;
mod secrets;
mod tokens;

use argus_testing::{Actor, Answer, TestApp};
use serde_json::Value;

/// What people of these tests take as their password.
pub const PASSWORD: &str = "Password@12345";

const FORM: &str = "application/x-www-form-urlencoded";

/// Sends a form.
pub async fn send(actor: &Actor, method: &str, path: &str, fields: &str) -> Answer {
    let request = actor.request(method, path).header("accept", "application/json").header("content-type", FORM);
    Answer::of(request.body(fields.to_owned())).await
}

/// Asks to be somebody, with an address of that name.
pub async fn sign_up(app: &TestApp, name: &str) -> Answer {
    let fields =
        format!("username={name}&email={name}%40example.org&password=Password%4012345&repeatPassword=Password%4012345");
    send(&app.anonymous(), "POST", "/auth/signup", &fields).await
}

/// The link in an answer.
pub fn link(answer: &Answer) -> String {
    let text = answer["msg"].as_str().unwrap_or_else(|| panic!("no message: {}", answer.text));
    let (_, link) = text.split_once(" using ").unwrap_or_else(|| panic!("no link: {text}"));
    link.strip_suffix('.').unwrap().to_owned()
}

/// The key in a link of an answer.
pub fn key(answer: &Answer) -> String {
    link(answer).split_once("?key=").unwrap().1.to_owned()
}

/// Takes an account into use.
pub async fn activate(app: &TestApp, key: &str) -> Answer {
    app.anonymous().get(&format!("/auth/activate?key={key}")).await
}

/// Logs in.
pub async fn log_in(app: &TestApp, name: &str, password: &str) -> Answer {
    let fields = format!("username={name}&password={}", password.replace('@', "%40"));
    send(&app.anonymous(), "POST", "/auth/login", &fields).await
}

/// The token of a login.
pub fn token(answer: &Answer) -> String {
    answer["access_token"].as_str().unwrap_or_else(|| panic!("no token: {}", answer.text)).to_owned()
}

/// Somebody with that token.
pub fn bearer(app: &TestApp, token: &str) -> Actor {
    app.anonymous().with("Authorization", &format!("Bearer {token}"))
}

/// Somebody who has signed up, is in use, and logged in.
pub async fn somebody(app: &TestApp, name: &str) -> Actor {
    let made = sign_up(app, name).await.expect(201);
    activate(app, &key(&made)).await.expect(200);
    bearer(app, &token(&log_in(app, name, PASSWORD).await.expect(202)))
}

/// The text of an error that is about no field.
#[track_caller]
pub fn refused(answer: &Answer, status: u16, text: &str) {
    let expected = serde_json::json!({ "detail": { "msg": text } });
    assert_eq!((answer.status, &answer.json), (status, &expected), "{}", answer.text);
}

/// That a token is not believed (S1-05).
#[track_caller]
pub fn not_believed(answer: &Answer) {
    refused(answer, 403, "Invalid token");
    assert_eq!(answer.headers["www-authenticate"], "Bearer");
}

/// That a link is not good (S1-26).
#[track_caller]
pub fn gone(answer: &Answer) {
    refused(answer, 410, "Token expired or invalid.");
}

/// The places of what is wrong with an input.
pub fn places(answer: &Answer) -> Vec<String> {
    let wrong = answer["detail"].as_array().unwrap_or_else(|| panic!("no list: {}", answer.text));
    let place = |entry: &Value| {
        assert!(entry["msg"].is_string() && entry["type"].is_string(), "{entry}");
        let parts = entry["loc"].as_array().unwrap().iter();
        parts.map(|part| part.as_str().map_or_else(|| part.to_string(), str::to_owned)).collect::<Vec<_>>().join("/")
    };
    wrong.iter().map(place).collect()
}
