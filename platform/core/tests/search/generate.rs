//! Random rows and criteria, from few values, so that they meet.

use argus_core::search::address_column;
use proptest::collection::{hash_set, vec};
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::model::{Level, Role, Search, Time};
use crate::table::{KINDS, Model, NOW, row};

const PARTS: [&str; 34] = [
    "a", "A", "b", "B", "ab", "%", "_", "\\", "'", "\"", "ß", "ẞ", "ss", "SS", "Σ", "ς", "σ", "é", "É", "İ", "i", "I",
    "ı", "ſ", "s", "\u{212a}", "k", " ", "Å", "𐐀", "𐐨", "日", "\u{1f}", "\n",
];
const ADDRESSES: [&str; 6] = ["10.0.0.1", "10.0.0.2", "10.0.255.255", "127.0.0.1", "2001:db8::1", "::1"];
const NETWORKS: [&str; 10] = [
    "10.0.0.1",
    "10.0.0.0/31",
    "10.0.0.0/16",
    "0.0.0.0/0",
    "::/0",
    "2001:db8::/32",
    "::ffff:10.0.0.2",
    "::1",
    "::/96",
    "127.0.0.0/8",
];
const FLAGS: [&str; 4] = ["ACTIVE", "EXPIRED", "INTERNAL", "ODD"];
const SORTS: [&str; 10] =
    ["sequence", "id", "label", "title", "kind", "amount", "score", "active", "created", "updated"];

fn text(parts: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    vec(select(&PARTS[..]), parts).prop_map(|parts| parts.concat())
}

/// Around now, with the edges of milliseconds and whole seconds.
fn nanos() -> impl Strategy<Value = i64> {
    let near = (-3_i64..=3, select(&[0_i64, 1, 500_000, 999_999][..]));
    prop_oneof![
        4 => near.prop_map(|(millis, rest)| (NOW / 1_000_000 + millis) * 1_000_000 + rest),
        1 => (0_i64..4).prop_map(|seconds| NOW - seconds * 1_000_000_000),
    ]
}

fn time() -> impl Strategy<Value = Time> {
    prop_oneof![
        nanos().prop_map(|ns| Time::Millis(ns / 1_000_000)),
        nanos().prop_map(|ns| Time::MillisText(ns / 1_000_000)),
        nanos().prop_map(|ns| Time::IsoMillis(ns / 1_000_000)),
        nanos().prop_map(Time::IsoNanos),
        (0_i64..4).prop_map(Time::SecondsAgo),
    ]
}

pub fn rows() -> impl Strategy<Value = Vec<Model>> {
    let sequences = hash_set(-60_i64..60, 0..50);
    (sequences, vec(any_row(), 50)).prop_map(|(sequences, rows)| {
        let numbered = sequences.into_iter().zip(rows);
        numbered.map(|(sequence, row)| Model { sequence, ..row }).collect()
    })
}

fn any_row() -> impl Strategy<Value = Model> {
    let texts = (text(0..4), weighted(0.7, text(0..4)), weighted(0.5, text(0..5)), weighted(0.8, select(&KINDS[..])));
    let numbers = (0_u8..6, weighted(0.7, -2_i32..3), weighted(0.7, select(&[-1.5, -0.0, 0.0, 0.1, 1e300][..])));
    let whose = (1_i64..=4, weighted(0.8, select(&ADDRESSES[..])), 10_i64..=13, weighted(0.5, 10_i64..=13));
    let times = (nanos(), weighted(0.6, nanos()), weighted(0.5, nanos()), weighted(0.2, nanos()));
    (texts, numbers, whose, times, any::<bool>(), weighted(0.3, any::<bool>())).prop_map(
        |(texts, numbers, whose, times, active, internal)| Model {
            id: uuid::Uuid::from_u128(numbers.0.into()),
            label: texts.0,
            title: texts.1,
            note: texts.2,
            kind: texts.3.map(str::to_owned),
            amount: numbers.1,
            score: numbers.2,
            active,
            customer_id: whose.0,
            client_ip: whose.1.map(|address| address_column(address.parse().unwrap())),
            created: times.0,
            updated: times.1,
            created_by: whose.2,
            updated_by: whose.3,
            expires: times.2,
            deleted: times.3,
            internal,
            ..row(0)
        },
    )
}

