//! The dialect `spectra`: an audit log that people sign up for by themselves. Each has a bucket of events, which services write into
//! with the owner's access key, and which the owner reads with the token of a login. Requirements S1-01 to S1-91.
//!
//! | theirs | here |
//! |---|---|
//! | user | a user, with a row that has the number, the address and the hash of the access key which these clients know |
//! | bucket | a leaf customer below the root, named by the user; that of the first administrator is the root customer |
//! | access token | a session's token that is a JWT at the same time, level default: good on every mount, and over when the session is |
//! | access key | opens [`SUBMIT`] and nothing else, level external, only for the own bucket |
//!
//! What was decided where the original says too little, or too much:
//! - An account is there, with its bucket, from the signup on; activating it enables the methods by which its user gets in. Users who did
//!   not sign up have none, and so are not registered here; their sessions are good for events, as far as their rights go.
//! - Nobody believes what a token says: it is known by its hash, as every session's. So another password, a block or a logout ends it,
//!   and no other key or algorithm comes in. A change of password ends the user's other sessions, a reset all of them.
//! - A link is good once, for one purpose, until its time is over. It names the first public address, and the place at which the request
//!   found the dialect. Setting `links = "mail"` sends links by e-mail.
//! - A link to set another password is a way into the account, for whoever holds it. So it stands in an answer for
//!   `trusted_networks` only; for all others it goes out by e-mail, also where `links = "response"`.
//! - An access key follows from the server's secret, so that it can be shown again and is stored as a hash. Taking the method APIKEY from a
//!   user stops it. It is shown in sessions that nothing was cut from.
//! - Names are unique among users, groups and customers, without regard to case, and none is a number.
//! - Argus records requests in its own way: those records take the place of the original's operation events (S1-90, S1-91), and lists
//!   of this dialect do not show them.

mod accounts;
mod error;
mod log;
mod time;

use argus_core::dialect::Dialect;
use argus_core::module::{Module, ModuleApi};

/// The name of the dialect, also of the door in events.
pub const NAME: &str = "spectra";

/// The operation that takes events by access key.
pub const SUBMIT: &str = "dialect_spectra_log_add";

/// The module.
#[must_use]
pub fn module() -> Module {
    Module {
        name: "dialect",
        version: NAME,
        title: "Dialect spectra: an audit log with users, access keys and metrics, at /auth, /users and /audit",
        functions: &[],
        migrations: Vec::new,
        dialect: Some(Dialect {
            name: NAME,
            grounds: &["/auth", "/users", "/audit/log", "/audit/metrics"],
            error: error::render,
            anonymous: &[],
            credential: Some(accounts::by_access_key),
        }),
        api: || {
            ModuleApi::of(
                ((accounts::AccountApi, accounts::UserApi, accounts::SystemApi), log::LogApi),
                "dialect/spectra",
                "v1",
            )
        },
    }
}
