//! The JSON body of a request.

use std::any::{Any, TypeId};
use std::error::Error;
use std::io::{self, ErrorKind};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use dashmap::DashMap;
use http_body_util::{BodyExt, Limited};
use poem::http::StatusCode;
use poem::{Request, RequestBody};
use poem_openapi::registry::{MetaMediaType, MetaRequest, Registry};
use poem_openapi::types::{ParseFromJSON, Type};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};
use serde_json::Value;

use super::{Validator, is_media_type, parse};
use crate::error::{ApiError, FieldErrors};

/// Bytes a body may have where an operation says nothing else: 1 MiB.
pub const BODY_LIMIT: usize = 1 << 20;

/// A JSON body of at most `LIMIT` bytes, checked against the published schema of `T`.
///
/// Errors: 405 for another content type (S2-82), 413 beyond the limit, 412 for what is not JSON or not of the schema.
#[derive(Debug)]
pub struct Body<T, const LIMIT: usize = BODY_LIMIT>(pub T);

impl<'a, T: ParseFromJSON + 'static, const LIMIT: usize> ApiExtractor<'a> for Body<T, LIMIT> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        let content = vec![MetaMediaType { content_type: "application/json", schema: T::schema_ref() }];
        Some(MetaRequest { description: None, content, required: T::IS_REQUIRED })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let value = read_body(request, body, LIMIT).await?;
        validator_of::<T>().check(&value)?;
        // The schema was met; what is left are the finer checks that a type makes of itself.
        let parsed = T::parse_from_json(Some(value));
        Ok(Self(parsed.map_err(|error| ApiError::unmet("invalid.body", error.into_message()))?))
    }
}

/// A body as [`Body`], for an operation with finer rules than a schema can say: one answer names what either found.
pub struct BodyDraft<T, const LIMIT: usize = BODY_LIMIT> {
    sound: T,
    errors: FieldErrors,
}

impl<T: ParseFromJSON + 'static, const LIMIT: usize> BodyDraft<T, LIMIT> {
    /// A value that was read already, checked against the published schema of `T`.
    ///
    /// # Errors
    /// 412 when it is so far from the schema that nothing of it can be looked at.
    pub fn of(value: Value) -> Result<Self, ApiError> {
        let validator = validator_of::<T>();
        let Err(error) = validator.check(&value) else {
            let sound = T::parse_from_json(Some(value));
            let sound = sound.map_err(|error| ApiError::unmet("invalid.body", error.into_message()))?;
            return Ok(Self { sound, errors: FieldErrors::default() });
        };
        let Ok(sound) = T::parse_from_json(Some(validator.without(value, &error))) else { return Err(error) };
        let mut errors = FieldErrors::default();
        errors.merge(error);
        Ok(Self { sound, errors })
    }
}

impl<T, const LIMIT: usize> BodyDraft<T, LIMIT> {
    /// The members that are of the schema, and what is wrong with the others. Nothing may be made of it while anything is.
    #[must_use]
    pub fn into_parts(self) -> (T, FieldErrors) {
        (self.sound, self.errors)
    }

    /// Gives the body to the finer rules, then refuses it if these or the schema found anything wrong. Of a body that is
    /// not of the schema they see the members that are; what they make of it goes nowhere.
    ///
    /// # Errors
    /// 412 naming every bad field, or what `finer` fails with.
    pub async fn check<R>(
        self,
        finer: impl AsyncFnOnce(T, &mut FieldErrors) -> Result<R, ApiError>,
    ) -> Result<R, ApiError> {
        let mut errors = self.errors;
        let made = finer(self.sound, &mut errors).await?;
        errors.finish()?;
        Ok(made)
    }
}

impl<'a, T: ParseFromJSON + 'static, const LIMIT: usize> ApiExtractor<'a> for BodyDraft<T, LIMIT> {
    const TYPES: &'static [ApiExtractorType] = <Body<T, LIMIT> as ApiExtractor>::TYPES;

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        <Body<T, LIMIT> as ApiExtractor>::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        <Body<T, LIMIT> as ApiExtractor>::request_meta()
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        Ok(Self::of(read_body(request, body, LIMIT).await?)?)
    }
}

/// Reads and parses a JSON body of at most `limit` bytes. No body at all is an empty object.
///
/// # Errors
/// 405, 413 or 412, as [`Body`] says; 408 when the client stopped sending.
pub async fn read_body(request: &Request, body: &mut RequestBody, limit: usize) -> Result<Value, ApiError> {
    let bytes = read_bytes(body, limit).await?;
    if bytes.is_empty() && request.content_type().is_none() {
        return Ok(Value::Object(serde_json::Map::new()));
    }
    if !is_media_type(request, "application/json") {
        let text = "The content type must be application/json";
        return Err(ApiError::action(StatusCode::METHOD_NOT_ALLOWED, "unsupported.content.type", text));
    }
    parse(&bytes)
}

/// Reads a body of at most `limit` bytes.
///
/// # Errors
/// 413, 408 when the client stopped sending, 400 when it went away.
pub async fn read_bytes(body: &mut RequestBody, limit: usize) -> Result<Bytes, ApiError> {
    let taken = body.take().map_err(ApiError::internal)?;
    let collected = Limited::new(http_body_util::combinators::BoxBody::from(taken), limit).collect().await;
    let collected = collected.map_err(|error| {
        if error.is::<http_body_util::LengthLimitError>() {
            return ApiError::too_large(limit);
        }
        body_error(&*error, limit)
    })?;
    Ok(collected.to_bytes())
}

pub(super) fn body_error(error: &(dyn Error + Send + Sync + 'static), limit: usize) -> ApiError {
    match root_kind(error) {
        Some(ErrorKind::FileTooLarge) => ApiError::too_large(limit),
        Some(ErrorKind::TimedOut) => {
            ApiError::action(StatusCode::REQUEST_TIMEOUT, "request.timeout", "The body did not arrive in time")
        }
        _ => ApiError::action(StatusCode::BAD_REQUEST, "request.body.broken", "The body ended early"),
    }
}

/// The kind of the innermost I/O error: on its way up it was wrapped by hyper, and again by the edge.
fn root_kind(error: &(dyn Error + 'static)) -> Option<ErrorKind> {
    let (mut next, mut kind) = (Some(error), None);
    while let Some(error) = next {
        let io = error.downcast_ref::<io::Error>();
        kind = io.map(io::Error::kind).or(kind);
        // The source of an io::Error is the source of what it wraps, not what it wraps.
        next = match io.and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    kind
}

/// One validator a type, made when the type is first read; the number of types is fixed by the code.
fn validator_of<T: Type + 'static>() -> Arc<Validator> {
    static KNOWN: OnceLock<DashMap<TypeId, Arc<dyn Any + Send + Sync>>> = OnceLock::new();
    let known = KNOWN.get_or_init(DashMap::new);
    let found = known.get(&TypeId::of::<T>()).map(|entry| entry.value().clone());
    let any = found.unwrap_or_else(|| {
        let made: Arc<dyn Any + Send + Sync> = Arc::new(Validator::of::<T>());
        known.entry(TypeId::of::<T>()).or_insert(made).clone()
    });
    // The map holds under each type's id that type's validator and nothing else.
    any.downcast::<Validator>().unwrap_or_else(|_| Arc::new(Validator::of::<T>()))
}
