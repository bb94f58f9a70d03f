//! The operations.

pub mod access;
pub mod bulk;
pub mod event;
pub mod export;
pub mod history;
pub mod login;
pub mod machine;
pub mod mail;
pub mod metrics;
pub mod report;
pub mod rule;
pub mod schedule;
pub mod series;
pub mod statistics;
pub mod stream;
pub mod subscription;
