//! A single parameter in the query. Lists with criteria use `QueryCriteria`.

use std::ops::Deref;

use poem::{Request, RequestBody};
use poem_openapi::registry::{MetaParamIn, MetaSchemaRef, Registry};
use poem_openapi::types::ParseFromParameter;
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

use crate::error::ApiError;

/// A query parameter; one that cannot be read is a 412 that names it.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T> Deref for Query<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<'a, T: ParseFromParameter> ApiExtractor<'a> for Query<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::Parameter];
    const PARAM_IS_REQUIRED: bool = T::IS_REQUIRED;

    type ParamType = T;
    type ParamRawType = T::RawValueType;

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn param_in() -> Option<MetaParamIn> {
        Some(MetaParamIn::Query)
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
        let values = values(request.uri().query().unwrap_or_default(), options.name)
            .ok_or_else(|| ApiError::field(options.name, "invalid.field.value", "Not valid percent-encoded UTF-8"))?;
        let parsed = T::parse_from_parameters(values);
        let refused = |text| ApiError::field(options.name, "invalid.field.value", text);
        Ok(Self(parsed.map_err(|error| refused(error.into_message()))?))
    }
}

/// The decoded values of a parameter; none when one is not text.
pub(super) fn values(query: &str, name: &str) -> Option<Vec<String>> {
    let decode = |text: &str| {
        let blanks = text.replace('+', " ");
        let decoded = percent_encoding::percent_decode_str(&blanks).decode_utf8().ok()?.into_owned();
        (!decoded.contains('\0')).then_some(decoded)
    };
    let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.filter(|(key, _)| decode(key).as_deref() == Some(name)).map(|(_, value)| decode(value)).collect()
}

#[cfg(test)]
mod tests {
    use super::values;

    #[test]
    fn values_are_decoded_and_repeated_ones_kept() {
        assert_eq!(values("a=1&b=2&a=x%20y+z", "a"), Some(vec!["1".to_owned(), "x y z".to_owned()]));
        assert_eq!(values("b=2", "a"), Some(vec![]));
        assert_eq!(values("a=%ff", "a"), None);
    }
}
