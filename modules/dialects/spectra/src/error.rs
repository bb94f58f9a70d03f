//! Errors as these clients know them.

use argus_core::error::{ApiError, Message, MessageKind};
use argus_dialects_common::answer;
use poem::Response;
use poem::http::{HeaderValue, StatusCode, header};
use poem_openapi::Object;
use poem_openapi::types::Any;
use serde_json::{Value, json};

/// An error.
#[derive(Debug, Clone, Object)]
pub struct ErrorBody {
    /// A text, an object with the text `msg`, or a list with `loc`, `msg` and `type` of everything that is wrong.
    pub detail: Any<Value>,
}

/// Writes an error.
pub fn render(error: &ApiError) -> Response {
    let text = || error.messages.iter().map(|message| message.text.as_ref()).collect::<Vec<_>>().join("; ");
    let of = |template: &str| error.messages.iter().any(|message| message.template.starts_with(template));
    let fields: Vec<&Message> =
        error.messages.iter().filter(|message| message.kind == MessageKind::FieldError).collect();
    let (status, detail) = match error.status {
        status if of("spectra.") => (status, json!({ "msg": text() })),
        StatusCode::PRECONDITION_FAILED if fields.is_empty() => {
            (StatusCode::UNPROCESSABLE_ENTITY, json!({ "msg": text() }))
        }
        StatusCode::PRECONDITION_FAILED => {
            (StatusCode::UNPROCESSABLE_ENTITY, fields.into_iter().map(entry).collect::<Vec<_>>().into())
        }
        StatusCode::UNAUTHORIZED if of("authentication.required") => {
            (StatusCode::UNAUTHORIZED, json!("Not authenticated"))
        }
        StatusCode::UNAUTHORIZED => (StatusCode::FORBIDDEN, json!({ "msg": "Invalid token" })),
        status => (status, json!({ "msg": text() })),
    };
    let mut response = answer(status, &json!({ "detail": detail }));
    if error.status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

fn entry(message: &Message) -> Value {
    let place = message.field.as_deref().unwrap_or_default().split('/');
    let place: Vec<Value> = place
        .map(|part| part.parse::<u64>().map_or_else(|_| part.replace("~1", "/").replace("~0", "~").into(), Value::from))
        .collect();
    json!({ "loc": place, "msg": message.text, "type": message.template })
}
