//! Events that are sent to whom a client names.

mod again;
mod bounds;
mod delivered;
mod made;
mod managed;
mod nodes;
mod private;
mod receiver;
mod refused;
mod rights;
mod trouble;

use std::time::Instant;

use argus_core::config::Settings;
use argus_testing::{Actor, TestApp};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::PATIENCE;
use receiver::{Received, Receiver, Say};

const SUBSCRIPTION: &str = "/audit/v1/subscription";

/// Events may be sent to receivers on this machine.
fn here(settings: &mut Settings) {
    settings.webhooks.allowed_networks = vec!["127.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
}

/// A subscription to events at that address, with what else is wanted; gives it as it was answered.
async fn subscribe(actor: &Actor, url: &str, more: Value) -> Value {
    let mut body = json!({ "name": "mine", "url": url, "events": ["audit.log.created"] });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    actor.post(SUBSCRIPTION, body).await.expect(201)["data"].clone()
}

fn path(subscription: &Value) -> String {
    format!("{SUBSCRIPTION}/{}", subscription["id"].as_str().unwrap())
}

/// The subscription, when it is like that.
async fn until(actor: &Actor, subscription: &Value, is: impl Fn(&Value) -> bool) -> Value {
    let began = Instant::now();
    loop {
        let answer = actor.get(&path(subscription)).await.expect(200);
        if is(&answer["data"]) {
            return answer["data"].clone();
        }
        assert!(began.elapsed() < PATIENCE, "it is not like that: {}", answer.text);
    }
}

/// Its deliveries, newest first, when there are so many.
async fn deliveries(actor: &Actor, subscription: &Value, number: usize) -> Vec<Value> {
    super::look(actor, &format!("{}/delivery?limit=0", path(subscription)), number).await.list().clone()
}

/// Adds an event; gives it as everybody reads it.
async fn add(actor: &Actor, event: Value) -> Value {
    super::as_read(&actor.post("/audit/v1/event", event).await.expect(201)["data"])
}

/// Adds so many events, one after the other; gives their numbers.
async fn add_some(actor: &Actor, number: usize) -> Vec<i64> {
    let mut sequences = Vec::new();
    for _ in 0..number {
        sequences.push(add(actor, json!({ "action": "created" })).await["sequence"].as_i64().unwrap());
    }
    sequences
}

fn sequences(received: &[Received]) -> Vec<i64> {
    received.iter().map(Received::sequence).collect()
}

/// What a receiver does to know that a message is from us.
fn is_signed(message: &Received, secret: &str) -> bool {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    assert_eq!(key.len(), 32);
    let content = signed_content(message);
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &key);
    let signatures = message.header("webhook-signature").split(' ').filter_map(|one| one.strip_prefix("v1,"));
    let mut tags = signatures.map(|text| STANDARD.decode(text).unwrap());
    tags.any(|tag| ring::hmac::verify(&key, content.as_bytes(), &tag).is_ok())
}

/// The same, by a public key.
fn is_signed_by(message: &Received, public_key: &str) -> bool {
    let key = STANDARD.decode(public_key.strip_prefix("whpk_").unwrap()).unwrap();
    let (key, content) =
        (ring::signature::UnparsedPublicKey::new(&ring::signature::ED25519, key), signed_content(message));
    let signatures = message.header("webhook-signature").split(' ').filter_map(|one| one.strip_prefix("v1a,"));
    let mut tags = signatures.map(|text| STANDARD.decode(text).unwrap());
    tags.any(|tag| key.verify(content.as_bytes(), &tag).is_ok())
}

fn signed_content(message: &Received) -> String {
    format!("{}.{}.{}", message.id(), message.header("webhook-timestamp"), message.text)
}

/// Somebody of the root customer who may administer subscriptions, and see events, of a customer.
async fn manager(app: &TestApp, name: &str, customer: &str) -> Actor {
    app.user_of(name, customer, &[("manageAuditSubscriptions", customer), ("viewAuditEvents", customer)]).await
}
