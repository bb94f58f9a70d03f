//! The search engine on both stores: against a model in memory, and rule by rule.
//!
//! PostgreSQL is asked at `ARGUS_TEST_POSTGRES`, by default a server on this machine. Where none can be reached its half is
//! left out, except with `CI=true`.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test, helpers and all")]

mod counts;
mod cursors;
mod documents;
mod generate;
mod limits;
mod memory;
mod model;
mod plain;
mod property;
mod refusals;
mod rules;
mod snapshots;
mod sources;
mod store;
mod table;
mod written;
