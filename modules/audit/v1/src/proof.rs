//! Proofs of events, and of the log.

use std::collections::{HashMap, HashSet};

use argus_audit_log::event::Model;
use argus_audit_log::proof::members::{SEALED, sealed};
use argus_audit_log::proof::{Inclusion, inclusion, stored_leaf};
use argus_core::context::RequestContext;
use argus_core::error::ApiError;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use poem::http::{HeaderMap, header};
use poem::{IntoResponse, Response};
use poem_openapi::ApiResponse;
use poem_openapi::registry::{MetaResponses, Registry};
use poem_openapi::types::{ParseFromJSON, ToJSON};

use argus_audit_proof::text::Proof;
use argus_core::envelope::One;

use crate::model::{Event, EventProof, Receipt, Sent};
use crate::output;
use crate::raw::Text;

/// A proof, in the form that was asked for.
pub enum ProofAnswer {
    /// JSON, in an envelope.
    Json(Box<One<EventProof>>),
    /// C2SP tlog-proof.
    Text(Text),
}

impl IntoResponse for ProofAnswer {
    fn into_response(self) -> Response {
        match self {
            Self::Json(one) => one.into_response(),
            Self::Text(text) => text.into_response(),
        }
    }
}

impl ApiResponse for ProofAnswer {
    fn meta() -> MetaResponses {
        let (mut all, text) = (One::<EventProof>::meta(), Text::meta());
        for (answer, other) in all.responses.iter_mut().zip(text.responses) {
            answer.content.extend(other.content);
        }
        all
    }

    fn register(registry: &mut Registry) {
        One::<EventProof>::register(registry);
    }
}

/// What proves an event, in the form that the request wants; `fields` are the only members whose values it discloses.
///
/// # Errors
/// 412 for members that no event has; when the store fails.
pub async fn of(
    context: &RequestContext,
    row: Model,
    fields: Option<&str>,
    headers: &HeaderMap,
) -> Result<ProofAnswer, ApiError> {
    let disclosed = fields.map(disclosed).transpose()?;
    let db = &context.platform.db;
    let (stored, proved) = (stored_leaf(db, row.sequence).await?, inclusion(db, row.sequence).await?);
    if wants_text(headers) {
        return Ok(ProofAnswer::Text(Text(text(stored.leaf, proved))));
    }
    let is_disclosed = |name: &str| disclosed.as_ref().is_none_or(|names| names.contains(name));
    let members = sealed(&row).ok_or_else(|| ApiError::internal("a row holds what is no JSON"))?;
    let names = members.iter().map(|(name, _)| *name).filter(|name| is_disclosed(name));
    let salts: HashMap<String, String> = match stored.salt.map(|salt| salt.fields()) {
        Some(salts) => names.map(|name| (name.to_owned(), URL_SAFE_NO_PAD.encode(salts.field(name)))).collect(),
        None => HashMap::new(),
    };
    let event = output::one(context, row).await?;
    let event = if disclosed.is_some() { without(event, |name| !is_disclosed(name))? } else { event };
    let Receipt { leaf_index, leaf_hash, checkpoint, inclusion_proof } = proved.into();
    let proof = EventProof { event, leaf: stored.leaf, salts, leaf_index, leaf_hash, inclusion_proof, checkpoint };
    Ok(ProofAnswer::Json(Box::new(One(proof))))
}

/// The members that a list names, with commas between them.
fn disclosed(fields: &str) -> Result<HashSet<&str>, ApiError> {
    let names: HashSet<&str> = fields.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    match names.iter().find(|name| !SEALED.contains(*name)) {
        Some(unknown) => {
            let text = format!("{unknown} is none of the members that can be disclosed: {}", SEALED.join(", "));
            Err(ApiError::field("fields", "invalid.field.value", text))
        }
        None => Ok(names),
    }
}

/// Whether a client wants a text, and no JSON.
fn wants_text(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accept.contains("text/plain") && !accept.contains("json")
}

fn text(leaf: String, proved: Inclusion) -> String {
    let Inclusion { index, proof, checkpoint, .. } = proved;
    Proof { leaf: leaf.into_bytes(), index, path: proof, checkpoint }.text()
}

/// An event without the values of some of its sealed members.
fn without(event: Event, hidden: impl Fn(&str) -> bool) -> Result<Event, ApiError> {
    // Null among these is a value, which their reader takes for none.
    let kept = |name: &str, value: &Sent| Sent(value.0.clone().filter(|_| !hidden(name)));
    let (before, after) = (kept("before", &event.before), kept("after", &event.after));
    let mut printed = event.to_json().unwrap_or_default();
    if let Some(members) = printed.as_object_mut() {
        members.retain(|name, _| !SEALED.contains(&name.as_str()) || !hidden(name));
    }
    let event = Event::parse_from_json(Some(printed)).map_err(|error| ApiError::internal(error.into_message()))?;
    Ok(Event { before, after, ..event })
}

/// A hash, as the API prints it.
#[must_use]
pub fn printed(hash: &[u8]) -> String {
    STANDARD.encode(hash)
}
