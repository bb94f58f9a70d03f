//! What clients were told, and whether it is so.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Instant;

use serde_json::Value;

use crate::common::{BOUND, Client, pause};
use crate::receipts::Receipts;
use crate::sent::{Sent, TARGET};

/// What clients were told, and what they have not heard of.
#[derive(Default)]
pub struct Told {
    /// What got its 201, with the ids of its events.
    acknowledged: BTreeMap<String, (Sent, Vec<String>)>,
    /// What was refused for now, or whose answer never came: it is there or it is not.
    open: Vec<Sent>,
    /// The same, of what cannot be sent again.
    lost: Vec<Sent>,
    /// By their `User-Agent`s, requests that read something and got it.
    reads: Vec<String>,
    /// Those whose answers never came.
    pub silent: usize,
    /// What proves the acknowledged events.
    pub receipts: Receipts,
}

impl Told {
    /// It got its 201, or 200 for what was there already.
    pub fn acknowledge(&mut self, sent: Sent, answer: &Value) {
        let ids = sent.ids(answer);
        assert_eq!(ids.len() as u64, sent.events(), "{}", sent.name);
        self.receipts.keep(&sent.answered(answer));
        let earlier = self.acknowledged.insert(sent.name.clone(), (sent.clone(), ids.clone()));
        assert!(earlier.is_none_or(|(_, earlier)| earlier == ids), "{}: told of two sets of events", sent.name);
    }

    /// Nobody knows what became of it.
    pub fn doubt(&mut self, sent: Sent) {
        if sent.again() { self.open.push(sent) } else { self.lost.push(sent) }
    }

    /// A request of that `User-Agent` was answered with what it asked for.
    pub fn read(&mut self, agent: String) {
        self.reads.push(agent);
    }

    /// How many events were acknowledged.
    pub fn events(&self) -> usize {
        self.acknowledged.values().map(|(_, ids)| ids.len()).sum()
    }

    /// How many events were acknowledged as parts of many.
    pub fn in_bulk(&self) -> usize {
        self.acknowledged.values().filter(|(sent, _)| !sent.is_one()).map(|(_, ids)| ids.len()).sum()
    }

    /// With what others were told.
    pub fn extend(&mut self, other: Self) {
        self.acknowledged.extend(other.acknowledged);
        self.open.extend(other.open);
        self.lost.extend(other.lost);
        self.reads.extend(other.reads);
        self.silent += other.silent;
        self.receipts.extend(other.receipts);
    }

    /// Whoever never heard of its events finds all of them or none, sends them again, and then they are there. So does
    /// somebody who did hear of them, and hears the same.
    pub async fn settle(&mut self, client: &Client) {
        for sent in std::mem::take(&mut self.open) {
            let path = format!("/audit/v1/event?targetType={TARGET}&targetID={}&limit=1", sent.name);
            let count = client.get(&path).await.unwrap().expect(200)["count"].as_u64().unwrap();
            assert!(count == 0 || count == sent.events(), "{count} events of {sent:?}");
            self.again(client, sent).await;
        }
        let last = self.acknowledged.values().rfind(|(sent, _)| sent.again()).map(|(sent, _)| sent.clone());
        if let Some(sent) = last {
            self.again(client, sent).await;
        }
    }

    async fn again(&mut self, client: &Client, sent: Sent) {
        let answer = sent.send(client).await.unwrap();
        assert!([200, 201].contains(&answer.status), "{sent:?}: {}", answer.json);
        self.acknowledge(sent, &answer.json);
    }

    /// Everything that was acknowledged is in the log once, where its receipt says, and the log is whole.
    pub async fn check(&self, client: &Client) {
        let log = self.whole_log(client).await;
        let mut ids = HashSet::new();
        for (place, event) in log.iter().enumerate() {
            assert_eq!(event["sequence"], place, "the sequence has no gap");
            assert!(ids.insert(text(&event["id"])), "twice in the log: {event}");
        }
        let mut stored: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
        for event in log.iter().filter(|event| event["targetType"] == TARGET) {
            stored.entry(text(&event["targetID"])).or_default().push(event);
        }
        for (sent, ids) in self.acknowledged.values() {
            let events = stored.remove(sent.name.as_str()).unwrap_or_default();
            let there: Vec<_> = events.iter().map(|event| text(&event["id"])).collect();
            let (number, wanted) = (there.len(), ids.len());
            assert!(there == *ids, "{sent:?}: of {wanted} events that were acknowledged {number} are there, or others");
            for (place, event) in events.iter().enumerate() {
                assert_eq!(event["targetName"], sent.own_name(place as u64), "in the order in which it was sent");
            }
        }
        for sent in &self.lost {
            let events = stored.remove(sent.name.as_str()).unwrap_or_default();
            assert!(events.len() <= 1, "{sent:?} is there {} times", events.len());
        }
        assert!(stored.is_empty(), "nobody sent {:?}", stored.keys());
        self.check_records(&log);
        self.receipts.check(client, &log).await;
    }

    /// An event and the record of its request are one transaction.
    fn check_records(&self, log: &[Value]) {
        let made = |kind: &'static str| {
            log.iter().filter(move |event| {
                (&event["verb"], &event["outcome"], &event["targetType"])
                    == (&"CREATE".into(), &"SUCCESS".into(), &kind.into())
            })
        };
        let records: HashSet<&str> = made("EVENT").map(|record| text(&record["targetID"])).collect();
        let (ones, many): (Vec<_>, Vec<_>) = self.acknowledged.values().partition(|(sent, _)| sent.is_one());
        for (sent, ids) in ones {
            assert!(records.contains(ids[0].as_str()), "no record of {sent:?}");
        }
        assert!(made("EVENTS").count() >= many.len(), "a record for each request of many events");
    }

    /// All of the log, when the records of all reads are in it, once each; they are written behind them. A process that was
    /// killed may have taken the last ones with it.
    async fn whole_log(&self, client: &Client) -> Vec<Value> {
        let started = Instant::now();
        loop {
            let log = client.list("/audit/v1/event?includeInternal=true&sortBy=sequence").await;
            let mut agents: HashMap<&str, usize> = HashMap::new();
            for event in &log {
                *agents.entry(event["userAgent"].as_str().unwrap_or_default()).or_default() += 1;
            }
            let times = |agent: &String| agents.get(agent.as_str()).copied().unwrap_or_default();
            let doubled = self.reads.iter().find(|agent| times(agent) > 1);
            assert!(doubled.is_none(), "two records of the read {doubled:?}");
            let missing = self.reads.iter().filter(|agent| times(agent) == 0).count();
            if missing == 0 {
                return log;
            }
            assert!(started.elapsed() < BOUND, "no records of {missing} of {} reads", self.reads.len());
            pause().await;
        }
    }

    /// What was read by a process that was killed has a record or none.
    pub fn forget_reads(&mut self) {
        self.reads.clear();
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
