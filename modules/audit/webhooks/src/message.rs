//! Messages as they are sent (Standard Webhooks 1.0).

use argus_core::clock::{NANOS_PER_SECOND, Nanos};
use chrono::{DateTime, SecondsFormat};
use http::header::{CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderValue};
use sea_orm::prelude::Uuid;

use crate::kind::Kind;
use crate::secret::Signer;

/// The identifier of a message. It follows from the event, so that a message that comes twice can be known.
#[must_use]
pub fn id(event: Uuid, kind: Kind) -> String {
    format!("{event}-{}", kind.suffix())
}

/// The body: the event as whoever may see it gets it, with what it is told for and when it happened.
pub(crate) fn body(kind: Kind, timestamp: Nanos, printed: &str) -> String {
    let time = DateTime::from_timestamp_nanos(timestamp).to_rfc3339_opts(SecondsFormat::AutoSi, true);
    format!(r#"{{"type":"{}","timestamp":"{time}","data":{printed}}}"#, kind.name())
}

/// The headers of a try at `now`, but for those of HTTP itself.
pub(crate) fn headers(signer: &Signer, id: &str, body: &str, now: Nanos) -> Option<HeaderMap> {
    let seconds = now.div_euclid(NANOS_PER_SECOND);
    let signature = HeaderValue::from_str(&signer.sign(id, seconds, body, now)).ok()?;
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(USER_AGENT, HeaderValue::from_static("Argus-Webhooks/1"));
    headers.insert("webhook-id", HeaderValue::from_str(id).ok()?);
    headers.insert("webhook-timestamp", HeaderValue::from(seconds));
    headers.insert("webhook-signature", signature);
    Some(headers)
}
