//! A request for every operation of the merged document, plausible or senseless.

use std::sync::OnceLock;

use argus_core::openapi::{self, DocumentedOperation};
use argus_server::documents;
use argus_testing::Actor;
use reqwest::RequestBuilder;
use serde_json::{Value, json};

/// The merged document.
pub fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| documents::all().unwrap().swap_remove(0).1)
}

/// Its operations.
pub fn operations() -> Vec<DocumentedOperation> {
    openapi::operations(document())
}

/// How a request for any operation is filled in.
pub struct Variant {
    /// Every path parameter; none for a plausible one each.
    value: Option<&'static str>,
    query: &'static str,
    body: Sent,
}

/// What is sent as body, where the operation takes one.
enum Sent {
    /// What the schema asks for.
    Sample,
    Malformed,
    OtherType,
    Nothing,
}

const SENSELESS_QUERY: &str = "?limit=-1&offset=x&sortBy=nonsense&cursor=none&customer=nobody";

impl Variant {
    /// Plausible requests first, then ever less sensible ones.
    pub fn all() -> impl Iterator<Item = Self> {
        let plausible = Self { value: None, query: "", body: Sent::Sample };
        let garbage = [
            (Some("no such thing"), "", Sent::Sample),
            (Some("-1"), SENSELESS_QUERY, Sent::OtherType),
            (Some("99999999999999999999999999"), "?limit=100001", Sent::Nothing),
        ];
        let garbage = garbage.into_iter().map(|(value, query, body)| Self { value, query, body });
        [plausible, Self::senseless()].into_iter().chain(garbage)
    }

    /// Wrong wherever it can be.
    pub fn senseless() -> Self {
        Self { value: Some("'; --\u{e9}\u{1F525}"), query: SENSELESS_QUERY, body: Sent::Malformed }
    }

    /// The request.
    pub fn request(&self, actor: &Actor, operation: &DocumentedOperation, method: &str) -> RequestBuilder {
        let path = path_of(operation, |name| self.value.unwrap_or_else(|| plausible(name)));
        let request = actor.request(method, &format!("{path}{}", self.query));
        let Some(sample) = sample_body(document(), operation) else { return request };
        match self.body {
            Sent::Sample => request.json(&sample),
            Sent::Malformed => request.header("content-type", "application/json").body("{\"a\":"),
            Sent::OtherType => request.header("content-type", "text/plain").body("text"),
            Sent::Nothing => request,
        }
    }
}

/// The operation's path with its parameters filled in.
pub fn path_of<'a>(operation: &DocumentedOperation, value: impl Fn(&str) -> &'a str) -> String {
    let parts = operation.path.split('/').map(|part| match part.strip_prefix('{') {
        Some(name) => encoded(value(name.trim_end_matches('}'))),
        None => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("/")
}

/// A value that exists: the administrator's key has the prefix 1/1.
pub fn plausible(parameter: &str) -> &'static str {
    match parameter {
        "user" => "admin",
        "function" => "viewAuditEvents",
        "customer" => "root",
        _ => "1",
    }
}

fn encoded(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}

/// The least that an operation's schema asks for; none where it takes no body.
pub fn sample_body(document: &Value, operation: &DocumentedOperation) -> Option<Value> {
    let body = &document["paths"][&operation.path][operation.method.to_lowercase()]["requestBody"];
    Some(sample(document, body.pointer("/content/application~1json/schema")?))
}

fn sample(document: &Value, schema: &Value) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        return sample(document, document.pointer(reference.trim_start_matches('#')).unwrap());
    }
    if let Some(first) = schema.pointer("/allOf/0") {
        return sample(document, first);
    }
    match schema["type"].as_str() {
        Some("object") => {
            let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            required.map(|name| (name.to_owned(), sample(document, &schema["properties"][name]))).collect()
        }
        Some("string") => schema.pointer("/enum/0").cloned().unwrap_or(json!("plausible")),
        Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or(json!(1)),
        Some("boolean") => json!(true),
        Some("array") => json!([]),
        _ => Value::Null,
    }
}
