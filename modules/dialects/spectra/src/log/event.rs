//! From what was sent to the rows that are kept (S1-51 to S1-61).

use std::borrow::Cow;

use argus_audit_log::derive;
use argus_audit_log::event::Model;
use argus_core::error::ApiError;
use serde_json::{Map, Value};

use super::input::{Field, Reading, Rule};
use super::problems::{Place, Problem, Problems, too_many};

/// Events of one request, and items of one event's metadata.
const MOST: usize = 10_000;
const MOST_METADATA: usize = 1_000;

/// Texts that are names, those that may be long, and words without spaces.
const NAME: Rule = Rule { most: 255, filled: false, word: false };
const FREE: Rule = Rule { most: 65_536, ..NAME };
const FILLED: Rule = Rule { filled: true, ..NAME };
const WORD: Rule = Rule { word: true, ..FILLED };

const fn plain(name: &'static str) -> Field {
    (name, name)
}

const CATEGORY: Field = plain("category");
const SOURCE: Field = ("source_information", "sourceInformation");
const METHOD: Field = plain("method");
const STATUS: Field = plain("status");
const LEVEL: Field = plain("level");
const EVENT: Field = plain("event");
const ACTOR: Field = plain("actor");
const RESOURCE: Field = plain("resource");
const METADATA: Field = plain("metadata");
const ROOT: [Field; 9] = [CATEGORY, SOURCE, METHOD, STATUS, LEVEL, EVENT, ACTOR, RESOURCE, METADATA];

const APPLICATION: Field = plain("application");
const ENVIRONMENT: Field = plain("environment");

const ID: Field = plain("id");
const NAMED: Field = plain("name");
const TYPE: Field = plain("type");
const DETAIL: Field = plain("detail");
const DESCRIPTION: Field = plain("description");
const TOTAL_DURATION: Field = ("total_duration", "totalDuration");
const AFFECTED_RESOURCES: Field = ("affected_resources", "affectedResources");
const LATENCY: Field = plain("latency");
const CPU_USAGE: Field = ("cpu_usage", "cpuUsage");
const MEMORY_USAGE: Field = ("memory_usage", "memoryUsage");
const STAGE: Field = plain("stage");
const EVENT_FIELDS: [Field; 9] =
    [NAMED, TYPE, DETAIL, DESCRIPTION, TOTAL_DURATION, AFFECTED_RESOURCES, LATENCY, CPU_USAGE, MEMORY_USAGE];
/// The original's code takes one more, and makes nothing of it.
const LENIENT_FIELDS: [Field; 10] = {
    let [a, b, c, d, e, f, g, h, i] = EVENT_FIELDS;
    [a, b, c, d, e, f, g, h, i, STAGE]
};

const ORIGIN: Field = plain("origin");
const IS_METRIC: Field = ("is_metric", "isMetric");
const VALUE: Field = plain("value");

/// The rows of a document: one event, or a list of them. What an event does not say is as in `base`.
///
/// # Errors
/// 412 with everything that is wrong.
pub fn rows(document: &Value, base: &Model, lenient: bool) -> Result<Vec<Model>, ApiError> {
    let mut problems = Problems::default();
    let body = Place::Root("body");
    let rows = match document {
        Value::Array(events) if events.len() > MOST => {
            problems.add(body, too_many(MOST));
            Vec::new()
        }
        Value::Array(events) => {
            let read = |(index, event)| row(event, Place::Index(&body, index), base, lenient, &mut problems);
            events.iter().enumerate().filter_map(read).collect()
        }
        event => row(event, body, base, lenient, &mut problems).into_iter().collect(),
    };
    problems.finish().map(|()| rows)
}

/// The row of an event; where something is wrong it is of no use.
fn row(event: &Value, place: Place<'_>, base: &Model, lenient: bool, problems: &mut Problems) -> Option<Model> {
    let mut sent = Reading::of(event, place, &ROOT, problems)?;
    let mut row = Model {
        category: sent.text(CATEGORY, true, WORD),
        method: sent.text(METHOD, true, FILLED),
        status: sent.text(STATUS, true, FILLED),
        severity: sent.text(LEVEL, true, FILLED).unwrap_or_default(),
        ..base.clone()
    };
    sent.inside(SOURCE, true, &[APPLICATION, ENVIRONMENT], |source| {
        row.application = source.text(APPLICATION, true, WORD);
        row.environment = source.text(ENVIRONMENT, true, WORD);
    });
    let known: &[Field] = if lenient { &LENIENT_FIELDS } else { &EVENT_FIELDS };
    sent.inside(EVENT, true, known, |event| fill_event(&mut row, event, lenient));
    sent.inside(ACTOR, true, &[ORIGIN, DETAIL], |actor| fill_actor(&mut row, actor));
    sent.inside(RESOURCE, false, &[ID, NAMED, TYPE, DETAIL], |resource| {
        row.target_id = resource.text(ID, false, NAME);
        row.target_name = resource.text(NAMED, false, NAME);
        row.target_type = resource.text(TYPE, false, NAME);
        row.target_detail = resource.detail(DETAIL).map(text_of);
    });
    fill_metadata(&mut row, &mut sent);
    row.verb = verb(row.method.as_deref(), row.event_name.as_deref()).map(str::to_owned);
    Some(row)
}

