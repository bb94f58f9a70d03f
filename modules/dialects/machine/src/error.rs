//! Errors as these clients know them: `{"detail": ...}`, for bad parameters with a list of what is wrong (S3-04).

use argus_core::error::{ApiError, Message};
use argus_dialects_common::answer;
use poem::Response;
use poem::http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

/// What templates of this dialect's own begin with; the kind of mistake stands behind it.
pub const OWN: &str = "machine.";

/// Writes an error.
pub fn render(error: &ApiError) -> Response {
    let of = |detail: &str| json!({ "detail": detail });
    match error.status {
        // Whatever was wrong with it (S3-02).
        StatusCode::UNAUTHORIZED => {
            let mut response = answer(StatusCode::UNAUTHORIZED, &of("Not authenticated"));
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            response
        }
        StatusCode::NOT_FOUND if error.messages.iter().any(|message| message.template == "object.not.found") => {
            answer(StatusCode::NOT_FOUND, &of("Audit log not found"))
        }
        StatusCode::PRECONDITION_FAILED => {
            let wrong: Vec<Value> = error.messages.iter().map(wrong).collect();
            answer(StatusCode::UNPROCESSABLE_ENTITY, &json!({ "detail": wrong }))
        }
        status => answer(status, &of(&error.texts())),
    }
}

/// One thing that is wrong with the parameters.
fn wrong(message: &Message) -> Value {
    let kind = message.template.strip_prefix(OWN).unwrap_or("value_error");
    let place: Vec<&str> = ["query"].into_iter().chain(message.field.as_deref()).collect();
    json!({ "loc": place, "msg": message.text, "type": kind })
}
