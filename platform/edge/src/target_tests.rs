use super::*;

#[test]
fn an_authority_is_a_host_and_a_port() {
    let parse = |text| Authority::parse(text).map(|authority| (authority.host, authority.port));
    assert_eq!(parse("a"), Some(("a", None)));
    assert_eq!(parse("a:"), Some(("a", None)));
    assert_eq!(parse("a:080"), Some(("a", Some(80))));
    assert_eq!(parse("[::1]:65535"), Some(("[::1]", Some(65_535))));
    for text in
        ["", ":", "[", "[]", "[::1", "[::1]1", "[::1]:x", "a:65536", "a:+1", "a@b", "[a]", "a]", "\u{e4}", "a%4"]
    {
        assert_eq!(parse(text), None, "{text}");
    }
}

#[test]
fn a_port_that_is_the_default_may_stand_or_not() {
    let same = |one, other, port| {
        let (one, other) = (Authority::parse(one).unwrap(), Authority::parse(other).unwrap());
        one.is_same(&other, port) && other.is_same(&one, port)
    };
    assert!(same("a", "A:80", 80));
    assert!(same("a:443", "a", 443));
    assert!(!same("a", "a:443", 80));
    assert!(!same("a", "b", 80));
}
