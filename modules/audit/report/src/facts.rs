//! What a report says, before it is written in any form.

use std::sync::Arc;
use std::time::Duration;

use argus_audit_log::numbers::{Compliance, LISTED, Selection, compliance};
use argus_audit_log::search::Events;
use argus_core::access::CustomerSet;
use argus_core::app::Platform;
use argus_core::authentication::api_key::moments::{Moment, Moments, moments};
use argus_core::clock::{NANOS_PER_DAY, Nanos};
use argus_core::directory::Tree;
use argus_core::error::ApiError;
use argus_core::search::Criteria;
use serde_json::json;

use crate::time::Period;

/// How long the log may be asked for one report. Longer than for an answer that somebody waits for; a report is made beside
/// requests.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// For how long after the period keys that end are named.
pub const EXPIRING: Nanos = 30 * NANOS_PER_DAY;

/// Customers that the title names before it counts them.
const NAMED: usize = 3;

/// What a report is asked for.
#[derive(Debug, Clone)]
pub struct Question {
    /// Whose events are counted: what whoever asks may see.
    pub customers: CustomerSet,
    /// Exactly this customer of them; all of them when none is said.
    pub customer: Option<i64>,
    /// The stretch of time.
    pub period: Period,
    /// Whether breakdowns are wanted: by day, verb, kind of object, actor, action, and source of failed logins.
    pub include_stats: bool,
    /// When it is made, in ns.
    pub made_at: Nanos,
    /// By whom.
    pub made_by: String,
}

/// What a report says.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// Whose events it is about.
    pub subject: Subject,
    /// The stretch of time.
    pub period: Period,
    /// When it was made, in ns.
    pub made_at: Nanos,
    /// By whom.
    pub made_by: String,
    /// Whether there are breakdowns.
    pub include_stats: bool,
    /// What the log says.
    pub log: Compliance,
    /// API keys that were made.
    pub keys_created: Moments,
    /// API keys that were revoked.
    pub keys_revoked: Moments,
    /// API keys that end within [`EXPIRING`] after the period, and are not revoked.
    pub keys_expiring: Moments,
}

/// Whose events a report is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The customer, where there is one alone: its number, short name and name.
    pub customer: Option<(i64, String, String)>,
    /// How many customers there are; none where it is all of them, also those made later.
    pub customers: Option<usize>,
    /// What stands in the title.
    pub name: String,
}

/// Gathers what a report says. Statistics are the very ones that `GET /audit/v1/statistics` gives for the same customers and
/// time.
///
/// # Errors
/// 412 when there are more kinds of objects, or days, than an answer holds; 503 when it takes longer than [`PATIENCE`], or
/// the store cannot be asked.
pub async fn gather(platform: &Platform, question: Question) -> Result<Facts, ApiError> {
    let Question { customers, customer, period, include_stats, made_at, made_by } = question;
    let customers = match customer {
        Some(customer) => customers.and(&CustomerSet::Only(Arc::new([customer].into()))),
        None => customers,
    };
    let everything = Criteria::<Events>::from_json(&json!({}), made_at).resolve(&()).await?;
    let selection = Selection::within(&customers, everything, period.start..period.end);
    let log = compliance(&platform.db, &selection, include_stats, PATIENCE).await?;
    let within = period.start..period.end;
    let soon = period.end..period.end.saturating_add(EXPIRING);
    let keys = async |moment, within| moments(platform, &customers, moment, within, LISTED).await;
    Ok(Facts {
        subject: Subject::of(&*platform.directory.tree().await?, &customers),
        period,
        made_at,
        made_by,
        include_stats,
        log,
        keys_created: keys(Moment::Created, within.clone()).await?,
        keys_revoked: keys(Moment::Revoked, within).await?,
        keys_expiring: keys(Moment::Ends, soon).await?,
    })
}

impl Subject {
    fn of(tree: &Tree, customers: &CustomerSet) -> Self {
        let CustomerSet::Only(ids) = customers else {
            let root = tree.customer(tree.root()).map_or("", |root| root.name.as_str());
            return Self { customer: None, customers: None, name: format!("{root} and all customers") };
        };
        let mut known: Vec<_> = ids.iter().filter_map(|id| tree.customer(*id)).collect();
        known.sort_unstable_by_key(|customer| customer.id);
        let names: Vec<&str> = known.iter().take(NAMED).map(|customer| customer.name.as_str()).collect();
        let name = match (names.as_slice(), ids.len()) {
            ([], _) => "No customer".to_owned(),
            ([one], 1) => (*one).to_owned(),
            (_, all) if all > names.len() => format!("{} and {} more", names.join(", "), all - names.len()),
            _ => names.join(", "),
        };
        let customer = match known.as_slice() {
            [one] if ids.len() == 1 => Some((one.id, one.short_name.clone(), one.name.clone())),
            _ => None,
        };
        Self { customer, customers: Some(ids.len()), name }
    }
}
