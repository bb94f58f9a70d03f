//! Events and questions about them, by chance.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use argus_testing::START;

pub const SECOND: i64 = 1_000_000_000;
pub const HOUR: i64 = 3_600 * SECOND;
pub const DAY: i64 = 24 * HOUR;

/// Who asks, and whose events each may see.
pub const READERS: [(&str, &[&str]); 4] = [
    ("red-reader", &["red"]),
    ("blue-reader", &["blue"]),
    ("both-reader", &["blue", "red"]),
    ("admin", &["blue", "red"]),
];

/// Every value of a field that all events have: a filter that filters nothing, so that the log is asked.
pub const EVERYTHING: &str = "outcome=SUCCESS&outcome=FAILURE&outcome=UNKNOWN";

/// A question about events: who asks, and with what criteria.
#[derive(Debug, Clone)]
pub struct Question {
    pub reader: usize,
    pub filters: Vec<(&'static str, Vec<&'static str>)>,
    pub start: Option<i64>,
    pub end: Option<i64>,
}

/// A question about windows of time.
#[derive(Debug, Clone)]
pub struct Windows {
    pub of: Question,
    pub interval: &'static str,
    pub field: &'static str,
    pub metric: &'static str,
    pub aggregate: &'static str,
    pub group_by: Option<&'static str>,
}

/// Around the edges of hours, of days and of the epoch, and between them.
pub fn time() -> impl Strategy<Value = i64> {
    let within = prop_oneof![Just(0), Just(1), Just(HOUR - 1), Just(HOUR / 2), 0..HOUR, 0..DAY];
    let hours = prop_oneof![4 => 0..12_i64, 2 => 0..960_i64, 1 => select(vec![24, 48, 744])];
    prop_oneof![
        30 => (hours, within).prop_map(|(hours, within)| START - (hours + 1) * HOUR + within.min(HOUR - 1)),
        1 => -2 * HOUR..2 * HOUR,
    ]
}

/// A body for an event, and when it happened.
pub fn event() -> impl Strategy<Value = (i64, Value)> {
    let text = |values: &'static [&'static str]| prop::option::weighted(0.8, select(values));
    let actor = (0..14_u32).prop_map(|number| format!("actor-{number}\u{1F525}"));
    let number = || prop_oneof![-1e6..1e6_f64, (-9..9_i32).prop_map(f64::from)];
    let words = (
        select(vec!["created", "ORDER_deleted", "login", "weird", "\u{e9}", "tag.read", "a", "b", "c", "d", "e", "f"]),
        text(&["SUCCESS", "failed", "pending", "404"]),
        text(&["info", "error", "Critical", "debug"]),
        text(&["CONTRACT", "USER", "z"]),
        text(&["a", "b"]),
        text(&["argus", "other"]),
    );
    let numbers = (
        prop::option::of(number()),
        prop::option::of(-5..50_i64),
        prop::option::of(number()),
        prop::option::of(number()),
    );
    (time(), select(vec!["red", "blue"]), actor, words, numbers).prop_map(|(at, customer, actor, words, numbers)| {
        let (action, status, severity, target, category, application) = words;
        let (latency, affected, load, queue) = numbers;
        let mut metrics = serde_json::Map::new();
        metrics.extend(load.map(|load| ("load".to_owned(), json!(load))));
        metrics.extend(queue.map(|queue| ("latency".to_owned(), json!(queue))));
        let body = json!({
            "customer": customer, "timestamp": iso(at), "action": action, "actorID": actor, "status": status,
            "severity": severity, "targetType": target, "category": category, "application": application,
            "latency": latency, "affectedResources": affected, "metrics": metrics,
        });
        (at, body)
    })
}

pub fn question() -> impl Strategy<Value = Question> {
    let filter = prop_oneof![
        Just(("customer", vec!["red"])),
        Just(("customer", vec!["blue"])),
        Just(("customer", vec!["blue", "red"])),
        Just(("action", vec!["created", "weird"])),
        Just(("outcome", vec!["FAILURE"])),
        Just(("targetType", vec!["USER"])),
        Just(("severity", vec!["error", "info"])),
    ];
    let filters = prop_oneof![2 => Just(Vec::new()), 2 => filter.prop_map(|filter| vec![filter])];
    (0..READERS.len(), filters, prop::option::of(time()), prop::option::of(time())).prop_map(
        |(reader, filters, start, end)| {
            let seen = |names: &[&str]| names.iter().all(|name| READERS[reader].1.contains(name));
            let filters = filters.into_iter().filter(|(name, values)| *name != "customer" || seen(values)).collect();
            // Mostly a range that holds something.
            let (start, end) = match (start, end) {
                (Some(a), Some(b)) if a > b && a % 5 != 0 => (Some(b), Some(a)),
                other => other,
            };
            Question { reader, filters, start, end }
        },
    )
}

pub fn windows() -> impl Strategy<Value = Windows> {
    let names = ["mean", "sum", "min", "max", "count", "median", "stddev", "spread", "first", "last"];
    (
        question(),
        select(vec!["37m", "1h", "6h", "1d", "1w", "90m", "1mo"]),
        select(vec!["status", "severity", "action", "actorID", "targetType", "verb", "outcome", "dialect", "category"]),
        select(vec!["load", "latency", "affectedResources"]),
        select(names.to_vec()),
        prop::option::of(select(vec!["status", "targetType", "actorID", "outcome"])),
    )
        .prop_map(|(of, interval, field, metric, aggregate, group_by)| Windows {
            // Long enough for every event, and no longer than an answer may be.
            of: Question { start: of.start.filter(|at| *at > DAY).or(Some(START - 41 * DAY)), ..of },
            interval,
            field,
            metric,
            aggregate,
            group_by,
        })
}

/// A time with all its digits.
pub fn iso(at: i64) -> String {
    let (days, rest) = (at.div_euclid(DAY), at.rem_euclid(DAY));
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (rest / HOUR, rest / (60 * SECOND) % 60, rest / SECOND % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:09}Z", rest % SECOND)
}

/// The time that [`iso`] wrote.
pub fn moment(iso: &str) -> i64 {
    let number = |from: usize, to: usize| iso[from..to].parse::<i64>().unwrap();
    let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
    // From March on, so that a leap day is the last of its year.
    let (year, month) = (year - i64::from(month <= 2), (month + 9) % 12);
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + (153 * month + 2) / 5 + day - 1 - 719_468;
    days * DAY + number(11, 13) * HOUR + (number(14, 16) * 60 + number(17, 19)) * SECOND + number(20, 29)
}

/// Year, month and day of a day since the epoch (Gregorian calendar, counted in eras of 400 years from March on).
pub fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}
