//! Erasures on the wire.

use poem_openapi::Object;

use super::Json;

/// What is to be erased of an event.
#[derive(Debug, Clone, Object)]
pub struct NewErasure {
    /// Members, by name. What every leaf of the log shows cannot be erased, such as verb, category or targetType.
    #[oai(validator(max_items = 64))]
    pub fields: Vec<String>,
    /// Why: for whoever reads the log.
    #[oai(validator(min_length = 1, max_length = 1000))]
    pub reason: String,
}

/// What is to be erased of many events.
#[derive(Debug, Clone, Object)]
pub struct NewErasures {
    /// Criteria as of `POST /event/search`, for at most 10,000 events; limit, offset, cursor and count mean nothing.
    pub criteria: Json,
    /// Members, by name, as of one event. Of events that have none of them nothing is erased.
    #[oai(validator(max_items = 64))]
    pub fields: Vec<String>,
    /// Why: for whoever reads the log.
    #[oai(validator(min_length = 1, max_length = 1000))]
    pub reason: String,
}

/// What was erased.
#[derive(Debug, Clone, Object)]
pub struct Erased {
    /// Of how many events something was erased.
    pub events: i64,
}
