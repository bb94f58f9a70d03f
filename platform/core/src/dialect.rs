//! Dialects: modules that speak as another system does, so that its clients need no more than another base address.
//!
//! A dialect is mounted as every module is, below `/dialect/<name>`, and its operations are reached by the same way: gates,
//! records, scope. What is its own stands in [`Dialect`]: which paths it answers for where its clients look for them, how an
//! error reads, and which credential nobody else knows.

use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;

use poem::Response;
use poem::http::HeaderMap;

use crate::app::Platform;
use crate::authentication::{Principal, Refused};
use crate::error::ApiError;

/// What a module has that speaks as another system does.
#[derive(Clone, Copy)]
pub struct Dialect {
    /// Its name in the settings and in paths: `argus0`.
    pub name: &'static str,
    /// Beginnings of paths, below its prefix, that are its own ground: `/api/audit-logs`. What leads nowhere there is told in
    /// its words. Where two dialects have one ground, the longer beginning decides, also between their operations.
    pub grounds: &'static [&'static str],
    /// Writes an error as the other system does. What all errors have (`Retry-After`) is added.
    pub error: fn(&ApiError) -> Response,
    /// Functions that whoever the settings let in without a credential may use, at the root customer.
    pub anonymous: &'static [&'static str],
    /// A credential of the other system, for operations that ask who is asking.
    pub credential: Option<OwnCredential>,
}

/// Finds out who is asking by a credential of the other system: nobody where there is none. Beside one of Argus it has to be
/// the same user's.
pub type OwnCredential = for<'a> fn(Asked<'a>) -> Asking<'a>;

/// A request of which a dialect is to say who is asking.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The platform.
    pub platform: &'a Platform,
    /// The request's headers.
    pub headers: &'a HeaderMap,
    /// From where it comes.
    pub client_ip: IpAddr,
    /// The operation's id.
    pub operation: &'a str,
    /// Whether a credential of Argus said already who it is.
    pub is_known: bool,
}

/// Somebody who is being found out.
pub type Asking<'a> = Pin<Box<dyn Future<Output = Result<Option<Arc<Principal>>, Refused>> + Send + 'a>>;
