//! Mounting: from modules to one routing table.

use std::collections::HashMap;
use std::sync::Arc;

use poem::endpoint::BoxEndpoint;
use poem::http::{HeaderValue, Method};
use serde_json::Value;

use super::Platform;
use super::face::Face;
use crate::audit::verb_of;
use crate::module::{Module, ModuleApi};
use crate::openapi::{self, DocumentError};
use crate::telemetry::{Metrics, OperationMetrics};

/// One operation, as the request path knows it.
pub struct Operation {
    /// Operation id; empty for requests that lead to none.
    pub id: String,
    /// Names of the path parameters, in the path's order.
    pub parameters: Vec<String>,
    /// Whether anybody may come in, also without a credential.
    pub public: bool,
    pub(super) method: Method,
    pub(super) metrics: OperationMetrics,
    /// The dialect it belongs to, if to one.
    pub(super) face: Option<Arc<Face>>,
}

impl Operation {
    /// What it does, in the words of the audit log: the last word of its id, or else its method. Having an export or a report
    /// made is as good as an export.
    #[must_use]
    pub fn verb(&self) -> Option<&'static str> {
        if self.id.is_empty() {
            return None;
        }
        let mut words = self.id.rsplit('_');
        match (words.next(), words.next()) {
            (Some("authenticate" | "authentication"), _) => Some("LOGIN"),
            (Some("logout"), _) => Some("LOGOUT"),
            (Some("download"), _) | (Some("add"), Some("export" | "report")) => Some("EXPORT"),
            (last, _) => verb_of(&self.method, last == Some("search")),
        }
    }
}

/// A page outside the modules: no envelope, no credential, no record.
pub struct Page {
    /// Exact path.
    pub path: String,
    /// Answers GET and HEAD.
    pub endpoint: BoxEndpoint<'static>,
}

/// Everything that can be requested.
pub struct App {
    pub(super) platform: Arc<Platform>,
    pub(super) router: matchit::Router<Arc<Resource>>,
    pub(super) prefixes: Vec<String>,
    pub(super) faces: Vec<Arc<Face>>,
    pub(super) nowhere: Arc<Operation>,
    pub(super) boot: String,
    pub(super) counter: std::sync::atomic::AtomicU64,
}

