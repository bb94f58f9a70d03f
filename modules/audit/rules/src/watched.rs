//! Rules in use, ready to judge events.

use argus_audit_log::event::{Column as EventColumn, Model as Event};
use argus_audit_log::idempotency::hex;
use argus_audit_log::search::Events;
use argus_core::access::CustomerSet;
use argus_core::app::Platform;
use argus_core::error::ApiError;
use argus_core::names::CallerNames;
use argus_core::search::{Criteria, Matcher, Row};
use ring::digest::{SHA256, digest};
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder};
use serde_json::Value;

use crate::group::{self, Place};
use crate::rule::{Column, Entity, Model};

/// One rule.
pub struct Watched {
    /// Its row.
    pub rule: Model,
    /// Fields to group by.
    pub fields: Vec<String>,
    /// What sets its groups apart from those of the rule as it was before it counted other events.
    print: String,
    /// The rule near whose bursts events count, and its print.
    follows: Option<(i64, String)>,
    scope: CustomerSet,
    criteria: Criteria<Events>,
    matcher: Matcher<Events>,
}

/// The rules in use. One that cannot be understood any more (its criteria name somebody who is gone) is passed over.
///
/// # Errors
/// When the store fails.
pub async fn load(platform: &Platform) -> Result<Vec<Watched>, ApiError> {
    let rules = Entity::find().filter(Column::Enabled.eq(true)).order_by_asc(Column::Id);
    let rules = rules.all(platform.db.reader()).await?;
    let known: Vec<_> = rules.iter().map(|rule| (rule.built_in.clone(), (rule.id, print(rule)))).collect();
    let mut watched = Vec::with_capacity(rules.len());
    for rule in rules {
        let id = rule.id;
        let before = |key: &String| known.iter().find(|(built_in, _)| built_in.as_ref() == Some(key));
        let follows = match rule.follows.as_ref().map(before) {
            // What it comes after is switched off.
            Some(None) => continue,
            Some(Some((_, before))) => Some(before.clone()),
            None => None,
        };
        match understood(platform, rule, follows).await {
            Ok(rule) => watched.push(rule),
            Err(error) if error.status.is_client_error() => {
                tracing::warn!(rule = id, %error, "a rule is not looked at: its criteria cannot be understood any more");
            }
            Err(error) => return Err(error),
        }
    }
    Ok(watched)
}

async fn understood(platform: &Platform, rule: Model, follows: Option<(i64, String)>) -> Result<Watched, ApiError> {
    let tree = platform.directory.tree().await?;
    let scope = tree.reach(rule.customer_id);
    let domain = tree.customer(rule.customer_id).map(|customer| customer.domain_id);
    let criteria: Value = serde_json::from_str(&rule.criteria).map_err(ApiError::internal)?;
    let names = CallerNames { platform, scope: scope.clone(), domain };
    let criteria = Criteria::<Events>::from_json(&criteria, platform.clock.now()).resolve(&names).await?;
    let matcher = criteria.matcher().ok_or_else(|| ApiError::internal("events cannot be judged in memory"))?;
    Ok(Watched { fields: rule.fields(), print: print(&rule), rule, follows, scope, criteria, matcher })
}

/// A few digits that change with what a rule counts.
fn print(rule: &Model) -> String {
    let hash = digest(&SHA256, format!("{}\n{}", rule.criteria, rule.group_by).as_bytes());
    hex(hash.as_ref()).chars().take(12).collect()
}

impl Watched {
    /// Whether an event counts.
    pub fn counts(&self, row: &Row<Events>) -> bool {
        self.scope.contains(row.model().customer_id) && self.matcher.matches(row)
    }

    /// What its events have in common with this one; nothing when that has not all of it.
    pub fn values(&self, event: &Event) -> Option<String> {
        group::values(event, &self.fields)
    }

    /// The group of events with those values.
    pub fn place(&self, values: &str) -> Place {
        (self.rule.id, format!("{}{values}", self.print))
    }

    /// The same of the rule near whose bursts they count.
    pub fn place_before(&self, values: &str) -> Option<Place> {
        self.follows.as_ref().map(|(rule, print)| (*rule, format!("{print}{values}")))
    }

    /// Both.
    pub fn places(&self, values: &str) -> impl Iterator<Item = Place> {
        std::iter::once(self.place(values)).chain(self.place_before(values))
    }

    /// The same for the store.
    fn condition(&self, backend: DbBackend) -> Condition {
        self.scope.condition(EventColumn::CustomerId).add(self.criteria.condition(backend))
    }
}

/// That an event counts for any of them.
pub fn any(rules: &[Watched], backend: DbBackend) -> Condition {
    rules.iter().fold(Condition::any(), |any, rule| any.add(rule.condition(backend)))
}
