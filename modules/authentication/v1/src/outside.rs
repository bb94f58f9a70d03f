//! Who proves users to Argus: the directory server and the OpenID providers that the settings name. Nothing in here knows
//! who users are.

pub mod ldap;
pub mod openid;

use std::collections::BTreeMap;
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
    /// The providers by short name.
    pub openid: BTreeMap<String, openid::Provider>,
}

impl Outside {
    /// Those of the settings.
    ///
    /// # Errors
    /// Which setting cannot be used, and why.
    pub fn new(settings: &Settings) -> Result<Self, String> {
        let ldap = settings.ldap.is_on().then(|| ldap::Server::new(&settings.ldap)).transpose()?;
        let openid = settings.openid.iter().map(|(short_name, settings)| {
            Ok::<_, String>((short_name.clone(), openid::Provider::new(short_name, settings)?))
        });
        Ok(Self { ldap, openid: openid.collect::<Result<_, _>>()? })
    }

    /// The methods of those that are there.
    pub fn methods(&self) -> Vec<AuthMethod> {
        let ldap = self.ldap.iter().map(|_| AuthMethod::Ldap);
        let openid = self.openid.first_key_value().map(|_| AuthMethod::OpenId);
        ldap.chain(openid).collect()
    }

    /// The provider of that short name or identifier.
    ///
    /// # Errors
    /// 404.
    pub fn provider(&self, name: &str) -> Result<&openid::Provider, ApiError> {
        let by_id = || self.openid.values().find(|provider| openid::id_of(&provider.short_name).to_string() == name);
        self.openid.get(name).or_else(by_id).ok_or_else(|| ApiError::not_found("provider"))
    }

    /// Those of a request's platform.
    ///
    /// # Errors
    /// 500 where the server made none.
    pub fn of(context: &RequestContext) -> Result<Arc<Self>, ApiError> {
        context.platform.services.get().ok_or_else(|| ApiError::internal("a service is missing"))
    }
}
