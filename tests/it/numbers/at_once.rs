//! Many write at once, to several nodes too: what is counted is what is in the log.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use argus_testing::{Actor, Store, TestApp};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::generate;
use super::model::{Model, Sent};
use super::property::{ask, ask_windows, draw, readers};

const EVENTS: usize = 3_000;

/// Of each node.
const WRITERS: usize = 6;

const QUESTIONS: usize = 25;

/// A writer takes what is next, one or many, until there is nothing left.
async fn write(admin: Actor, bodies: Arc<Vec<Value>>, next: Arc<AtomicUsize>, number: usize) {
    // Sizes that do not go into each other, so that writers meet in ever other ways.
    let sizes = [1, 13, 1, 1, 40, 7];
    for round in number.. {
        let size = sizes[round % sizes.len()];
        let from = next.fetch_add(size, Ordering::Relaxed);
        let Some(part) = bodies.get(from..bodies.len().min(from + size)).filter(|part| !part.is_empty()) else { break };
        match part {
            [one] => admin.post("/audit/v1/event", one.clone()).await.expect(201),
            many => admin.post("/audit/v1/event/bulk", json!({ "events": many })).await.expect(201),
        };
    }
}

/// All events of the log as they are printed, with how they were sent.
async fn read(admin: &Actor, events: &[(i64, Value)]) -> Vec<Sent> {
    let list = admin.get("/audit/v1/event?limit=0&sortBy=sequence").await.expect(200);
    let printed = list.list().iter().map(|event| (event["externalID"].as_str().unwrap(), event));
    let printed: HashMap<_, _> = printed.collect();
    assert_eq!((list.list().len(), printed.len()), (events.len(), events.len()));
    let sent = events.iter().map(|(at, body)| {
        let json = printed[body["externalID"].as_str().unwrap()].clone();
        Sent { at: *at, json, body: body.clone() }
    });
    sent.collect()
}

/// Writes by all nodes at once, then asks each.
async fn at_once(nodes: &[&TestApp]) {
    let mut runner = TestRunner::new(Config::default());
    let mut events = draw(&mut runner, prop::collection::vec(generate::event(), EVENTS));
    for (number, (_, body)) in events.iter_mut().enumerate() {
        body["externalID"] = json!(number.to_string());
    }
    let readers = readers(nodes[0]).await;
    let bodies: Arc<Vec<Value>> = Arc::new(events.iter().map(|(_, body)| body.clone()).collect());
    let next = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = (0..WRITERS * nodes.len())
        .map(|number| tokio::spawn(write(nodes[number % nodes.len()].admin(), bodies.clone(), next.clone(), number)))
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let model = Model { events: read(&nodes[0].admin(), &events).await, failed_logins: Vec::new() };
    let last = nodes[nodes.len() - 1];
    for _ in 0..QUESTIONS {
        let question = draw(&mut runner, generate::question());
        ask(&model, &readers[question.reader], &question).await;
        let asked = draw(&mut runner, generate::windows());
        ask_windows(&model, &readers[asked.of.reader], &asked, last.clock.now()).await;
    }
    // Whatever node is asked, and as a whole.
    let whole = generate::Question { reader: generate::READERS.len() - 1, filters: Vec::new(), start: None, end: None };
    for node in nodes {
        ask(&model, &node.admin(), &whole).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counts_are_exact_when_many_clients_write() {
    let app = TestApp::start().await;
    at_once(&[&app]).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counts_are_exact_when_two_nodes_write() {
    let Some(app) = TestApp::start_on(Store::Postgres, &|_| {}).await else { return };
    let other = app.another_node().await;
    at_once(&[&app, &other]).await;
    other.stop().await;
    app.stop().await;
}
