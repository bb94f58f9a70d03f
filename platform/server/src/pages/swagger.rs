//! Swagger UI at `/swagger-ui`, from files inside the binary: it works offline.
//!
//! The distribution is taken apart by `build.rs`; the page, its script and its style are ours. Files keep their names
//! from version to version and are asked for again by ETag, so that nodes of two versions can serve one browser.

use std::hash::{DefaultHasher, Hash, Hasher};

use argus_core::app::Page;
use argus_core::module::Module;
use bytes::Bytes;
use poem::endpoint::make_sync;
use poem::http::{HeaderMap, HeaderName, StatusCode, header};
use poem::{EndpointExt, Request, Response};
use serde_json::json;

use super::landing::escape;

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";
const TEXT: &str = "text/plain; charset=utf-8";

/// Name below `/swagger-ui/`, content type, content.
type File = (&'static str, &'static str, &'static [u8]);

macro_rules! vendored {
    ($name:literal) => {
        include_bytes!(concat!(env!("OUT_DIR"), "/swagger-ui/", $name))
    };
}

const FILES: [File; 8] = [
    ("swagger-ui.css", CSS, vendored!("swagger-ui.css")),
    ("swagger-ui-bundle.js", JS, vendored!("swagger-ui-bundle.js")),
    ("swagger-ui-standalone-preset.js", JS, vendored!("swagger-ui-standalone-preset.js")),
    ("LICENSE", TEXT, vendored!("LICENSE")),
    ("NOTICE", TEXT, vendored!("NOTICE")),
    ("argus.css", CSS, include_bytes!("swagger/argus.css")),
    ("argus.js", JS, include_bytes!("swagger/argus.js")),
    ("argus.svg", SVG, include_bytes!("swagger/argus.svg")),
];

/// The page holds a key while it is open: nothing from elsewhere runs in it, nothing leaves it but to this server, and
/// nobody frames it. The style of Swagger UI carries its pictures with it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What goes with every file.
const HEADERS: [(HeaderName, &str); 7] = [
    (header::CACHE_CONTROL, "no-cache"),
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// The page and its files.
pub fn pages(modules: &[Module]) -> Vec<Page> {
    let index = Bytes::from(index(modules));
    let mut pages = vec![page("/swagger-ui", HTML, index.clone()), page("/swagger-ui/", HTML, index)];
    for (name, content_type, content) in FILES {
        pages.push(page(&format!("/swagger-ui/{name}"), content_type, Bytes::from_static(content)));
    }
    pages
}

/// The page tells its script which documents there are: first all modules, then each.
fn index(modules: &[Module]) -> String {
    let mut documents = vec![json!({ "name": "All modules", "url": "/openapi.json" })];
    documents.extend(modules.iter().map(|module| {
        let prefix = module.prefix();
        json!({ "name": prefix.trim_start_matches('/'), "url": format!("{prefix}/openapi.json") })
    }));
    let documents = serde_json::Value::Array(documents).to_string();
    include_str!("swagger/index.html").replace("{documents}", &escape(&documents))
}

fn page(path: &str, content_type: &'static str, content: Bytes) -> Page {
    let tag = entity_tag(&content);
    let answer = move |request: Request| answer(request.headers(), content_type, &tag, &content);
    Page { path: path.to_owned(), endpoint: make_sync(answer).boxed() }
}

fn answer(asked: &HeaderMap, content_type: &'static str, tag: &str, content: &Bytes) -> Response {
    let mut response = Response::builder().header(header::ETAG, tag);
    for (name, value) in HEADERS {
        response = response.header(name, value);
    }
    if has_already(asked, tag) {
        return response.status(StatusCode::NOT_MODIFIED).finish();
    }
    response.content_type(content_type).body(content.clone())
}

/// Whether the client says that it has this content (RFC 9110, 13.1.2: compared as weak tags).
fn has_already(asked: &HeaderMap, tag: &str) -> bool {
    let values = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut known = values.flat_map(|value| value.split(',')).map(str::trim);
    known.any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

/// Tells contents apart; guards nothing.
fn entity_tag(content: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    format!("\"{:016x}\"", hasher.finish())
}
