//! Answers in JSON, bare as the other systems give them.

use argus_core::envelope::JSON;
use poem::http::{HeaderValue, StatusCode, header};
use poem::{IntoResponse, Response};
use poem_openapi::ApiResponse;
use poem_openapi::registry::{MetaMediaType, MetaResponse, MetaResponses, Registry};
use poem_openapi::types::ToJSON;
use serde_json::Value;

/// An answer of that status with a body.
#[derive(Debug)]
pub struct Answer<T, const STATUS: u16 = 200>(pub T);

/// One of two answers.
#[derive(Debug)]
pub enum Either<A, B> {
    /// The first.
    One(A),
    /// The second.
    Other(B),
}

/// An answer of that status and body, for what has no type: errors.
#[must_use]
pub fn answer(status: StatusCode, body: &Value) -> Response {
    let mut response = Response::builder().status(status).body(body.to_string());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(JSON));
    response
}

impl<T: ToJSON + Send, const STATUS: u16> IntoResponse for Answer<T, STATUS> {
    fn into_response(self) -> Response {
        // The statuses are ours, and sound.
        let status = StatusCode::from_u16(STATUS).unwrap_or_default();
        answer(status, &self.0.to_json().unwrap_or_default())
    }
}

impl<T: ToJSON + Send, const STATUS: u16> ApiResponse for Answer<T, STATUS> {
    fn meta() -> MetaResponses {
        let content = vec![MetaMediaType { content_type: JSON, schema: T::schema_ref() }];
        let answered = MetaResponse {
            description: "The result",
            status: Some(STATUS),
            status_range: None,
            content,
            headers: Vec::new(),
        };
        MetaResponses { responses: vec![answered] }
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}

impl<A: IntoResponse, B: IntoResponse> IntoResponse for Either<A, B> {
    fn into_response(self) -> Response {
        match self {
            Self::One(answer) => answer.into_response(),
            Self::Other(answer) => answer.into_response(),
        }
    }
}

impl<A: ApiResponse, B: ApiResponse> ApiResponse for Either<A, B> {
    fn meta() -> MetaResponses {
        let mut known = A::meta();
        known.responses.extend(B::meta().responses);
        known
    }

    fn register(registry: &mut Registry) {
        A::register(registry);
        B::register(registry);
    }
}
