//! With what a client asked: "Browser on OS", from what it calls itself.
//!
//! The rules know the big browsers and systems and no versions: people recognise a device by these names. They are frozen
//! with the data, since a device is derived once.

/// Bytes that are looked at; what tells clients apart stands in front.
const LOOKED_AT: usize = 1_024;

/// Signs of browsers, the first that is there decides: most browsers also name those that they want to be taken for.
const BROWSERS: [(&str, &str); 27] = [
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("Edge/", "Edge"),
    ("OPR/", "Opera"),
    ("OPT/", "Opera"),
    ("OPiOS/", "Opera"),
    ("Opera", "Opera"),
    ("Vivaldi/", "Vivaldi"),
    ("YaBrowser/", "Yandex Browser"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("HuaweiBrowser/", "Huawei Browser"),
    ("MiuiBrowser/", "MIUI Browser"),
    ("UCBrowser/", "UC Browser"),
    ("DuckDuckGo/", "DuckDuckGo"),
    ("Ddg/", "DuckDuckGo"),
    ("Brave/", "Brave"),
    ("SeaMonkey/", "SeaMonkey"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("MSIE ", "Internet Explorer"),
    ("Trident/", "Internet Explorer"),
    ("Chromium/", "Chromium"),
    ("CriOS/", "Chrome"),
    ("HeadlessChrome/", "Chrome"),
    ("Chrome/", "Chrome"),
    // Every other browser of its family says Safari too, but not which Version of it.
    ("Version/", "Safari"),
];

/// Signs of systems, the first that is there decides.
const SYSTEMS: [(&str, &str); 16] = [
    ("Windows Phone", "Windows Phone"),
    ("Windows", "Windows"),
    ("iPad", "iPadOS"),
    ("iPhone", "iOS"),
    ("iPod", "iOS"),
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Tizen", "Tizen"),
    ("Macintosh", "macOS"),
    ("Mac OS X", "macOS"),
    ("FreeBSD", "FreeBSD"),
    ("OpenBSD", "OpenBSD"),
    ("NetBSD", "NetBSD"),
    ("Linux", "Linux"),
    ("X11", "Unix"),
];

/// The longest name that a program may give itself to be believed.
const LONGEST_NAME: usize = 40;

/// The device of a user agent: browser and system, or what of these it tells; a program that is no browser by its own
/// name. Nothing for what cannot be told, such as crawlers that pretend to be browsers.
#[must_use]
pub fn device(user_agent: &str) -> Option<String> {
    let looked_at = user_agent.get(..user_agent.floor_char_boundary(LOOKED_AT)).unwrap_or_default();
    let client = browser(looked_at).or_else(|| program(looked_at))?;
    let system = named(&SYSTEMS, looked_at);
    Some(system.map_or_else(|| client.to_owned(), |system| format!("{client} on {system}")))
}

fn browser(user_agent: &str) -> Option<&'static str> {
    let found = named(&BROWSERS, user_agent)?;
    match found {
        "Safari" if !user_agent.contains("Safari/") => None,
        // The browser that Android had before Chrome.
        "Safari" if user_agent.contains("Android") => Some("Android Browser"),
        found => Some(found),
    }
}

/// The name of a program that does not pretend to be a browser: `curl/8.5.0`, `python-requests/2.32.3`.
fn program(user_agent: &str) -> Option<&str> {
    let product = user_agent.split([' ', '(']).next()?;
    let name = product.split('/').next().unwrap_or(product);
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.+".contains(&byte));
    let named = plain && name.starts_with(|first: char| first.is_ascii_alphabetic()) && name.len() <= LONGEST_NAME;
    (named && name != "Mozilla").then_some(name)
}

fn named(signs: &[(&str, &'static str)], user_agent: &str) -> Option<&'static str> {
    signs.iter().find(|(sign, _)| user_agent.contains(sign)).map(|(_, name)| *name)
}

#[cfg(test)]
#[path = "device_tests.rs"]
mod tests;
