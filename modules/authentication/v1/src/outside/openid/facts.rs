//! What a provider says of itself: its addresses and its keys, kept for a while.

use argus_core::clock::Nanos;
use openidconnect::core::{CoreClient, CoreJsonWebKeySet, CoreProviderMetadata};
use openidconnect::{ClientId, ClientSecret, EndpointMaybeSet, EndpointNotSet, EndpointSet, RedirectUrl};
use tokio::sync::{MappedMutexGuard, MutexGuard};

use super::{Failure, Provider};

/// How long it is believed.
const LIFETIME: Nanos = 3_600_000_000_000;

/// After that time a key that is not there may make us look again: whoever makes up names of keys does not make us ask the
/// provider all the time.
const PAUSE: Nanos = 60_000_000_000;

/// A client of the library, with the addresses of a provider.
pub type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// What a provider said, and when.
pub struct Facts {
    metadata: CoreProviderMetadata,
    fetched_at: Nanos,
}

impl Facts {
    pub fn keys(&self) -> &CoreJsonWebKeySet {
        self.metadata.jwks()
    }

    pub fn client(&self, id: ClientId, secret: Option<ClientSecret>, redirect: RedirectUrl) -> Client {
        CoreClient::from_provider_metadata(self.metadata.clone(), id, secret).set_redirect_uri(redirect)
    }

    pub fn may_look_again(&self, now: Nanos) -> bool {
        now.saturating_sub(self.fetched_at) >= PAUSE
    }
}

impl Provider {
    /// What is known of the provider: from memory, or else from itself.
    pub(super) async fn facts(&self, now: Nanos) -> Result<MappedMutexGuard<'_, Facts>, Failure> {
        let mut held = self.facts.lock().await;
        let is_good = held.as_ref().is_some_and(|facts| now.saturating_sub(facts.fetched_at) < LIFETIME);
        if !is_good {
            *held = Some(self.fetch(now).await?);
        }
        MutexGuard::try_map(held, Option::as_mut).map_err(|_| Failure::Unreached("nothing is known of it".to_owned()))
    }

    pub(super) async fn fetch(&self, now: Nanos) -> Result<Facts, Failure> {
        let send = |request| self.http.clone().send(request);
        let found = CoreProviderMetadata::discover_async(self.issuer.clone(), &send).await;
        let metadata = found.map_err(|error| Failure::Unreached(described(&error)))?;
        Ok(Facts { metadata, fetched_at: now })
    }
}

/// An error with what is behind it.
fn described(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        text = format!("{text}: {error}");
        next = error.source();
    }
    text
}
