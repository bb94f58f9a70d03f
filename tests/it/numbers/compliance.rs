//! Facts of reports: against a plain count of every event of the log, and against what statistics answer.

use std::collections::{BTreeMap, HashSet};
use std::net::IpAddr;
use std::sync::Arc;

use argus_audit_report::{Period, Question, gather, json};
use argus_core::access::CustomerSet;
use argus_testing::{Actor, START, TestApp, stores};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::generate::{self, DAY, HOUR, READERS};
use super::property::{draw, readers, send};

const EVENTS: usize = 250;
const QUESTIONS: usize = 25;
const MILLI: i64 = 1_000_000;

/// Statistics under their names in both answers.
const SAME: [&str; 8] = [
    "totalEvents",
    "successRate",
    "byVerb",
    "byTargetType",
    "uniqueActors",
    "mostActiveActors",
    "mostCommonActions",
    "failedLogins",
];

/// An event, some of them logins from somewhere, some exports.
fn event() -> impl Strategy<Value = (i64, Value)> {
    let kind = prop_oneof![5 => Just(None), 3 => Just(Some("login")), 2 => Just(Some("DATA_exported"))];
    let from = prop::option::weighted(0.8, select(vec!["192.0.2.1", "192.0.2.77", "2001:db8::1"]));
    let place = prop::option::of(select(vec!["Berlin, DE", "Oslo, NO"]));
    (generate::event(), kind, from, place).prop_map(|((at, mut body), kind, from, place)| {
        kind.into_iter().for_each(|kind| body["action"] = kind.into());
        body["clientIP"] = json!(from);
        body["location"] = json!(place);
        (at, body)
    })
}

/// A stretch of time of whole milliseconds: days, hours, or neither.
fn period() -> impl Strategy<Value = Period> {
    let start = prop_oneof![(0..45_i64).prop_map(|day| day * DAY), 0..45 * DAY];
    let length = prop_oneof![Just(DAY), Just(31 * DAY), 1..HOUR, 1..45 * DAY];
    (start, length).prop_map(|(before, length)| {
        let start = (START - before) / MILLI * MILLI;
        Period { start, end: start + (length / MILLI).max(1) * MILLI }
    })
}

/// Every event of the log, as it is printed.
async fn everything(admin: &Actor) -> Vec<Value> {
    admin.get("/audit/v1/event?limit=0&includeInternal=true").await.expect(200).list().clone()
}

struct Count<'a> {
    /// Those of the customers, whenever.
    own: Vec<&'a Value>,
    period: Period,
}

impl<'a> Count<'a> {
    fn of(log: &'a [Value], customers: Option<&[&str]>, period: Period) -> Self {
        let sees = |event: &&Value| {
            let customer = event["customer"]["shortName"].as_str().unwrap();
            customers.is_none_or(|customers| customers.contains(&customer))
        };
        Self { own: log.iter().filter(sees).collect(), period }
    }

    fn within(&self, internal: bool) -> impl Iterator<Item = &'a Value> {
        let (from, to) = self.period.bounds();
        let own = self.own.iter().copied();
        own.filter(move |event| (from..=to).contains(&time(event)) && (internal || !is_internal(event)))
    }

    fn failed_logins(&self) -> impl Iterator<Item = &'a Value> {
        self.within(true).filter(|event| event["verb"] == "LOGIN" && event["outcome"] == "FAILURE")
    }

    fn days(&self) -> Value {
        let mut days: BTreeMap<i64, [i64; 3]> = BTreeMap::new();
        let day = |event: &Value| time(event).div_euclid(DAY / MILLI);
        for event in self.within(false) {
            let counts = days.entry(day(event)).or_default();
            counts[0] += 1;
            counts[1] += i64::from(event["outcome"] == "FAILURE");
        }
        self.failed_logins().for_each(|event| days.entry(day(event)).or_default()[2] += 1);
        let printed = days.into_iter().map(|(day, [events, failed, logins])| {
            let day = generate::iso(day * DAY)[..10].to_owned();
            json!({ "day": day, "events": events, "failed": failed, "failedLogins": logins })
        });
        printed.collect()
    }

    fn sources(&self) -> Value {
        let mut sources: BTreeMap<Option<u128>, Vec<&Value>> = BTreeMap::new();
        for event in self.failed_logins() {
            let address = event["clientIP"].as_str().map(|text| match text.parse().unwrap() {
                IpAddr::V4(address) => u128::from(address.to_ipv6_mapped()),
                IpAddr::V6(address) => u128::from(address),
            });
            sources.entry(address).or_default().push(event);
        }
        let mut sources: Vec<Vec<&Value>> = sources.into_values().collect();
        sources.sort_by_key(|events| std::cmp::Reverse(events.len()));
        let printed = sources.into_iter().map(|events| {
            json!({
                "address": events[0]["clientIP"],
                "location": events.iter().filter_map(|event| event["location"].as_str()).max(),
                "count": events.len(),
                "lastTimestamp": events.iter().map(|event| time(event)).max(),
            })
        });
        printed.collect()
    }

    fn exports(&self) -> Value {
        let mut exports: Vec<&Value> = self.within(true).filter(|event| event["verb"] == "EXPORT").collect();
        exports.sort_by_key(|event| {
            std::cmp::Reverse((event["timestampISO"].as_str().map(padded), event["sequence"].as_i64()))
        });
        let latest = exports.iter().take(20).map(|event| {
            json!({
                "timestamp": event["timestamp"], "actor": event["actorID"], "action": event["action"],
                "targetType": event["targetType"], "targetID": event["targetID"], "outcome": event["outcome"],
            })
        });
        json!({ "count": exports.len(), "latest": latest.collect::<Vec<_>>() })
    }

    fn kept(&self) -> Value {
        let times = || self.own.iter().filter(|event| !is_internal(event)).map(|event| time(event));
        json!({
            "events": times().count(), "oldestTimestamp": times().min(), "newestTimestamp": times().max(),
            "retention": null,
        })
    }
}

