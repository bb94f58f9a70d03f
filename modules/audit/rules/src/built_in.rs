//! The rules that are there from the start. They belong to the root customer, and are looked for in everybody's events;
//! who minds may change their numbers, or switch them off.

use argus_core::clock::{NANOS_PER_SECOND, Nanos};
use argus_core::search::folded_column;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, NotSet, Set};
use serde_json::json;

use crate::rule::{ActiveModel, Column, Entity};

const MINUTE: Nanos = 60 * NANOS_PER_SECOND;

/// Types of events by which Argus tells that a file is there.
const TOLD: [&str; 2] = ["audit.export.completed", "audit.report.completed"];

struct BuiltIn {
    key: &'static str,
    name: &'static str,
    /// Verb and outcome of what counts.
    counts: (&'static str, &'static str),
    field: &'static str,
    threshold: i64,
    window: Nanos,
    severity: &'static str,
    follows: Option<&'static str>,
}

const ALL: [BuiltIn; 6] = [
    BuiltIn {
        key: "failedLoginsOfUser",
        name: "Failed logins of one user",
        counts: ("LOGIN", "FAILURE"),
        field: "actorID",
        threshold: 5,
        window: 5 * MINUTE,
        severity: "warning",
        follows: None,
    },
    BuiltIn {
        key: "failedLoginsFromAddress",
        name: "Failed logins from one address",
        counts: ("LOGIN", "FAILURE"),
        field: "clientIP",
        threshold: 5,
        window: 5 * MINUTE,
        severity: "warning",
        follows: None,
    },
    BuiltIn {
        key: "loginAfterFailedLoginsOfUser",
        name: "Login of a user after many failed ones",
        counts: ("LOGIN", "SUCCESS"),
        field: "actorID",
        threshold: 1,
        window: 5 * MINUTE,
        severity: "critical",
        follows: Some("failedLoginsOfUser"),
    },
    BuiltIn {
        key: "loginAfterFailedLoginsFromAddress",
        name: "Login from an address after many failed ones",
        counts: ("LOGIN", "SUCCESS"),
        field: "clientIP",
        threshold: 1,
        window: 5 * MINUTE,
        severity: "critical",
        follows: Some("failedLoginsFromAddress"),
    },
    BuiltIn {
        key: "manyDeletions",
        name: "Many deletions by one actor",
        counts: ("DELETE", "SUCCESS"),
        field: "actorID",
        threshold: 50,
        window: 10 * MINUTE,
        severity: "warning",
        follows: None,
    },
    BuiltIn {
        key: "manyExports",
        name: "Many exports by one actor",
        counts: ("EXPORT", "SUCCESS"),
        field: "actorID",
        threshold: 10,
        window: 10 * MINUTE,
        severity: "warning",
        follows: None,
    },
];

/// Sees to it that the built-in rules are there; those that are stay as they are. `root` is the root customer.
///
/// # Errors
/// When the store fails.
pub async fn prepare(db: &impl ConnectionTrait, root: i64, now: Nanos) -> Result<(), DbErr> {
    let there: Vec<Option<String>> = {
        use sea_orm::QuerySelect;
        let built_in = Entity::find().filter(Column::BuiltIn.is_not_null());
        built_in.select_only().column(Column::BuiltIn).into_tuple().all(db).await?
    };
    for rule in ALL.iter().filter(|rule| !there.iter().flatten().any(|key| key == rule.key)) {
        // Of two nodes that start at the same time, one makes it.
        let once = OnConflict::column(Column::BuiltIn).do_nothing().to_owned();
        Entity::insert(rule.row(root, now)).on_conflict(once).exec_without_returning(db).await?;
    }
    Ok(())
}

impl BuiltIn {
    fn row(&self, root: i64, now: Nanos) -> ActiveModel {
        let (verb, outcome) = self.counts;
        // Asked for and fetched is what somebody did; that a file is there Argus only tells.
        let told = if verb == "EXPORT" { json!([{ "eventType": TOLD, "exclude": true }]) } else { json!([]) };
        let criteria = json!({ "verb": verb, "outcome": outcome, "includeInternal": true, "subCriteria": told });
        ActiveModel {
            id: NotSet,
            customer_id: Set(root),
            name: Set(self.name.to_owned()),
            criteria: Set(criteria.to_string()),
            group_by: Set(json!([self.field]).to_string()),
            threshold: Set(self.threshold),
            window: Set(self.window),
            severity: Set(self.severity.to_owned()),
            enabled: Set(true),
            built_in: Set(Some(self.key.to_owned())),
            follows: Set(self.follows.map(str::to_owned)),
            created_at: Set(now),
            created_by: Set(None),
            updated_at: Set(None),
            updated_by: Set(None),
            folded: Set(folded_column(&[("name", Some(self.name))])),
        }
    }
}
