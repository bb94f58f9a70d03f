//! What users do, from one end to the other.

mod csrf;
mod customeradmin_belongings;
mod customeradmin_customers;
mod customeradmin_disabled;
mod customeradmin_logos;
mod customeradmin_moves;
mod customers;
mod customers_basic;
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
mod signature;
mod useradmin_groups;
mod useradmin_permissions;
mod useradmin_users;
