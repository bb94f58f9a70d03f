//! What users do, from one end to the other.

mod csrf;
mod customers;
mod derived;
mod events;
mod external_id;
mod key_owners;
mod keys;
mod login;
mod passwords;
mod revocation;
mod secrets;
mod sessions;
