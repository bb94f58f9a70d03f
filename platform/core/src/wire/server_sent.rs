//! Answers without an end: server-sent events (the text/event-stream of the HTML standard).

use std::marker::PhantomData;

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use poem::http::{StatusCode, header};
use poem::{Body, IntoResponse, Response};
use poem_openapi::ApiResponse;
use poem_openapi::registry::{MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::types::Type;

/// Content type of such an answer.
const EVENT_STREAM: &str = "text/event-stream";

/// 200, and whatever comes, each piece sent as soon as it is there. What its `data:` lines hold is a `T`.
///
/// The pieces are asked for while the client takes them, in the task of its connection; when it leaves, they are dropped.
pub struct ServerSentEvents<T> {
    body: Body,
    data: PhantomData<fn() -> T>,
}

impl<T> ServerSentEvents<T> {
    /// An answer of these pieces, each one or more whole blocks of lines.
    pub fn new(pieces: impl Stream<Item = Bytes> + Send + 'static) -> Self {
        Self { body: Body::from_bytes_stream(pieces.map(Ok::<_, std::io::Error>)), data: PhantomData }
    }
}

impl<T: Send> IntoResponse for ServerSentEvents<T> {
    fn into_response(self) -> Response {
        let response = Response::builder().status(StatusCode::OK).content_type(EVENT_STREAM);
        // Proxies are not to keep any of it, nor to wait for more of it; the last one is nginx's own.
        response.header(header::CACHE_CONTROL, "no-store").header("X-Accel-Buffering", "no").body(self.body)
    }
}

impl<T: Type> ApiResponse for ServerSentEvents<T> {
    fn meta() -> MetaResponses {
        let schema = MetaSchema { items: Some(Box::new(T::schema_ref())), ..MetaSchema::new("array") };
        let schema = MetaSchemaRef::Inline(Box::new(schema));
        let response = MetaResponse {
            description: "Server-sent events, one element each, for as long as the client listens",
            status: Some(200),
            status_range: None,
            content: vec![MetaMediaType { content_type: EVENT_STREAM, schema }],
            headers: Vec::new(),
        };
        MetaResponses { responses: vec![response] }
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}
