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
mod signature;
mod useradmin_function_rules;
mod useradmin_functions;
mod useradmin_groups;
mod useradmin_permissions;
mod useradmin_searches;
mod useradmin_users;
mod users_basic;
