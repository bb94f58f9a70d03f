//! What of jobs can be searched.

use std::sync::LazyLock;

use argus_core::search::{Fields, Kind, Searchable};

use crate::job::{Column, Entity, state};

/// Exports, as the search criteria see them.
pub struct Exports;

impl Searchable for Exports {
    type Entity = Entity;
    const NAME: &'static str = "Export";

    fn fields() -> &'static Fields {
        static FIELDS: LazyLock<Fields> = LazyLock::new(|| fields(&["CSV", "JSON", "NDJSON", "PARQUET"]));
        &FIELDS
    }
}

/// Of jobs of any kind whose files have those formats.
#[must_use]
pub fn fields(formats: &'static [&'static str]) -> Fields {
    Fields::new("id", Column::Id)
        .filter("state", Column::State, Kind::Words(state::ALL), "How far it is")
        .filter("format", Column::Format, Kind::Words(formats), "What the file is")
        .filter("destination", Column::Destination, Kind::Words(&["DOWNLOAD", "EMAIL"]), "Where the file goes")
        .filter("customer", Column::CustomerId, Kind::Customer, "The maker's customer, by id or short name")
        .time("createdTimestamp", Column::CreatedAt)
        .time("completedTimestamp", Column::CompletedAt)
        .time("expiresTimestamp", Column::ExpiresAt)
        .default_times(&["createdTimestamp"])
        .user("createdByUser", Column::CreatedBy)
        .sort("createdTimestamp", Column::CreatedAt)
        .sort("completedTimestamp", Column::CompletedAt)
        .sort("expiresTimestamp", Column::ExpiresAt)
        .sort("state", Column::State)
        .sort("format", Column::Format)
        .sort("rows", Column::Rows)
        .sort("sizeBytes", Column::SizeBytes)
        .default_sort(&["-createdTimestamp"])
}
