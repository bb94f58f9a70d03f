//! Requests to the program.

use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

/// Somebody who talks to the program. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    client: reqwest::Client,
    url: String,
    headers: HeaderMap,
}

/// Status and JSON of an answer.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The body; null where it is no JSON.
    pub json: Value,
    /// The seconds of `Retry-After`.
    pub retry_after: Option<u64>,
}

impl Answer {
    /// The body of an answer with that status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.json);
        self.json
    }
}

impl Client {
    /// Nobody, who talks to that address.
    pub fn new(url: &str) -> Self {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { client, url: url.to_owned(), headers: HeaderMap::new() }
    }

    /// The same, who sends one more header.
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut with = self.clone();
        with.headers.insert(name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap());
        with
    }

    /// The same, who talks to another address.
    pub fn at(&self, url: &str) -> Self {
        Self { url: url.to_owned(), ..self.clone() }
    }

    /// Whoever has that key.
    pub fn by_key(&self, key: &str) -> Self {
        self.with("Argus-API-Key", key)
    }

    /// The administrator of a bootstrap.json, with its key.
    pub fn admin(&self, bootstrap: &Value) -> Self {
        self.by_key(bootstrap["apiKey"].as_str().unwrap())
    }

    /// The administrator, logged in; and the session's token.
    pub async fn session(&self, bootstrap: &Value) -> (Self, String) {
        let login = json!({ "userName": bootstrap["userName"], "password": bootstrap["password"] });
        let path = "/authentication/v1/password/authentication";
        let answer = self.post(path, &login).await.unwrap().expect(201);
        let token = answer["data"]["credentials"]["requestCredentialsData"].as_str().unwrap().to_owned();
        (self.with("Authorization", &format!("Bearer {token}")), token)
    }

    /// GET; no answer when the connection breaks.
    pub async fn get(&self, path: &str) -> Option<Answer> {
        self.send(Method::GET, path, None).await
    }

    /// POST of JSON; no answer when the connection breaks.
    pub async fn post(&self, path: &str, body: &Value) -> Option<Answer> {
        self.send(Method::POST, path, Some(body)).await
    }

    /// GET of what is no JSON.
    pub async fn text(&self, path: &str) -> String {
        let request = self.client.get(format!("{}{path}", self.url)).headers(self.headers.clone());
        request.send().await.unwrap().error_for_status().unwrap().text().await.unwrap()
    }

    /// Everything a list has.
    pub async fn list(&self, path: &str) -> Vec<Value> {
        let sign = if path.contains('?') { '&' } else { '?' };
        let answer = self.get(&format!("{path}{sign}limit=0")).await.unwrap().expect(200);
        answer["data"].as_array().unwrap().clone()
    }

    /// Whether it says that it is healthy.
    pub async fn is_healthy(&self) -> bool {
        let answer = self.get("/health").await;
        answer.is_some_and(|answer| answer.status == 200 && answer.json["status"] == "healthy")
    }

    async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Option<Answer> {
        let mut request = self.client.request(method, format!("{}{path}", self.url)).headers(self.headers.clone());
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let response = request.send().await.ok()?;
        let status = response.status().as_u16();
        let retry_after = response.headers().get("retry-after").and_then(|it| it.to_str().ok()?.parse().ok());
        // A status whose body broke off is no answer: the client cannot know what it said.
        let text = response.text().await.ok()?;
        Some(Answer { status, json: serde_json::from_str(&text).unwrap_or_default(), retry_after })
    }
}
