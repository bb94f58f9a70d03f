//! Bodies that a dialect looks at by itself.

use std::marker::PhantomData;

use argus_core::wire::read_bytes;
use bytes::Bytes;
use poem::{Request, RequestBody};
use poem_openapi::registry::{MetaMediaType, MetaRequest, Registry};
use poem_openapi::types::Type;
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

/// The bytes of a body that the document shows as a `T` in JSON, at most `LIMIT` of them. What is wrong with them is told in the
/// dialect's words, so nothing is judged here but their number (413).
pub struct RawBody<T, const LIMIT: usize>(pub Bytes, PhantomData<fn() -> T>);

impl<'a, T: Type, const LIMIT: usize> ApiExtractor<'a> for RawBody<T, LIMIT> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        let content = vec![MetaMediaType { content_type: "application/json", schema: T::schema_ref() }];
        Some(MetaRequest { description: None, content, required: true })
    }

    async fn from_request(_: &'a Request, body: &mut RequestBody, _: ExtractParamOptions<()>) -> poem::Result<Self> {
        Ok(Self(read_bytes(body, LIMIT).await?, PhantomData))
    }
}
