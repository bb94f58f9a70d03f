//! The page at `/`: what this is, and where to go.

use argus_core::module::Module;

/// The page.
pub fn html(modules: &[Module]) -> String {
    let cards: String = modules.iter().map(card).collect();
    include_str!("landing.html").replace("{modules}", &cards).replace("{version}", env!("CARGO_PKG_VERSION"))
}

/// A module: its path, what it is for, its operations, its document.
fn card(module: &Module) -> String {
    let prefix = escape(&module.prefix());
    let name = prefix.trim_start_matches('/');
    let (title, about) = module.title.split_once(": ").unwrap_or((module.title, ""));
    let (title, about) = (escape(title), escape(about));
    let explore = format!("/swagger-ui?urls.primaryName={}", name.replace('/', "%2F"));
    format!(
        "<li><h3>{title}</h3><code>{prefix}</code><p>{about}</p><p class=\"links\">\
         <a href=\"{explore}\">Explore</a><a href=\"{prefix}/openapi.json\">Document</a></p></li>"
    )
}

/// Text as it may stand in HTML, between tags or in a quoted attribute.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn text_stays_text() {
        assert_eq!(escape("<b a=\"1\" c='2'>&"), "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;");
    }
}