fn fill_event(row: &mut Model, event: &mut Reading<'_>, lenient: bool) {
    let strict = !lenient;
    row.event_name = event.text(NAMED, true, NAME);
    row.event_type = event.text(TYPE, true, NAME);
    row.description = event.text(DESCRIPTION, false, FREE);
    row.event_detail = event.detail(DETAIL).map(text_of);
    row.total_duration = event.float(TOTAL_DURATION, strict, positive);
    row.latency = event.float(LATENCY, strict, positive);
    row.cpu_usage = event.float(CPU_USAGE, strict, percent);
    row.memory_usage = event.float(MEMORY_USAGE, strict, percent);
    let affected = event.integer(AFFECTED_RESOURCES, strict, |number| (number < 0).then_some(NEGATIVE));
    row.affected_resources = affected.or(lenient.then_some(0));
    if lenient {
        event.integer(STAGE, false, |_| None);
    }
}

/// What is told of the actor stays in its detail too.
fn fill_actor(row: &mut Model, actor: &mut Reading<'_>) {
    row.origin = actor.text(ORIGIN, true, NAME);
    let Some(detail) = actor.detail(DETAIL) else { return };
    let text = |name: &str, most: usize| {
        let text = match detail.get(name)? {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        Some(text).filter(|text| !text.is_empty() && text.chars().count() <= most)
    };
    row.actor_name = text("username", NAME.most);
    row.actor_id = text("id", NAME.most).or_else(|| row.actor_name.clone());
    row.user_agent = text("user_agent", FREE.most);
    row.actor_detail = Some(text_of(detail));
}

/// Numbers that are metrics stand apart from the rest; the list stays as it was sent. Of names that stand twice the last
/// counts.
fn fill_metadata(row: &mut Model, sent: &mut Reading<'_>) {
    let (mut plain, mut metrics) = (Map::new(), Map::<String, Value>::new());
    let list = sent.each(METADATA, MOST_METADATA, &[IS_METRIC, NAMED, VALUE], |item| {
        let is_metric = item.boolean(IS_METRIC);
        let (name, value) = (item.text(NAMED, true, FILLED), item.any(VALUE));
        if let Some((name, value)) = name.zip(value) {
            let of_its_kind = if is_metric && value.is_number() { &mut metrics } else { &mut plain };
            of_its_kind.insert(name, value.clone());
        }
    });
    row.metadata_list = list.map(Value::to_string);
    row.metadata = Some(plain).filter(|plain| !plain.is_empty()).as_ref().map(text_of);
    row.metrics = Some(metrics).filter(|metrics| !metrics.is_empty()).as_ref().map(text_of);
}

fn text_of(members: &Map<String, Value>) -> String {
    // Maps of texts and values are always JSON.
    serde_json::to_string(members).unwrap_or_default()
}

/// What an event did: what its name says, where that is more than making, reading, changing and taking away, which its method
/// says better.
fn verb(method: Option<&str>, name: Option<&str>) -> Option<&'static str> {
    let named = name.and_then(derive::verb);
    if named.is_some_and(|verb| !["CREATE", "READ", "UPDATE", "DELETE"].contains(&verb)) {
        return named;
    }
    match method?.to_ascii_uppercase().as_str() {
        "GET" => Some("READ"),
        "POST" => Some("CREATE"),
        "PUT" | "PATCH" => Some("UPDATE"),
        "DELETE" => Some("DELETE"),
        _ => named,
    }
}

const NEGATIVE: Problem =
    ("value_error.number.not_ge", Cow::Borrowed("ensure this value is greater than or equal to 0"));

fn positive(number: f64) -> Option<Problem> {
    let problem = || ("value_error.number.not_gt", "ensure this value is greater than 0".into());
    (number <= 0.0).then(problem)
}

fn percent(number: f64) -> Option<Problem> {
    let above = || ("value_error.number.not_le", "ensure this value is less than or equal to 100".into());
    if number < 0.0 { Some(NEGATIVE) } else { (number > 100.0).then(above) }
}

/// What the metadata of a row is printed as: one object, of names that stand twice with the last.
pub fn merged(row: &Model) -> Map<String, Value> {
    let read = |text: Option<&String>| text.and_then(|text| serde_json::from_str::<Value>(text).ok());
    let mut merged = Map::new();
    if let Some(Value::Array(items)) = read(row.metadata_list.as_ref()) {
        for mut item in items {
            let name = item.get(NAMED.0).and_then(Value::as_str).map(str::to_owned);
            let value = item.get_mut(VALUE.0).map(Value::take);
            merged.extend(name.zip(value));
        }
        return merged;
    }
    for text in [row.metadata.as_ref(), row.metrics.as_ref()] {
        if let Some(Value::Object(members)) = read(text) {
            merged.extend(members);
        }
    }
    merged
}

#[cfg(test)]
#[path = "event_tests.rs"]
mod tests;
