//! One request, one way.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use poem::endpoint::BoxEndpoint;
use poem::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use poem::{Addr, Endpoint, Request, Response};
use poem_openapi::error::{ContentTypeError, ParseParamError, ParsePathError, ParseRequestPayloadError};

use super::Platform;
use super::mount::{App, Operation, Resource};
use crate::audit::{Record, is_error};
use crate::authentication::{Principal, Refused, authenticate, client_ip};
use crate::context::RequestContext;
use crate::envelope;
use crate::error::ApiError;

/// Header by which a client names its request, and hears the name back.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest request id and user agent that are kept.
const LONGEST_ID: usize = 128;
const LONGEST_AGENT: usize = 512;

impl Endpoint for App {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let started = Instant::now();
        let id = self.request_id(&request);
        let (mut response, operation) = self.route(request, &id).await;
        let (status, took) = (response.status(), started.elapsed());
        operation.metrics.answered(status, took);
        if status.is_server_error() {
            tracing::error!(request_id = %id, operation = %operation.id, status = status.as_u16(), "request failed");
        }
        tracing::debug!(
            target: "argus::request",
            request_id = %id, operation = %operation.id, status = status.as_u16(), micros = took.as_micros() as u64,
        );
        if let Ok(value) = HeaderValue::try_from(id) {
            response.headers_mut().insert(REQUEST_ID, value);
        }
        Ok(response)
    }
}

impl App {
    /// What the application runs on.
    #[must_use]
    pub fn platform(&self) -> &Arc<Platform> {
        &self.platform
    }

    async fn route(&self, request: Request, id: &str) -> (Response, Arc<Operation>) {
        let path = request.uri().path().to_owned();
        let Ok(found) = self.router.at(&path) else {
            return (self.nowhere(&request, path, id, nothing_here()).await, self.nowhere.clone());
        };
        let wanted = if *request.method() == Method::HEAD { Method::GET } else { request.method().clone() };
        let (allow, methods) = match found.value {
            Resource::Page(endpoint) if wanted == Method::GET => {
                return (self.page(endpoint, request).await, self.nowhere.clone());
            }
            Resource::Page(_) => (&HeaderValue::from_static("GET, HEAD"), &[][..]),
            Resource::Operations { allow, methods } => (allow, methods.as_slice()),
        };
        let Some((operation, endpoint)) = methods.iter().find(|(operation, _)| operation.method == wanted) else {
            let text = "This path does not take this method";
            let error = ApiError::action(StatusCode::METHOD_NOT_ALLOWED, "method.not.allowed", text);
            let mut response = self.nowhere(&request, path, id, error).await;
            response.headers_mut().insert(header::ALLOW, allow.clone());
            return (response, self.nowhere.clone());
        };
        let values: Option<Vec<String>> = found.params.iter().map(|(_, value)| decoded(value)).collect();
        let Some(values) = values else {
            return (self.nowhere(&request, path, id, nothing_here()).await, self.nowhere.clone());
        };
        let mut context = self.context(&request, path, id, operation.clone());
        context.path_values = values;
        (self.operate(request, context, endpoint).await, operation.clone())
    }

    async fn page(&self, endpoint: &BoxEndpoint<'static>, request: Request) -> Response {
        endpoint.call(request).await.unwrap_or_else(|error| self.render(&error_of(error)))
    }

    /// A request that leads to no operation. Below a module's path it leaves a record all the same.
    async fn nowhere(&self, request: &Request, path: String, id: &str, error: ApiError) -> Response {
        let below = |prefix: &String| path.strip_prefix(prefix.as_str()).is_some_and(|rest| rest.starts_with('/'));
        if !self.prefixes.iter().any(below) {
            return self.render(&error);
        }
        let mut context = self.context(request, path, id, self.nowhere.clone());
        match self.client_ip(request) {
            Ok(address) => context.client_ip = address,
            Err(error) => return self.render(&error),
        }
        self.finish(&context, Err(error)).await
    }

    /// From here on the request belongs to an operation. The edge does not drop this future when the client goes away:
    /// between a commit and what follows it nothing may be cut off.
    async fn operate(
        &self,
        mut request: Request,
        mut context: RequestContext,
        endpoint: &BoxEndpoint<'static>,
    ) -> Response {
        match self.identify(&request, &mut context).await {
            Ok(principal) => context.principal = principal,
            Err(refused) => {
                if let Some(tried) = refused.tried {
                    context.note_try(tried);
                }
                return self.finish(&context, Err(refused.error)).await;
            }
        }
        let context = Arc::new(context);
        request.extensions_mut().insert(context.clone());
        let outcome = endpoint.call(request).await;
        self.finish(&context, outcome.map_err(error_of)).await
    }

