//! Who proves users to Argus: the directory server that the settings name. Nothing in here knows who users are.

pub mod ldap;
mod tls;

use std::sync::Arc;

use argus_core::authentication::AuthMethod;
use argus_core::config::Settings;
use argus_core::context::RequestContext;
use argus_core::error::ApiError;

/// They could not say: they were not reached, were too slow, or answered nonsense. The log has the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreached;

impl From<Unreached> for ApiError {
    fn from(_: Unreached) -> Self {
        Self::unavailable()
    }
}

/// All of them, made at start.
pub struct Outside {
    /// The directory, where there is one.
    pub ldap: Option<ldap::Server>,
}

impl Outside {
    /// Those of the settings.
    ///
    /// # Errors
    /// Which setting cannot be used, and why.
    pub fn new(settings: &Settings) -> Result<Self, String> {
        let ldap = settings.ldap.is_on().then(|| ldap::Server::new(&settings.ldap)).transpose()?;
        Ok(Self { ldap })
    }

    /// The methods of those that are there.
    pub fn methods(&self) -> Vec<AuthMethod> {
        self.ldap.iter().map(|_| AuthMethod::Ldap).collect()
    }

    /// Those of a request's platform.
    ///
    /// # Errors
    /// 500 where the server made none.
    pub fn of(context: &RequestContext) -> Result<Arc<Self>, ApiError> {
        context.platform.services.get().ok_or_else(|| ApiError::internal("a service is missing"))
    }
}
