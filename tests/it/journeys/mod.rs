//! What users do, from one end to the other.

mod csrf;
mod customers;
mod derived;
mod events;
mod external_id;
mod key_owners;
mod keys;
mod ldap;
mod login;
mod openid;
mod passwords;
mod revocation;
mod secrets;
mod sessions;
mod signature;
mod useradmin_groups;
mod useradmin_permissions;
mod useradmin_users;
