//! What a subscription asks for, as far as its maker may see it now.

use argus_audit_log::event::{Column, flag};
use argus_audit_log::search::Events;
use argus_core::access::CustomerSet;
use argus_core::app::Platform;
use argus_core::error::ApiError;
use argus_core::names::CallerNames;
use argus_core::search::{Criteria, Matcher, Row};
use http::StatusCode;
use sea_orm::sea_query::{Condition, ExprTrait};
use sea_orm::{ColumnTrait, DbBackend, DbErr};

use crate::kind::{self, Kind};
use crate::subscription::Model;

/// The function by which somebody may see events; what it does not reach is not delivered either.
pub const VIEW: &str = "viewAuditEvents";

/// Why nothing can be delivered.
pub(crate) enum Trouble {
    /// Somebody has to see to it: the subscription is paused, and says so.
    Pause(String),
    /// The store cannot be asked now.
    Store(ApiError),
}

impl From<ApiError> for Trouble {
    fn from(error: ApiError) -> Self {
        Self::Store(error)
    }
}

impl From<DbErr> for Trouble {
    fn from(error: DbErr) -> Self {
        Self::Store(error.into())
    }
}

/// What is wanted, for the store and for rows in memory.
pub(crate) struct Filter {
    kinds: i32,
    criteria: Criteria<Events>,
    matcher: Matcher<Events>,
    scope: CustomerSet,
}

impl Filter {
    /// That of a subscription, now.
    ///
    /// # Errors
    /// Why nothing can be delivered.
    pub(crate) async fn of(platform: &Platform, row: &Model) -> Result<Self, Trouble> {
        let scope = delivered(platform, row.created_by, row.customer_id).await?.map_err(Trouble::Pause)?;
        let user = platform.directory.user(row.created_by).await?;
        let names = CallerNames { platform, scope: scope.clone(), domain: user.map(|user| user.domain_id) };
        let criteria = serde_json::from_str(&row.criteria).map_err(ApiError::internal)?;
        let criteria = Criteria::<Events>::from_json(&criteria, row.created_at).resolve(&names).await;
        let criteria = criteria.map_err(|error| match error.status {
            StatusCode::PRECONDITION_FAILED => Trouble::Pause(unusable(&error)),
            _ => Trouble::Store(error),
        })?;
        let matcher = criteria.matcher().ok_or_else(|| ApiError::internal("events cannot be judged in memory"))?;
        Ok(Self { kinds: row.events, criteria, matcher, scope })
    }

    /// The messages that an event gives, in their order.
    pub(crate) fn kinds<'a>(&'a self, event: &'a Row<Events>) -> impl Iterator<Item = Kind> + 'a {
        let seen = self.scope.contains(event.model().customer_id);
        let told = move |kind: &Kind| match kind {
            Kind::Created => self.matcher.matches(event),
            other => other.is_told_by(event.model()),
        };
        kind::of(self.kinds).filter(move |kind| seen && told(kind))
    }

    /// Whether an event gives any message.
    pub(crate) fn wants(&self, event: &Row<Events>) -> bool {
        self.kinds(event).next().is_some()
    }

    /// The events that give messages, for the store. It may find some that give none.
    pub(crate) fn condition(&self, backend: DbBackend) -> Condition {
        let has = |bit: i64| Column::Flags.into_expr().bit_and(bit).ne(0_i64);
        let any = kind::of(self.kinds).fold(Condition::any(), |any, kind| match kind {
            Kind::Created => any.add(self.criteria.condition(backend)),
            Kind::Suspicious => any.add(has(flag::SUSPICIOUS)),
            Kind::Export | Kind::Report => {
                any.add(Condition::all().add(has(flag::INTERNAL)).add(Column::EventType.eq(kind.name())))
            }
        });
        Condition::all().add(self.scope.condition(Column::CustomerId)).add(any)
    }
}

/// The customers whose events a subscription of that customer, made by that user, gets now; or why it gets none.
///
/// # Errors
/// When the store fails.
pub async fn delivered(
    platform: &Platform,
    maker: i64,
    customer: i64,
) -> Result<Result<CustomerSet, String>, ApiError> {
    let directory = &platform.directory;
    directory.sync().await?;
    let Some(user) = directory.user(maker).await? else {
        return Ok(Err("The user who made it does not exist any more".to_owned()));
    };
    if directory.shuts_out(&user).await? {
        return Ok(Err(format!(
            "The user who made it, {}, is blocked, deleted or of a disabled customer",
            user.short_name
        )));
    }
    let tree = directory.tree().await?;
    if tree.customer(customer).is_none_or(|customer| customer.deleted_at.is_some()) {
        return Ok(Err("Its customer is disabled".to_owned()));
    }
    let scope = directory.rights(maker).await?.customers_for(VIEW).and(&tree.reach(customer));
    if scope.is_empty() {
        let text = format!("The user who made it, {}, may not see events of its customer: {VIEW}", user.short_name);
        return Ok(Err(text));
    }
    Ok(Ok(scope))
}

fn unusable(error: &ApiError) -> String {
    let problems = error.messages.iter().map(|message| match &message.field {
        Some(field) => format!("{field}: {}", message.text),
        None => message.text.to_string(),
    });
    format!("Its criteria cannot be used any more: {}", problems.collect::<Vec<_>>().join("; "))
}
