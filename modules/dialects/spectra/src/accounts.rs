//! Accounts: signing up, logging in, passwords, and who there is.

mod activate;
mod api;
mod form;
mod key;
mod link;
mod login;
mod model;
mod password;
mod people;
mod rules;
mod signup;

pub use api::{AccountApi, SystemApi, UserApi};
pub use key::by_access_key;
