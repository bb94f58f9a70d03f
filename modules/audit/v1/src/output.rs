//! From rows to what is printed.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use argus_audit_log::event::{Model, flag};
use argus_audit_log::print::iso;
use argus_audit_log::proof::{Inclusion, stored_leaves};
use argus_audit_log::{EventPrinter, derive};
use argus_core::access::Gate;
use argus_core::app::Platform;
use argus_core::clock::millis;
use argus_core::context::RequestContext;
use argus_core::directory::Tree;
use argus_core::envelope::Many;
use argus_core::error::ApiError;
use argus_core::info::UserInfo;
use argus_core::search::{Draft, Page, Searchable};
use poem_openapi::types::ToJSON;
use serde_json::Value;

use crate::ManageAuditRetention;
use crate::model::{AccessType, Event, Json, KeyInfo, Sent};

/// Deleted events are for those who manage retention (S2-92). Looking at them changes nothing, so the function is enough,
/// at any level.
///
/// # Errors
/// 403.
pub fn refuse_deleted<S: Searchable>(context: &RequestContext, draft: &Draft<S>) -> Result<(), ApiError> {
    if draft.wants_deleted() && !context.caller()?.has(ManageAuditRetention::NAME) {
        let text = format!("Access denied: deleted events need the function {}", ManageAuditRetention::NAME);
        return Err(ApiError::forbidden("access.denied", text));
    }
    Ok(())
}

/// One event.
///
/// # Errors
/// When the store fails.
pub async fn one(context: &RequestContext, row: Model) -> Result<Event, ApiError> {
    let mut printed = print(context, vec![row]).await?;
    printed.pop().ok_or_else(|| ApiError::internal("an event was lost"))
}

/// An event for whoever adds it, with its receipt.
///
/// # Errors
/// When the store fails.
pub async fn added(context: &RequestContext, row: Model, receipt: Inclusion) -> Result<Event, ApiError> {
    Ok(Event { receipt: Some(receipt.into()), ..one(context, row).await? })
}

/// A page of events.
///
/// # Errors
/// When the store fails.
pub async fn many(context: &RequestContext, mut page: Page<Model>) -> Result<Many<Event>, ApiError> {
    let data = print(context, std::mem::take(&mut page.rows)).await?;
    Ok(Many::of(page, data))
}

/// Events, in their order.
///
/// # Errors
/// When the store fails.
pub async fn print(context: &RequestContext, rows: Vec<Model>) -> Result<Vec<Event>, ApiError> {
    let printer = Printer::of(&context.platform, rows.iter()).await?;
    Ok(rows.into_iter().map(|row| printer.event(row)).collect())
}

/// What events name, as it is called now. All callers see the same.
pub struct Printer {
    tree: Arc<Tree>,
    people: HashMap<i64, UserInfo>,
    /// What was erased of events, by their places.
    erased: HashMap<i64, Vec<String>>,
}

impl Printer {
    /// For these events.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn of(platform: &Platform, rows: impl Iterator<Item = &Model> + Clone) -> Result<Self, ApiError> {
        let authors: HashSet<i64> = rows.clone().filter_map(|row| row.created_by_user).collect();
        let erased: Vec<i64> = rows.filter(|row| row.flags & flag::ERASED != 0).map(|row| row.sequence).collect();
        let erased = stored_leaves(platform.db.reader(), &erased).await?.into_iter();
        let erased = erased.map(|(place, stored)| (place, stored.erased())).collect();
        let tree = platform.directory.tree().await?;
        let people = platform.directory.users(authors).await?;
        let people = people.into_iter().map(|(id, user)| (id, tree.user_info(&user))).collect();
        Ok(Self { tree, people, erased })
    }

    /// One of them.
    pub fn event(&self, row: Model) -> Event {
        let erased_fields = self.erased.get(&row.sequence).cloned();
        Event { erased_fields, ..event(row, &self.tree, &self.people) }
    }
}

/// Events as this module prints them, for what needs no request.
pub struct Native(pub Arc<Platform>);

#[async_trait::async_trait]
impl EventPrinter for Native {
    async fn print(&self, rows: Vec<Model>) -> Result<Vec<String>, ApiError> {
        let printer = Printer::of(&self.0, rows.iter()).await?;
        Ok(rows.into_iter().map(|row| printer.event(row).to_json_string()).collect())
    }
}

fn event(row: Model, tree: &Arc<Tree>, people: &HashMap<i64, UserInfo>) -> Event {
    let named = flag::NAMES.into_iter().filter(|(_, bit)| row.flags & bit != 0);
    Event {
        flags: named.map(|(name, _)| name.to_owned()).collect(),
        id: row.id,
        sequence: row.sequence,
        customer: tree.customer_info(row.customer_id),
        timestamp: millis(row.timestamp),
        timestamp_iso: iso(row.timestamp),
        created_timestamp: millis(row.created_at),
        created_timestamp_iso: iso(row.created_at),
        created_by_user: row.created_by_user.and_then(|id| people.get(&id).cloned()),
        created_by_key: row.created_by_key.map(|id| KeyInfo { id }),
        dialect: row.dialect,
        action: row.action,
        verb: row.verb,
        status: row.status,
        outcome: row.outcome,
        severity: row.severity,
        actor_type: row.actor_type,
        actor_id: row.actor_id,
        actor_email: row.actor_email,
        client_ip: row.client_ip.as_deref().and_then(derive::address_of).map(|address| address.to_string()),
        before: Sent(row.before.map(|text| value(&text))),
        after: Sent(row.after.map(|text| value(&text))),
        changes: object(row.changes),
        metrics: row.metrics.and_then(|text| serde_json::from_str(&text).ok()),
        access_type: row.access_type.as_deref().and_then(AccessType::parse),
        external_id: row.external_id,
        trace_id: row.trace_id,
        category: row.category,
        application: row.application,
        environment: row.environment,
        event_type: row.event_type,
        event_name: row.event_name,
        description: row.description,
        method: row.method,
        actor_name: row.actor_name,
        origin: row.origin,
        user_agent: row.user_agent,
        target_type: row.target_type,
        target_id: row.target_id,
        target_name: row.target_name,
        auth_method: row.auth_method,
        location: row.location,
        device: row.device,
        machine_id: row.machine_id,
        actor_detail: object(row.actor_detail),
        target_detail: object(row.target_detail),
        request_metadata: object(row.request_metadata),
        response_metadata: object(row.response_metadata),
        metadata: object(row.metadata),
        event_detail: object(row.event_detail),
        series_id: row.series_id,
        stage: row.stage,
        total_duration: row.total_duration,
        latency: row.latency,
        cpu_usage: row.cpu_usage,
        memory_usage: row.memory_usage,
        affected_resources: row.affected_resources,
        metadata_list: Sent(row.metadata_list.map(|text| value(&text))),
        auth_user: row.auth_user,
        fingerprint: row.fingerprint,
        erased_fields: None,
        receipt: None,
    }
}

/// What the log wrote is JSON.
pub fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

fn object(text: Option<String>) -> Option<Json> {
    text.map(|text| Json(value(&text)))
}
