//! Proofs of events, and of the log.

use std::collections::HashSet;
use std::sync::Arc;

use argus_audit_jobs::export::{Proved, Prover};
use argus_audit_log::EventPrinter;
use argus_audit_log::event::Model;
use argus_audit_log::proof::members::{SEALED, sealed};
use argus_audit_log::proof::{
    Inclusion, Stored, checkpoint, inclusion, inclusions_in, keys, stored_leaf, stored_leaves,
};
use argus_core::app::Platform;
use argus_core::context::RequestContext;
use argus_core::error::ApiError;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use poem::http::{HeaderMap, header};
use poem::{IntoResponse, Response};
use poem_openapi::ApiResponse;
use poem_openapi::registry::{MetaResponses, Registry};
use poem_openapi::types::{ParseFromJSON, ToJSON};
use serde_json::json;

use argus_audit_proof::note::PublicKey;
use argus_audit_proof::text::Proof;
use argus_core::envelope::One;

use crate::model::{Event, EventProof, Receipt, Sent};
use crate::output::{self, Printer};
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
    let names = salted(&row)?;
    let event = output::one(context, row).await?;
    Ok(ProofAnswer::Json(Box::new(One(prove(event, &names, stored, proved, disclosed.as_ref())?))))
}

/// The members of a row that have salts.
fn salted(row: &Model) -> Result<Vec<&'static str>, ApiError> {
    let members = sealed(row).ok_or_else(|| ApiError::internal("a row holds what is no JSON"))?;
    Ok(members.into_iter().map(|(name, _)| name).collect())
}

/// An event with what proves it. Of its `salted` members, and of their values, only those that are disclosed.
fn prove(
    event: Event,
    salted: &[&'static str],
    stored: Stored,
    proved: Inclusion,
    disclosed: Option<&HashSet<&str>>,
) -> Result<EventProof, ApiError> {
    let is_disclosed = |name: &str| disclosed.is_none_or(|names| names.contains(name));
    let salts = stored.salts(salted.iter().copied().filter(|name| is_disclosed(name)));
    let event = if disclosed.is_some() { without(event, |name| !is_disclosed(name))? } else { event };
    let Receipt { leaf_index, leaf_hash, checkpoint, inclusion_proof } = proved.into();
    Ok(EventProof { event, leaf: stored.leaf, salts, leaf_index, leaf_hash, inclusion_proof, checkpoint })
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

/// Proves the events of exports.
pub struct Proofs(pub Arc<Platform>);

#[async_trait::async_trait]
impl Prover for Proofs {
    async fn file(&self) -> Result<Proved, ApiError> {
        let db = &self.0.db;
        let (note, keys) = (checkpoint(db).await?, keys(db.reader()).await?);
        let keys: Vec<String> = keys.iter().map(PublicKey::text).collect();
        let last = json!({ "key": keys.join("\n"), "checkpoint": note }).to_string();
        Ok(Proved { printer: Box::new(InFile { platform: self.0.clone(), note }), last })
    }
}

/// Prints events with proofs of one checkpoint.
struct InFile {
    platform: Arc<Platform>,
    note: String,
}

#[async_trait::async_trait]
impl EventPrinter for InFile {
    async fn print(&self, rows: Vec<Model>) -> Result<Vec<String>, ApiError> {
        let db = &self.platform.db;
        let places: Vec<i64> = rows.iter().map(|row| row.sequence).collect();
        let mut leaves = stored_leaves(db.reader(), &places).await?;
        let mut proofs = inclusions_in(db, &places, &self.note).await?;
        let printer = Printer::of(&self.platform, rows.iter()).await?;
        let printed = rows.into_iter().map(|row| {
            let found = leaves.remove(&row.sequence).zip(proofs.remove(&row.sequence));
            let (stored, proved) = found.ok_or_else(|| ApiError::internal("an event without a leaf"))?;
            let names = salted(&row)?;
            let proof = prove(printer.event(row), &names, stored, proved, None)?;
            Ok(proof.to_json_string())
        });
        printed.collect()
    }
}

/// A hash, as the API prints it.
#[must_use]
pub fn printed(hash: &[u8]) -> String {
    STANDARD.encode(hash)
}
