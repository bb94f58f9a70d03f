//! The trail: the trait through which everything that happens is recorded. No module needs the audit module for it.

pub mod outbox;

use std::sync::Arc;

use argus_identity::entity::subject;
use poem::http::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::authentication::api_key::without_secrets;
use crate::clock::Nanos;
use crate::context::RequestContext;
use crate::error::ApiError;

/// Characters of a path that a record keeps.
const LONGEST_PATH: usize = 1_024;

/// Where records go. The audit log is one; it takes them in order and never drops one.
#[async_trait::async_trait]
pub trait AuditTrail: Send + Sync {
    /// Takes the record of a request that changed nothing. Returns when the record is queued, not when it is durable;
    /// while the bounded queue is full, waits.
    ///
    /// # Errors
    /// 503 when the queue stays full.
    async fn record(&self, record: Record) -> Result<(), ApiError>;

    /// Takes a record and returns when it is durable.
    ///
    /// # Errors
    /// 503 when it cannot be written now.
    async fn record_durably(&self, record: Record) -> Result<(), ApiError>;

    /// Records were committed with their changes (see [`outbox`]) and can be drained.
    fn committed(&self);

    /// Whether the last batch could be written.
    fn is_writing(&self) -> bool;
}

/// Which requests are recorded (`audit.requests`). Logins, refusals and exports always are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Requests {
    /// Every request.
    #[default]
    All,
    /// All but successful reads.
    Changes,
    /// Logins, refusals and exports only.
    Off,
}

/// What a request did, as the trail keeps it: never a secret, of parameters only the names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// When the request arrived.
    pub timestamp: Nanos,
    /// The customer whose trail it belongs to: the caller's, else none (the root's).
    pub customer_id: Option<i64>,
    /// Operation id; empty when the path led to none.
    pub operation: String,
    /// CREATE, READ, UPDATE, DELETE, EXPORT, LOGIN, LOGOUT.
    pub verb: Option<String>,
    /// HTTP method.
    pub method: String,
    /// Path as sent.
    pub path: String,
    /// Names of the query parameters.
    pub parameters: Vec<String>,
    /// HTTP status of a refused or failed request; none for success.
    pub error_status: Option<u16>,
    /// Templates of the error's messages.
    pub error_templates: Vec<String>,
    /// User number of the caller, or of the user who tried to log in.
    pub user_id: Option<i64>,
    /// Name of the caller, or the name as tried.
    pub actor_name: Option<String>,
    /// Prefix of the API key that was used.
    pub key: Option<String>,
    /// Who acted as the caller, where it was not the caller itself.
    #[serde(default)]
    pub impersonator: Option<RecordedImpersonator>,
    /// How the caller proved, or tried to prove, who it is.
    pub auth_method: Option<String>,
    /// The client's address.
    pub client_ip: String,
    /// The client's name for itself.
    pub user_agent: Option<String>,
    /// The request's id.
    pub request_id: String,
    /// What it was about.
    pub target: Option<Target>,
}

/// Who acted as another user.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RecordedImpersonator {
    /// User number.
    pub id: i64,
    /// Short name.
    pub short_name: String,
}

/// The object of a recorded request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Target {
    /// Kind of the object, upper case.
    pub kind: String,
    /// Its id.
    pub id: String,
    /// The object before a change.
    pub before: Option<Value>,
    /// The object after a change.
    pub after: Option<Value>,
}

impl Requests {
    /// Whether a request that did `verb`, and was refused or not, leaves a record.
    #[must_use]
    pub fn want(self, verb: Option<&str>, refused: bool) -> bool {
        // What leaves the log is known to the log, whatever else is not.
        let always = refused || matches!(verb, Some("LOGIN" | "LOGOUT" | "EXPORT"));
        match self {
            Self::All => true,
            Self::Changes => always || verb != Some("READ"),
            Self::Off => always,
        }
    }
}