    async fn identify(
        &self,
        request: &Request,
        context: &mut RequestContext,
    ) -> Result<Option<Arc<Principal>>, Refused> {
        context.client_ip = self.client_ip(request)?;
        authenticate(&self.platform, request, context.client_ip, context.operation.public).await
    }

    /// Records the request and renders its outcome. A record that cannot be taken turns the answer into a 503.
    async fn finish(&self, context: &RequestContext, outcome: Result<Response, ApiError>) -> Response {
        let outcome = outcome.and_then(|response| refusal_of(&response).map_or(Ok(response), Err));
        if let Err(error) = self.record(context, outcome.as_ref().err()).await {
            return self.render(&error);
        }
        outcome.unwrap_or_else(|error| self.render(&error))
    }

    /// Leaves the record, unless it was written with the change. Failed tries to log in are waited for: whoever guesses
    /// cannot outrun the trail.
    async fn record(&self, context: &RequestContext, error: Option<&ApiError>) -> Result<(), ApiError> {
        if context.recorded.load(Ordering::Relaxed) {
            return Ok(());
        }
        let (verb, refused) = (context.verb(), error.is_some());
        // Asked before the record is made, for it takes a dozen copies and most requests leave none.
        if !self.platform.settings.audit.requests.want(verb, refused) {
            return Ok(());
        }
        let record = Record::of(context, error);
        if refused && verb == Some("LOGIN") {
            return self.platform.trail.record_durably(record).await;
        }
        self.platform.trail.record(record).await
    }

    fn render(&self, error: &ApiError) -> Response {
        envelope::error_response(error, self.platform.clock.now_millis())
    }

    fn context(&self, request: &Request, path: String, id: &str, operation: Arc<Operation>) -> RequestContext {
        RequestContext {
            platform: self.platform.clone(),
            operation,
            method: request.method().clone(),
            parameters: parameter_names(request.uri().query()),
            path,
            path_values: Vec::new(),
            client_ip: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            user_agent: user_agent(request),
            request_id: id.to_owned(),
            received: self.platform.clock.now(),
            principal: None,
            tried: std::sync::OnceLock::new(),
            recorded: AtomicBool::new(false),
        }
    }

    fn client_ip(&self, request: &Request) -> Result<IpAddr, ApiError> {
        let peer = match &request.remote_addr().0 {
            Addr::SocketAddr(peer) => peer.ip(),
            _ => return Err(ApiError::internal("a connection without address")),
        };
        client_ip::resolve(peer, request.headers(), &self.platform.settings.trusted_proxies)
    }

    /// The client's own name for the request, when it is safe to repeat; or a new one.
    fn request_id(&self, request: &Request) -> String {
        let given = request.headers().get(&REQUEST_ID).and_then(|value| value.to_str().ok());
        let safe = |id: &&str| {
            let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:+/=@".contains(&byte);
            !id.is_empty() && id.len() <= LONGEST_ID && id.bytes().all(known)
        };
        given
            .filter(safe)
            .map_or_else(|| format!("{}-{:x}", self.boot, self.counter.fetch_add(1, Ordering::Relaxed)), str::to_owned)
    }
}

fn nothing_here() -> ApiError {
    ApiError::action(StatusCode::NOT_FOUND, "path.not.found", "There is nothing at this path")
}

/// Percent-decoded, if that is text without NUL.
fn decoded(value: &str) -> Option<String> {
    if !value.contains('%') {
        return Some(value.to_owned());
    }
    let decoded = percent_encoding::percent_decode_str(value).decode_utf8().ok()?;
    (!decoded.contains('\0')).then(|| decoded.into_owned())
}

/// The names of query parameters, bounded; never their values.
fn parameter_names(query: Option<&str>) -> Vec<String> {
    let pairs = query.into_iter().flat_map(|query| query.split('&')).filter(|pair| !pair.is_empty()).take(100);
    pairs.map(|pair| pair.split('=').next().unwrap_or_default().chars().take(100).collect()).collect()
}

fn user_agent(request: &Request) -> Option<String> {
    // Only visible ASCII counts as text in a header, so a character is a byte.
    let agent = request.headers().get(header::USER_AGENT)?.to_str().ok()?;
    Some(agent.get(..LONGEST_AGENT).unwrap_or(agent).to_owned())
}

/// Every error as ours: what an operation returned, or what poem says of input that it read itself.
fn error_of(error: poem::Error) -> ApiError {
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
fn refusal_of(response: &Response) -> Option<ApiError> {
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

    #[test]
    fn only_names_of_parameters_are_kept() {
        assert_eq!(parameter_names(Some("a=secret&b&&c=1")), ["a", "b", "c"]);
        assert_eq!(decoded("a%20b").as_deref(), Some("a b"));
        assert_eq!(decoded("%ff"), None);
    }
}
