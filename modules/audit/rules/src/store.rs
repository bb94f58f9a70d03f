//! Rules in the store: finding, making, changing and removing them, each with its record.

use argus_core::access::CustomerSet;
use argus_core::context::RequestContext;
use argus_core::error::ApiError;
use argus_core::search::folded_column;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, NotSet, PaginatorTrait, QueryFilter, Set};
use serde_json::{Value, json};

use crate::engine::Changes;
use crate::group;
use crate::rule::{ActiveModel, Column, Entity, Model};
use crate::window::Window;

/// Rules that one customer may have, beside the built-in ones.
pub const MOST_OF_CUSTOMER: u64 = 100;

/// Rules that all customers together may have: each costs a look at every event.
pub const MOST: u64 = 1_000;

/// A rule to be made, sound in itself.
#[derive(Debug, Clone)]
pub struct NewRule {
    /// Whose.
    pub customer_id: i64,
    /// Name.
    pub name: String,
    /// Criteria of event search.
    pub criteria: Value,
    /// Fields to group by.
    pub group_by: Vec<String>,
    /// How many events are a burst.
    pub threshold: i64,
    /// Within which time.
    pub window: Window,
    /// Severity of findings.
    pub severity: String,
    /// Whether it is in use.
    pub enabled: bool,
}

/// What is to be changed of a rule.
#[derive(Debug, Clone, Default)]
pub struct RuleChange {
    /// Another name.
    pub name: Option<String>,
    /// Other criteria.
    pub criteria: Option<Value>,
    /// Other fields.
    pub group_by: Option<Vec<String>>,
    /// Another threshold.
    pub threshold: Option<i64>,
    /// Another window.
    pub window: Option<Window>,
    /// Another severity.
    pub severity: Option<String>,
    /// Whether it is in use.
    pub enabled: Option<bool>,
}

/// A rule of those customers.
///
/// # Errors
/// 404 when there is none, also when it is another customer's.
pub async fn find(db: &impl ConnectionTrait, scope: &CustomerSet, id: i64) -> Result<Model, ApiError> {
    let found = Entity::find().filter(scope.condition(Column::CustomerId)).filter(Column::Id.eq(id)).one(db).await?;
    found.ok_or_else(|| ApiError::not_found("rule"))
}

/// Makes a rule.
///
/// # Errors
/// 412 when there are too many.
pub async fn create(context: &RequestContext, new: NewRule) -> Result<Model, ApiError> {
    let made = context.change(async |transaction| {
        let own = Entity::find().filter(Column::BuiltIn.is_null());
        let of_customer = own.clone().filter(Column::CustomerId.eq(new.customer_id)).count(transaction).await?;
        if of_customer >= MOST_OF_CUSTOMER || own.count(transaction).await? >= MOST {
            let text = format!("There are {MOST_OF_CUSTOMER} rules of this customer, or {MOST} of all, already");
            return Err(ApiError::unmet("too.many.objects", text));
        }
        let row = ActiveModel {
            id: NotSet,
            customer_id: Set(new.customer_id),
            folded: Set(folded_column(&[("name", Some(&new.name))])),
            name: Set(new.name),
            criteria: Set(new.criteria.to_string()),
            group_by: Set(json!(new.group_by).to_string()),
            threshold: Set(new.threshold),
            window: Set(new.window.nanos()),
            severity: Set(new.severity),
            enabled: Set(new.enabled),
            built_in: Set(None),
            follows: Set(None),
            created_at: Set(context.platform.clock.now()),
            created_by: Set(Some(context.caller()?.user_id)),
            updated_at: Set(None),
            updated_by: Set(None),
        };
        let row = row.insert(transaction).await?;
        let record = context.record().about("RULE", row.id.to_string(), None, Some(recorded(&row)));
        Ok((row, record))
    });
    made.await.inspect(|_| note(context))
}

/// Changes a rule. When it counts other events than before, it begins anew.
///
/// # Errors
/// 404 for one that was removed meanwhile.
pub async fn update(context: &RequestContext, found: &Model, change: RuleChange) -> Result<Model, ApiError> {
    let done = context.change(async |transaction| {
        let before = Entity::find_by_id(found.id).one(transaction).await?.ok_or_else(|| ApiError::not_found("rule"))?;
        let name = change.name.unwrap_or_else(|| before.name.clone());
        let row = ActiveModel {
            id: Set(before.id),
            folded: Set(folded_column(&[("name", Some(&name))])),
            name: Set(name),
            criteria: Set(change.criteria.map_or_else(|| before.criteria.clone(), |criteria| criteria.to_string())),
            group_by: Set(change.group_by.map_or_else(|| before.group_by.clone(), |fields| json!(fields).to_string())),
            threshold: Set(change.threshold.unwrap_or(before.threshold)),
            window: Set(change.window.map_or(before.window, Window::nanos)),
            severity: Set(change.severity.unwrap_or_else(|| before.severity.clone())),
            enabled: Set(change.enabled.unwrap_or(before.enabled)),
            updated_at: Set(Some(context.platform.clock.now())),
            updated_by: Set(Some(context.caller()?.user_id)),
            ..Default::default()
        };
        let after = row.update(transaction).await?;
        let (was, is) = (Some(recorded(&before)), Some(recorded(&after)));
        let record = context.record().about("RULE", after.id.to_string(), was, is);
        Ok((after, record))
    });
    done.await.inspect(|_| note(context))
}

/// Removes a rule, and what it has seen. Its findings stay.
///
/// # Errors
/// 412 for a built-in one.
pub async fn delete(context: &RequestContext, found: &Model) -> Result<Model, ApiError> {
    if found.built_in.is_some() {
        let text = "A built-in rule cannot be removed; it can be switched off";
        return Err(ApiError::unmet("rule.built.in", text));
    }
    let done = context.change(async |transaction| {
        if Entity::delete_by_id(found.id).exec(transaction).await?.rows_affected == 0 {
            return Err(ApiError::not_found("rule"));
        }
        group::forget(transaction, found.id).await?;
        let record = context.record().about("RULE", found.id.to_string(), Some(recorded(found)), None);
        Ok((found.clone(), record))
    });
    done.await.inspect(|_| note(context))
}

fn note(context: &RequestContext) {
    if let Some(changes) = context.platform.services.get::<Changes>() {
        changes.note();
    }
}

/// A rule as its record tells of it.
fn recorded(rule: &Model) -> Value {
    json!({
        "name": rule.name,
        "criteria": serde_json::from_str::<Value>(&rule.criteria).unwrap_or_default(),
        "groupBy": rule.fields(),
        "threshold": rule.threshold,
        "window": Window::of(rule.window).to_string(),
        "severity": rule.severity,
        "enabled": rule.enabled,
    })
}
