//! Events to be found: some values that very many have, some that few have, and every field without a value somewhere.

use argus_audit_log::event::{Model, flag};
use argus_audit_log::record::{empty, folded};
use argus_core::search::address_column;
use argus_testing::START;
use sea_orm::prelude::Uuid;

use crate::dice::Dice;

/// Letters that the stores do not fold, marks that mean something in SQL, and texts within texts.
const ODD: [&str; 12] =
    ["", "Ångström", "STRASSE", "Straße", "σας", "a'b", "100%", "a_b", "A\"b\\C\u{1}", "日本", "a", "A"];

const ADDRESSES: [&str; 8] =
    ["10.0.0.1", "10.0.0.2", "10.0.255.255", "127.0.0.1", "2001:db8::1", "2001:db8:1::1", "::1", "255.255.255.255"];

/// In order, three a second; but some of the first segment are from far ahead, and some of the third from long before. So
/// pages begin in another segment than they go on in, in both directions, and others are to be left aside.
fn at(place: usize, chance: usize) -> i64 {
    match (chance, place) {
        (0, 0..4_000) => START + 90_000_000_000_000_000 + place as i64,
        (0, 9_000..11_000) => START - 40_000_000_000_000 - place as i64,
        _ => START + (place as i64 / 3) * 1_000_000_000 + [0, 0, 1, 999_999, 1_000_000][chance % 5],
    }
}

/// So many events of these customers, sent by these users.
pub fn rows(dice: &mut Dice, number: usize, customers: &[i64], users: &[i64]) -> Vec<Model> {
    (0..number).map(|place| row(dice, place, customers, users)).collect()
}

fn row(dice: &mut Dice, place: usize, customers: &[i64], users: &[i64]) -> Model {
    let (chance, number, flagged) = (dice.below(60), dice.below(1_000), dice.one_in(2));
    let actor = if chance < 50 { format!("actor-{}", number % 3) } else { format!("actor-{number}") };
    let mut of = |values: &[&str]| dice.some(4, |dice| (*dice.pick(values)).to_owned());
    let mut row = Model {
        id: Uuid::from_u128((u128::from(number as u32) << 64) | (place as u128 + 1)),
        timestamp: at(place, chance),
        target_id: Some(format!("contract-{number}")),
        target_type: Some(if flagged { "CONTRACT" } else { "Offer" }.to_owned()),
        trace_id: (number % 7 == 0).then(|| format!("trace-{place}")),
        series_id: (number % 5 == 0).then(|| Uuid::from_u128(number as u128)),
        machine_id: (chance == 3).then(|| "machine 1".to_owned()),
        description: match number {
            0..3 => Some(format!("Ångström {place}")),
            3 => Some("a ZEBRA".to_owned()),
            _ => of(&ODD),
        },
        action: of(&["CONTRACT_CREATED", "contract-7", "login", "Zebra_deleted", "ü"]),
        verb: of(&["CREATE", "READ", "UPDATE", "DELETE", "EXPORT", "LOGIN", "LOGOUT", "APPROVE", "REJECT"]),
        status: of(&["SUCCESS", "failed", "404", "%"]),
        event_type: of(&["REQUEST", "ÄNDERUNG", "Änderung", "x"]),
        event_name: of(&ODD),
        category: of(&["argus", "trade", "TRADE", "_"]),
        application: of(&["shop", "Shop", "ledger"]),
        environment: of(&["test", "production"]),
        method: of(&["GET", "POST", "get"]),
        actor_type: of(&["USER", "API_KEY", "Maschine"]),
        actor_name: of(&["Anna", "ANNA", "Bärbel", "bob"]),
        actor_email: of(&["anna@example.org", "ANNA@EXAMPLE.ORG"]),
        target_name: of(&ODD),
        origin: of(&["10.0.0.1:80", "über Bord", "elsewhere"]),
        user_agent: of(&["Mozilla/5.0 (X11)", "curl/8", "ﬁrefox"]),
        access_type: of(&["READ", "WRITE", "DELETE"]),
        client_ip: of(&ADDRESSES).map(|address| address_column(address.parse().unwrap())),
        dialect: (*dice.pick(&["native", "native", "argus0", "spectra", "import", "internal"])).to_owned(),
        outcome: (*dice.pick(&["SUCCESS", "FAILURE", "UNKNOWN"])).to_owned(),
        severity: (*dice.pick(&["info", "error", "Critical", "debug"])).to_owned(),
        customer_id: *dice.pick(customers),
        created_by_user: dice.some(4, |dice| *dice.pick(users)),
        actor_id: dice.some(100, |_| actor),
        flags: flags(dice, flagged && chance < 20),
        ..empty()
    };
    row.folded = folded(&row);
    row
}

fn flags(dice: &mut Dice, internal: bool) -> i64 {
    let others = [flag::SUSPICIOUS, flag::LOGIN, flag::EXPORT, flag::METRIC];
    let mut flags: i64 = others.into_iter().filter(|_| dice.one_in(5)).sum();
    if internal {
        flags |= flag::INTERNAL;
    }
    if dice.one_in(15) { flags | flag::DELETED } else { flags }
}
