//! What poem says, in our words.

use poem::Response;
use poem::http::StatusCode;
use poem_openapi::error::{ContentTypeError, ParseParamError, ParsePathError, ParseRequestPayloadError};

use crate::audit::is_error;
use crate::envelope;
use crate::error::ApiError;

/// Every error as ours: what an operation returned, or what poem says of input that it read itself.
pub(super) fn error_of(error: poem::Error) -> ApiError {
    if let Some(error) = error.downcast_ref::<ApiError>() {
        return error.clone();
    }
    if let Some(error) = error.downcast_ref::<ParseParamError>() {
        return ApiError::field(error.name, "invalid.field.value", error.reason.clone());
    }
    if let Some(error) = error.downcast_ref::<ParsePathError>() {
        return ApiError::field(error.name, "invalid.field.value", error.reason.clone());
    }
    if let Some(error) = error.downcast_ref::<ParseRequestPayloadError>() {
        return ApiError::unmet("invalid.body", error.reason.clone());
    }
    if error.is::<ContentTypeError>() {
        let text = "The content type must be application/json";
        return ApiError::action(StatusCode::METHOD_NOT_ALLOWED, "unsupported.content.type", text);
    }
    match error.status() {
        StatusCode::BAD_REQUEST => ApiError::unmet("invalid.request", "The request cannot be read"),
        status if status.is_client_error() => ApiError::action(status, "request.refused", "The request is refused"),
        _ => ApiError::internal(error),
    }
}

/// A response that poem made of an error on its way out, as an error of ours.
pub(super) fn refusal_of(response: &Response) -> Option<ApiError> {
    if !is_error(response.status()) || response.content_type() == Some(envelope::JSON) {
        return None;
    }
    let (status, text) = (response.status(), "The request is refused");
    Some(match status {
        StatusCode::BAD_REQUEST => ApiError::unmet("invalid.request", text),
        _ => ApiError::action(status, "request.refused", text),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn poems_own_errors_name_their_field() {
        let parameter = ParseParamError { name: "limit", reason: "not a number".into() };
        let error = error_of(parameter.into());
        assert_eq!((error.status.as_u16(), error.messages[0].field.as_deref()), (412, Some("limit")));
        assert_eq!(error_of(ContentTypeError::ExpectContentType.into()).status.as_u16(), 405);
        assert_eq!(error_of(poem::Error::from_status(StatusCode::BAD_REQUEST)).status.as_u16(), 412);
    }
}
