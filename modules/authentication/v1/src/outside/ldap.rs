//! A directory server (LDAP, RFC 4511) that is asked whether a password is right, by a simple bind.

use std::sync::Arc;
use std::time::Duration;

use argus_core::config::{LdapSettings, USER};
use argus_outbound::tls_client;
use ldap3::{
    Ldap, LdapConnAsync, LdapConnSettings, LdapError, Scope, SearchEntry, SearchOptions, dn_escape, ldap_escape,
    parse_filter,
};
use rustls::ClientConfig;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_util::task::AbortOnDropHandle;

use super::Unreached;

/// Result codes (RFC 4511, 4.1.9 and appendix A) by which a directory says that a name and a password do not go together, or
/// that it does not let that name in. All others say something about the directory or our settings.
const REFUSALS: [u32; 8] = [
    16, // noSuchAttribute
    19, // constraintViolation: locked by policy
    32, // noSuchObject
    34, // invalidDNSyntax
    48, // inappropriateAuthentication: it has no password
    49, // invalidCredentials
    50, // insufficientAccessRights
    53, // unwillingToPerform: disabled
];

/// The result code of a search that found more than was asked for.
const SIZE_LIMIT: u32 = 4;

/// A directory server.
pub struct Server {
    plan: Arc<Plan>,
    places: Semaphore,
    patience: Duration,
}

struct Plan {
    settings: LdapSettings,
    tls: Arc<ClientConfig>,
}

/// Why nobody was proved.
enum Failure {
    /// The directory says no.
    Refused,
    /// It said nothing of use.
    Unreached(String),
}

impl From<LdapError> for Failure {
    fn from(error: LdapError) -> Self {
        Self::Unreached(error.to_string())
    }
}

impl Server {
    /// The server of the settings. Nothing is connected yet.
    ///
    /// # Errors
    /// Which setting cannot be used, and why.
    pub fn new(settings: &LdapSettings) -> Result<Self, String> {
        if !settings.search_base.is_empty() && parse_filter(settings.search_filter.replace(USER, "user")).is_err() {
            return Err("ldap.search_filter is no filter (RFC 4515)".to_owned());
        }
        if settings.url.starts_with("ldap:") && !settings.starttls {
            tracing::warn!("passwords go to the directory in the clear: ldap.starttls or ldaps:// would hide them");
        }
        let tls = tls_client(&settings.ca_file).map_err(|error| format!("ldap.ca_file: {error}"))?;
        let plan = Plan { settings: settings.clone(), tls };
        Ok(Self {
            plan: Arc::new(plan),
            places: Semaphore::new(settings.connections),
            patience: settings.timeout.duration(),
        })
    }

    /// Whether it is the password of that name at the directory. An empty one never is: a directory takes a bind without
    /// password for one without a name, and lets it pass (RFC 4513, 5.1.2).
    ///
    /// # Errors
    /// When the directory is not there, too slow, or does not do what the settings say of it.
    pub async fn is_password(&self, name: &str, password: &str) -> Result<bool, Unreached> {
        if name.is_empty() || password.is_empty() {
            return Ok(false);
        }
        let asked = timeout(self.patience, self.ask(name.to_owned(), password.to_owned())).await;
        match asked.unwrap_or_else(|_| Err(Failure::Unreached("it took too long".to_owned()))) {
            Ok(()) => Ok(true),
            Err(Failure::Refused) => Ok(false),
            Err(Failure::Unreached(reason)) => {
                tracing::error!(%reason, "the directory server cannot be used");
                Err(Unreached)
            }
        }
    }

    /// In a task of its own: the library panics at some answers that are no LDAP.
    async fn ask(&self, name: String, password: String) -> Result<(), Failure> {
        let _place = self.places.acquire().await.map_err(|error| Failure::Unreached(error.to_string()))?;
        let plan = self.plan.clone();
        let asked = tokio::spawn(async move { plan.prove(&name, &password).await });
        let asked = AbortOnDropHandle::new(asked).await;
        asked.unwrap_or_else(|_| Err(Failure::Unreached("its answer cannot be read".to_owned())))
    }
}

impl Plan {
    async fn prove(&self, name: &str, password: &str) -> Result<(), Failure> {
        let settings = LdapConnSettings::new().set_starttls(self.settings.starttls).set_config(self.tls.clone());
        let (connection, mut ldap) = LdapConnAsync::with_settings(settings, &self.settings.url).await?;
        // Ends with the handle, at the latest with this task.
        let _driven = AbortOnDropHandle::new(tokio::spawn(async move {
            if let Err(error) = connection.drive().await {
                tracing::debug!(%error, "the connection to the directory server ended");
            }
        }));
        let dn = if self.settings.search_base.is_empty() {
            Some(self.settings.bind_dn.replace(USER, &dn_escape(name)))
        } else {
            self.find(&mut ldap, name).await?
        };
        // Of a name that is not there the password is tried all the same, so that no step is left out.
        let nobody = || format!("cn=argus-nobody,{}", self.settings.search_base);
        let bound = ldap.simple_bind(&dn.clone().unwrap_or_else(nobody), password).await?;
        let _ = ldap.unbind().await;
        match bound.rc {
            0 if dn.is_some() => Ok(()),
            0 => Err(Failure::Refused),
            code if REFUSALS.contains(&code) => Err(Failure::Refused),
            code => Err(Failure::Unreached(format!("the bind ended with result code {code}"))),
        }
    }

    /// The distinguished name of the one entry that the filter finds.
    async fn find(&self, ldap: &mut Ldap, name: &str) -> Result<Option<String>, Failure> {
        let settings = &self.settings;
        if !settings.service_dn.is_empty() {
            let bound = ldap.simple_bind(&settings.service_dn, settings.service_password.reveal()).await?;
            if bound.rc != 0 {
                return Err(Failure::Unreached(format!("it refuses ldap.service_dn with result code {}", bound.rc)));
            }
        }
        let filter = settings.search_filter.replace(USER, &ldap_escape(name));
        // No attributes (RFC 4511, 4.5.1.8). Two entries are enough to know that it is not one.
        let search = ldap.with_search_options(SearchOptions::new().sizelimit(2));
        let mut stream = search.streaming_search(&settings.search_base, Scope::Subtree, &filter, vec!["1.1"]).await?;
        let mut found = Vec::new();
        while let Some(entry) = stream.next().await? {
            if !entry.is_ref() && !entry.is_intermediate() {
                found.push(SearchEntry::construct(entry).dn);
            }
            if found.len() > 1 {
                tracing::warn!("ldap.search_filter finds more than one entry of a name, and nobody is let in by it");
                return Ok(None);
            }
        }
        match stream.finish().await.rc {
            0 | SIZE_LIMIT => Ok(found.pop().filter(|dn| !dn.is_empty())),
            code => Err(Failure::Unreached(format!("the search ended with result code {code}"))),
        }
    }
}
