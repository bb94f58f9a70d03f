//! Counts of events by hour, kept with them: what statistics read instead of the log.
//!
//! For each customer, hour of `timestamp`, field and value there is the number of events, changed in the transaction that
//! writes the events, so it is exact to the last one that was acknowledged. Events that are INTERNAL or DELETED do not
//! count, except for [`Field::FailedLogin`].
//!
//! Whatever takes an event away, or changes it, takes the old row back by [`remove`] and adds the new one in its transaction.
//!
//! A field costs at most one row per event, and usually one per batch. Only fields of few values are here, and the actor,
//! whose values are many but without whom most active actors could not be told; `origin`, which has a port in it and so a
//! value of its own for each event, is not.

use std::collections::{BTreeMap, BTreeSet};

use argus_core::clock::Nanos;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, Statement};

use crate::bulk::Bulk;
use crate::event::{self, flag};

/// An hour in ns.
pub const HOUR: Nanos = 3_600_000_000_000;

/// What is counted. The numbers are kept with the data, and never change their meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i32)]
pub enum Field {
    /// All events; its one value is the empty text.
    Total = 1,
    /// By verb.
    Verb = 2,
    /// By outcome.
    Outcome = 3,
    /// By status, as sent.
    Status = 4,
    /// By severity, as sent.
    Severity = 5,
    /// By action, as sent.
    Action = 6,
    /// By method.
    Method = 7,
    /// By category.
    Category = 8,
    /// By application.
    Application = 9,
    /// By environment.
    Environment = 10,
    /// By type of event.
    EventType = 11,
    /// By name of event.
    EventName = 12,
    /// By the actor's identifier.
    ActorId = 13,
    /// By kind of actor.
    ActorType = 14,
    /// By kind of object.
    TargetType = 15,
    /// By machine.
    MachineId = 16,
    /// By the door it came through.
    Dialect = 17,
    /// Logins that failed, INTERNAL ones too; its one value is the empty text.
    FailedLogin = 18,
    /// Errors; its one value is the empty text.
    Error = 19,
    /// Errors by action.
    ErrorAction = 20,
    /// Errors by the actor's identifier.
    ErrorActor = 21,
    /// Errors by severity.
    ErrorSeverity = 22,
    /// Of events without a verb, by action.
    OtherAction = 23,
    /// Of events without verb and action, by name.
    OtherName = 24,
}

/// Which events a field counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counted {
    /// All that are not INTERNAL.
    All,
    /// Of these, those with outcome FAILURE or a severity of [`ERROR_SEVERITIES`].
    Errors,
    /// Logins with outcome FAILURE, INTERNAL ones too.
    FailedLogins,
    /// Of all that are not INTERNAL, those without a verb.
    Verbless,
    /// Of these, those without an action.
    Actionless,
}

/// The severities of errors, whatever their case.
pub(crate) const ERROR_SEVERITIES: [&str; 2] = ["error", "critical"];

impl Field {
    /// Every field.
    pub const ALL: [Self; 24] = [
        Self::Total,
        Self::Verb,
        Self::Outcome,
        Self::Status,
        Self::Severity,
        Self::Action,
        Self::Method,
        Self::Category,
        Self::Application,
        Self::Environment,
        Self::EventType,
        Self::EventName,
        Self::ActorId,
        Self::ActorType,
        Self::TargetType,
        Self::MachineId,
        Self::Dialect,
        Self::FailedLogin,
        Self::Error,
        Self::ErrorAction,
        Self::ErrorActor,
        Self::ErrorSeverity,
        Self::OtherAction,
        Self::OtherName,
    ];

    /// Which events it counts.
    pub(crate) fn counted(self) -> Counted {
        match self {
            Self::FailedLogin => Counted::FailedLogins,
            Self::Error | Self::ErrorAction | Self::ErrorActor | Self::ErrorSeverity => Counted::Errors,
            Self::OtherAction => Counted::Verbless,
            Self::OtherName => Counted::Actionless,
            _ => Counted::All,
        }
    }

    /// The column of its values, of which null has no count; none where the one value is the empty text.
    pub(crate) fn column(self) -> Option<event::Column> {
        use event::Column;
        Some(match self {
            Self::Total | Self::FailedLogin | Self::Error => return None,
            Self::Verb => Column::Verb,
            Self::Outcome => Column::Outcome,
            Self::Status => Column::Status,
            Self::Severity | Self::ErrorSeverity => Column::Severity,
            Self::Action | Self::ErrorAction | Self::OtherAction => Column::Action,
            Self::Method => Column::Method,
            Self::Category => Column::Category,
            Self::Application => Column::Application,
            Self::Environment => Column::Environment,
            Self::EventType => Column::EventType,
            Self::EventName | Self::OtherName => Column::EventName,
            Self::ActorId | Self::ErrorActor => Column::ActorId,
            Self::ActorType => Column::ActorType,
            Self::TargetType => Column::TargetType,
            Self::MachineId => Column::MachineId,
            Self::Dialect => Column::Dialect,
        })
    }

