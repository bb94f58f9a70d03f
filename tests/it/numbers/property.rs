//! Whatever was sent, and whatever is asked: the answers are those of the model, on either way.

use std::fmt::Write;
use std::time::Duration;

use argus_testing::{Actor, TestApp, stores};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;

use super::generate::{self, EVERYTHING, Question, READERS, Windows, iso};
use super::model::{Model, Sent};

const EVENTS: usize = 400;
const QUESTIONS: usize = 60;

/// The customers, and somebody of each who may see it.
pub async fn readers(app: &TestApp) -> Vec<Actor> {
    for customer in ["red", "blue"] {
        app.customer(customer, "root").await;
    }
    let mut readers = Vec::new();
    for (name, customers) in READERS {
        let rights: Vec<_> = customers.iter().map(|customer| ("viewAuditEvents", *customer)).collect();
        readers.push(if name == "admin" { app.admin() } else { app.user(name, &rights).await });
    }
    readers
}

/// Sends events, many at once, so that batches hold events of many hours.
pub async fn send(admin: &Actor, events: &[(i64, Value)]) -> Vec<Sent> {
    let mut sent = Vec::new();
    for part in events.chunks(50) {
        let sending: Vec<_> = part
            .iter()
            .cloned()
            .map(|(at, body)| {
                let admin = admin.clone();
                tokio::spawn(async move {
                    let added = admin.post("/audit/v1/event", body.clone()).await.expect(201);
                    Sent { at, json: crate::journeys::as_read(&added["data"]), body }
                })
            })
            .collect();
        for one in sending {
            sent.push(one.await.unwrap());
        }
    }
    sent
}

/// Fails to log in as somebody of a customer, and waits until that is in the log.
async fn fail_to_log_in(app: &TestApp, tried: usize) {
    let body = serde_json::json!({ "userName": "red-person", "password": "wrong" });
    app.anonymous().post("/authentication/v1/password/authentication", body).await.expect(401);
    let path = "/audit/v1/event?includeFlags=INTERNAL&verb=LOGIN&outcome=FAILURE&limit=1";
    while app.admin().get(path).await.expect(200)["count"] != tried {}
}

/// The query of a question.
fn query(question: &Question) -> String {
    let mut query = String::new();
    for (name, values) in &question.filters {
        values.iter().for_each(|value| write!(query, "&{name}={value}").unwrap());
    }
    question.start.iter().for_each(|at| write!(query, "&startTimestamp={}", iso(*at)).unwrap());
    question.end.iter().for_each(|at| write!(query, "&endTimestamp={}", iso(*at)).unwrap());
    query
}

/// Asks for statistics: of what was counted, and of the log itself.
pub async fn ask(model: &Model, reader: &Actor, question: &Question) {
    let query = query(question);
    let (statistics, errors) = (model.statistics(question), model.errors(question));
    let twice = if query.contains("outcome") { "" } else { EVERYTHING };
    for way in ["", twice] {
        let answer = reader.get(&format!("/audit/v1/statistics?{way}{query}")).await.expect(200);
        assert_eq!(answer["data"], statistics, "{way} {question:?}");
        let answer = reader.get(&format!("/audit/v1/statistics/errors?{way}{query}")).await.expect(200);
        assert_eq!(answer["data"], errors, "{way} {question:?}");
    }
}

/// Asks for metrics and counts of values, the same way.
pub async fn ask_windows(model: &Model, reader: &Actor, asked: &Windows, now: i64) {
    let query = query(&asked.of);
    let Windows { interval, field, metric, aggregate, group_by, .. } = asked;
    let group = group_by.map(|field| format!("&groupBy={field}")).unwrap_or_default();
    let (counts, series) = (model.counts(asked, now), model.series(asked, now));
    let twice = if query.contains("outcome") { "" } else { EVERYTHING };
    for way in ["", twice] {
        let path = format!("/audit/v1/metric/{field}/count?interval={interval}&{way}{query}");
        let answer = reader.get(&path).await.expect(200);
        assert_eq!(answer["data"], counts, "{path} {asked:?}");
        let path = format!("/audit/v1/metric/{metric}?interval={interval}&aggregate={aggregate}{group}&{way}{query}");
        let answer = reader.get(&path).await.expect(200);
        let keys: Vec<&str> = answer.list().iter().map(|group| group["groupKey"].as_str().unwrap()).collect();
        assert_eq!(keys, series.keys().collect::<Vec<_>>(), "{path}");
        for group in answer.list() {
            let expected = &series[group["groupKey"].as_str().unwrap()];
            let windows = group["data"].as_array().unwrap();
            assert_eq!(windows.len(), expected.len(), "{path} {group}");
            for (window, (from, to, value)) in windows.iter().zip(expected) {
                assert_eq!((&window["startTimestamp"], &window["endTimestamp"]), (&(*from).into(), &(*to).into()));
                let found = window["value"].as_f64();
                assert!(is_near(found, *value), "{path}: {found:?} is not {value:?}");
            }
        }
    }
}

/// Sums differ in their last digits with how they are taken.
fn is_near(found: Option<f64>, expected: Option<f64>) -> bool {
    match (found, expected) {
        (Some(found), Some(expected)) => (found - expected).abs() <= 1e-6_f64.max(expected.abs() * 1e-9),
        (None, None) => true,
        _ => false,
    }
}

#[tokio::test]
async fn the_answers_are_those_of_the_model() {
    let mut runner = TestRunner::new(Config::default());
    let events = draw(&mut runner, prop::collection::vec(generate::event(), EVENTS));
    let questions = draw(&mut runner, prop::collection::vec(generate::question(), QUESTIONS));
    let windows = draw(&mut runner, prop::collection::vec(generate::windows(), QUESTIONS));
    stores(async |app| {
        let readers = readers(app).await;
        app.new_user("red-person", "red", &[]).await;
        let mut failed_logins = Vec::new();
        let (early, late) = events.split_at(EVENTS / 2);
        let mut sent = send(&app.admin(), early).await;
        for tried in 1..=3 {
            failed_logins.push((app.clock.now(), "red"));
            fail_to_log_in(app, tried).await;
            app.advance(Duration::from_secs(1_900));
        }
        // Of the same hours as those before, which are counted already.
        sent.extend(send(&app.admin(), late).await);
        let model = Model { events: sent, failed_logins };
        for question in &questions {
            ask(&model, &readers[question.reader], question).await;
        }
        for asked in &windows {
            ask_windows(&model, &readers[asked.of.reader], asked, app.clock.now()).await;
        }
    })
    .await;
}

pub fn draw<S: Strategy>(runner: &mut TestRunner, strategy: S) -> S::Value {
    strategy.new_tree(runner).unwrap().current()
}
