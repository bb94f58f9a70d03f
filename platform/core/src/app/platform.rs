//! What the platform offers to every operation.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::net::IpAddr;
use std::ops::Deref;
use std::sync::Arc;

use poem::{FromRequest, Request, RequestBody};

use crate::audit::Trail;
use crate::authentication::password::Passwords;
use crate::authentication::secret::ServerSecret;
use crate::authentication::signature::Used;
use crate::authentication::tries::Tries;
use crate::clock::{Clock, Ids};
use crate::config::Settings;
use crate::context::RequestContext;
use crate::db::Db;
use crate::directory::Directory;
use crate::error::ApiError;
use crate::tasks::Tasks;
use crate::telemetry::Metrics;
use crate::usage::Usage;

/// One running Argus: its store, clock, settings and caches. Shared by every request.
pub struct Platform {
    /// The store.
    pub db: Db,
    /// Time.
    pub clock: Clock,
    /// Randomness.
    pub ids: Ids,
    /// Settings.
    pub settings: Arc<Settings>,
    /// Where records go.
    pub trail: Trail,
    /// Who and what exists, from memory.
    pub directory: Directory,
    /// The server's own secret.
    pub secret: ServerSecret,
    /// The password pool.
    pub passwords: Passwords,
    /// Failed tries.
    pub tries: AllTries,
    /// Signatures that were accepted.
    pub signatures: Used,
    /// What signatures may name as this service.
    pub public_addresses: Vec<String>,
    /// Last uses, waiting to be written.
    pub usage: Usage,
    /// Metrics.
    pub metrics: Arc<Metrics>,
    /// What modules share between their operations.
    pub services: Services,
    /// What goes on beside requests.
    pub tasks: Tasks,
}

/// Failed tries by what they were made on.
pub struct AllTries {
    /// Passwords of one account: the domain and the lower-case name as tried, known or not.
    pub accounts: Tries<String>,
    /// Passwords from one address.
    pub addresses: Tries<IpAddr>,
    /// Keys from one address.
    pub keys: Tries<IpAddr>,
    /// Accounts and links to them that one address asked for; each counts, also a good one.
    pub signups: Tries<IpAddr>,
}

impl AllTries {
    /// What tries of one account are counted under, known or not.
    #[must_use]
    pub fn account(domain: i64, user_name: &str) -> String {
        format!("{domain}/{}", user_name.to_lowercase())
    }

    /// No failed tries yet.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        const MINUTE: i64 = 60_000_000_000;
        let limits = &settings.limits;
        Self {
            accounts: Tries::new(limits.password_account, limits.password_window.nanos()),
            addresses: Tries::new(limits.password_address, limits.password_window.nanos()),
            keys: Tries::new(limits.key_address, MINUTE),
            signups: Tries::new(settings.dialects.spectra.signups, MINUTE),
        }
    }
}

/// Objects that modules made at start, by type.
#[derive(Default)]
pub struct Services(HashMap<TypeId, Arc<dyn Any + Send + Sync>>);

impl Services {
    /// These, and one more.
    #[must_use]
    pub fn with<T: Send + Sync + 'static>(mut self, service: Arc<T>) -> Self {
        self.0.insert(TypeId::of::<T>(), service);
        self
    }

    /// The object of that type.
    #[must_use]
    pub fn get<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        self.0.get(&TypeId::of::<T>())?.clone().downcast().ok()
    }
}

/// Extractor of an object that a module made at start.
pub struct Service<T>(Arc<T>);

impl<T> Deref for Service<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> Service<T> {
    /// The object itself, for what outlives the request.
    #[must_use]
    pub fn shared(&self) -> &Arc<T> {
        &self.0
    }
}

impl<'a, T: Send + Sync + 'static> FromRequest<'a> for Service<T> {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        let found = RequestContext::of(request)?.platform.services.get::<T>();
        Ok(Self(found.ok_or_else(|| ApiError::internal("a service is missing"))?))
    }
}
