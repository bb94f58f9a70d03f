use serde_json::json;

use super::time::{Bound, parse_time};
use crate::clock::Nanos;

/// Wednesday 2024-02-14T13:45:56.789012345Z.
const NOW: Nanos = 1_707_918_356_789_012_345;
const S: i64 = 1_000_000_000;
const DAY: i64 = 86_400 * S;

fn start(text: &str) -> Nanos {
    parse_time(&json!(text), NOW, Bound::Start).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn end(text: &str) -> Nanos {
    parse_time(&json!(text), NOW, Bound::End).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn milliseconds() {
    assert_eq!(parse_time(&json!(1_707_918_356_789_i64), NOW, Bound::Start), Ok(1_707_918_356_789_000_000));
    assert_eq!(parse_time(&json!(1_707_918_356_789_i64), NOW, Bound::End), Ok(1_707_918_356_789_999_999));
    assert_eq!(start("1707918356789"), 1_707_918_356_789_000_000);
    assert_eq!(start("-1"), -1_000_000);
    assert_eq!(end("-1"), -1);
    assert_eq!(end("0"), 999_999);
}

#[test]
fn iso() {
    assert_eq!(start("2024-02-14T13:45:56.789Z"), 1_707_918_356_789_000_000);
    assert_eq!(end("2024-02-14T13:45:56.789Z"), 1_707_918_356_789_999_999);
    assert_eq!(end("2024-02-14T13:45:56Z"), 1_707_918_356_000_999_999);
    assert_eq!(start("2024-02-14T13:45:56.789012345Z"), NOW);
    assert_eq!(end("2024-02-14T13:45:56.789012345Z"), NOW);
    assert_eq!(end("2024-02-14T13:45:56.7890Z"), 1_707_918_356_789_000_000);
    assert_eq!(start("2024-02-14T13:45Z"), 1_707_918_300 * S);
    assert_eq!(start("1969-12-31T23:59:59.999999999Z"), -1);
    assert_eq!(end("9999-12-31T23:59:59.999Z"), Nanos::MAX);
    assert_eq!(start("0001-01-01T00:00:00.0000Z"), Nanos::MIN);
}

#[test]
fn relative() {
    assert_eq!(start("now"), NOW);
    assert_eq!(end("now"), NOW);
    assert_eq!(start("-1month"), start("2024-01-14T13:45:56.789012345Z"));
    assert_eq!(start("now - 1 month"), start("-month"));
    assert_eq!(start("startOfDay - hour"), start("2024-02-13T23:00:00Z"));
    assert_eq!(start("STARTOFDAY-HOUR"), start("startofday - 1 hr"));
    assert_eq!(start("startOfMinute"), start("2024-02-14T13:45:00Z"));
    assert_eq!(start("startOfHour"), start("2024-02-14T13:00:00Z"));
    assert_eq!(start("startOfWeek"), start("2024-02-12T00:00:00Z"));
    assert_eq!(start("startOfMonth"), start("2024-02-01T00:00:00Z"));
    assert_eq!(start("startOfYear"), start("2024-01-01T00:00:00Z"));
    assert_eq!(start("now+2days-2day"), NOW);
    assert_eq!(start(" - 1 D + 3 w "), NOW + 20 * DAY);
    assert_eq!(start("-1year"), start("2023-02-14T13:45:56.789012345Z"));
}

#[test]
fn every_spelling_of_every_unit() {
    let units: [(&[&str], i64); 5] = [
        (&["s", "sec", "second", "seconds"], S),
        (&["m", "min", "minute", "minutes"], 60 * S),
        (&["h", "hr", "hour", "hours"], 3_600 * S),
        (&["d", "day", "days"], DAY),
        (&["w", "week", "weeks"], 7 * DAY),
    ];
    for (names, length) in units {
        for name in names {
            assert_eq!(start(&format!("now-2{name}")), NOW - 2 * length, "{name}");
            assert_eq!(start(&format!("+ {}", name.to_uppercase())), NOW + length, "{name}");
        }
    }
    for (name, months) in [("month", 1), ("months", 1), ("y", 12), ("yr", 12), ("year", 12), ("years", 12)] {
        assert_eq!(start(&format!("-1{name}")), start(&format!("-{months}months")), "{name}");
    }
}

#[test]
fn months_keep_to_the_last_day() {
    let now = start("2024-03-31T10:00:00Z");
    let at = |text: &str| parse_time(&json!(text), now, Bound::Start).unwrap();
    assert_eq!(at("-1month"), start("2024-02-29T10:00:00Z"));
    assert_eq!(at("-1month+1month"), start("2024-03-29T10:00:00Z"));
    assert_eq!(at("+1month"), start("2024-04-30T10:00:00Z"));
    assert_eq!(at("-1year-1month"), start("2023-02-28T10:00:00Z"));
}

#[test]
fn what_is_refused() {
    let texts = [
        "",
        " ",
        "-",
        "+",
        "yesterday",
        "now 1day",
        "1day",
        "1 month",
        "now -",
        "now--1day",
        "now-1",
        "now-1fortnight",
        "now-1d12h",
        "startOfDecade",
        "now - 99999999999999999999 s",
        "now - 5000 years",
        "now + 300 years",
        "nöw",
        "now-1däy",
        "2024-02-14",
        "2024-02-14T13:45:56",
        "2024-02-14T13:45:56+00:00",
        "2024-02-14T13:45:56+01:00",
        "2024-02-30T00:00:00Z",
        "2024-02-14T24:00:00Z",
        "2024-02-14T13:45:60Z",
        "2024-02-14T13:45:56.Z",
        "2024-02-14T13:45:56.1234567891Z",
        "24-02-14T13:45:56Z",
        "2024-02-14T13:45.5Z",
        "2024-02-14t13:45:56z",
        "+2024-02-14T13:45:56Z",
        "-2024-02-14T13:45:56Z",
        "2024-2-14T13:45:56Z",
        "999999999999999",
        "1e3",
        "+5",
        "1.5",
        "99999999999999999999",
        "2024-W07-3T00:00:00Z",
        "now\u{0}",
    ];
    for text in texts {
        assert!(parse_time(&json!(text), NOW, Bound::Start).is_err(), "{text:?}");
    }
    for value in [json!(1.5), json!(true), json!(null), json!([1]), json!({}), json!(i64::MAX), json!(u64::MAX)] {
        assert!(parse_time(&value, NOW, Bound::End).is_err(), "{value}");
    }
}
