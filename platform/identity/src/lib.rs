//! The tables that the request path itself reads: who exists, what they may do, and what proves who they are.
//!
//! Only tables and plain reads and writes live here. Rules (who may do what, what an error says) are in `argus-core`
//! and in the modules that are the face of a table. Functions that write take a `ConnectionTrait`, so that a change
//! and its audit record share one transaction. Times are nanoseconds since the Unix epoch.

pub mod administrators;
pub mod authorizations;
pub mod bootstrap;
pub mod customers;
pub mod entity;
pub mod functions;
pub mod graph;
pub mod keys;
pub mod marks;
pub mod migration;
pub mod one_time_keys;
pub mod openid_links;
pub mod passwords;
pub mod permissions;
pub mod pictures;
pub mod preferences;
pub mod prune;
pub mod sessions;
pub mod signatures;
pub mod spectra_accounts;
pub mod subjects;
pub mod totp;
pub mod users;

/// Values in one statement; the stores take no more than some 30,000.
const MOST_VALUES: usize = 10_000;
