//! What somebody sends, and can send again.

use serde_json::{Value, json};

use crate::common::{Answer, Client};
use crate::random::Random;

/// Of this kind are the targets of all events that are sent here.
pub const TARGET: &str = "CRASH";

/// By what a request, or its events, are known when they come again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    Nothing,
    External,
    Key,
    Both,
}

/// One request with its events.
#[derive(Debug, Clone)]
pub struct Sent {
    /// Its own, and the target of its events.
    pub name: String,
    known: Known,
    /// How many events, where it is one of many.
    bulk: Option<u64>,
}

impl Sent {
    /// A single event.
    pub fn one(name: String, random: &mut Random) -> Self {
        let known = match random.below(4) {
            0 => Known::Nothing,
            1 => Known::External,
            2 => Known::Key,
            _ => Known::Both,
        };
        Self { name, known, bulk: None }
    }

    /// Many events, all of them or none.
    pub fn many(name: String, random: &mut Random) -> Self {
        let known = match random.below(3) {
            0 => Known::External,
            1 => Known::Key,
            _ => Known::Both,
        };
        Self { name, known, bulk: Some(50 + random.below(251)) }
    }

    /// Whether it may be sent again.
    pub fn again(&self) -> bool {
        self.known != Known::Nothing
    }

    /// Whether it is a single event.
    pub fn is_one(&self) -> bool {
        self.bulk.is_none()
    }

    /// How many events it has.
    pub fn events(&self) -> u64 {
        self.bulk.unwrap_or(1)
    }

    /// Sends it; no answer when the connection breaks.
    pub async fn send(&self, client: &Client) -> Option<Answer> {
        let keyed = matches!(self.known, Known::Key | Known::Both);
        let client = if keyed { client.with("Idempotency-Key", &self.name) } else { client.clone() };
        let events: Vec<Value> = (0..self.events()).map(|place| self.event(place)).collect();
        match self.bulk {
            None => client.post("/audit/v1/event", &events[0]).await,
            Some(_) => client.post("/audit/v1/event/bulk", &json!({ "events": events })).await,
        }
    }

    fn event(&self, place: u64) -> Value {
        let own = self.own_name(place);
        let mut event =
            json!({"action": "CONTRACT_CREATED", "targetType": TARGET, "targetID": self.name, "targetName": own});
        if matches!(self.known, Known::External | Known::Both) {
            event["externalID"] = json!(own);
        }
        event
    }

    /// No other event has this name.
    pub fn own_name(&self, place: u64) -> String {
        format!("{}/{place}", self.name)
    }

    /// Its events as an answer tells of them, in their order.
    pub fn answered<'a>(&self, answer: &'a Value) -> Vec<&'a Value> {
        if self.is_one() {
            return vec![&answer["data"]];
        }
        assert_eq!(answer["data"]["failed"], json!([]), "{}", self.name);
        answer["data"]["succeeded"].as_array().unwrap().iter().collect()
    }

    /// The ids that its events have by an answer, in their order.
    pub fn ids(&self, answer: &Value) -> Vec<String> {
        self.answered(answer).into_iter().map(|event| event["id"].as_str().unwrap().to_owned()).collect()
    }
}
