//! An OpenID provider (OpenID Connect Core 1.0 and Discovery 1.0): where to send browsers, and whether a token is its own,
//! meant for us, and good now.

mod facts;
mod token;

use std::borrow::Cow;
use std::time::Duration;

use argus_core::clock::Nanos;
use argus_core::config::{OpenIdSettings, ResponseType};
use argus_core::directory::Tree;
use argus_outbound::{Http, tls_client};
use openidconnect::core::{CoreAuthenticationFlow, CoreErrorResponseType};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, IssuerUrl, Nonce, RedirectUrl, RequestTokenError, Scope,
    TokenResponse,
};
use tokio::sync::Mutex;
use tokio::time::timeout;
use uuid::Uuid;

use super::Unreached;
use facts::{Client, Facts};

pub use token::Verified;

/// Why a provider proved nobody.
enum Failure {
    /// The token, or the code, is not good.
    Refused(String),
    /// The provider said nothing of use.
    Unreached(String),
}

/// A provider.
pub struct Provider {
    /// What paths call it.
    pub short_name: String,
    /// The settings.
    pub settings: OpenIdSettings,
    issuer: IssuerUrl,
    http: Http,
    patience: Duration,
    /// Who fetches keeps the others waiting, who then have what was fetched.
    facts: Mutex<Option<Facts>>,
}

impl Provider {
    /// The provider of the settings. Nothing is fetched yet.
    ///
    /// # Errors
    /// Which setting cannot be used, and why.
    pub fn new(short_name: &str, settings: &OpenIdSettings) -> Result<Self, String> {
        let at = |key: &str, problem: String| format!("openid.{short_name}.{key}: {problem}");
        let issuer = IssuerUrl::new(settings.issuer.clone()).map_err(|error| at("issuer", error.to_string()))?;
        let tls = tls_client(&settings.ca_file).map_err(|error| at("ca_file", error))?;
        Ok(Self {
            short_name: short_name.to_owned(),
            settings: settings.clone(),
            http: Http { tls, only_https: settings.issuer.starts_with("https://") },
            patience: settings.timeout.duration(),
            issuer,
            facts: Mutex::new(None),
        })
    }

    /// The name for people.
    pub fn name(&self) -> &str {
        if self.settings.name.is_empty() { &self.short_name } else { &self.settings.name }
    }

    /// Whether users of a domain may come in by it.
    pub fn lets_in(&self, tree: &Tree, domain: i64) -> bool {
        let only = &self.settings.domain;
        only.is_empty() || tree.find_domain(Some(only)) == Some(domain)
    }

    /// Where to send a browser, that comes back to `redirect`.
    ///
    /// # Errors
    /// When the provider cannot be asked where that is.
    pub async fn address(&self, redirect: &str, state: &str, nonce: &str, now: Nanos) -> Result<String, Unreached> {
        self.patiently(async {
            let client = self.client(&*self.facts(now).await?, redirect)?;
            let flow = match self.settings.response_type {
                ResponseType::IdToken => CoreAuthenticationFlow::Implicit(false),
                ResponseType::Code => CoreAuthenticationFlow::AuthorizationCode,
            };
            let (state, nonce) = (state.to_owned(), nonce.to_owned());
            let asked = client.authorize_url(flow, || CsrfToken::new(state), || Nonce::new(nonce));
            let scopes = self.settings.scopes.iter().filter(|scope| *scope != "openid").cloned().map(Scope::new);
            Ok(asked.add_scopes(scopes).url().0.to_string())
        })
        .await?
        .ok_or(Unreached)
    }

    /// The token that the provider gives for a code; none when it does not know the code.
    ///
    /// # Errors
    /// When the provider cannot be asked, or does not take us for who we are.
    pub async fn token_of(&self, code: &str, redirect: &str, now: Nanos) -> Result<Option<String>, Unreached> {
        self.patiently(async {
            let client = self.client(&*self.facts(now).await?, redirect)?;
            let request = client.exchange_code(AuthorizationCode::new(code.to_owned()));
            let request = request.map_err(|error| Failure::Unreached(error.to_string()))?;
            let send = |request| self.http.clone().send(request);
            let answer = request.set_redirect_uri(Cow::Owned(redirect_url(redirect)?)).request_async(&send).await;
            let answer = answer.map_err(|error| match error {
                RequestTokenError::ServerResponse(said) if *said.error() == CoreErrorResponseType::InvalidGrant => {
                    Failure::Refused(said.to_string())
                }
                error => Failure::Unreached(error.to_string()),
            })?;
            let token = answer.id_token().ok_or_else(|| Failure::Unreached("it gives no id_token".to_owned()))?;
            Ok(token.to_string())
        })
        .await
    }

    /// What a token of this provider says; nothing where it is not its own, not meant for us, or not good now.
    ///
    /// # Errors
    /// When the provider's keys cannot be fetched.
    pub async fn verified(&self, token: &str, now: Nanos) -> Result<Option<Verified>, Unreached> {
        self.patiently(async {
            let mut held = self.facts(now).await?;
            let mut read = token::read(self, &held, token, now);
            // A key that was not there yet when they were fetched.
            if matches!(read, Err(token::Unread::UnknownKey)) && held.may_look_again(now) {
                *held = self.fetch(now).await?;
                read = token::read(self, &held, token, now);
            }
            read.map_err(|error| Failure::Refused(error.to_string()))
        })
        .await
    }

    fn client(&self, facts: &Facts, redirect: &str) -> Result<Client, Failure> {
        let secret = self.settings.client_secret.reveal();
        let secret = (!secret.is_empty()).then(|| ClientSecret::new(secret.to_owned()));
        Ok(facts.client(ClientId::new(self.settings.client_id.clone()), secret, redirect_url(redirect)?))
    }

    /// Within the time that the settings give, and with a word in the log.
    async fn patiently<T>(&self, work: impl Future<Output = Result<T, Failure>>) -> Result<Option<T>, Unreached> {
        let done = timeout(self.patience, work).await;
        match done.unwrap_or_else(|_| Err(Failure::Unreached("it took too long".to_owned()))) {
            Ok(value) => Ok(Some(value)),
            Err(Failure::Refused(reason)) => {
                tracing::info!(provider = %self.short_name, %reason, "a login by an OpenID provider is refused");
                Ok(None)
            }
            Err(Failure::Unreached(reason)) => {
                tracing::error!(provider = %self.short_name, %reason, "the OpenID provider cannot be used");
                Err(Unreached)
            }
        }
    }
}

/// The identifier of the provider of a short name: it follows from that, since the settings have none.
pub fn id_of(short_name: &str) -> Uuid {
    let digest = ring::digest::digest(&ring::digest::SHA256, format!("argus openid provider {short_name}").as_bytes());
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(digest.as_ref()).for_each(|(byte, hashed)| *byte = *hashed);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

fn redirect_url(redirect: &str) -> Result<RedirectUrl, Failure> {
    RedirectUrl::new(redirect.to_owned()).map_err(|error| Failure::Unreached(error.to_string()))
}
