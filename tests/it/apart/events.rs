//! Events of customers who have much in common: the same people, objects, machines and words. Each event has texts of its
//! own besides, which nobody but its customer may ever see.

use argus_audit_log::event::{Model, flag};
use argus_audit_log::record::{empty, folded};
use argus_audit_log::{AuditLog, Outcome, Submission, Written};
use argus_core::search::address_column;
use argus_testing::{START, TestApp};
use sea_orm::prelude::Uuid;
use serde_json::json;

use crate::dice::Dice;
use crate::numbers::generate::{HOUR, SECOND};

const ADDRESSES: [&str; 4] = ["10.0.0.1", "10.0.0.2", "192.168.7.7", "2001:db8::1"];

/// A customer of this test.
pub struct Side {
    /// Short names; the second is that of a customer below the first.
    pub customers: [&'static str; 2],
    /// Stands in texts of all its events.
    pub secret: &'static str,
    /// How the identifiers of its events begin.
    pub id: &'static str,
    tag: u32,
}

pub static SIDES: [Side; 2] = [
    Side { customers: ["red", "red-branch"], secret: "~Ruby", id: "4ed04ed0", tag: 0x4ed0_4ed0 },
    Side { customers: ["blue", "blue-branch"], secret: "~Sapphire", id: "b10eb10e", tag: 0xb10e_b10e },
];

/// Which side has an event, and which one it is there.
pub type Name = (usize, usize);

/// What both sides have values of, by the names of filters and keyword fields.
pub fn shared(field: &str) -> Option<&'static [&'static str]> {
    Some(match field {
        "action" => &["CONTRACT_CREATED", "contract-read", "login", "export", "order.delete", "retired", "odd"],
        "status" => &["SUCCESS", "failed", "404", "pending"],
        "severity" => &["info", "error", "Critical"],
        "eventType" => &["REQUEST", "Änderung"],
        "eventName" => &["event one", "event two"],
        "category" => &["trade", "argus"],
        "application" => &["shop", "ledger"],
        "environment" => &["test", "production"],
        "method" => &["GET", "POST"],
        "actorID" => &["anna", "bob", "anna@example.org"],
        "actorName" => &["Anna", "Bärbel"],
        "actorType" => &["USER", "API_KEY"],
        "targetType" => &["CONTRACT", "USER"],
        "targetID" => &["c-1", "c-2", "c-3"],
        "traceID" => &["trace-1", "trace-2", "trace-3"],
        "machineID" => &["m1", "m2", "m3"],
        "description" => &["a zebra", "ein Ångström", "nothing"],
        "metric" => &["load", "queue", "latency", "affectedResources"],
        _ => return None,
    })
}

/// A series that both sides have, or one of a side alone.
pub fn series(dice: &mut Dice, side: usize) -> Uuid {
    let number = dice.below(4) as u128;
    Uuid::from_u128(if dice.one_in(2) { number + 1 } else { (u128::from(SIDES[side].tag) << 96) | number })
}

/// One that both sides have, or one of a side alone.
pub fn text(dice: &mut Dice, field: &str, side: usize) -> String {
    let shared = dice.pick(shared(field).unwrap());
    if dice.one_in(3) { format!("{shared}{}", SIDES[side].secret) } else { (*shared).to_owned() }
}

/// A moment of the last two days, of which many events have the same.
pub fn at(dice: &mut Dice) -> i64 {
    let within = *dice.pick(&[0, 0, 1, 999_999, HOUR / 2, HOUR - 1, 17 * 60 * SECOND]);
    let hours = if dice.one_in(5) { 48 } else { 20 };
    START - (dice.below(hours) as i64 + 1) * HOUR + within
}

/// All events, in the order in which they come; those of the sides lie between each other. The first is nobody's.
pub fn all(dice: &mut Dice, number: usize) -> Vec<(Option<Name>, Model)> {
    let mut counts = [0; 2];
    let first =
        Model { id: Uuid::from_u128(1), timestamp: START - 72 * HOUR, action: Some("first".to_owned()), ..empty() };
    let others = (0..number).map(|_| {
        let side = dice.below(2);
        counts[side] += 1;
        (Some((side, counts[side] - 1)), event(dice, side, counts[side] - 1))
    });
    std::iter::once((None, first)).chain(others).collect()
}

