//! Errors as these clients know them (S1-03): `{"detail": [...]}` for bad fields, `{"detail": {"msg": "..."}}` for all else.

use argus_core::error::{ApiError, Message, MessageKind};
use argus_dialects_common::answer;
use poem::Response;
use poem::http::{HeaderValue, StatusCode, header};
use poem_openapi::Object;
use poem_openapi::types::Any;
use serde_json::{Value, json};

/// What errors of this dialect are named by, whose status is the client's.
const OWN: &str = "spectra.";

/// Where fields stand.
const PLACES: [&str; 4] = ["body", "query", "path", "header"];

/// An error.
#[derive(Debug, Clone, Object)]
pub struct ErrorBody {
    /// For bad input a list of what is wrong and where: `{"loc": ["body", "username"], "msg": "...", "type": "..."}`; for all else
    /// `{"msg": "..."}`; where no token is sent, a text.
    pub detail: Any<Value>,
}

/// Writes an error.
pub fn render(error: &ApiError) -> Response {
    let template = error.messages.first().map_or("", |message| message.template.as_ref());
    let told = || json!({ "msg": error.texts() });
    let (status, detail, is_about_token) = match error.status {
        status if template.starts_with(OWN) && status != StatusCode::PRECONDITION_FAILED => (status, told(), false),
        StatusCode::UNAUTHORIZED if ["authentication.required", "authentication.scheme"].contains(&template) => {
            (StatusCode::UNAUTHORIZED, json!("Not authenticated"), true)
        }
        StatusCode::UNAUTHORIZED if template.starts_with("session.") || template.starts_with("authentication.") => {
            (StatusCode::FORBIDDEN, json!({ "msg": "Invalid token" }), true)
        }
        StatusCode::PRECONDITION_FAILED => {
            (StatusCode::UNPROCESSABLE_ENTITY, problems(error).unwrap_or_else(told), false)
        }
        status => (status, told(), false),
    };
    let mut response = answer(status, &json!({ "detail": detail }));
    if is_about_token {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

/// The bad fields, if any is named.
fn problems(error: &ApiError) -> Option<Value> {
    let named = error.messages.iter().filter(|message| message.kind == MessageKind::FieldError);
    let problems: Vec<Value> = named.map(problem).collect();
    (!problems.is_empty()).then_some(Value::Array(problems))
}

fn problem(message: &Message) -> Value {
    let field = message.field.as_deref().unwrap_or_default();
    let mut place: Vec<Value> = field.split('/').map(part).collect();
    if !field.split('/').next().is_some_and(|first| PLACES.contains(&first)) {
        // What the platform reads by itself are parameters.
        place.insert(0, "query".into());
    }
    let kind = match message.template.as_ref() {
        "missing.field.value" => "value_error.missing",
        "invalid.field.value" => "value_error",
        other => other,
    };
    json!({ "loc": place, "msg": message.text, "type": kind })
}

/// A part of a place: the number of an element, or a name.
fn part(text: &str) -> Value {
    let number = text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u64>().ok()).flatten();
    number.map_or_else(|| text.replace("~1", "/").replace("~0", "~").into(), Value::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn written(error: ApiError) -> (u16, Value, bool) {
        let response = render(&error);
        let about_token = response.headers().contains_key(header::WWW_AUTHENTICATE);
        let status = response.status().as_u16();
        let text = response.into_body().into_string().await.unwrap();
        (status, serde_json::from_str(&text).unwrap(), about_token)
    }

    /// S1-03
    #[tokio::test]
    async fn bad_fields_are_listed_with_their_places() {
        let error = ApiError::field("body/3/event/latency", "type_error.float", "value is not a valid float");
        let entry = json!({ "loc": ["body", 3, "event", "latency"], "msg": "value is not a valid float", "type": "type_error.float" });
        assert_eq!(written(error).await, (422, json!({ "detail": [entry] }), false));
        let error = ApiError::field("page", "invalid.field.value", "no number");
        assert_eq!(written(error).await.1["detail"][0]["loc"], json!(["query", "page"]));
        let error = ApiError::field("body/a~1b", "x", "y");
        assert_eq!(written(error).await.1["detail"][0]["loc"], json!(["body", "a/b"]));
        let error = ApiError::unmet("spectra.passwords.differ", "Passwords do not match.");
        assert_eq!(written(error).await, (422, json!({ "detail": { "msg": "Passwords do not match." } }), false));
    }

    /// S1-05
    #[tokio::test]
    async fn who_is_not_known_hears_how_to_be() {
        for (template, status, detail) in [
            ("authentication.required", 401, json!("Not authenticated")),
            ("authentication.scheme", 401, json!("Not authenticated")),
            ("session.invalid", 403, json!({ "msg": "Invalid token" })),
            ("session.expired", 403, json!({ "msg": "Invalid token" })),
            ("authentication.ambiguous", 403, json!({ "msg": "Invalid token" })),
        ] {
            let error = ApiError::unauthorized(template, "x");
            assert_eq!(written(error).await, (status, json!({ "detail": detail }), true), "{template}");
        }
        let error = ApiError::unauthorized("spectra.password", "Incorrect password.");
        assert_eq!(written(error).await, (401, json!({ "detail": { "msg": "Incorrect password." } }), false));
        let error = ApiError::unauthorized("apikey.invalid", "The API key is not valid");
        assert_eq!(written(error).await.0, 401);
        assert_eq!(
            written(ApiError::not_found("path")).await,
            (404, json!({ "detail": { "msg": "No such path" } }), false)
        );
    }
}
