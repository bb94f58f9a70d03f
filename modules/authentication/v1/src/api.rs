//! The operations.

pub mod authorize;
pub mod derive;
pub mod events;
pub mod keys;
pub mod ldap;
pub mod login;
pub mod openid;
pub mod passwords;
pub mod session;
pub mod sessions;
pub mod signature;
pub mod totp;
pub mod users;
