//! One request, one way.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use poem::endpoint::BoxEndpoint;
use poem::http::{HeaderName, HeaderValue, header};
use poem::{Addr, Endpoint, Request, Response};

use super::Platform;
use super::face::Face;
use super::foreign::{error_of, refusal_of};
use super::mount::{App, Operation};
use super::route::Found;
use crate::audit::Record;
use crate::authentication::{Principal, Refused, ambiguous, authenticate, client_ip, is_by_cookie};
use crate::context::RequestContext;
use crate::dialect::Asked;
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
        // What is rare is boxed: else every request would carry the room for it about.
        let found = self.find(&request);
        let face = found.face().cloned();
        let origin = face.as_ref().and_then(|face| face.allowed(request.headers()));
        let (mut response, operation) = match found {
            Found::Operation(operation, endpoint, values) => {
                (self.operate(request, &id, operation, values, endpoint).await, operation.clone())
            }
            Found::Page(endpoint) => (Box::pin(self.page(endpoint, request)).await, self.nowhere.clone()),
            Found::Nothing(_, Some(_), Some(face)) if Face::is_preflight(&request) => {
                (face.preflight(&request), self.nowhere.clone())
            }
            Found::Nothing(error, allow, face) => {
                let mut response = Box::pin(self.nowhere(&request, &id, error, face)).await;
                response.headers_mut().extend(allow.map(|allow| (header::ALLOW, allow.clone())));
                (response, self.nowhere.clone())
            }
        };
        if let Some(face) = face {
            face.let_read(&mut response, origin);
        }
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

    async fn page(&self, endpoint: &BoxEndpoint<'static>, request: Request) -> Response {
        endpoint.call(request).await.unwrap_or_else(|error| self.render(&error_of(error), None))
    }

    /// A request that leads to no operation. Below a module's path, or on a dialect's ground, it leaves a record all the same.
    async fn nowhere(&self, request: &Request, id: &str, error: ApiError, face: Option<&Arc<Face>>) -> Response {
        if face.is_none() && !self.is_of_module(request.uri().path()) {
            return self.render(&error, None);
        }
        match self.client_ip(request) {
            Ok(client_ip) => {
                let context = self.context(request, id, &self.nowhere, Vec::new(), client_ip, None);
                self.finish(&context, Err(error), face).await
            }
            Err(error) => self.render(&error, face),
        }
    }

    /// From here on the request belongs to an operation. The edge does not drop this future when the client goes away:
    /// between a commit and what follows it nothing may be cut off.
    async fn operate(
        &self,
        mut request: Request,
        id: &str,
        operation: &Arc<Operation>,
        values: Vec<String>,
        endpoint: &BoxEndpoint<'static>,
    ) -> Response {
        let face = operation.face.as_ref();
        let (client_ip, identified) = self.identify(&request, operation).await;
        let (principal, refused) = match identified {
            Ok(principal) => (principal, None),
            Err(refused) => (None, Some(refused)),
        };
        let context = Arc::new(self.context(&request, id, operation, values, client_ip, principal));
        if let Some(refused) = refused {
            if let Some(tried) = refused.tried {
                context.note_try(tried);
            }
            return self.finish(&context, Err(refused.error), face).await;
        }
        request.extensions_mut().insert(context.clone());
        let outcome = endpoint.call(request).await;
        self.finish(&context, outcome.map_err(error_of), face).await
    }

    /// From where the request comes, and from whom.
    async fn identify(
        &self,
        request: &Request,
        operation: &Operation,
    ) -> (IpAddr, Result<Option<Arc<Principal>>, Refused>) {
        let client_ip = match self.client_ip(request) {
            Ok(client_ip) => client_ip,
            Err(error) => return (IpAddr::V4(Ipv4Addr::UNSPECIFIED), Err(error.into())),
        };
        let found = authenticate(&self.platform, request, client_ip, operation.public).await;
        let found = match (found, &operation.face) {
            (Ok(known), Some(face)) if !operation.public && (known.is_none() || face.dialect.credential.is_some()) => {
                Box::pin(self.by_dialect(face, request, client_ip, &operation.id, known)).await
            }
            (found, _) => found,
        };
        (client_ip, found)
    }

    /// Who somebody is to a dialect: by a credential of the dialect's own, or else by that of Argus, or a stranger.
    async fn by_dialect(
        &self,
        face: &Face,
        request: &Request,
        client_ip: IpAddr,
        operation: &str,
        known: Option<Arc<Principal>>,
    ) -> Result<Option<Arc<Principal>>, Refused> {
        let (platform, headers) = (&*self.platform, request.headers());
        let asked = Asked { platform, headers, client_ip, operation, is_known: known.is_some() };
        let own = match face.dialect.credential {
            Some(credential) => credential(asked).await?,
            None => None,
        };
        match (own, known) {
            // Browsers send cookies by themselves.
            (Some(own), Some(known)) if own.user_id != known.user_id && !is_by_cookie(headers) => {
                Err(ambiguous().into())
            }
            (Some(own), _) => Ok(Some(own)),
            (None, Some(known)) => Ok(Some(known)),
            (None, None) => Ok(face.stranger(platform, request, client_ip).await?),
        }
    }

    /// Records the request and renders its outcome. A record that cannot be taken turns the answer into a 503.
    async fn finish(
        &self,
        context: &RequestContext,
        outcome: Result<Response, ApiError>,
        face: Option<&Arc<Face>>,
    ) -> Response {
        let outcome = outcome.and_then(|response| refusal_of(&response).map_or(Ok(response), Err));
        if let Err(error) = self.record(context, outcome.as_ref().err()).await {
            return self.render(&error, face);
        }
        outcome.unwrap_or_else(|error| self.render(&error, face))
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
        let mut record = Record::of(context, error);
        if refused && verb == Some("LOGIN") {
            // A failed try lies with the customer of the user who was tried, where there is one.
            record.customer_id = self.customer_of(record.user_id).await.or(record.customer_id);
            return self.platform.trail.record_durably(record).await;
        }
        self.platform.trail.record(record).await
    }

    /// The customer of a user. That it cannot be read hinders no record.
    async fn customer_of(&self, user: Option<i64>) -> Option<i64> {
        let directory = &self.platform.directory;
        directory.sync().await.ok()?;
        directory.user(user?).await.ok()?.map(|user| user.customer_id)
    }

    /// An error, in the words of whoever is asked.
    fn render(&self, error: &ApiError, face: Option<&Arc<Face>>) -> Response {
        match face {
            Some(face) => face.render(error),
            None => envelope::error_response(error, self.platform.clock.now_millis()),
        }
    }

    fn context(
        &self,
        request: &Request,
        id: &str,
        operation: &Arc<Operation>,
        path_values: Vec<String>,
        client_ip: IpAddr,
        principal: Option<Arc<Principal>>,
    ) -> RequestContext {
        RequestContext {
            platform: self.platform.clone(),
            operation: operation.clone(),
            method: request.method().clone(),
            parameters: parameter_names(request.uri().query()),
            path: request.uri().path().to_owned(),
            path_values,
            client_ip,
            user_agent: user_agent(request),
            request_id: id.to_owned(),
            received: self.platform.clock.now(),
            principal,
            tried: std::sync::OnceLock::new(),
            noted: std::sync::OnceLock::new(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_parameters_are_kept() {
        assert_eq!(parameter_names(Some("a=secret&b&&c=1")), ["a", "b", "c"]);
    }
}