    /// The value under which an event counts, if it is one of those that the field counts; none where it has no such value.
    fn of(self, row: &event::Model) -> Option<&str> {
        match self {
            Self::Total | Self::FailedLogin | Self::Error => Some(""),
            Self::Verb => row.verb.as_deref(),
            Self::Outcome => Some(&row.outcome),
            Self::Status => row.status.as_deref(),
            Self::Severity | Self::ErrorSeverity => Some(&row.severity),
            Self::Action | Self::ErrorAction | Self::OtherAction => row.action.as_deref(),
            Self::Method => row.method.as_deref(),
            Self::Category => row.category.as_deref(),
            Self::Application => row.application.as_deref(),
            Self::Environment => row.environment.as_deref(),
            Self::EventType => row.event_type.as_deref(),
            Self::EventName | Self::OtherName => row.event_name.as_deref(),
            Self::ActorId | Self::ErrorActor => row.actor_id.as_deref(),
            Self::ActorType => row.actor_type.as_deref(),
            Self::TargetType => row.target_type.as_deref(),
            Self::MachineId => row.machine_id.as_deref(),
            Self::Dialect => Some(&row.dialect),
        }
    }
}

impl Counted {
    fn holds(self, row: &event::Model) -> bool {
        let (failed, hidden) = (row.outcome == "FAILURE", row.flags & flag::INTERNAL != 0);
        let severe = || ERROR_SEVERITIES.iter().any(|severity| row.severity.eq_ignore_ascii_case(severity));
        let counts = match self {
            Self::All => !hidden,
            Self::Errors => !hidden && (failed || severe()),
            Self::FailedLogins => failed && row.verb.as_deref() == Some("LOGIN"),
            Self::Verbless => !hidden && row.verb.is_none(),
            Self::Actionless => !hidden && row.verb.is_none() && row.action.is_none(),
        };
        counts && row.flags & flag::DELETED == 0
    }
}

/// The number of a customer's events of one hour with one value of a field.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "event_rollup")]
pub struct Model {
    /// Whose events.
    #[sea_orm(primary_key, auto_increment = false)]
    pub customer_id: i64,
    /// A [`Field`].
    #[sea_orm(primary_key, auto_increment = false)]
    pub field: i32,
    /// When the hour begins, in ns.
    #[sea_orm(primary_key, auto_increment = false)]
    pub hour: i64,
    /// The value.
    #[sea_orm(primary_key, auto_increment = false)]
    pub value: String,
    /// How many; 0 where all were taken away.
    pub count: i64,
}

/// No relation is declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The hour of a time, in UTC.
#[must_use]
pub fn hour(at: Nanos) -> Nanos {
    at.saturating_sub(at.rem_euclid(HOUR))
}

/// Counts events that are being written.
///
/// # Errors
/// When the store fails.
pub async fn add(transaction: &DatabaseTransaction, rows: &[event::Model]) -> Result<(), DbErr> {
    change(transaction, rows, 1).await
}

/// Counts events no more, which the rows say as they were counted. Fails as [`add`] does.
///
/// # Errors
/// When the store fails.
pub async fn remove(transaction: &DatabaseTransaction, rows: &[event::Model]) -> Result<(), DbErr> {
    change(transaction, rows, -1).await
}

/// Takes away the values that no event counts under any more, of those that the rows had.
///
/// # Errors
/// As [`add`].
pub async fn forget(transaction: &DatabaseTransaction, rows: &[event::Model]) -> Result<(), DbErr> {
    let hours: BTreeSet<(i64, Nanos)> = rows.iter().map(|row| (row.customer_id, hour(row.timestamp))).collect();
    let fields = Field::ALL.map(|field| field as i32);
    for (customer, hour) in hours {
        let of = Column::CustomerId.eq(customer).and(Column::Field.is_in(fields)).and(Column::Hour.eq(hour));
        Entity::delete_many().filter(of.and(Column::Count.eq(0))).exec(transaction).await?;
    }
    Ok(())
}

async fn change(transaction: &impl ConnectionTrait, rows: &[event::Model], by: i64) -> Result<(), DbErr> {
    static UPSERT: Bulk<5> = Bulk::new(
        "INSERT INTO event_rollup (customer_id, field, hour, value, count)",
        "ON CONFLICT (customer_id, field, hour, value) DO UPDATE SET count = event_rollup.count + excluded.count",
    );
    // In the order of the key: writers that wait for each other's rows all wait in one direction.
    let mut counts: BTreeMap<(i64, Field, Nanos, &str), i64> = BTreeMap::new();
    for row in rows {
        let hour = hour(row.timestamp);
        let [all, errors, failed_logins, verbless, actionless] =
            [Counted::All, Counted::Errors, Counted::FailedLogins, Counted::Verbless, Counted::Actionless]
                .map(|counted| counted.holds(row));
        let holds = |field: &Field| match field.counted() {
            Counted::All => all,
            Counted::Errors => errors,
            Counted::FailedLogins => failed_logins,
            Counted::Verbless => verbless,
            Counted::Actionless => actionless,
        };
        for field in Field::ALL.into_iter().filter(holds) {
            if let Some(value) = field.of(row) {
                *counts.entry((row.customer_id, field, hour, value)).or_default() += by;
            }
        }
    }
    let counted = counts.into_iter().map(|((customer, field, hour, value), count)| {
        [customer.into(), (field as i32).into(), hour.into(), value.into(), count.into()]
    });
    UPSERT.write(transaction, counted).await
}

/// A statement that gives the customers with roll-ups, by as many steps in the index as there are such customers.
pub(crate) fn customers(backend: DbBackend) -> Statement {
    let sql = "WITH RECURSIVE customer(id) AS (SELECT min(customer_id) FROM event_rollup UNION ALL \
               SELECT (SELECT min(customer_id) FROM event_rollup WHERE customer_id > customer.id) \
               FROM customer WHERE customer.id IS NOT NULL) SELECT id FROM customer WHERE id IS NOT NULL";
    Statement::from_string(backend, sql)
}