/// Mostly absent.
fn some<T: std::fmt::Debug + Clone + Default>(values: impl Strategy<Value = T>) -> impl Strategy<Value = T> {
    weighted(0.12, values).prop_map(Option::unwrap_or_default)
}

fn any_or_all() -> impl Strategy<Value = Option<&'static str>> {
    weighted(0.5, select(&["any", "all"][..]))
}

fn own_level() -> impl Strategy<Value = Level> {
    let texts = (some(vec(text(0..3), 1..4)), some(vec(text(0..3), 1..4)), some(vec(0..3_usize, 1..3)));
    let numbers = (some(vec(-2_i32..3, 1..3)), some(vec(0_u8..6, 1..4)), weighted(0.1, any::<bool>()));
    let whose = (some(vec(1_i64..=4, 1..3)), some(vec(10_i64..=13, 1..3)), some(vec(select(&NETWORKS[..]), 1..3)));
    let fields = subsequence(vec!["label", "title", "note", "all"], 0..3);
    let keywords = (weighted(0.3, vec(text(0..3), 1..4)), fields, any_or_all(), weighted(0.1, any::<bool>()));
    let times = (
        weighted(0.15, time()),
        weighted(0.15, time()),
        subsequence(vec!["created", "updated", "all"], 0..3),
        any_or_all(),
    );
    let user_fields = subsequence(vec!["createdByUser", "updatedByUser", "all"], 0..3);
    let users = (some(vec(10_i64..=13, 1..3)), user_fields);
    let flags = (some(subsequence(&FLAGS[..], 1..3)), some(subsequence(&FLAGS[..], 1..3)));
    (texts, numbers, whose, keywords, times, users, flags).prop_map(
        |(texts, numbers, whose, keywords, times, users, flags)| Level {
            labels: texts.0,
            titles: texts.1,
            kinds: texts.2,
            amounts: numbers.0,
            ids: numbers.1,
            active: numbers.2,
            customers: whose.0,
            owners: whose.1,
            ips: whose.2,
            odd: keywords.3,
            keywords: keywords.0.unwrap_or_default(),
            keyword_fields: keywords.1,
            keyword_match: keywords.2,
            start: times.0,
            end: times.1,
            time_fields: times.2,
            time_match: times.3,
            users: users.0,
            user_fields: users.1,
            include_flags: flags.0,
            exclude_flags: flags.1,
            subs: Vec::new(),
        },
    )
}

fn level() -> impl Strategy<Value = Level> {
    let role = || select(&[Role::Plain, Role::Plain, Role::Excluded, Role::Required][..]);
    own_level().prop_recursive(3, 10, 3, move |below| {
        (own_level(), vec((role(), below), 0..4)).prop_map(|(own, subs)| Level { subs, ..own })
    })
}

pub fn search() -> impl Strategy<Value = Search> {
    let sort = vec((select(&SORTS[..]), any::<bool>()), 0..4);
    let page = (weighted(0.7, select(&[0_usize, 1, 2, 7, 25, 100_000][..])), weighted(0.3, 0_usize..8));
    let scope = prop_oneof![2 => Just(vec![1_i64, 2, 3, 4]), 1 => subsequence(vec![1_i64, 2, 3, 4], 1..4)];
    (level(), any::<bool>(), any::<bool>(), sort, page, scope).prop_map(
        |(root, include_deleted, include_internal, sort, (limit, offset), scope)| {
            // A key that was named before means nothing: the model does not know that rule, the tests of rules do.
            let mut keys: Vec<(&str, bool)> = Vec::new();
            for (key, descending) in sort {
                if keys.iter().all(|(earlier, _)| *earlier != key) {
                    keys.push((key, descending));
                }
            }
            Search { root, include_deleted, include_internal, sort: keys, limit, offset, scope }
        },
    )
}
