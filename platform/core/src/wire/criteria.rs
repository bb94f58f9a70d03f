//! Search criteria, from the query of a list or the body of a search.

use poem::{Request, RequestBody};
use poem_openapi::registry::{MetaMediaType, MetaParamIn, MetaRequest, MetaSchemaRef, Registry};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

use super::{BODY_LIMIT, read_body};
use crate::context::RequestContext;
use crate::search::{Criteria, Draft, Searchable, body_schema, query_schema, sub_schema};

/// Criteria in the query of a GET. The document shows each as a parameter.
pub struct QueryCriteria<S>(pub Draft<S>);

/// Criteria in the body of a search.
pub struct BodyCriteria<S>(pub Draft<S>);

fn name<S: Searchable>(kind: &str) -> String {
    format!("{}{kind}", S::NAME)
}

impl<'a, S: Searchable> ApiExtractor<'a> for QueryCriteria<S> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::Parameter];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        registry.create_schema::<QueryCriteria<S>, _>(name::<S>("Query"), |_| query_schema::<S>());
    }

    fn param_in() -> Option<MetaParamIn> {
        Some(MetaParamIn::Query)
    }

    fn param_schema_ref() -> Option<MetaSchemaRef> {
        Some(MetaSchemaRef::Reference(name::<S>("Query")))
    }

    async fn from_request(request: &'a Request, _: &mut RequestBody, _: ExtractParamOptions<()>) -> poem::Result<Self> {
        let context = RequestContext::of(request)?;
        Ok(Self(Criteria::from_query(request.uri().query().unwrap_or_default(), context.received)))
    }
}

impl<'a, S: Searchable> ApiExtractor<'a> for BodyCriteria<S> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        registry.create_schema::<BodyCriteria<S>, _>(name::<S>("Criteria"), |_| body_schema::<S>());
        registry.create_schema::<(BodyCriteria<S>, S), _>(name::<S>("SubCriteria"), |_| sub_schema::<S>());
    }

    fn request_meta() -> Option<MetaRequest> {
        let schema = MetaSchemaRef::Reference(name::<S>("Criteria"));
        let content = vec![MetaMediaType { content_type: "application/json", schema }];
        Some(MetaRequest { description: None, content, required: true })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let received = RequestContext::of(request)?.received;
        let value = read_body(request, body, BODY_LIMIT).await?;
        Ok(Self(Criteria::from_json(&value, received)))
    }
}