/// Customers and users are the places in the lists of the side, until the event is sent.
pub fn event(dice: &mut Dice, side: usize, number: usize) -> Model {
    let Side { secret, tag, .. } = SIDES[side];
    let own = |text: &str| Some(format!("{text}{secret}"));
    let object = |name: &str| Some(json!({ "secret": format!("{name}{secret}"), "same": 1 }).to_string());
    let mut of = |field: &str| dice.some(5, |dice| text(dice, field, side));
    let mut row = Model {
        id: Uuid::from_u128((u128::from(tag) << 96) | number as u128),
        action: of("action"),
        event_type: of("eventType"),
        event_name: of("eventName"),
        category: of("category"),
        application: of("application"),
        environment: of("environment"),
        method: of("method"),
        actor_id: of("actorID"),
        actor_name: of("actorName"),
        actor_type: of("actorType"),
        target_type: of("targetType"),
        target_id: of("targetID"),
        trace_id: of("traceID"),
        machine_id: of("machineID"),
        description: of("description"),
        status: of("status"),
        severity: text(dice, "severity", side),
        verb: dice.some(5, |dice| (*dice.pick(&["CREATE", "READ", "UPDATE", "DELETE", "EXPORT", "LOGIN"])).to_owned()),
        outcome: (*dice.pick(&["SUCCESS", "FAILURE", "UNKNOWN"])).to_owned(),
        access_type: dice.some(2, |dice| (*dice.pick(&["READ", "WRITE", "DELETE"])).to_owned()),
        dialect: (*dice.pick(&["native", "argus0", "internal"])).to_owned(),
        client_ip: dice.some(3, |dice| address_column(dice.pick(&ADDRESSES).parse().unwrap())),
        // Known to both: what one sends as its 7th event, the other one does too.
        external_id: dice.some(2, |_| format!("external-{number}")),
        timestamp: at(dice),
        customer_id: i64::from(dice.one_in(4)),
        created_by_user: dice.some(5, |dice| dice.below(2) as i64),
        series_id: dice.some(2, |dice| series(dice, side)),
        latency: dice.some(2, |dice| dice.below(40) as f64 / 4.0),
        affected_resources: dice.some(2, |dice| dice.below(9) as i64),
        metrics: dice.some(2, |dice| {
            let name = text(dice, "metric", side);
            json!({ name: dice.below(400) as f64 / 4.0, "load": dice.below(9) }).to_string()
        }),
        flags: [flag::SUSPICIOUS, flag::LOGIN, flag::EXPORT].into_iter().filter(|_| dice.one_in(6)).sum(),
        target_name: own("name"),
        actor_email: own("mail"),
        origin: own("origin"),
        user_agent: own("agent"),
        created_by_key: own("key"),
        auth_method: own("proof"),
        location: own("place"),
        device: own("device"),
        actor_detail: object("actor"),
        target_detail: object("target"),
        before: dice.some(2, |_| json!({ "secret": format!("before{secret}") }).to_string()),
        after: dice.some(2, |_| json!({ "secret": format!("after{secret}"), "number": number }).to_string()),
        changes: object("changes"),
        request_metadata: object("request"),
        response_metadata: object("response"),
        metadata: object("metadata"),
        event_detail: object("detail"),
        ..empty()
    };
    if row.metrics.is_some() {
        row.flags |= flag::METRIC;
    }
    if dice.one_in(12) {
        row.flags |= flag::INTERNAL;
    }
    row.folded = folded(&row);
    row
}

/// Writes events; gives the place of each in the log.
pub async fn send(app: &TestApp, rows: Vec<Model>) -> Vec<i64> {
    let log = app.platform.services.get::<AuditLog>().unwrap();
    let Outcome::Written(written) = log.submit(Submission::atomic(rows)).await.unwrap() else {
        panic!("nothing was written")
    };
    let sequence = |written| match written {
        Written::New(row, _) => row.sequence,
        other => panic!("{other:?}"),
    };
    written.into_iter().map(sequence).collect()
}