impl Record {
    /// The record of a request with its outcome; no error means success.
    #[must_use]
    pub fn of(context: &RequestContext, error: Option<&ApiError>) -> Self {
        let (principal, tried) = (context.principal(), context.tried.get());
        Self {
            timestamp: context.received,
            customer_id: principal.map(|principal| principal.customer_id),
            operation: context.operation.id.to_owned(),
            verb: context.verb().map(str::to_owned),
            method: context.method.as_str().to_owned(),
            path: without_secrets(&context.path).chars().take(LONGEST_PATH).collect(),
            parameters: context.parameters.iter().map(|name| without_secrets(name)).collect(),
            error_status: error.map(|error| error.status.as_u16()),
            error_templates: error.map(templates).unwrap_or_default(),
            // Who guesses another's secret with a good credential of his own is found under the other all the same.
            user_id: match tried {
                Some(tried) => tried.user_id,
                None => principal.and_then(|principal| principal.user()),
            },
            actor_name: tried
                .map(|tried| without_secrets(&tried.name))
                .or(principal.map(|principal| principal.user_name.clone())),
            key: principal.and_then(|principal| principal.key_prefix()),
            impersonator: principal
                .and_then(|principal| principal.impersonator.as_deref())
                .map(|who| RecordedImpersonator { id: who.user_id, short_name: who.user_name.clone() }),
            auth_method: tried.map(|tried| tried.method).or(principal.map(|it| it.method.name())).map(str::to_owned),
            client_ip: context.client_ip.to_string(),
            user_agent: context.user_agent.clone(),
            request_id: context.request_id.clone(),
            target: context.noted.get().cloned(),
        }
    }

    /// The record of something that Argus did of itself, and no request asked for.
    #[must_use]
    pub fn of_argus(timestamp: Nanos, customer_id: i64, operation: &str, verb: &str) -> Self {
        Self {
            timestamp,
            customer_id: Some(customer_id),
            operation: operation.to_owned(),
            verb: Some(verb.to_owned()),
            method: String::new(),
            path: String::new(),
            parameters: Vec::new(),
            error_status: None,
            error_templates: Vec::new(),
            user_id: None,
            actor_name: Some("argus".to_owned()),
            key: None,
            impersonator: None,
            auth_method: None,
            client_ip: String::new(),
            user_agent: None,
            request_id: String::new(),
            target: None,
        }
    }

    /// The record of a user who proved only in this request who it is.
    #[must_use]
    pub fn by(mut self, user: &subject::Model) -> Self {
        self.customer_id = Some(user.customer_id);
        self.user_id = Some(user.id);
        self.actor_name = Some(user.short_name.clone());
        self
    }

    /// The record, about that object.
    #[must_use]
    pub fn about(mut self, kind: &str, id: impl Into<String>, before: Option<Value>, after: Option<Value>) -> Self {
        self.target = Some(Target { kind: kind.to_owned(), id: id.into(), before, after });
        self
    }

    /// Whether the settings want this record.
    #[must_use]
    pub fn is_wanted(&self, requests: Requests) -> bool {
        requests.want(self.verb.as_deref(), self.error_status.is_some())
    }

    /// What the event keeps of the request itself.
    #[must_use]
    pub fn request_metadata(&self) -> Value {
        let mut metadata = json!({ "path": self.path, "parameters": self.parameters });
        if let (Some(who), Some(members)) = (&self.impersonator, metadata.as_object_mut()) {
            members.insert("impersonator".to_owned(), json!(who));
        }
        metadata
    }
}

fn templates(error: &ApiError) -> Vec<String> {
    error.messages.iter().map(|message| message.template.to_string()).collect()
}

/// A trail that keeps nothing, for processes that serve no requests (writing documents, tests of the platform).
pub struct NoTrail;

#[async_trait::async_trait]
impl AuditTrail for NoTrail {
    async fn record(&self, _: Record) -> Result<(), ApiError> {
        Ok(())
    }

    async fn record_durably(&self, _: Record) -> Result<(), ApiError> {
        Ok(())
    }

    fn committed(&self) {}

    fn is_writing(&self) -> bool {
        true
    }
}

/// A shared trail.
pub type Trail = Arc<dyn AuditTrail>;

/// The verb of an operation that changes nothing beyond what its method says.
#[must_use]
pub fn verb_of(method: &Method, search: bool) -> Option<&'static str> {
    match *method {
        Method::GET | Method::HEAD => Some("READ"),
        Method::POST if search => Some("READ"),
        Method::POST => Some("CREATE"),
        Method::PUT | Method::PATCH => Some("UPDATE"),
        Method::DELETE => Some("DELETE"),
        _ => None,
    }
}

/// Whether a status is a refusal or a failure.
#[must_use]
pub fn is_error(status: StatusCode) -> bool {
    status.is_client_error() || status.is_server_error()
}
