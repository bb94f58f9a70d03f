//! Answers without an envelope: the forms of C2SP, which others read too.

use poem::http::header;
use poem::{IntoResponse, Response};
use poem_openapi::ApiResponse;
use poem_openapi::registry::{MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry};

/// Text.
const TEXT: &str = "text/plain; charset=utf-8";

/// Bytes.
const BYTES: &str = "application/octet-stream";

/// What says something about now is asked for each time.
const FOR_NOW: &str = "no-cache";

/// What stays true may be kept for a year, which is for ever.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// A text that is true now.
pub struct Text(pub String);

/// Bytes that never change.
pub struct Bytes(pub Vec<u8>);

impl IntoResponse for Text {
    fn into_response(self) -> Response {
        Response::builder().header(header::CACHE_CONTROL, FOR_NOW).content_type(TEXT).body(self.0)
    }
}

impl IntoResponse for Bytes {
    fn into_response(self) -> Response {
        Response::builder().header(header::CACHE_CONTROL, FOR_EVER).content_type(BYTES).body(self.0)
    }
}

impl ApiResponse for Text {
    fn meta() -> MetaResponses {
        described("The text", TEXT, MetaSchema::new("string"))
    }

    fn register(_: &mut Registry) {}
}

impl ApiResponse for Bytes {
    fn meta() -> MetaResponses {
        described("The bytes", BYTES, MetaSchema::new_with_format("string", "binary"))
    }

    fn register(_: &mut Registry) {}
}

fn described(description: &'static str, content_type: &'static str, schema: MetaSchema) -> MetaResponses {
    let content = vec![MetaMediaType { content_type, schema: MetaSchemaRef::Inline(Box::new(schema)) }];
    let answer = MetaResponse { description, status: Some(200), status_range: None, content, headers: Vec::new() };
    MetaResponses { responses: vec![answer] }
}