fn time(event: &Value) -> i64 {
    event["timestamp"].as_i64().unwrap()
}

/// A time that sorts as a text.
fn padded(iso: &str) -> String {
    let (seconds, fraction) = iso.trim_end_matches('Z').split_once('.').unwrap_or((iso.trim_end_matches('Z'), ""));
    format!("{seconds}.{fraction:0<9}")
}

fn is_internal(event: &Value) -> bool {
    event["flags"].as_array().unwrap().iter().any(|flag| flag == "INTERNAL")
}

async fn customers(app: &TestApp, names: Option<&[&str]>) -> CustomerSet {
    let tree = app.platform.directory.tree().await.unwrap();
    let id = |name: &&str| tree.find_customer(name).unwrap().id;
    names.map_or(CustomerSet::All, |names| CustomerSet::Only(Arc::new(names.iter().map(id).collect::<HashSet<_>>())))
}

#[tokio::test]
async fn facts_are_what_a_count_of_all_events_gives() {
    let mut runner = TestRunner::new(Config::default());
    let events = draw(&mut runner, prop::collection::vec(event(), EVENTS));
    let asked = draw(&mut runner, prop::collection::vec((0..READERS.len(), period()), QUESTIONS));
    stores(async |app| {
        let readers = readers(app).await;
        app.new_user("red-person", "red", &[]).await;
        send(&app.admin(), &events).await;
        let body = json!({ "userName": "red-person", "password": "wrong" });
        app.anonymous().post("/authentication/v1/password/authentication", body).await.expect(401);
        let path = "/audit/v1/event?includeFlags=INTERNAL&verb=LOGIN&outcome=FAILURE&limit=1";
        while app.admin().get(path).await.expect(200)["count"] != 1 {}
        let log = everything(&app.admin()).await;
        let today = Period { start: START, end: START + DAY };
        for (reader, period) in asked.iter().copied().chain((0..READERS.len()).map(|reader| (reader, today))) {
            let (name, seen) = READERS[reader];
            let seen = (name != "admin").then_some(seen);
            let question = Question {
                customers: customers(app, seen).await,
                customer: None,
                period,
                include_stats: true,
                made_at: app.clock.now(),
                made_by: name.to_owned(),
            };
            let facts = gather(&app.platform, question).await.unwrap();
            let report: Value = serde_json::from_slice(&json::write(&facts).unwrap()).unwrap();
            let count = Count::of(&log, seen, period);
            assert_eq!(report["totalEvents"], count.within(false).count(), "{name} {period:?}");
            assert_eq!(report["failedLogins"], count.failed_logins().count(), "{name} {period:?}");
            assert_eq!(report["activityByDay"], count.days(), "{name} {period:?}");
            assert_eq!(report["failedLoginSources"], count.sources(), "{name} {period:?}");
            assert_eq!(report["failedLoginSourceCount"], count.sources().as_array().unwrap().len());
            assert_eq!(report["exports"], count.exports(), "{name} {period:?}");
            assert_eq!(report["log"], count.kept(), "{name} {period:?}");
            let (from, to) = (&report["period"]["from"], &report["period"]["to"]);
            let path = format!("/audit/v1/statistics?startTimestamp={from}&endTimestamp={to}");
            let statistics = readers[reader].get(&path).await.expect(200);
            for member in SAME {
                assert_eq!(report[member], statistics["data"][member], "{member} {name} {period:?}");
            }
        }
    })
    .await;
}
