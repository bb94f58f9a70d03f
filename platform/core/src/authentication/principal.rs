//! Who is asking, once it is proved.

use std::sync::Arc;

use argus_identity::entity::{customer, subject};
use argus_identity::users::{flag, method};
use sea_orm::prelude::Uuid;

use super::api_key::KeyId;
use super::session::TokenHash;
use crate::access::Level;
use crate::rights::{CustomerSet, Rights};

/// How a caller proved who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthMethod {
    /// Password login.
    Password,
    /// API key.
    ApiKey,
    /// A signature on each request.
    Signature,
    /// Password with a time-based code.
    Totp,
    /// Password checked by a directory server.
    Ldap,
    /// A token of an OpenID provider.
    OpenId,
    /// Somebody else's session.
    Impersonated,
    /// Nothing: a dialect let in who said nothing.
    Anonymous,
}

impl AuthMethod {
    /// The name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Password => "PASSWORD",
            Self::ApiKey => "APIKEY",
            Self::Signature => "SIGNATURE",
            Self::Totp => "TOTP",
            Self::Ldap => "LDAP",
            Self::OpenId => "OPENID",
            Self::Impersonated => "IMPERSONATED",
            Self::Anonymous => "ANONYMOUS",
        }
    }

    /// The method of that name, in either case: paths and events have it in lower case.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let known = Self::OF_USERS.into_iter().chain([Self::Impersonated]);
        known.into_iter().find(|method| method.name().eq_ignore_ascii_case(name))
    }

    /// Those that can be enabled for a user.
    pub const OF_USERS: [Self; 6] =
        [Self::Password, Self::Signature, Self::Totp, Self::ApiKey, Self::Ldap, Self::OpenId];

    /// Whether a user who came by it has to set another password first: one that this server keeps is part of it, and the
    /// user is marked so.
    #[must_use]
    pub fn is_password_due(self, user: &subject::Model) -> bool {
        matches!(self, Self::Password | Self::Totp) && user.flags & flag::FORCE_PASSWORD_CHANGE != 0
    }

    /// Its bit of [`subject::Model::methods`]; none for what no user has.
    #[must_use]
    pub fn bit(self) -> i32 {
        match self {
            Self::Password => method::PASSWORD,
            Self::ApiKey => method::API_KEY,
            Self::Signature => method::SIGNATURE,
            Self::Totp => method::TOTP,
            Self::Ldap => method::LDAP,
            Self::OpenId => method::OPENID,
            Self::Impersonated | Self::Anonymous => 0,
        }
    }
}

/// The number that no user has.
const NOBODY: i64 = 0;

/// What was presented.
#[derive(Debug, Clone)]
pub enum Credential {
    /// An API key.
    ApiKey(KeyId),
    /// A signature with the public key of that row.
    Signature(i64),
    /// A session.
    Session {
        /// Its identifier.
        id: Uuid,
        /// The hash it is stored under.
        token_hash: TokenHash,
        /// When it was made, in ns.
        created_at: i64,
        /// Its hard end, in ns.
        valid_until: i64,
        /// From where it was made.
        client_ip: String,
    },
    /// A credential that one dialect alone knows.
    Dialect,
    /// None, where a dialect lets in who says nothing.
    Anonymous,
}

/// Who acts as another user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Impersonator {
    /// The user's number.
    pub user_id: i64,
    /// The user's short name.
    pub user_name: String,
}

/// A proved caller: a user, and what the credential lets it do right now.
#[derive(Debug, Clone)]
pub struct Principal {
    /// The user's number; 0 where it is no user (see [`Principal::user`]).
    pub user_id: i64,
    /// The user's short name.
    pub user_name: String,
    /// The user's domain.
    pub domain_id: i64,
    /// The customer the user belongs to.
    pub customer_id: i64,
    /// How strongly it was proved.
    pub level: Level,
    /// How it was proved.
    pub method: AuthMethod,
    /// Whether only functions that read can be used.
    pub read_only: bool,
    /// The user's rights, cut by the credential.
    pub rights: Arc<Rights>,
    /// What was presented.
    pub credential: Credential,
    /// Who acts as this user, where it is not the user itself.
    pub impersonator: Option<Arc<Impersonator>>,
    /// Whether the user has to set another password before anything else; keys and signatures do not mind.
    pub password_due: bool,
    /// How many credentials the session was made from, one from the other; 0 for keys and for sessions of a login.
    pub depth: u8,
}

impl Principal {
    /// A user by its own credential, with these rights. A session that was made from another one adds how.
    #[must_use]
    pub fn new(
        user: &subject::Model,
        method: AuthMethod,
        level: Level,
        read_only: bool,
        rights: Arc<Rights>,
        credential: Credential,
    ) -> Self {
        Self {
            user_id: user.id,
            user_name: user.short_name.clone(),
            domain_id: user.domain_id,
            customer_id: user.customer_id,
            level,
            method,
            read_only,
            rights,
            credential,
            impersonator: None,
            password_due: false,
            depth: 0,
        }
    }

    /// Somebody who did not say who it is, and may do that much; at the level of scripts.
    #[must_use]
    pub fn anonymous(customer: &customer::Model, rights: Arc<Rights>) -> Self {
        Self {
            user_id: NOBODY,
            user_name: "anonymous".to_owned(),
            domain_id: customer.domain_id,
            customer_id: customer.id,
            level: Level::External,
            method: AuthMethod::Anonymous,
            read_only: false,
            rights,
            credential: Credential::Anonymous,
            impersonator: None,
            password_due: false,
            depth: 0,
        }
    }

    /// The user's number, where it is a user.
    #[must_use]
    pub fn user(&self) -> Option<i64> {
        (!matches!(self.credential, Credential::Anonymous)).then_some(self.user_id)
    }

    /// The identifier of its session; none without one.
    #[must_use]
    pub fn session_id(&self) -> Option<Uuid> {
        match &self.credential {
            Credential::Session { id, .. } => Some(*id),
            Credential::ApiKey(_) | Credential::Signature(_) | Credential::Dialect | Credential::Anonymous => None,
        }
    }

    /// Whether a function can be used on any customer.
    #[must_use]
    pub fn has(&self, function: &str) -> bool {
        self.rights.has(function)
    }

    /// The customers on which a function can be used.
    #[must_use]
    pub fn customers_for(&self, function: &str) -> CustomerSet {
        self.rights.customers_for(function)
    }

    /// Whether the credential was made from another one, and so may be less than what the user can have by a login.
    #[must_use]
    pub fn is_derived(&self) -> bool {
        self.depth > 0
    }

    /// The prefix of the API key, where one was used.
    #[must_use]
    pub fn key_prefix(&self) -> Option<String> {
        match &self.credential {
            Credential::ApiKey(id) => Some(id.to_string()),
            Credential::Signature(_) | Credential::Session { .. } | Credential::Dialect | Credential::Anonymous => None,
        }
    }
}
