//! Customers beside each other: whatever is asked, and of whichever operation, the answer is what it would be if the events
//! of the other one were not there.
//!
//! Each question goes to a server with the events of both customers, and to one that has those of the customer alone who
//! asks. `ARGUS_QUESTIONS` asks more of them.

mod ask;
mod events;
mod log;

use std::collections::BTreeMap;

use argus_testing::Answer;
use serde_json::Value;

use crate::dice::Dice;
use crate::journeys::stream::client::Listener;
use ask::{Asker, Operation, Question, operations};
use events::{SIDES, event};
use log::{Log, logs};

/// Of both customers together.
const EVENTS: usize = 500;

/// Of each customer.
const QUESTIONS: usize = 500;

/// The other side's secrets are in no answer.
fn tells_nothing(text: &str, side: usize, question: &Question) {
    let other = &SIDES[1 - side];
    for secret in [other.secret, other.id] {
        assert!(!text.contains(secret), "{secret} is told to {:?}\n{question:?}\n{text}", SIDES[side].customers);
    }
}

/// What differs from log to log: places of events, and what proves them, which is salted.
const OF_A_LOG: [&str; 8] =
    ["sequence", "fingerprint", "leaf", "leafIndex", "leafHash", "salts", "inclusionProof", "checkpoint"];

/// What is said, without what differs from log to log, and how to go on.
fn plain(mut said: Value) -> Value {
    match &mut said {
        Value::Object(members) => {
            members.retain(|name, _| !OF_A_LOG.contains(&name.as_str()));
            for (name, value) in members {
                *value = if name == "nextCursor" { Value::Null } else { plain(value.take()) };
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|value| *value = plain(value.take())),
        // The last digits depend on the order in which numbers are added.
        Value::Number(number) if number.is_f64() => said = format!("{:.6e}", number.as_f64().unwrap()).into(),
        _ => {}
    }
    said
}

/// Asks both logs, and for the next page of what they have. Gives whether there was something to be seen.
async fn ask(both: &Log, alone: &Log, side: usize, question: &Question) -> bool {
    let (mut cursors, mut is_something) = ([None, None], false);
    for _ in 0..2 {
        let mut answers = Vec::new();
        for (log, cursor) in [both, alone].into_iter().zip(&cursors) {
            answers.push(log.ask(side, question, cursor.as_deref()).await);
        }
        let [together, apart] = &answers[..] else { unreachable!() };
        tells_nothing(&together.text, side, question);
        assert_eq!(together.status, apart.status, "{question:?}\n{}\n{}", together.text, apart.text);
        assert_eq!(plain(together.json.clone()), plain(apart.json.clone()), "{:?} {question:?}", both.app.store);
        is_something |= has_something(together);
        cursors = [together, apart].map(|answer| answer["metaData"]["nextCursor"].as_str().map(str::to_owned));
        let [Some(cursor), Some(_)] = &cursors else {
            assert_eq!(cursors, [None, None], "{question:?}");
            break;
        };
        // A place in one's list is no way into another's.
        let stolen = both.ask(1 - side, question, Some(cursor)).await;
        tells_nothing(&stolen.text, 1 - side, question);
    }
    is_something
}

fn has_something(answer: &Answer) -> bool {
    let empty = answer["data"].as_array().is_some_and(Vec::is_empty) || answer["data"]["totalEvents"] == 0;
    answer.status == 200 && !empty && answer["data"]["totalErrors"] != 0
}

/// A stream that goes on behind an event has what the list of the log without the others has behind it.
async fn listen(both: &Log, alone: &Log, side: usize, question: &Question) -> bool {
    let (from, after) = (both.place(question.event), alone.place_before(both, question.event));
    let mut list = alone.list_of(side, question).await;
    let query = question.address(from);
    let query = &query[query.find('?').unwrap()..];
    let mut listener = Listener::resume(&both.app, &both.keys[side], query, from).await;
    assert_eq!(listener.status, list.status, "{question:?}\n{}", list.text);
    if listener.status != 200 {
        return false;
    }
    let mut expected: Vec<Value> = std::mem::take(list.json["data"].as_array_mut().unwrap());
    expected.retain(|event| event["sequence"].as_i64().unwrap() > after);
    for event in &expected {
        let (_, heard) = listener.event().await.expect("the stream goes on");
        tells_nothing(&heard.to_string(), side, question);
        assert_eq!(plain(heard), plain(event.clone()), "{question:?}");
    }
    !expected.is_empty()
}

/// What comes while both listen, one behind the other.
async fn live(both: &mut Log, dice: &mut Dice) {
    let everything = "?includeInternal=true&includeDeleted=true";
    let mut listeners = Vec::new();
    for key in &both.keys {
        listeners.push(Listener::open(&both.app, key, everything).await.begun().await);
    }
    let rows = (0..60).map(|number| (number % 2, EVENTS + number));
    let rows: Vec<_> = rows.map(|(side, number)| (Some((side, number)), event(dice, side, number))).collect();
    both.write(&rows, &[0, 1]).await;
    for (side, listener) in listeners.iter_mut().enumerate() {
        let own = rows.iter().filter_map(|(name, _)| name.filter(|(whose, _)| *whose == side));
        let places: Vec<i64> = own.map(|name| both.place(name)).collect();
        assert_eq!(listener.ids(places.len()).await, places);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_hears_of_the_events_of_another_customer() {
    let operations = operations();
    let wanted = std::env::var("ARGUS_QUESTIONS").map_or(QUESTIONS, |number| number.parse().expect("a number"));
    logs(EVENTS, async |both, alone| {
        let mut asker = Asker { dice: Dice::new(), operations: &operations, events: both.events() };
        // How often each operation showed something to each side, and to how many questions.
        let mut shown: BTreeMap<(&str, usize), usize> = BTreeMap::new();
        for (side, alone) in alone.iter().enumerate() {
            for _ in 0..wanted {
                let question = asker.question(side);
                let operation = &operations[question.operation];
                let is_something = if operation.is_stream() {
                    listen(both, alone, side, &question).await
                } else {
                    ask(both, alone, side, &question).await
                };
                *shown.entry((&operation.id, side)).or_default() += usize::from(is_something);
            }
        }
        let all = operations.iter().flat_map(|Operation { id, .. }| [(id.as_str(), 0), (id.as_str(), 1)]);
        let silent: Vec<_> = all.filter(|key| shown.get(key).is_none_or(|number| *number == 0)).collect();
        assert!(silent.is_empty(), "these showed nothing, which proves nothing: {silent:?}");
        let shown: usize = shown.values().sum();
        assert!(shown * 5 > wanted * 2 * 2, "only {shown} of {} questions showed something", wanted * 2);
        live(both, &mut asker.dice).await;
    })
    .await;
}
