//! Subscriptions: who gets which events, and how far each is.

use std::sync::LazyLock;

use argus_core::clock::Nanos;
use argus_core::search::{Fields, Kind, Searchable};
use sea_orm::entity::prelude::*;

/// States, as they are stored and printed.
pub mod state {
    /// Events are delivered.
    pub const ACTIVE: &str = "ACTIVE";
    /// Somebody, or Argus, stopped it for now.
    pub const PAUSED: &str = "PAUSED";
    /// Its receiver did not take events for days, or wants no more.
    pub const ENDED: &str = "ENDED";

    /// All of them.
    pub const ALL: [&str; 3] = [ACTIVE, PAUSED, ENDED];
}

/// How messages are signed, as it is stored and printed.
pub mod signature {
    /// By a secret that both sides have.
    pub const HMAC: &str = "HMAC";
    /// By a private key, of which receivers have the public one.
    pub const ED25519: &str = "ED25519";
}

/// A subscription. Times are ns since the epoch.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_subscription")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose it is: events of this customer, and of those below it, are delivered.
    pub customer_id: i64,
    /// Name for people.
    pub name: String,
    /// Where messages go.
    pub url: String,
    /// Bits of [`Kind`](crate::Kind).
    pub events: i32,
    /// What `audit.log.created` is told of: search criteria of events, as JSON.
    pub criteria: String,
    /// One of [`signature`].
    pub signature: String,
    /// What messages are signed with: 32 bytes, sealed.
    pub secret: Vec<u8>,
    /// What receivers check signatures with, as it is printed; of ED25519 only.
    pub public_key: Option<String>,
    /// What they were signed with before, sealed.
    pub previous_secret: Option<Vec<u8>>,
    /// Until when they are signed with that one as well.
    pub previous_until: Option<Nanos>,
    /// One of [`state`].
    pub state: String,
    /// Why Argus paused or ended it.
    pub reason: Option<String>,
    /// Counts changes of what is delivered, and where to.
    pub version: i64,
    /// When it was made.
    pub created_at: Nanos,
    /// Who made it. What this user may not see is not delivered.
    pub created_by: i64,
    /// When somebody changed it last.
    pub updated_at: Option<Nanos>,
    /// Who did.
    pub updated_by: Option<i64>,
    /// The number of the next event that is looked at; all before it were delivered, or were none of its own.
    pub position: i64,
    /// How many types of messages of that event are done with, by [`Kind::place`](crate::Kind::place).
    pub passed: i32,
    /// Tries of the message that comes next, all of which failed.
    pub attempts: i32,
    /// When the first of them was.
    pub failing_since: Option<Nanos>,
    /// When the next one is.
    pub next_at: Option<Nanos>,
    /// When a message was delivered last.
    pub last_delivery_at: Option<Nanos>,
    /// When a try failed last.
    pub last_error_at: Option<Nanos>,
    /// Why.
    pub last_error: Option<String>,
    /// The node that delivers.
    pub lease_node: Option<String>,
    /// Until when no other does.
    pub lease_until: Option<Nanos>,
    /// Its keyword fields, folded, where they are not plain ASCII.
    pub folded: Option<String>,
}

/// No relation is declared: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Subscriptions, as the search criteria see them.
pub struct Subscriptions;

impl Searchable for Subscriptions {
    type Entity = Entity;
    const NAME: &'static str = "Subscription";

    fn fields() -> &'static Fields {
        static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
            Fields::new("id", Column::Id)
                .filter("customer", Column::CustomerId, Kind::Customer, "Exactly this customer, by id or short name")
                .filter("name", Column::Name, Kind::Text, "Exactly this name")
                .filter("state", Column::State, Kind::Words(&state::ALL), "State")
                .filter(
                    "signature",
                    Column::Signature,
                    Kind::Words(&[signature::HMAC, signature::ED25519]),
                    "How messages are signed",
                )
                .keyword("name", Column::Name)
                .keyword("url", Column::Url)
                .time("createdTimestamp", Column::CreatedAt)
                .time("lastUpdatedTimestamp", Column::UpdatedAt)
                .time("lastDeliveryTimestamp", Column::LastDeliveryAt)
                .time("lastErrorTimestamp", Column::LastErrorAt)
                .default_times(&["createdTimestamp"])
                .user("createdByUser", Column::CreatedBy)
                .sort("name", Column::Name)
                .sort("url", Column::Url)
                .sort("state", Column::State)
                .sort("createdTimestamp", Column::CreatedAt)
                .sort("lastDeliveryTimestamp", Column::LastDeliveryAt)
                .sort("lastErrorTimestamp", Column::LastErrorAt)
                .default_sort(&["createdTimestamp"])
        });
        &FIELDS
    }
}
