//! Somebody who talks to the server.

use std::ops::Index;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;

/// A client with its credentials. Cheap to clone.
#[derive(Clone)]
pub struct Actor {
    client: Client,
    url: String,
    headers: HeaderMap,
}

impl Actor {
    pub(crate) fn new(url: String) -> Self {
        Self { client: Client::builder().no_proxy().build().unwrap(), url, headers: HeaderMap::new() }
    }

    /// The same actor, who sends one more header.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut with = self.clone();
        with.headers.append(name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap());
        with
    }

    /// A request that can still be changed.
    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        self.client.request(method, format!("{}{path}", self.url)).headers(self.headers.clone())
    }

    /// Sends GET.
    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request("GET", path)).await
    }

    /// Sends POST with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        Answer::of(self.request("POST", path).json(&body)).await
    }

    /// Sends PUT with a JSON body.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        Answer::of(self.request("PUT", path).json(&body)).await
    }

    /// Sends DELETE.
    pub async fn delete(&self, path: &str) -> Answer {
        Answer::of(self.request("DELETE", path)).await
    }

    /// Sends POST with a body as it stands.
    pub async fn post_raw(&self, path: &str, content_type: &str, body: impl Into<reqwest::Body>) -> Answer {
        Answer::of(self.request("POST", path).header("content-type", content_type).body(body)).await
    }
}

/// An answer. Indexing goes into its JSON; a missing member is null.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// Body as text.
    pub text: String,
    /// Body as JSON; null where it is none.
    pub json: Value,
}

impl Answer {
    /// Sends a request. Of a stream, which has no end, only the head is read.
    pub async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let endless = headers.get("content-type").is_some_and(|kind| kind == "text/event-stream");
        let text = if endless { String::new() } else { response.text().await.unwrap() };
        let json = serde_json::from_str(&text).unwrap_or_default();
        Self { status, headers, text, json }
    }

    /// The answer, if it has that status and, where it is an envelope, says so inside too.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        if let Some(code) = self.json.get("responseCode") {
            assert_eq!(code, status, "{}", self.text);
        }
        self
    }

    /// The fields that a 412 names, in order.
    pub fn fields(&self) -> Vec<&str> {
        let messages = self.json["messages"].as_array();
        messages.into_iter().flatten().filter_map(|message| message["field"].as_str()).collect()
    }

    /// The template of the first message.
    pub fn template(&self) -> &str {
        self.json["messages"][0]["messageTemplate"].as_str().unwrap_or_default()
    }

    /// The elements of a list.
    pub fn list(&self) -> &Vec<Value> {
        self.json["data"].as_array().unwrap_or_else(|| panic!("no list: {}", self.text))
    }
}

impl Index<&str> for Answer {
    type Output = Value;

    fn index(&self, key: &str) -> &Value {
        &self.json[key]
    }
}
