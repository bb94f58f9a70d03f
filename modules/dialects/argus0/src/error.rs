//! Errors as these clients know them: `{"error": "..."}`, with `details` where there is more to say (S0-30).

use argus_core::error::{ApiError, MessageKind};
use argus_dialects_common::answer;
use poem::Response;
use poem::http::StatusCode;
use serde_json::json;

/// What a body that is no JSON is refused with.
pub const UNREADABLE: &str = "invalid.json";

/// Writes an error.
pub fn render(error: &ApiError) -> Response {
    let is_field = error.messages.iter().any(|message| message.kind == MessageKind::FieldError);
    let (status, text, details) = match error.status {
        // The original's router says this one in plain text (S0-04).
        StatusCode::METHOD_NOT_ALLOWED => {
            return Response::builder()
                .status(StatusCode::METHOD_NOT_ALLOWED)
                .content_type("text/plain; charset=utf-8")
                .body("Method not allowed\n");
        }
        StatusCode::PRECONDITION_FAILED if error.messages.iter().any(|message| message.template == UNREADABLE) => {
            (StatusCode::BAD_REQUEST, "Invalid request body".to_owned(), Some(error.texts()))
        }
        StatusCode::PRECONDITION_FAILED if is_field => {
            (StatusCode::BAD_REQUEST, format!("Validation error: {}", error.texts()), None)
        }
        StatusCode::PRECONDITION_FAILED => (StatusCode::BAD_REQUEST, error.texts(), None),
        status => (status, error.texts(), None),
    };
    if let Some(data) = &error.data {
        return answer(status, data);
    }
    let body = match details {
        Some(details) => json!({ "error": text, "details": details }),
        None => json!({ "error": text }),
    };
    answer(status, &body)
}

/// A failure of the store, as the original tells it (S0-31, S0-47): 500 with a text that says what failed. What the client did
/// wrong stays what it is.
pub fn told_as(error: ApiError, text: &'static str) -> ApiError {
    if !error.status.is_server_error() {
        return error;
    }
    let told = ApiError::action(StatusCode::INTERNAL_SERVER_ERROR, "argus0.failed", text);
    ApiError { retry_after: error.retry_after, ..told }
}
