//! What users do, from one end to the other.

mod events;
mod login;
mod revocation;
mod sessions;
