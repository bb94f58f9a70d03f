//! The operations.

pub mod derive;
pub mod keys;
pub mod ldap;
pub mod login;
pub mod openid;
pub mod passwords;
pub mod session;
pub mod sessions;
pub mod signature;
pub mod users;
