//! Views of the log: lists of events by one thing about them. What a view shows is a condition beside the criteria (see [`list`](crate::search::list)).

use std::sync::LazyLock;

use argus_core::clock::Nanos;
use argus_core::search::{Fields, Searchable};
use sea_orm::prelude::Uuid;
use sea_orm::sea_query::{Condition, Expr, ExprTrait};
use sea_orm::{ColumnTrait, IntoSimpleExpr};

use crate::event::{Column, Entity, flag};
use crate::search::{filters, has};

/// What happens to an object without changing it.
const NO_CHANGES: [&str; 4] = ["READ", "EXPORT", "LOGIN", "LOGOUT"];

macro_rules! searchable {
    ($($(#[$doc:meta])* $view:ident, $name:literal, $fields:expr;)*) => {$(
        $(#[$doc])*
        pub struct $view;

        impl Searchable for $view {
            type Entity = Entity;
            const NAME: &'static str = $name;

            fn fields() -> &'static Fields {
                static FIELDS: LazyLock<Fields> = LazyLock::new(|| $fields);
                &FIELDS
            }
        }
    )*};
}

searchable! {
    /// Events of one series, newest first.
    SeriesEvents, "SeriesEvent", pages("-timestamp");
    /// Changes of one object, oldest first.
    HistoryEvents, "HistoryEvent", pages("timestamp");
    /// Who accessed what: all that events can be searched by. Requests to Argus itself are a part of it.
    AccessEvents, "AccessEvent", filters();
    /// Logins, the same.
    LoginEvents, "LoginEvent", filters();
}

/// Of a list that has pages and no filters.
fn pages(order: &'static str) -> Fields {
    Fields::new("sequence", Column::Sequence)
        .deleted_by(has(flag::DELETED))
        .hidden_by("includeInternal", None, has(flag::INTERNAL))
        .sort("timestamp", Column::Timestamp)
        .default_sort(&[order])
}

/// What a list shows, beside its criteria.
#[derive(Debug, Clone)]
pub struct View {
    /// What holds for each of its events.
    pub(crate) condition: Condition,
    /// Filters of events of which each has that value: what it can be looked up by.
    pub(crate) values: Vec<(&'static str, String)>,
}

impl Default for View {
    /// All events.
    fn default() -> Self {
        Self { condition: Condition::all(), values: Vec::new() }
    }
}

impl View {
    /// Whether it shows all events.
    pub(crate) fn is_all(&self) -> bool {
        self.condition.is_empty() && self.values.is_empty()
    }

    /// Of its events, those alone for which that holds too.
    #[must_use]
    pub fn and(mut self, condition: Condition) -> Self {
        self.condition = self.condition.add(condition);
        self
    }

    /// Of its events, those about a machine.
    #[must_use]
    pub fn of_machine(mut self, machine: &str) -> Self {
        self.values.push(("machineID", machine.to_owned()));
        self.and(Condition::all().add(Column::MachineId.eq(machine)))
    }

    /// Of its events, those of an actor, whether that is its name, its address of e-mail or its identifier.
    #[must_use]
    pub fn of_actor(self, actor: &str) -> Self {
        let columns = [Column::ActorName, Column::ActorEmail, Column::ActorId];
        self.and(columns.into_iter().fold(Condition::any(), |any, column| any.add(column.eq(actor))))
    }

    /// Of its events, those alone that came from there, as it was sent.
    #[must_use]
    pub fn from_origin(self, origin: &str) -> Self {
        self.and(Condition::all().add(Column::Origin.eq(origin)))
    }

    /// Of its events, those alone whose status reads so: as it was sent, or, where none was, the outcome in small letters.
    #[must_use]
    pub fn of_status(self, status: &str) -> Self {
        let outcome = ["SUCCESS", "FAILURE", "UNKNOWN"].into_iter().find(|known| known.to_ascii_lowercase() == status);
        let derived = outcome.map(|outcome| Column::Status.is_null().and(Column::Outcome.eq(outcome)));
        self.and(Condition::any().add(Column::Status.eq(status)).add_option(derived))
    }
}

/// What lists show that are asked for nothing else: no requests to Argus itself, and nothing that was taken away.
#[must_use]
pub fn shown() -> View {
    let hidden = Expr::col((Entity, Column::Flags)).bit_and(flag::INTERNAL | flag::DELETED);
    View::default().and(Condition::all().add(hidden.eq(0_i64)))
}

/// The events of a series.
#[must_use]
pub fn series(id: Uuid) -> View {
    View::default().and(Condition::all().add(Column::SeriesId.eq(id)))
}

/// The changes of an object, up to a moment (in ns, inclusive) if there is one.
#[must_use]
pub fn history(target_type: &str, target_id: &str, as_of: Option<Nanos>) -> View {
    let changes = Condition::any().add(Column::Verb.is_null()).add(Column::Verb.is_not_in(NO_CHANGES));
    let condition = Condition::all()
        .add(Column::TargetId.eq(target_id))
        .add(Column::TargetType.eq(target_type))
        .add(changes)
        .add_option(as_of.map(|as_of| Column::Timestamp.lte(as_of)));
    View { condition, values: vec![("targetID", target_id.to_owned())] }
}

/// Events that say how the object was after them: those with an `after`, and deletions.
#[must_use]
pub fn tells_state() -> Condition {
    Condition::any().add(Column::After.is_not_null()).add(Column::Verb.eq("DELETE"))
}

/// Events that say how an object was accessed.
#[must_use]
pub fn access() -> View {
    View::default().and(Condition::all().add(Column::AccessType.is_not_null()))
}

/// Logins and tries.
#[must_use]
pub fn login() -> View {
    // The word stands in the statement itself: SQLite uses the index of logins for no other.
    View::default().and(Condition::all().add(Column::Verb.into_simple_expr().eq(Expr::Constant("LOGIN".into()))))
}
