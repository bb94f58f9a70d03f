//! What the answers must be: worked out anew from the list of all events, as plainly as it goes.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::generate::{DAY, HOUR, Question, READERS, SECOND, Windows, civil};

/// An event that was sent.
pub struct Sent {
    pub at: i64,
    /// As it was answered.
    pub json: Value,
    /// As it was sent.
    pub body: Value,
}

impl Sent {
    fn text(&self, name: &str) -> Option<&str> {
        self.json[name].as_str()
    }

    fn customer(&self) -> &str {
        self.body["customer"].as_str().unwrap()
    }

    fn is_error(&self) -> bool {
        let severity = self.text("severity").unwrap().to_lowercase();
        self.json["outcome"] == "FAILURE" || severity == "error" || severity == "critical"
    }

    fn number(&self, metric: &str) -> Option<f64> {
        if metric == "load" { self.body["metrics"]["load"].as_f64() } else { self.body[metric].as_f64() }
    }
}

/// All events, and when somebody of which customer failed to log in.
pub struct Model {
    pub events: Vec<Sent>,
    pub failed_logins: Vec<(i64, &'static str)>,
}

impl Model {
    fn matching<'m>(&'m self, question: &'m Question) -> impl Iterator<Item = &'m Sent> {
        self.events.iter().filter(|event| {
            let scope = READERS[question.reader].1.contains(&event.customer());
            let filters = question.filters.iter().all(|(name, values)| {
                let value = if *name == "customer" { event.customer() } else { event.text(name).unwrap_or_default() };
                values.contains(&value)
            });
            let after = question.start.is_none_or(|start| event.at >= start);
            scope && filters && after && question.end.is_none_or(|end| event.at <= end)
        })
    }

    fn failed_logins(&self, question: &Question) -> usize {
        let own = self.matching(question);
        let own = own.filter(|event| event.json["verb"] == "LOGIN" && event.json["outcome"] == "FAILURE").count();
        let all = READERS[question.reader].0 == "admin";
        let argus = self.failed_logins.iter().filter(|(at, customer)| {
            let scope = all || READERS[question.reader].1.contains(customer);
            let filters = question.filters.iter().all(|(name, values)| match *name {
                "customer" => values.contains(customer),
                "outcome" => values.contains(&"FAILURE"),
                "severity" => values.contains(&"info"),
                _ => false,
            });
            let after = question.start.is_none_or(|start| *at >= start);
            scope && filters && after && question.end.is_none_or(|end| *at <= end)
        });
        own + argus.count()
    }

    pub fn statistics(&self, question: &Question) -> Value {
        let events: Vec<&Sent> = self.matching(question).collect();
        let failed = events.iter().filter(|event| event.json["outcome"] == "FAILURE").count();
        let by = |name: &str, without: Option<&'static str>| {
            counts(events.iter().filter_map(|event| event.text(name).or(without).map(str::to_owned)))
        };
        let actors = by("actorID", None);
        json!({
            "totalEvents": events.len(),
            "successRate": percent(events.len() - failed, events.len()),
            "byVerb": by("verb", Some("OTHER")),
            "byTargetType": by("targetType", None),
            "uniqueActors": actors.len(),
            "mostActiveActors": top(actors, "actor"),
            "mostCommonActions": top(by("action", None), "action"),
            "failedLogins": self.failed_logins(question),
        })
    }

    pub fn errors(&self, question: &Question) -> Value {
        let total = self.matching(question).count();
        let mut errors: Vec<&Sent> = self.matching(question).filter(|event| event.is_error()).collect();
        errors.sort_by_key(|event| std::cmp::Reverse((event.at, event.json["sequence"].as_i64())));
        let by = |name: &str| counts(errors.iter().filter_map(|event| event.text(name).map(str::to_owned)));
        json!({
            "totalErrors": errors.len(),
            "errorRate": percent(errors.len(), total),
            "errorsByAction": top(by("action"), "action"),
            "errorsByActor": top(by("actorID"), "actor"),
            "errorsBySeverity": top(by("severity"), "severity"),
            "recentErrors": errors.iter().take(10).map(|event| event.json.clone()).collect::<Vec<_>>(),
        })
    }

