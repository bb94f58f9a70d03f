//! Many events in one request.

use argus_core::envelope::WireMessage;
use poem_openapi::{Enum, Object};
use sea_orm::prelude::Uuid;

use super::{NewEvent, Receipt};

/// What one event that cannot be means for the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Enum)]
#[oai(rename_all = "lowercase")]
pub enum BulkMode {
    /// All events or none.
    #[default]
    Atomic,
    /// Each event on its own.
    Partial,
}

/// Events to be added with one request.
#[derive(Debug, Clone, Object)]
pub struct NewEvents {
    /// The events, each of at most 256 KiB.
    #[oai(validator(min_items = 1, max_items = 10000))]
    pub events: Vec<NewEvent>,
    /// What one event that cannot be means for the others; atomic when absent.
    pub mode: Option<BulkMode>,
}

/// What became of events that came with one request.
#[derive(Debug, Clone, Object)]
pub struct AddedEvents {
    /// Those that are in the log now, or were already, in their order.
    pub succeeded: Vec<AddedEvent>,
    /// Those that are not, in their order.
    pub failed: Vec<FailedEvent>,
}

/// An event that is in the log.
#[derive(Debug, Clone, Object)]
pub struct AddedEvent {
    /// Its place in the request, from 0.
    pub index: i64,
    /// Identifier.
    pub id: Uuid,
    /// That it is in the log.
    pub receipt: Receipt,
}

/// An event that did not come in.
#[derive(Debug, Clone, Object)]
pub struct FailedEvent {
    /// Its place in the request, from 0.
    pub index: i64,
    /// Why.
    pub messages: Vec<WireMessage>,
}