/// What lies under one path.
pub(super) enum Resource {
    Page(BoxEndpoint<'static>),
    Operations { allow: HeaderValue, methods: Vec<(Arc<Operation>, BoxEndpoint<'static>)> },
}

impl Resource {
    /// The dialect that it belongs to: that of its operations.
    pub(super) fn face(&self) -> Option<&Arc<Face>> {
        match self {
            Self::Page(_) => None,
            Self::Operations { methods, .. } => methods.first()?.0.face.as_ref(),
        }
    }
}

/// What is wrong with the modules; mistakes in the code.
#[derive(Debug, thiserror::Error)]
pub enum MountError {
    /// The documents do not fit together.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// Two paths that cannot be told apart.
    #[error("the path {0} cannot be mounted: {1}")]
    Path(String, String),
    /// A documented operation without an endpoint, or the reverse.
    #[error("{0} is not both documented and served")]
    Unserved(String),
}

/// Paths that several dialects have, besides pages.
const ALIKE: [&str; 2] = ["/health", "/version"];

/// Mounts modules and pages. Each module's operations go under `/<name>/<version>`, those of a dialect also to where its
/// clients look for them.
///
/// # Errors
/// When paths or operation ids clash.
pub fn mount(platform: Arc<Platform>, modules: &[Module], pages: Vec<Page>) -> Result<App, MountError> {
    let mut router = matchit::Router::new();
    let (mut prefixes, mut faces) = (Vec::new(), Vec::new());
    for page in pages {
        insert(&mut router, &page.path, Arc::new(Resource::Page(page.endpoint)))?;
    }
    for module in modules {
        let mounted =
            module.dialect.and_then(|dialect| Some((dialect, platform.settings.dialects.mount(dialect.name)?)));
        let face = mounted
            .as_ref()
            .map(|(dialect, mount)| Arc::new(Face::new(*dialect, module.prefix(), mount, &platform.settings)));
        let mut api = (module.api)();
        let document = openapi::module_document(module, &api)?;
        for (path, methods) in by_path(&document) {
            let endpoints = take_endpoints(module, &path, &mut api);
            let resource = Arc::new(resource(&platform.metrics, &path, methods, endpoints, face.as_ref())?);
            insert(&mut router, &path, resource.clone())?;
            let Some((_, mount)) = &mounted else { continue };
            let own = path.strip_prefix(&module.prefix()).unwrap_or_default();
            let outside = format!("{}{own}", mount.prefix);
            match insert(&mut router, &outside, resource) {
                Ok(()) => tracing::debug!(path = %outside, dialect = %module.version, "mounted"),
                // Whether the service runs is told by the first who is asked there.
                Err(_) if ALIKE.contains(&own) => {}
                Err(clash) => return Err(clash),
            }
        }
        faces.extend(face);
        prefixes.push(module.prefix());
    }
    let nowhere = operation(&platform.metrics, String::new(), Vec::new(), Method::GET, None);
    let boot = u32::from_be_bytes(platform.ids.bytes::<4>());
    Ok(App {
        router,
        prefixes,
        faces,
        nowhere: Arc::new(nowhere),
        boot: format!("{boot:08x}"),
        counter: std::sync::atomic::AtomicU64::new(1),
        platform,
    })
}

fn by_path(document: &Value) -> HashMap<String, Vec<openapi::DocumentedOperation>> {
    let mut paths: HashMap<String, Vec<_>> = HashMap::new();
    for operation in openapi::operations(document) {
        paths.entry(operation.path.clone()).or_default().push(operation);
    }
    paths
}

/// poem-openapi serves `/event/{id}` as `/event/:param0`.
fn take_endpoints(module: &Module, path: &str, api: &mut ModuleApi) -> HashMap<Method, BoxEndpoint<'static>> {
    let relative = path.strip_prefix(&module.prefix()).unwrap_or(path);
    let mut parameter = 0;
    let served = relative.split('/').map(|part| {
        if !part.starts_with('{') {
            return part.to_owned();
        }
        parameter += 1;
        format!(":param{}", parameter - 1)
    });
    let served = served.collect::<Vec<_>>().join("/");
    api.routes.remove(&served).unwrap_or_default()
}

fn resource(
    metrics: &Metrics,
    path: &str,
    documented: Vec<openapi::DocumentedOperation>,
    mut endpoints: HashMap<Method, BoxEndpoint<'static>>,
    face: Option<&Arc<Face>>,
) -> Result<Resource, MountError> {
    let mut methods = Vec::new();
    let unserved = |what: &str| MountError::Unserved(format!("{what} {path}"));
    for found in documented {
        let method = found.method.parse::<Method>().map_err(|_| unserved(&found.method))?;
        let endpoint = endpoints.remove(&method).ok_or_else(|| unserved(&found.method))?;
        methods.push((
            Arc::new(Operation {
                public: found.function == "public",
                ..operation(metrics, found.id, found.parameters, method, face.cloned())
            }),
            endpoint,
        ));
    }
    if let Some(method) = endpoints.keys().next() {
        return Err(unserved(method.as_str()));
    }
    methods.sort_by(|(a, _), (b, _)| a.method.as_str().cmp(b.method.as_str()));
    let mut names: Vec<&str> = methods.iter().map(|(operation, _)| operation.method.as_str()).collect();
    if names.contains(&"GET") {
        names.push("HEAD");
    }
    let allow = HeaderValue::from_str(&names.join(", ")).map_err(|_| unserved("Allow"))?;
    Ok(Resource::Operations { allow, methods })
}

fn operation(
    metrics: &Metrics,
    id: String,
    parameters: Vec<String>,
    method: Method,
    face: Option<Arc<Face>>,
) -> Operation {
    Operation { metrics: metrics.operation(&id), id, parameters, public: false, method, face }
}

/// A last parameter of this name takes all that is left of the path, its slashes too.
const REST: &str = "/{path}";

fn insert(router: &mut matchit::Router<Arc<Resource>>, path: &str, resource: Arc<Resource>) -> Result<(), MountError> {
    let route = match path.strip_suffix(REST) {
        Some(before) => format!("{before}/{{*path}}"),
        None => path.to_owned(),
    };
    router.insert(route, resource).map_err(|error| MountError::Path(path.to_owned(), error.to_string()))
}
