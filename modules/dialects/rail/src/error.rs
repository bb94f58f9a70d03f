//! Errors as these clients know them: `{"error": {"code", "message", "details"}}` (S4-02).

use argus_core::error::{ApiError, MessageKind};
use argus_dialects_common::answer;
use poem::Response;
use poem::http::StatusCode;
use serde_json::{Value, json};

/// What says that a job has no file that could be fetched.
const NO_FILE: &str = "action.error";

/// Writes an error.
pub fn render(error: &ApiError) -> Response {
    let (status, code) = match error.status {
        StatusCode::PRECONDITION_FAILED if error.messages.iter().any(|message| message.template == NO_FILE) => {
            (StatusCode::NOT_FOUND, "NOT_FOUND")
        }
        StatusCode::PRECONDITION_FAILED => (StatusCode::BAD_REQUEST, "VALIDATION_ERROR"),
        StatusCode::UNAUTHORIZED => (error.status, "UNAUTHORIZED"),
        StatusCode::FORBIDDEN => (error.status, "FORBIDDEN"),
        StatusCode::NOT_FOUND => (error.status, "NOT_FOUND"),
        StatusCode::METHOD_NOT_ALLOWED => (error.status, "METHOD_NOT_ALLOWED"),
        StatusCode::PAYLOAD_TOO_LARGE => (error.status, "PAYLOAD_TOO_LARGE"),
        StatusCode::RANGE_NOT_SATISFIABLE => (error.status, "RANGE_NOT_SATISFIABLE"),
        StatusCode::TOO_MANY_REQUESTS => (error.status, "TOO_MANY_REQUESTS"),
        StatusCode::SERVICE_UNAVAILABLE => (error.status, "SERVICE_UNAVAILABLE"),
        status if status.is_client_error() => (status, "BAD_REQUEST"),
        status => (status, "INTERNAL_ERROR"),
    };
    let fields = error.messages.iter().filter(|message| message.kind == MessageKind::FieldError);
    let details: Vec<Value> =
        fields.map(|message| json!({ "field": message.field, "message": message.text })).collect();
    let message = if details.is_empty() { error.texts() } else { "The request is not valid".to_owned() };
    answer(status, &json!({ "error": { "code": code, "message": message, "details": details } }))
}
