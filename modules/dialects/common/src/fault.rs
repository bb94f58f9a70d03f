//! Errors of a dialect's operations, for its document.

use std::marker::PhantomData;

use argus_core::error::ApiError;
use poem_openapi::ApiResponse;
use poem_openapi::registry::{MetaMediaType, MetaResponse, MetaResponses, Registry};
use poem_openapi::types::Type;

/// An error that the document shows as a `B`. What is sent is made of it by the dialect's own
/// [`error`](argus_core::dialect::Dialect::error), as of every error that comes before an operation.
#[derive(Debug)]
pub struct Fault<B>(ApiError, PhantomData<fn() -> B>);

impl<B, E: Into<ApiError>> From<E> for Fault<B> {
    fn from(error: E) -> Self {
        Self(error.into(), PhantomData)
    }
}

impl<B> From<Fault<B>> for poem::Error {
    fn from(fault: Fault<B>) -> Self {
        fault.0.into()
    }
}

impl<B: Type> ApiResponse for Fault<B> {
    fn meta() -> MetaResponses {
        let refused = |range: &str, description| MetaResponse {
            description,
            status: None,
            status_range: Some(range.to_owned()),
            content: vec![MetaMediaType { content_type: argus_core::envelope::JSON, schema: B::schema_ref() }],
            headers: Vec::new(),
        };
        let (client, server) = (refused("4XX", "Refused"), refused("5XX", "Cannot be served"));
        MetaResponses { responses: vec![client, server] }
    }

    fn register(registry: &mut Registry) {
        B::register(registry);
    }
}
