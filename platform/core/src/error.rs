//! The one error type of every operation.
//!
//! Which layer uses what: store functions and handlers return [`ApiError`]; the identity tables return
//! `sea_orm::DbErr`, which turns into one here; the platform renders it as an envelope (`envelope.rs`). Constructors
//! read aloud: `ApiError::not_found("key")`, `ApiError::field("limit", ...)`.

use std::borrow::Cow;
use std::fmt;

use poem::error::ResponseError;
use poem::http::StatusCode;
use sea_orm::DbErr;
use serde_json::Value;

/// What kind of message a [`Message`] is (requirements S2-61, S2-62).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageKind {
    /// Bound to one input field, named in `field`.
    FieldError,
    /// About the request as a whole.
    ActionError,
}

impl MessageKind {
    /// The name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FieldError => "FIELD_ERROR",
            Self::ActionError => "ACTION_ERROR",
        }
    }
}

/// One entry of the envelope's `messages`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Field or action.
    pub kind: MessageKind,
    /// Stable dotted key, for example `invalid.field.value`; what programs compare.
    pub template: Cow<'static, str>,
    /// Text for a person. Never a secret, never an inner error.
    pub text: Cow<'static, str>,
    /// The offending field of a [`MessageKind::FieldError`]; a list element names its list.
    pub field: Option<String>,
}

/// A refused or failed request: status, messages, and what the headers must say.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiError {
    /// HTTP status, also the envelope's `responseCode`.
    pub status: StatusCode,
    /// At least one message.
    pub messages: Vec<Message>,
    /// Seconds for the `Retry-After` header.
    pub retry_after: Option<u64>,
    /// The envelope's `data`, where an operation documents one for its errors.
    pub data: Option<Value>,
}

impl ApiError {
    /// An error with one message about the request as a whole.
    pub fn action(
        status: StatusCode,
        template: impl Into<Cow<'static, str>>,
        text: impl Into<Cow<'static, str>>,
    ) -> Self {
        let message =
            Message { kind: MessageKind::ActionError, template: template.into(), text: text.into(), field: None };
        Self { status, messages: vec![message], retry_after: None, data: None }
    }

    /// 412: one input field is wrong.
    pub fn field(
        field: impl Into<String>,
        template: impl Into<Cow<'static, str>>,
        text: impl Into<Cow<'static, str>>,
    ) -> Self {
        let mut errors = FieldErrors::default();
        errors.add(field, template, text);
        errors.into_error()
    }

    /// 412: a constraint that is not about one field is not met.
    pub fn unmet(template: impl Into<Cow<'static, str>>, text: impl Into<Cow<'static, str>>) -> Self {
        Self::action(StatusCode::PRECONDITION_FAILED, template, text)
    }

    /// 401: who is asking is not known, or not believed.
    pub fn unauthorized(template: impl Into<Cow<'static, str>>, text: impl Into<Cow<'static, str>>) -> Self {
        Self::action(StatusCode::UNAUTHORIZED, template, text)
    }

    /// 403: known, and not allowed.
    pub fn forbidden(template: impl Into<Cow<'static, str>>, text: impl Into<Cow<'static, str>>) -> Self {
        Self::action(StatusCode::FORBIDDEN, template, text)
    }

    /// 404: no such object, or none that the caller may know of. `what` is the entity's name.
    #[must_use]
    pub fn not_found(what: &str) -> Self {
        Self::action(StatusCode::NOT_FOUND, "object.not.found", format!("No such {what}"))
    }

    /// 413: the input is larger than `limit` bytes.
    #[must_use]
    pub fn too_large(limit: usize) -> Self {
        Self::action(
            StatusCode::PAYLOAD_TOO_LARGE,
            "request.too.large",
            format!("The request is larger than {limit} bytes"),
        )
    }

    /// 429: too many tries; good again after `retry_after` seconds.
    pub fn too_many(text: impl Into<Cow<'static, str>>, retry_after: u64) -> Self {
        let error = Self::action(StatusCode::TOO_MANY_REQUESTS, "too.many.requests", text);
        Self { retry_after: Some(retry_after), ..error }
    }

    /// 503: cannot be served now; nothing was stored.
    #[must_use]
    pub fn unavailable() -> Self {
        let text = "The service cannot take this request now; nothing was stored";
        let error = Self::action(StatusCode::SERVICE_UNAVAILABLE, "service.unavailable", text);
        Self { retry_after: Some(1), ..error }
    }

