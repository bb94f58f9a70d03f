//! A dialect as it is mounted: which requests are its own, who gets in without a credential, what browsers may read.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;
use poem::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use poem::{Request, Response};

use super::Platform;
use crate::authentication::{Principal, client_ip};
use crate::config::{Anonymous, Mount, Settings};
use crate::dialect::Dialect;
use crate::error::ApiError;
use crate::rights::{CustomerSet, Rights};

/// Methods and headers of calls from pages of other origins, and for how many seconds a browser may remember it.
const CORS_METHODS: HeaderValue = HeaderValue::from_static("GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS");
const CORS_HEADERS: HeaderValue = HeaderValue::from_static(
    "Origin, Content-Type, Accept, Authorization, X-Requested-With, X-CSRF-Token, X-Request-ID, Argus-API-Key, api-key",
);
const CORS_MAX_AGE: HeaderValue = HeaderValue::from_static("86400");

/// A mounted dialect.
pub(super) struct Face {
    pub dialect: Dialect,
    /// `/dialect/<name>`: where it is found whatever the settings say.
    pub home: String,
    /// Its grounds where its clients look for them, with the prefix.
    grounds: Vec<String>,
    host: String,
    anonymous: Anonymous,
    trusted: Vec<IpNet>,
    origins: Vec<HeaderValue>,
}

impl Face {
    pub(super) fn new(dialect: Dialect, home: String, mount: &Mount, settings: &Settings) -> Self {
        Self {
            dialect,
            home,
            grounds: dialect.grounds.iter().map(|ground| format!("{}{ground}", mount.prefix)).collect(),
            host: mount.host.clone(),
            anonymous: mount.anonymous,
            trusted: settings.trusted_networks.clone(),
            origins: mount.origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok()).collect(),
        }
    }

    /// Whether a request goes to the host at which nothing else answers.
    pub(super) fn has_host(&self, headers: &HeaderMap) -> bool {
        !self.host.is_empty()
            && headers.get(header::HOST).and_then(|host| host.to_str().ok()).is_some_and(|host| {
                // A port may stand behind a name, not in one.
                let name = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
                host.eq_ignore_ascii_case(&self.host)
                    || name.is_some_and(|(name, _)| name.eq_ignore_ascii_case(&self.host))
            })
    }

    /// Whether a path lies at its home.
    pub(super) fn is_home_of(&self, path: &str) -> bool {
        is_below(path, &self.home)
    }

    /// How long the longest of its grounds is on which a path lies.
    pub(super) fn ground_of(&self, path: &str) -> Option<usize> {
        self.grounds.iter().filter(|ground| is_below(path, ground)).map(String::len).max()
    }

    /// An error in the other system's words.
    pub(super) fn render(&self, error: &ApiError) -> Response {
        let mut response = (self.dialect.error)(error);
        if let Some(seconds) = error.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }

    /// Who somebody is that says nothing, if such are let in from there.
    pub(super) async fn stranger(
        &self,
        platform: &Platform,
        request: &Request,
        client: IpAddr,
    ) -> Result<Option<Arc<Principal>>, ApiError> {
        let is_hidden = client_ip::is_hidden(request, &platform.settings.trusted_proxies);
        let trusted = if is_hidden { &[] } else { self.trusted.as_slice() };
        if !self.anonymous.lets_in(client, trusted) {
            return Ok(None);
        }
        let tree = platform.directory.tree().await?;
        let root = CustomerSet::Only(Arc::new([tree.root()].into()));
        let mut rights = Rights::default();
        for function in self.dialect.anonymous {
            rights.add((*function).into(), &root);
        }
        Ok(tree.customer(tree.root()).map(|root| Arc::new(Principal::anonymous(root, Arc::new(rights)))))
    }

    /// The answer to a browser that asks whether a page may call.
    pub(super) fn preflight(&self, request: &Request) -> Response {
        let mut response = Response::builder().status(StatusCode::OK).finish();
        if self.allowed(request.headers()).is_some() {
            let headers = response.headers_mut();
            headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, CORS_METHODS);
            headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, CORS_HEADERS);
            headers.insert(header::ACCESS_CONTROL_MAX_AGE, CORS_MAX_AGE);
        }
        response
    }

    /// Whether a request is one that a browser sends before a page's own.
    pub(super) fn is_preflight(request: &Request) -> bool {
        *request.method() == Method::OPTIONS
    }

    /// The origin of a request's page, if such pages may call.
    pub(super) fn allowed(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        let origin = headers.get(header::ORIGIN)?;
        self.origins.iter().find(|allowed| *allowed == origin).cloned()
    }

    /// Says in an answer that pages of that origin may read it.
    pub(super) fn let_read(&self, response: &mut Response, origin: Option<HeaderValue>) {
        if self.origins.is_empty() {
            return;
        }
        let headers = response.headers_mut();
        headers.append(header::VARY, HeaderValue::from_static("Origin"));
        if let Some(origin) = origin {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        }
    }
}

/// Whether a path is another one or lies below it.
fn is_below(path: &str, above: &str) -> bool {
    path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn face() -> Face {
        let dialect = Dialect {
            name: "test",
            grounds: &["/api/v1/audit", "/api/v1/audit/logs"],
            error: |_| Response::default(),
            anonymous: &[],
            credential: None,
        };
        let mount = Mount {
            enabled: true,
            prefix: "/old".to_owned(),
            host: "Audit.example.org".to_owned(),
            anonymous: Anonymous::Off,
            origins: vec!["https://example.org".to_owned()],
        };
        Face::new(dialect, "/dialect/test".to_owned(), &mount, &Settings::default())
    }

    #[test]
    fn the_longest_ground_counts() {
        let face = face();
        assert_eq!(face.ground_of("/old/api/v1/audit/logs/1"), Some("/old/api/v1/audit/logs".len()));
        assert_eq!(face.ground_of("/old/api/v1/audit/logs2"), Some("/old/api/v1/audit".len()));
        assert_eq!(face.ground_of("/api/v1/audit"), None);
        assert!(face.is_home_of("/dialect/test/x") && !face.is_home_of("/dialect/testing"));
    }

    #[test]
    fn hosts_have_no_case_and_may_have_a_port() {
        let face = face();
        let with =
            |host: &'static str| [(header::HOST, HeaderValue::from_static(host))].into_iter().collect::<HeaderMap>();
        assert!(face.has_host(&with("audit.example.org")) && face.has_host(&with("audit.EXAMPLE.org:8080")));
        assert!(!face.has_host(&with("example.org")) && !face.has_host(&with("audit.example.org:x")));
    }

    #[test]
    fn pages_of_other_origins_hear_nothing() {
        let face = face();
        let with = |origin: &'static str| [(header::ORIGIN, HeaderValue::from_static(origin))].into_iter().collect();
        assert!(face.allowed(&with("https://example.org")).is_some());
        for other in ["https://example.org.evil", "http://example.org", "null", "*"] {
            assert!(face.allowed(&with(other)).is_none(), "{other}");
        }
    }
}
