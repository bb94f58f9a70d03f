//! The answer of operations on many objects, of which some may be refused.

use poem::http::StatusCode;
use poem::{IntoResponse, Response};
use poem_openapi::ApiResponse;
use poem_openapi::registry::{MetaResponses, Registry};
use poem_openapi::types::{ParseFromJSON, ToJSON, Type};

use super::{ResultSet, documented};

/// What adding many objects came to.
#[derive(Debug)]
pub enum AddedMany<T> {
    /// 201: all of them are there.
    All(T),
    /// 207: not all of them; the result says which.
    Some(T),
}

impl<T: ParseFromJSON + ToJSON + Type> IntoResponse for AddedMany<T> {
    fn into_response(self) -> Response {
        let (status, result) = match self {
            Self::All(result) => (StatusCode::CREATED, result),
            Self::Some(result) => (StatusCode::MULTI_STATUS, result),
        };
        ResultSet::one(status, result).respond(status)
    }
}

impl<T: ParseFromJSON + ToJSON + Type> ApiResponse for AddedMany<T> {
    fn meta() -> MetaResponses {
        let mut all = documented::<T>(201, "All were added");
        all.responses.extend(documented::<T>(207, "Some, or none, were added; the result says which").responses);
        all
    }

    fn register(registry: &mut Registry) {
        ResultSet::<T>::register(registry);
    }
}
