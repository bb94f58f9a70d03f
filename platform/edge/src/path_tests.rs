use proptest::prelude::*;

use super::*;

/// The rule as it is said, against the check as it is written: decode once, then look.
fn said(path: &str) -> bool {
    let mut decoded = Vec::new();
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let hex = [bytes.next(), bytes.next()].into_iter().flatten().map(char::from).collect::<String>();
        match u8::from_str_radix(&hex, 16) {
            // A decoded separator is no separator, but is refused all the same.
            Ok(b'/') => return false,
            Ok(byte) if hex.len() == 2 && !hex.starts_with('+') => decoded.push(byte),
            _ => return false,
        }
    }
    let Ok(decoded) = String::from_utf8(decoded) else {
        return false;
    };
    let segments = decoded.split('/').collect::<Vec<_>>();
    let inner = &segments[1..segments.len() - 1];
    segments[0].is_empty()
        && inner.iter().all(|segment| !segment.is_empty())
        && !segments.iter().any(|segment| *segment == "." || *segment == "..")
        && !decoded.contains(|c: char| c == '\\' || c.is_ascii_control())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5000, ..ProptestConfig::default() })]

    #[test]
    fn the_check_is_the_rule(path in "/(/|\\.|%2[eEfF]|%5[cC]|%[0-9a-fA-F]{2}|%c3%a4|%.|[a-z]|\\\\|\u{e4}|\u{7f}){0,8}") {
        prop_assert_eq!(check(&path).is_ok(), said(&path), "{}", path);
    }
}

#[test]
fn the_reason_is_named() {
    assert_eq!(check("/a//b"), Err(refusal::PATH_AMBIGUOUS));
    assert_eq!(check("/a/%2E%2e"), Err(refusal::PATH_AMBIGUOUS));
    assert_eq!(check("/a/%00"), Err(refusal::PATH_UNREADABLE));
    assert_eq!(check("/%ff"), Err(refusal::PATH_UNREADABLE));
    assert_eq!(check("*"), Err(refusal::PATH_AMBIGUOUS));
    assert_eq!(check("/a/b/"), Ok(()));
}
