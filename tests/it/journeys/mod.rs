//! What users do, from one end to the other.

mod events;
mod key_owners;
mod keys;
mod login;
mod revocation;
mod sessions;
