//! Rules in use, ready to judge events.

use argus_audit_log::event::{Column as EventColumn, Model as Event};
use argus_audit_log::search::Events;
use argus_core::access::CustomerSet;
use argus_core::app::Platform;
use argus_core::error::ApiError;
use argus_core::names::CallerNames;
use argus_core::search::{Criteria, Matcher, Row};
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder};
use serde_json::Value;

use crate::rule::{Column, Entity, Model};

/// One rule.
pub struct Watched {
    /// Its row.
    pub rule: Model,
    /// Fields to group by.
    pub fields: Vec<String>,
    /// The rule near whose bursts events count.
    pub follows: Option<i64>,
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
    let ids: Vec<(Option<String>, i64)> = rules.iter().map(|rule| (rule.built_in.clone(), rule.id)).collect();
    let mut watched = Vec::with_capacity(rules.len());
    for rule in rules {
        let id = rule.id;
        let follows = rule.follows.as_ref().and_then(|key| {
            // A rule that follows one that is switched off has nothing to follow.
            Some(ids.iter().find(|(built_in, _)| built_in.as_ref() == Some(key)).map_or(-1, |(_, id)| *id))
        });
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

async fn understood(platform: &Platform, rule: Model, follows: Option<i64>) -> Result<Watched, ApiError> {
    let tree = platform.directory.tree().await?;
    let scope = tree.reach(rule.customer_id);
    let domain = tree.customer(rule.customer_id).map(|customer| customer.domain_id);
    let criteria: Value = serde_json::from_str(&rule.criteria).map_err(ApiError::internal)?;
    let names = CallerNames { platform, scope: scope.clone(), domain };
    let criteria = Criteria::<Events>::from_json(&criteria, platform.clock.now()).resolve(&names).await?;
    let matcher = criteria.matcher().ok_or_else(|| ApiError::internal("events cannot be judged in memory"))?;
    Ok(Watched { fields: rule.fields(), rule, follows, scope, criteria, matcher })
}

impl Watched {
    /// Whether an event counts.
    pub fn counts(&self, row: &Row<Events>) -> bool {
        self.scope.contains(row.model().customer_id) && self.matcher.matches(row)
    }

    /// What its events have in common with this one.
    pub fn key(&self, event: &Event) -> Option<String> {
        crate::group::key(event, &self.fields)
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
