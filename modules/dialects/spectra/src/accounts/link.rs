//! Links: good once, for one purpose, for a short time. Of a link only a hash is kept.

use argus_core::authentication::{access_key, client_ip};
use argus_core::clock::{NANOS_PER_SECOND, Nanos, millis};
use argus_core::config::Links;
use argus_core::context::RequestContext;
use argus_core::error::ApiError;
use argus_identity::entity::one_time_key;
use argus_identity::one_time_keys::{self, purpose};
use argus_mail::outbox;
use poem::Request;
use poem::http::StatusCode;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::NAME;

/// Links of one purpose that a user can have at the same time.
const MOST: u64 = 20;

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Taking an account into use.
    Activate,
    /// Setting another password.
    Reset,
}

impl Purpose {
    fn stored(self) -> &'static str {
        match self {
            Self::Activate => purpose::ACTIVATE,
            Self::Reset => purpose::RESET,
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Activate => "/auth/activate",
            Self::Reset => "/auth/password/reset",
        }
    }
}

/// Where a link goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Into the answer.
    Answer,
    /// Out by e-mail.
    Mail,
}

impl Way {
    /// The way for a request. Whoever activates an account gets nothing by it; whoever sets its password has it, so that link is
    /// shown to trusted networks only.
    ///
    /// # Errors
    /// 503 where it has to go out by e-mail, and nothing sends any.
    pub fn of(context: &RequestContext, request: &Request, purpose: Purpose) -> Result<Self, ApiError> {
        let settings = &context.platform.settings;
        let in_answer = settings.dialects.spectra.links == Links::Response;
        if in_answer && (purpose == Purpose::Activate || is_trusted(context, request)) {
            return Ok(Self::Answer);
        }
        if !settings.mail.is_on() {
            let text = "Such links are sent by e-mail, and there is no mail server";
            return Err(ApiError::action(StatusCode::SERVICE_UNAVAILABLE, "spectra.link.no.mail", text));
        }
        Ok(Self::Mail)
    }
}

/// Whether a request begins in one of the trusted networks.
fn is_trusted(context: &RequestContext, request: &Request) -> bool {
    let settings = &context.platform.settings;
    let is_near = settings.trusted_networks.iter().any(|network| network.contains(&context.client_ip));
    is_near && !client_ip::is_hidden(request, &settings.trusted_proxies)
}

/// Counts an account or a link that an address asks for.
///
/// # Errors
/// 429.
pub fn count(context: &RequestContext) -> Result<(), ApiError> {
    let (tries, now) = (&context.platform.tries.signups, context.platform.clock.now());
    tries.begin(&context.client_ip, now).map_err(|error| {
        ApiError::too_many(
            "Too many accounts and links from this address; try again later",
            error.retry_after.unwrap_or(1),
        )
    })
}

/// Whom a link is for.
pub struct Recipient<'a> {
    pub user_id: i64,
    pub customer_id: i64,
    pub email: &'a str,
}

/// Makes a link, and gives the text that tells of it, which begins with what was `done`.
///
/// # Errors
/// 429 for a user who has too many; when the store fails.
pub async fn give(
    context: &RequestContext,
    transaction: &impl ConnectionTrait,
    to: &Recipient<'_>,
    purpose: Purpose,
    way: Way,
    done: &str,
) -> Result<String, ApiError> {
    let (platform, now) = (&context.platform, context.platform.clock.now());
    if one_time_keys::count_of(transaction, to.user_id, purpose.stored(), now).await? >= MOST {
        return Err(ApiError::too_many("Too many links; try again later", seconds(lifetime(context))));
    }
    let key = platform.ids.random_uuid().to_string();
    let row = one_time_key::Model {
        id: platform.ids.uuid(),
        key_hash: access_key::hash(&key),
        user_id: to.user_id,
        purpose: purpose.stored().to_owned(),
        created_at: now,
        expires_at: now.saturating_add(lifetime(context)),
        used_at: None,
    };
    one_time_keys::insert(transaction, row).await?;
    let address = format!("{}{}?key={key}", base(context), purpose.path());
    if way == Way::Answer {
        return Ok(format!("{done} Activate your account using {address}."));
    }
    outbox::add(transaction, &platform.ids, now, letter(to, purpose, &address)).await?;
    Ok(format!("{done} The link was sent by e-mail."))
}

fn letter(to: &Recipient<'_>, purpose: Purpose, address: &str) -> argus_mail::Message {
    let (what, subject) = match purpose {
        Purpose::Activate => ("To take your account into use, open", "Argus: your account"),
        Purpose::Reset => ("To set another password, use", "Argus: another password"),
    };
    argus_mail::Message {
        customer_id: to.customer_id,
        purpose: "spectra.link",
        to: to.email.to_owned(),
        subject: subject.to_owned(),
        body: format!(
            "{what}\n\n{address}\n\nThe link is good once, and not for long. If you did not ask for it, leave it.\n"
        ),
        attachment: None,
    }
}

/// What stands before the dialect's paths: a public address, and the place where the request found it.
fn base(context: &RequestContext) -> String {
    let platform = &context.platform;
    let address = platform.public_addresses.first().map(String::as_str).unwrap_or_default();
    let home = format!("/dialect/{NAME}");
    if context.path.starts_with(&home) {
        return format!("{address}{home}");
    }
    format!("{address}{}", platform.settings.dialects.spectra.prefix)
}

/// What a record says of a link that was made.
pub fn recorded(context: &RequestContext, purpose: Purpose) -> Value {
    let until = context.platform.clock.now().saturating_add(lifetime(context));
    json!({ "link": purpose.stored(), "expires": millis(until) })
}

/// Whether the link of that key is good, without using it up.
///
/// # Errors
/// 410.
pub async fn look(context: &RequestContext, key: &str, purpose: Purpose) -> Result<(), ApiError> {
    let (reader, now) = (context.platform.db.reader(), context.platform.clock.now());
    match one_time_keys::find(reader, &access_key::hash(key), purpose.stored(), now).await? {
        Some(_) => Ok(()),
        None => Err(refuse(context)),
    }
}

/// Uses the link of that key up, inside the transaction of what it is for. Gives its user.
///
/// # Errors
/// 410.
pub async fn spend(
    context: &RequestContext,
    transaction: &impl ConnectionTrait,
    key: &str,
    purpose: Purpose,
) -> Result<i64, ApiError> {
    let now = context.platform.clock.now();
    let user = one_time_keys::spend(transaction, &access_key::hash(key), purpose.stored(), now).await?;
    user.ok_or_else(gone)
}

/// A key that is not good counts as one that was guessed.
fn refuse(context: &RequestContext) -> ApiError {
    let counted = context.platform.tries.keys.begin(&context.client_ip, context.platform.clock.now());
    counted.err().unwrap_or_else(gone)
}

/// Late, used, unknown, or for something else (S1-26, S1-44).
pub fn gone() -> ApiError {
    ApiError::action(StatusCode::GONE, "spectra.link.gone", "Token expired or invalid.")
}

fn lifetime(context: &RequestContext) -> Nanos {
    context.platform.settings.dialects.spectra.link_lifetime.nanos()
}

fn seconds(span: Nanos) -> u64 {
    u64::try_from(span.div_euclid(NANOS_PER_SECOND)).unwrap_or(0).saturating_add(1)
}
