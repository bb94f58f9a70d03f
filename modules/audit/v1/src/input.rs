//! From what was sent to the row that is kept.

use std::sync::Arc;

use argus_audit_log::derive;
use argus_audit_log::event::Model;
use argus_audit_log::idempotency::hex;
use argus_audit_log::record::empty;
use argus_core::access::CustomerSet;
use argus_core::clock::{Ids, Nanos};
use argus_core::context::RequestContext;
use argus_core::directory::Tree;
use argus_core::error::{ApiError, FieldErrors};
use argus_core::search::{Bound, parse_time};
use poem_openapi::registry::{MetaSchemaRef, Registry};
use poem_openapi::types::{ToJSON, Type};
use ring::digest::{SHA256, digest};
use serde_json::Value;

use crate::model::{Json, NewEvent};

/// Numbers that an event may name.
const MOST_METRICS: usize = 1_000;

/// Who sends events, and what is the same for all that come in with one request: looked up once, since the events may be
/// thousands.
pub struct Sender {
    /// Customers, as they were when the request began.
    pub tree: Arc<Tree>,
    /// The customers whose events the sender may add.
    pub scope: CustomerSet,
    /// The sender's own customer, whose the events are that name none.
    pub home: i64,
    /// The sender's number.
    pub user_id: i64,
    /// The sender's short name.
    pub user_name: String,
    /// Prefix of the key that was used.
    pub key: Option<String>,
    /// When the request came in, in ns: what relative times count from.
    pub now: Nanos,
    /// The door the events come through.
    pub dialect: &'static str,
    /// Names that no machine may have.
    pub reserved_machines: &'static [&'static str],
    /// Where their identifiers come from.
    pub ids: Ids,
    /// The customer that was named last, and whether it is one: most requests name one customer only.
    pub named: Option<(String, Option<i64>)>,
}

impl Sender {
    /// The caller of a request.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn of(context: &RequestContext, scope: CustomerSet) -> Result<Self, ApiError> {
        let principal = context.caller()?;
        Ok(Self {
            tree: context.platform.directory.tree().await?,
            scope,
            home: principal.customer_id,
            user_id: principal.user_id,
            user_name: principal.user_name.clone(),
            key: principal.key_prefix(),
            now: context.received,
            dialect: "native",
            reserved_machines: context.platform.settings.dialects.reserved_machines(),
            ids: context.platform.ids.clone(),
            named: None,
        })
    }

    /// The row of a new event, and in `errors` what of it cannot be; another customer's `customer` is like an unknown
    /// one. Sequence and receipt time are the writer's.
    pub fn row(&mut self, new: NewEvent, errors: &mut FieldErrors) -> Model {
        let fingerprint = new.external_id.is_some().then(|| fingerprint(&new));
        self.row_as(new, fingerprint, errors)
    }

    /// The same, where the event's fingerprint is known already. It is kept with events that have an `externalID`.
    pub fn row_as(&mut self, new: NewEvent, fingerprint: Option<String>, errors: &mut FieldErrors) -> Model {
        let fingerprint = fingerprint.filter(|_| new.external_id.is_some());
        let customer_id = self.customer(new.customer.as_ref().map(|customer| &customer.0), errors);
        let timestamp = timestamp(new.timestamp.as_ref().map(|at| &at.0), self.now, errors);
        let client_ip = client_ip(&new, errors);
        check_metrics(&new, errors);
        if new.machine_id.as_deref().is_some_and(|machine| self.reserved_machines.contains(&machine)) {
            let text = "No machine can have this name: its trail would have the path of something else";
            errors.add("machineID", "invalid.field.value", text);
        }
        let (actor_type, actor_id) = match new.actor_id {
            Some(id) => (new.actor_type, id),
            None => {
                let own = if self.key.is_some() { "API_KEY" } else { "USER" };
                (new.actor_type.or_else(|| Some(own.to_owned())), self.user_name.clone())
            }
        };
        let changes = new.changes.map(|Json(sent)| sent);
        let changes = changes.or_else(|| derive::changes(new.before.0.as_ref(), new.after.0.as_ref()));
        let metrics = new.metrics.filter(|metrics| !metrics.is_empty());
        let mut row = Model {
            id: self.ids.uuid(),
            customer_id,
            timestamp,
            created_by_user: Some(self.user_id),
            created_by_key: self.key.clone(),
            dialect: self.dialect.to_owned(),
            status: Some(new.status.unwrap_or_else(|| "SUCCESS".to_owned())),
            severity: new.severity.unwrap_or_else(|| "info".to_owned()),
            actor_type,
            actor_email: new.actor_email,
            actor_id: Some(actor_id),
            client_ip,
            access_type: new.access_type.map(|sent| sent.as_str().to_owned()),
            action: Some(new.action),
            before: new.before.0.as_ref().map(Value::to_string),
            after: new.after.0.as_ref().map(Value::to_string),
            changes: changes.as_ref().map(Value::to_string),
            metrics: metrics.to_json().filter(|metrics| !metrics.is_null()).map(|metrics| metrics.to_string()),
            fingerprint,
            external_id: new.external_id,
            trace_id: new.trace_id,
            category: new.category,
            application: new.application,
            environment: new.environment,
            event_type: new.event_type,
            event_name: new.event_name,
            description: new.description,
            method: new.method,
            actor_name: new.actor_name,
            origin: new.origin,
            user_agent: new.user_agent,
            target_type: new.target_type,
            target_id: new.target_id,
            target_name: new.target_name,
            auth_method: new.auth_method,
            location: new.location,
            device: new.device,
            machine_id: new.machine_id,
            actor_detail: text(new.actor_detail),
            target_detail: text(new.target_detail),
            request_metadata: text(new.request_metadata),
            response_metadata: text(new.response_metadata),
            metadata: text(new.metadata),
            event_detail: text(new.event_detail),
            series_id: new.series_id,
            stage: new.stage,
            total_duration: new.total_duration,
            latency: new.latency,
            cpu_usage: new.cpu_usage,
            memory_usage: new.memory_usage,
            affected_resources: new.affected_resources,
            ..empty()
        };
        derive::complete(&mut row);
        row
    }

    fn customer(&mut self, sent: Option<&Value>, errors: &mut FieldErrors) -> i64 {
        let named = match sent {
            None | Some(Value::Null) => Some(self.home.to_string()),
            Some(Value::String(text)) => Some(text.clone()),
            Some(Value::Number(number)) => Some(number.to_string()),
            Some(_) => None,
        };
        let found = named.and_then(|named| match &self.named {
            Some((last, found)) if *last == named => *found,
            _ => {
                let found = self.tree.find_customer(&named).filter(|customer| customer.deleted_at.is_none());
                let found = found.map(|customer| customer.id).filter(|id| self.scope.contains(*id));
                self.named = Some((named, found));
                found
            }
        });
        found.unwrap_or_else(|| {
            errors.add("customer", "invalid.field.value", "Unknown customer");
            0
        })
    }
}