    /// The answer to `/metric/<field>/count`, at that time.
    pub fn counts(&self, asked: &Windows, now: i64) -> Value {
        let (start, end) = range(&asked.of, now);
        let mut windows: BTreeMap<(i64, i64), Vec<String>> = BTreeMap::new();
        for event in self.matching(&asked.of).filter(|event| event.at >= start && event.at < end) {
            if let Some(value) = event.text(asked.field) {
                windows.entry(window(asked.interval, event.at)).or_default().push(value.to_owned());
            }
        }
        let printed = windows.into_iter().map(|((from, to), values)| {
            let (from, to) = (from.max(start).div_euclid(1_000_000), to.min(end).div_euclid(1_000_000));
            json!({ "startTimestamp": from, "endTimestamp": to, "data": counts(values.into_iter()) })
        });
        printed.collect()
    }

    /// The groups of `/metric/<metric>`, at that time: by key, their windows.
    pub fn series(&self, asked: &Windows, now: i64) -> BTreeMap<String, Vec<(i64, i64, Option<f64>)>> {
        let (start, end) = range(&asked.of, now);
        let mut events: Vec<&Sent> =
            self.matching(&asked.of).filter(|event| event.at >= start && event.at < end).collect();
        events.sort_by_key(|event| (event.at, event.json["sequence"].as_i64()));
        let mut groups: BTreeMap<String, BTreeMap<(i64, i64), Vec<f64>>> = BTreeMap::new();
        for event in events {
            let group = asked.group_by.map_or(Some("all"), |field| event.text(field));
            if let (Some(group), Some(number)) = (group, event.number(asked.metric)) {
                let windows = groups.entry(group.to_owned()).or_default();
                windows.entry(window(asked.interval, event.at)).or_default().push(number);
            }
        }
        let printed = |((from, to), values): ((i64, i64), Vec<f64>)| {
            let (from, to) = (from.max(start).div_euclid(1_000_000), to.min(end).div_euclid(1_000_000));
            (from, to, aggregate(asked.aggregate, &values))
        };
        groups.into_iter().map(|(group, windows)| (group, windows.into_iter().map(printed).collect())).collect()
    }
}

fn range(question: &Question, now: i64) -> (i64, i64) {
    let end = question.end.unwrap_or(now);
    (question.start.unwrap_or(end - DAY), end)
}

fn window(interval: &str, at: i64) -> (i64, i64) {
    let length = match interval {
        "37m" => 37 * 60 * SECOND,
        "90m" => 90 * 60 * SECOND,
        "1h" => HOUR,
        "6h" => 6 * HOUR,
        "1d" => DAY,
        "1w" => 7 * DAY,
        _ => return month(at),
    };
    let start = at.div_euclid(length) * length;
    (start, start + length)
}

/// Goes day by day to either end of the month.
fn month(at: i64) -> (i64, i64) {
    let day = at.div_euclid(DAY);
    let of = |day: i64| civil(day).1;
    let first = (0..31).map(|back| day - back).take_while(|other| of(*other) == of(day)).last().unwrap();
    let last = (0..31).map(|on| day + on).take_while(|other| of(*other) == of(day)).last().unwrap();
    (first * DAY, (last + 1) * DAY)
}

fn aggregate(name: &str, values: &[f64]) -> Option<f64> {
    let (count, mut sorted) = (values.len(), values.to_vec());
    sorted.sort_by(f64::total_cmp);
    let sum: f64 = values.iter().sum();
    let mean = sum / count as f64;
    Some(match name {
        "mean" => mean,
        "sum" => sum,
        "min" => sorted[0],
        "max" => sorted[count - 1],
        "count" => count as f64,
        "median" => (sorted[(count - 1) / 2] + sorted[count / 2]) / 2.0,
        "stddev" if count == 1 => return None,
        "stddev" => (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count as f64 - 1.0)).sqrt(),
        "spread" => sorted[count - 1] - sorted[0],
        "first" => values[0],
        "last" => values[count - 1],
        _ => unreachable!("{name}"),
    })
}

fn counts(values: impl Iterator<Item = String>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    values.for_each(|value| *counts.entry(value).or_default() += 1);
    counts
}

/// The ten of highest counts; a map is sorted by code point already, and this sort is stable.
fn top(counts: BTreeMap<String, usize>, name: &str) -> Vec<Value> {
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts.into_iter().take(10).map(|(value, count)| json!({ name: value, "count": count })).collect()
}

fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { (part as f64 * 1_000.0 / whole as f64).round() / 10.0 }
}
