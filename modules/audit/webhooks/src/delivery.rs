//! What became of messages: one row for each try, the newest of each subscription.

use std::sync::LazyLock;

use argus_core::clock::{NANOS_PER_DAY, Nanos};
use argus_core::search::{Fields, Kind, Searchable};
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};

/// Tries of one subscription that are kept.
pub const KEPT: u64 = 1_000;

/// How long they are kept.
pub const KEPT_FOR: Nanos = 30 * NANOS_PER_DAY;

/// States, as they are stored and printed.
pub mod state {
    /// The receiver took the message.
    pub const DELIVERED: &str = "DELIVERED";
    /// It did not, and the message is tried again.
    pub const RETRYING: &str = "RETRYING";
    /// It did not, and the message is not tried again by itself.
    pub const FAILED: &str = "FAILED";

    /// All of them.
    pub const ALL: [&str; 3] = [DELIVERED, RETRYING, FAILED];
}

/// A try. Times are ns since the epoch.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_delivery")]
pub struct Model {
    /// Number; later ones are greater.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Whose it is.
    pub subscription_id: Uuid,
    /// Of which event.
    pub event_id: Uuid,
    /// The message's type, by name.
    pub kind: String,
    /// Which try of this message, from 1.
    pub attempt: i32,
    /// Whether the event was to be delivered again.
    pub again: bool,
    /// One of [`state`].
    pub state: String,
    /// The status that was answered.
    pub response_status: Option<i32>,
    /// Why it failed.
    pub error: Option<String>,
    /// When it was.
    pub created_at: Nanos,
    /// When the next one is.
    pub next_at: Option<Nanos>,
}

/// No relation is declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Tries, as the parameters of a list see them.
pub struct Deliveries;

impl Searchable for Deliveries {
    type Entity = Entity;
    const NAME: &'static str = "Delivery";

    fn fields() -> &'static Fields {
        static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
            Fields::new("id", Column::Id)
                .filter("state", Column::State, Kind::Words(&state::ALL), "What became of it")
                .filter("type", Column::Kind, Kind::Text, "Type of the message")
                .filter("eventID", Column::EventId, Kind::Uuid, "Of which event")
                .time("createdTimestamp", Column::CreatedAt)
                .sort("createdTimestamp", Column::CreatedAt)
                .sort("attempt", Column::Attempt)
                .sort("state", Column::State)
                .sort("type", Column::Kind)
                .default_sort(&["-createdTimestamp"])
        });
        &FIELDS
    }
}

/// Takes away those of a subscription beyond the newest.
///
/// # Errors
/// When the store fails.
pub(crate) async fn prune(db: &impl ConnectionTrait, subscription: Uuid) -> Result<(), DbErr> {
    let of_it = || Column::SubscriptionId.eq(subscription);
    let newest = Entity::find().select_only().column(Column::Id).filter(of_it()).order_by_desc(Column::Id);
    let Some(last) = newest.offset(KEPT).limit(1).into_tuple::<i64>().one(db).await? else { return Ok(()) };
    Entity::delete_many().filter(of_it()).filter(Column::Id.lte(last)).exec(db).await.map(|_| ())
}

/// Takes away those that were before then.
///
/// # Errors
/// When the store fails.
pub(crate) async fn forget(db: &impl ConnectionTrait, before: Nanos) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::CreatedAt.lt(before)).exec(db).await.map(|_| ())
}
