//! The application: mounts modules, and takes every request the one way there is.
//!
//! client address -> request id -> route -> authenticate -> operation (gate, input, store) -> envelope -> audit record.

mod face;
mod foreign;
mod mount;
mod platform;
mod route;
mod serve;

pub use mount::{App, MountError, Operation, Page, mount};
pub use platform::{AllTries, Platform, Service, Services};
