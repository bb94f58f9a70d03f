use super::*;

const WEBKIT: &str = "AppleWebKit/537.36 (KHTML, like Gecko)";

#[test]
fn browsers_are_told_from_those_they_pretend_to_be() {
    let chrome = format!("{WEBKIT} Chrome/130.0.0.0 Safari/537.36");
    let mobile = format!("{WEBKIT} Chrome/130.0.6723.58 Mobile Safari/537.36");
    let (windows, mac, linux) =
        ("(Windows NT 10.0; Win64; x64)", "(Macintosh; Intel Mac OS X 10_15_7)", "(X11; Linux x86_64)");
    let iphone = "(iPhone; CPU iPhone OS 17_6_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";
    for (user_agent, expected) in [
        (format!("Mozilla/5.0 {windows} {chrome}"), "Chrome on Windows"),
        (format!("Mozilla/5.0 {mac} {chrome}"), "Chrome on macOS"),
        (format!("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {chrome}"), "Chrome on ChromeOS"),
        (format!("Mozilla/5.0 (Linux; Android 10; K) {mobile}"), "Chrome on Android"),
        (format!("Mozilla/5.0 {linux} {WEBKIT} HeadlessChrome/130.0.0.0 Safari/537.36"), "Chrome on Linux"),
        (format!("Mozilla/5.0 {iphone} CriOS/130.0.6723.90 Mobile/15E148 Safari/604.1"), "Chrome on iOS"),
        (format!("Mozilla/5.0 {linux} {WEBKIT} Ubuntu Chromium/79.0 Chrome/79.0 Safari/537.36"), "Chromium on Linux"),
        (format!("Mozilla/5.0 {windows} {chrome} Edg/130.0.2849.68"), "Edge on Windows"),
        (format!("Mozilla/5.0 {windows} {WEBKIT} Chrome/64.0 Safari/537.36 Edge/17.17134"), "Edge on Windows"),
        (format!("Mozilla/5.0 (Linux; Android 10; Pixel 3 XL) {mobile} EdgA/129.0"), "Edge on Android"),
        (format!("Mozilla/5.0 {iphone} Version/17.0 EdgiOS/130.2849.68 Mobile/15E148 Safari/604.1"), "Edge on iOS"),
        (format!("Mozilla/5.0 {windows} {chrome} OPR/114.0.0.0"), "Opera on Windows"),
        ("Opera/9.80 (Windows NT 6.1; WOW64) Presto/2.12.388 Version/12.18".to_owned(), "Opera on Windows"),
        (format!("Mozilla/5.0 {linux} {chrome} Vivaldi/7.0.3495.6"), "Vivaldi on Linux"),
        (format!("Mozilla/5.0 {windows} {WEBKIT} Chrome/128.0 YaBrowser/24.10 Safari/537.36"), "Yandex Browser on Windows"),
        (
            format!("Mozilla/5.0 (Linux; Android 14; SM-S928B) {WEBKIT} SamsungBrowser/26.0 Chrome/122.0 Mobile Safari/537.36"),
            "Samsung Internet on Android",
        ),
        (format!("Mozilla/5.0 {windows} Gecko/20100101 Firefox/132.0"), "Firefox on Windows"),
        ("Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0".to_owned(), "Firefox on Linux"),
        ("Mozilla/5.0 (X11; FreeBSD amd64; rv:131.0) Gecko/20100101 Firefox/131.0".to_owned(), "Firefox on FreeBSD"),
        ("Mozilla/5.0 (Android 14; Mobile; rv:132.0) Gecko/132.0 Firefox/132.0".to_owned(), "Firefox on Android"),
        (format!("Mozilla/5.0 {iphone} FxiOS/132.0 Mobile/15E148 Safari/605.1.15"), "Firefox on iOS"),
        (format!("Mozilla/5.0 {iphone} Version/17.6 Mobile/15E148 Safari/604.1"), "Safari on iOS"),
        (
            "Mozilla/5.0 (iPad; CPU OS 17_6 like Mac OS X) AppleWebKit/605.1.15 Version/17.6 Mobile/15E148 Safari/604.1"
                .to_owned(),
            "Safari on iPadOS",
        ),
        (format!("Mozilla/5.0 {mac} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15"), "Safari on macOS"),
        (
            "Mozilla/5.0 (Linux; U; Android 4.0.3; de-de; GT-I9100) AppleWebKit/534.30 Version/4.0 Mobile Safari/534.30"
                .to_owned(),
            "Android Browser on Android",
        ),
        ("Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko".to_owned(), "Internet Explorer on Windows"),
        ("Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0)".to_owned(), "Internet Explorer on Windows"),
    ] {
        assert_eq!(device(&user_agent).as_deref(), Some(expected), "{user_agent}");
    }
}

#[test]
fn programs_are_called_as_they_call_themselves() {
    for (user_agent, expected) in [
        ("curl/8.5.0", Some("curl")),
        ("python-requests/2.32.3", Some("python-requests")),
        ("Dalvik/2.1.0 (Linux; U; Android 14; Pixel 8)", Some("Dalvik on Android")),
        ("MyApp/3.1 CFNetwork/1490.0.4 Darwin/23.2.0", Some("MyApp")),
        ("okhttp", Some("okhttp")),
        // No browser, whatever the beginning says, and nothing that could be called one.
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", None),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148", None),
        ("", None),
        (" curl/8", None),
        ("<script>alert(1)</script>", None),
        ("1/2", None),
    ] {
        assert_eq!(device(user_agent).as_deref(), expected, "{user_agent}");
    }
    assert_eq!(device(&"a".repeat(LONGEST_NAME)), Some("a".repeat(LONGEST_NAME)));
    assert_eq!(device(&"a".repeat(LONGEST_NAME + 1)), None);
}

#[test]
fn only_the_beginning_is_looked_at_and_characters_stay_whole() {
    let far = format!("Mozilla/5.0 {}Firefox/132.0", "ü".repeat(LOOKED_AT));
    assert_eq!(device(&far), None);
    let near = format!("Mozilla/5.0 (Windows NT 10.0) Firefox/132.0 {}", "ü".repeat(LOOKED_AT));
    assert_eq!(device(&near).as_deref(), Some("Firefox on Windows"));
}
