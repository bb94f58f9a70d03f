//! Rules on the wire.

use argus_audit_rules::Window;
use argus_audit_rules::rule::Model;
use argus_core::clock::millis;
use argus_core::context::RequestContext;
use argus_core::error::ApiError;
use argus_core::info::{CustomerInfo, People, UserInfo};
use poem_openapi::{Enum, Object};
use serde_json::Value;

use crate::json::Json;

/// How serious a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "lowercase")]
pub enum Severity {
    /// Of no weight.
    Debug,
    /// To be known.
    Info,
    /// To be looked at.
    Warning,
    /// To be acted on.
    Error,
    /// To be acted on at once.
    Critical,
}

impl Severity {
    /// The name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
            Self::Critical => "critical",
        }
    }
}

/// A rule to be made.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct NewRule {
    /// Name.
    #[oai(validator(min_length = 1, max_length = 255))]
    pub name: String,
    /// Whose rule it is, by number or short name: it looks at the events of this customer and of those below; the caller's
    /// customer when absent.
    pub customer: Option<String>,
    /// Which events count: criteria of event search, without times, sort and page. All when absent; requests to Argus
    /// itself, such as logins, only with `includeInternal`.
    pub criteria: Option<Json>,
    /// What the events of a burst have in common, one to four of: action, verb, eventType, eventName, category, application,
    /// environment, actorID, actorName, actorType, actorEmail, origin, clientIP, targetType, targetID, machineID, customer.
    /// Events without one of these do not count.
    #[oai(validator(max_items = 4))]
    pub group_by: Vec<String>,
    /// How many of them are a burst.
    #[oai(validator(minimum(value = "1"), maximum(value = "1000")))]
    pub threshold: i64,
    /// Within which time, from the first to the last: `2s`, `5m`, `1h`, `1d`; at most 30 days.
    pub window: String,
    /// Severity of findings; warning when absent.
    pub severity: Option<Severity>,
    /// Whether it is in use; true when absent.
    pub enabled: Option<bool>,
}

/// What may change about a rule. Only given members change. A built-in one keeps its name, criteria and groupBy.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct RuleUpdate {
    /// Another name.
    #[oai(validator(min_length = 1, max_length = 255))]
    pub name: Option<String>,
    /// Other criteria. What was seen by the old ones is forgotten.
    pub criteria: Option<Json>,
    /// Other fields. What was seen by the old ones is forgotten.
    #[oai(validator(max_items = 4))]
    pub group_by: Option<Vec<String>>,
    /// Another threshold.
    #[oai(validator(minimum(value = "1"), maximum(value = "1000")))]
    pub threshold: Option<i64>,
    /// Another window.
    pub window: Option<String>,
    /// Another severity.
    pub severity: Option<Severity>,
    /// Whether it is in use.
    pub enabled: Option<bool>,
}

/// A rule that finds suspicious activity.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct Rule {
    /// Number.
    pub id: i64,
    /// Name.
    pub name: String,
    /// Whose it is.
    pub customer: Option<CustomerInfo>,
    /// Which events count.
    pub criteria: Json,
    /// What the events of a burst have in common.
    pub group_by: Vec<String>,
    /// How many of them are a burst.
    pub threshold: i64,
    /// Within which time.
    pub window: String,
    /// Severity of findings.
    pub severity: String,
    /// Whether it is in use.
    pub enabled: bool,
    /// Whether it was there from the start.
    pub built_in: bool,
    /// The rule near whose bursts events count, of a built-in rule that looks for what comes after another.
    pub follows: Option<String>,
    /// When it was made, in ms.
    pub created_timestamp: i64,
    /// By whom; null for a built-in one.
    pub created_by_user: Option<UserInfo>,
    /// When it was last changed, in ms.
    pub last_updated_timestamp: Option<i64>,
    /// By whom.
    pub last_updated_by_user: Option<UserInfo>,
}

/// Rules as they are printed.
///
/// # Errors
/// When the store fails.
pub async fn rules(context: &RequestContext, rows: Vec<Model>) -> Result<Vec<Rule>, ApiError> {
    let by = rows.iter().flat_map(|row| [row.created_by, row.updated_by]).flatten();
    let people = People::of(&context.platform, by.collect()).await?;
    Ok(rows.into_iter().map(|row| whole(row, &people)).collect())
}

fn whole(row: Model, people: &People) -> Rule {
    Rule {
        id: row.id,
        group_by: row.fields(),
        customer: people.tree.customer_info(row.customer_id),
        criteria: Json(serde_json::from_str::<Value>(&row.criteria).unwrap_or_default()),
        threshold: row.threshold,
        window: Window::of(row.window).to_string(),
        built_in: row.built_in.is_some(),
        name: row.name,
        severity: row.severity,
        enabled: row.enabled,
        follows: row.follows,
        created_timestamp: millis(row.created_at),
        created_by_user: people.info(row.created_by),
        last_updated_timestamp: row.updated_at.map(millis),
        last_updated_by_user: people.info(row.updated_by),
    }
}
