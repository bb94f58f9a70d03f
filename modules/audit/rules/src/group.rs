//! What the events of a burst have in common, and what of it is kept.

use std::collections::HashMap;

use argus_audit_log::event::Model as Event;
use argus_core::clock::Nanos;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{QueryOrder, QuerySelect, Set};

use crate::burst::Group;

/// The most groups that are kept, of all rules; beyond, those that were quiet the longest are forgotten.
const MOST_GROUPS: u64 = 200_000;

/// Fields that rules may group by, by their names on the wire.
pub const FIELDS: [&str; 17] = [
    "action",
    "verb",
    "eventType",
    "eventName",
    "category",
    "application",
    "environment",
    "actorID",
    "actorName",
    "actorType",
    "actorEmail",
    "origin",
    "clientIP",
    "targetType",
    "targetID",
    "machineID",
    "customer",
];

/// What an event has in such a field. Addresses as the log stores them.
pub fn value(event: &Event, field: &str) -> Option<String> {
    let text = match field {
        "action" => &event.action,
        "verb" => &event.verb,
        "eventType" => &event.event_type,
        "eventName" => &event.event_name,
        "category" => &event.category,
        "application" => &event.application,
        "environment" => &event.environment,
        "actorID" => &event.actor_id,
        "actorName" => &event.actor_name,
        "actorType" => &event.actor_type,
        "actorEmail" => &event.actor_email,
        "origin" => &event.origin,
        "clientIP" => &event.client_ip,
        "targetType" => &event.target_type,
        "targetID" => &event.target_id,
        "machineID" => &event.machine_id,
        "customer" => return Some(event.customer_id.to_string()),
        _ => return None,
    };
    text.clone()
}

/// The values of an event in all of these fields; nothing when one is missing.
pub fn values(event: &Event, fields: &[String]) -> Option<String> {
    let values: Option<Vec<String>> = fields.iter().map(|field| value(event, field)).collect();
    serde_json::to_string(&values?).ok()
}

/// What one group of a rule has seen, in the store.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_rule_group")]
pub struct Model {
    /// The rule.
    #[sea_orm(primary_key, auto_increment = false)]
    pub rule_id: i64,
    /// What its events have in common: digits of what the rule counts, and a list in JSON.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// What was seen, JSON.
    pub seen: String,
    /// When it was last changed.
    pub touched_at: Nanos,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A group: the rule, and its key.
pub type Place = (i64, String);

/// Reads groups; those that are not there have seen nothing.
///
/// # Errors
/// When the store fails.
pub async fn load(db: &impl ConnectionTrait, places: &[Place]) -> Result<HashMap<Place, Group>, DbErr> {
    let mut groups = HashMap::new();
    for places in places.chunks(256) {
        let any = places.iter().fold(sea_orm::Condition::any(), |any, (rule, key)| {
            any.add(sea_orm::Condition::all().add(Column::RuleId.eq(*rule)).add(Column::Key.eq(key)))
        });
        for row in Entity::find().filter(any).all(db).await? {
            groups.insert((row.rule_id, row.key), serde_json::from_str(&row.seen).unwrap_or_default());
        }
    }
    Ok(groups)
}

/// Writes groups.
///
/// # Errors
/// When the store fails.
pub async fn save<'g>(
    db: &impl ConnectionTrait,
    groups: impl Iterator<Item = (&'g Place, &'g Group)>,
    now: Nanos,
) -> Result<(), DbErr> {
    let rows = groups.map(|((rule, key), group)| {
        let seen = serde_json::to_string(group).map_err(|error| DbErr::Json(error.to_string()))?;
        Ok(ActiveModel { rule_id: Set(*rule), key: Set(key.clone()), seen: Set(seen), touched_at: Set(now) })
    });
    let rows: Vec<ActiveModel> = rows.collect::<Result<_, DbErr>>()?;
    for rows in rows.chunks(256) {
        let replaced = OnConflict::columns([Column::RuleId, Column::Key])
            .update_columns([Column::Seen, Column::TouchedAt])
            .to_owned();
        Entity::insert_many(rows.to_vec()).on_conflict(replaced).exec_without_returning(db).await?;
    }
    Ok(())
}

/// Forgets groups that were quiet since then, and the quietest of too many.
///
/// # Errors
/// When the store fails.
pub async fn prune(db: &impl ConnectionTrait, before: Nanos) -> Result<(), DbErr> {
    let newest = Entity::find().select_only().column(Column::TouchedAt).order_by_desc(Column::TouchedAt);
    let excess: Option<Nanos> = newest.offset(MOST_GROUPS).limit(1).into_tuple().one(db).await?;
    let before = excess.map_or(before, |excess| before.max(excess.saturating_add(1)));
    Entity::delete_many().filter(Column::TouchedAt.lt(before)).exec(db).await.map(|_| ())
}

/// Forgets what a rule has seen.
///
/// # Errors
/// When the store fails.
pub async fn forget(db: &impl ConnectionTrait, rule: i64) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::RuleId.eq(rule)).exec(db).await.map(|_| ())
}
