//! Everything a module of Argus may import: one envelope, one error type, access control, search criteria, the store,
//! the clock, and the trait through which whatever happens is recorded.

pub mod access;
pub mod app;
pub mod audit;
pub mod authentication;
pub mod build;
pub mod cache;
pub mod clock;
pub mod config;
pub mod context;
pub mod db;
pub mod dialect;
pub mod directory;
pub mod envelope;
pub mod error;
pub mod info;
pub mod migration;
pub mod module;
pub mod names;
pub mod openapi;
pub mod pem;
pub mod pictures;
pub mod preferences;
pub mod rights;
pub mod search;
pub mod tasks;
pub mod telemetry;
pub mod texts;
pub mod usage;
pub mod wire;
