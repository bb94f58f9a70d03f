//! A parameter in the path.

use std::ops::Deref;

use poem::{Request, RequestBody};
use poem_openapi::registry::{MetaParamIn, MetaSchemaRef, Registry};
use poem_openapi::types::ParseFromParameter;
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

use crate::context::RequestContext;
use crate::error::ApiError;

/// A path parameter, percent-decoded. One that cannot be read is a 412 that names it.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<T> Deref for Path<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<'a, T: ParseFromParameter> ApiExtractor<'a> for Path<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::Parameter];
    const PARAM_IS_REQUIRED: bool = true;

    type ParamType = T;
    type ParamRawType = T::RawValueType;

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn param_in() -> Option<MetaParamIn> {
        Some(MetaParamIn::Path)
    }

    fn param_schema_ref() -> Option<MetaSchemaRef> {
        Some(T::schema_ref())
    }

    fn param_raw_type(&self) -> Option<&Self::ParamRawType> {
        self.0.as_raw_value()
    }

    async fn from_request(
        request: &'a Request,
        _: &mut RequestBody,
        options: ExtractParamOptions<T>,
    ) -> poem::Result<Self> {
        let context = RequestContext::of(request)?;
        // poem-openapi numbers path parameters (`param0`, `param1`) in the order in which the operation takes them.
        let index = options.name.trim_start_matches("param").parse().unwrap_or(usize::MAX);
        let (name, value) = context.path_parameter(index).ok_or_else(|| ApiError::not_found("path"))?;
        let parsed = T::parse_from_parameters([value]);
        let parsed = parsed.map_err(|error| ApiError::field(name, "invalid.field.value", error.into_message()))?;
        Ok(Self(parsed))
    }
}
