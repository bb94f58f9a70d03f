//! What the tests of refusals have in common.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use argus_testing::{Actor, Answer, TestApp};
use serde_json::Value;

/// Records of refusals are queued, not waited for; this is how long a test waits for one.
const PATIENCE: Duration = Duration::from_secs(5);

/// Counts requests that must all be refused, and sees at the end that they left their records and nothing else.
pub struct Refusals<'a> {
    app: &'a TestApp,
    stored: i64,
    sent: usize,
}

impl<'a> Refusals<'a> {
    /// From now on.
    pub async fn begin(app: &'a TestApp) -> Self {
        Self { app, stored: app.events(false).await, sent: 0 }
    }

    /// The name under which the next request has to be sent.
    pub fn next_id(&mut self) -> String {
        self.sent += 1;
        format!("refusal-{}", self.sent)
    }

    /// The actor, for exactly one request.
    pub fn of(&mut self, actor: &Actor) -> Actor {
        actor.with("X-Request-ID", &self.next_id())
    }

    /// No event was stored, and each request left exactly one record, with outcome FAILURE and what was answered.
    pub async fn end(self) {
        assert!(self.sent > 0, "nothing was tried");
        assert_eq!(self.app.events(false).await, self.stored, "a refused request stored an event");
        let began = Instant::now();
        let mut records = self.records().await;
        while records.len() < self.sent && began.elapsed() < PATIENCE {
            tokio::time::sleep(Duration::from_millis(20)).await;
            records = self.records().await;
        }
        for number in 1..=self.sent {
            let id = format!("refusal-{number}");
            let left = records.get(&id).map_or(&[][..], Vec::as_slice);
            assert_eq!(left.len(), 1, "{id} left {left:#?}");
            let (outcome, code) = (&left[0]["outcome"], &left[0]["responseMetadata"]["responseCode"]);
            assert_eq!(outcome, "FAILURE", "{:#}", left[0]);
            assert!(code.as_i64().is_some_and(|code| code >= 400), "{:#}", left[0]);
        }
    }

    async fn records(&self) -> BTreeMap<String, Vec<Value>> {
        let path = "/audit/v1/event?includeFlags=INTERNAL&limit=0&sortBy=sequence";
        let listed = self.app.admin().get(path).await.expect(200);
        let mut records = BTreeMap::<String, Vec<Value>>::new();
        for record in listed.list() {
            let id = record["traceID"].as_str().unwrap_or_default();
            if id.starts_with("refusal-") {
                records.entry(id.to_owned()).or_default().push(record.clone());
            }
        }
        records
    }
}

/// Asserts that an answer is a refusal in the envelope: the status, and messages that say what they are about.
#[track_caller]
pub fn refused(answer: Answer, status: u16, what: &str) -> Answer {
    assert_eq!(answer.status, status, "{what}: {}", answer.text);
    assert_eq!(answer.headers["content-type"], "application/json", "{what}");
    enveloped(&answer.json, status, what);
    answer
}

/// The envelope of a refusal.
#[track_caller]
pub fn enveloped(json: &Value, status: u16, what: &str) {
    assert_eq!(json["responseCode"], status, "{what}: {json}");
    assert_eq!((&json["size"], &json["count"], &json["data"]), (&0.into(), &0.into(), &Value::Null), "{what}: {json}");
    let messages = json["messages"].as_array().unwrap();
    assert!(!messages.is_empty(), "{what}: {json}");
    for message in messages {
        let about_a_field = message["type"] == "FIELD_ERROR";
        assert!(about_a_field || message["type"] == "ACTION_ERROR", "{what}: {json}");
        assert_eq!(message["field"].is_string(), about_a_field, "{what}: {json}");
        assert!(message["messageTemplate"].as_str().is_some_and(|text| text.contains('.')), "{what}: {json}");
        assert!(message["message"].as_str().is_some_and(|text| !text.is_empty()), "{what}: {json}");
        assert!(message["timestamp"].is_i64(), "{what}: {json}");
    }
}

/// Asserts a 412 that names exactly these fields.
#[track_caller]
pub fn bad_fields(answer: Answer, fields: &[&str], what: &str) -> Answer {
    let answer = refused(answer, 412, what);
    let mut named = answer.fields();
    named.sort_unstable();
    let mut expected = fields.to_vec();
    expected.sort_unstable();
    assert_eq!(named, expected, "{what}: {}", answer.text);
    answer
}

/// What an answer says, without the moment at which it said so.
pub fn without_times(answer: &Answer) -> Value {
    let mut json = answer.json.clone();
    for message in json["messages"].as_array_mut().unwrap() {
        message["timestamp"] = Value::Null;
    }
    json
}