/// 412: the customer's log has another event under the identifier in `field`.
#[must_use]
pub fn taken(field: impl Into<String>) -> ApiError {
    ApiError::field(field, "invalid.field.unique", "The log has another event of this identifier")
}

/// The same body gives the same fingerprint, whatever the order of its members.
#[must_use]
pub fn fingerprint(new: &NewEvent) -> String {
    let body = new.to_json().unwrap_or_default().to_string();
    hex(digest(&SHA256, body.as_bytes()).as_ref())
}

/// What a member of an event holds, by the published schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// A text.
    Text,
    /// A number.
    Number,
    /// An object.
    Object,
    /// Anything.
    Any,
}

/// The members that an event may be sent with.
#[must_use]
pub fn members() -> Vec<(&'static str, Holds)> {
    let mut registry = Registry::new();
    NewEvent::register(&mut registry);
    let schema = registry.schemas.remove(NewEvent::name().as_ref());
    let properties = schema.map(|schema| schema.properties).unwrap_or_default();
    let holds = |schema: &MetaSchemaRef| match schema {
        MetaSchemaRef::Inline(schema) => match schema.ty {
            "integer" | "number" => Holds::Number,
            "object" => Holds::Object,
            "string" => Holds::Text,
            _ => Holds::Any,
        },
        // Those that have a name of their own are words.
        MetaSchemaRef::Reference(_) => Holds::Text,
    };
    properties.iter().map(|(name, schema)| (*name, holds(schema))).collect()
}

fn timestamp(sent: Option<&Value>, now: Nanos, errors: &mut FieldErrors) -> Nanos {
    match sent {
        None | Some(Value::Null) => now,
        Some(value) => {
            let read = parse_time(value, now, Bound::Start);
            // Criteria may say any year; what happened in a year that cannot be kept must not be kept as another one.
            let kept = read.and_then(|at| match at {
                Nanos::MIN | Nanos::MAX => Err("Not between the years 1678 and 2261, which is what can be kept"),
                at => Ok(at),
            });
            kept.unwrap_or_else(|problem| {
                errors.add("timestamp", "invalid.field.value", problem);
                now
            })
        }
    }
}

fn client_ip(new: &NewEvent, errors: &mut FieldErrors) -> Option<String> {
    let sent = new.client_ip.as_ref()?;
    let found = derive::address(sent);
    if found.is_none() {
        errors.add("clientIP", "invalid.field.value", "Must be an IP address");
    }
    found
}

fn check_metrics(new: &NewEvent, errors: &mut FieldErrors) {
    let metrics = new.metrics.iter().flatten();
    if metrics.clone().count() > MOST_METRICS {
        errors.add("metrics", "invalid.field.length", format!("Must have at most {MOST_METRICS} members"));
    }
    if metrics.clone().any(|(name, _)| name.is_empty() || name.chars().count() > 255) {
        errors.add("metrics", "invalid.field.length", "Names must be 1 to 255 characters long");
    }
}

fn text(object: Option<Json>) -> Option<String> {
    object.map(|Json(value)| value.to_string())
}