    /// 503: the store was lost in the midst of a commit; what was sent is there or it is not.
    #[must_use]
    pub fn in_doubt() -> Self {
        let text = "The service lost its store; send this again, under the same externalID or Idempotency-Key, to know what was stored";
        let error = Self::action(StatusCode::SERVICE_UNAVAILABLE, "service.unavailable", text);
        Self { retry_after: Some(1), ..error }
    }

    /// What it says to a person: the texts of all of its messages.
    #[must_use]
    pub fn texts(&self) -> String {
        self.messages.iter().map(|message| message.text.as_ref()).collect::<Vec<_>>().join("; ")
    }

    /// 500: our fault. The inner error goes to the server's log and nowhere else.
    pub fn internal(error: impl fmt::Display) -> Self {
        tracing::error!(%error, "request failed");
        Self::action(StatusCode::INTERNAL_SERVER_ERROR, "internal.error", "Internal error")
    }
}

/// Gathers every bad field of an input, so that one answer names them all.
#[derive(Debug, Default)]
pub struct FieldErrors(Vec<Message>);

impl FieldErrors {
    /// Adds one bad field.
    pub fn add(
        &mut self,
        field: impl Into<String>,
        template: impl Into<Cow<'static, str>>,
        text: impl Into<Cow<'static, str>>,
    ) {
        let (template, text, field) = (template.into(), text.into(), Some(field.into()));
        self.0.push(Message { kind: MessageKind::FieldError, template, text, field });
    }

    /// Adds all messages of another 412.
    pub fn merge(&mut self, error: ApiError) {
        self.0.extend(error.messages);
    }

    /// Whether something was wrong with that field already: finer rules have nothing to add to it.
    #[must_use]
    pub fn has(&self, field: &str) -> bool {
        self.0.iter().any(|message| message.field.as_deref() == Some(field))
    }

    /// How many messages there are so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing was wrong so far.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `Ok` when nothing was wrong.
    ///
    /// # Errors
    /// 412 with one message per bad field.
    pub fn finish(self) -> Result<(), ApiError> {
        if self.0.is_empty() { Ok(()) } else { Err(self.into_error()) }
    }

    /// The outcome of another look at the same input, or one answer that names what either found.
    ///
    /// # Errors
    /// 412 with one message per bad field, or what the other look failed with.
    pub fn beside<T>(mut self, outcome: Result<T, ApiError>) -> Result<T, ApiError> {
        match outcome {
            Ok(found) => self.finish().map(|()| found),
            Err(refused) if refused.status == StatusCode::PRECONDITION_FAILED => {
                self.merge(refused);
                Err(self.into_error())
            }
            Err(failed) => Err(failed),
        }
    }

    fn into_error(self) -> ApiError {
        ApiError { status: StatusCode::PRECONDITION_FAILED, messages: self.0, retry_after: None, data: None }
    }
}

impl From<FieldErrors> for ApiError {
    /// 412 with one message per bad field.
    fn from(errors: FieldErrors) -> Self {
        errors.into_error()
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status.as_u16())?;
        for message in &self.messages {
            write!(f, " {}", message.template)?;
            if let Some(field) = &message.field {
                write!(f, " ({field})")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for ApiError {}

/// Inside poem an `ApiError` travels as the source of a `poem::Error`; the platform (`app.rs`) takes it out again and
/// writes the envelope, with the time and the request's id.
impl ResponseError for ApiError {
    fn status(&self) -> StatusCode {
        self.status
    }
}

impl From<DbErr> for ApiError {
    /// What may pass by itself (no connection, full disk, lock) is a 503, so that clients try again; the rest a 500.
    fn from(error: DbErr) -> Self {
        let passing = match &error {
            DbErr::Conn(_) | DbErr::ConnectionAcquire(_) => true,
            DbErr::Exec(inner) | DbErr::Query(inner) => is_passing(&inner.to_string()),
            _ => false,
        };
        if passing {
            tracing::warn!(%error, "the store cannot be used now");
            return Self::unavailable();
        }
        Self::internal(error)
    }
}

/// SQLite and PostgreSQL tell these apart by text only, once through the layers.
fn is_passing(text: &str) -> bool {
    const SIGNS: [&str; 15] = [
        "database or disk is full",
        "disk I/O error",
        "unable to open database file",
        "readonly database",
        "database is locked",
        "deadlock detected",
        "No space left",
        "Connection refused",
        "connection",
        "unexpected end of file",
        // However the connection broke.
        "error communicating with database",
        "Broken pipe",
        "the database system is",
        "too many clients",
        "read-only transaction",
    ];
    SIGNS.iter().any(|sign| text.contains(sign))
}
