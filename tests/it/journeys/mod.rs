//! What users do, from one end to the other.

mod csrf;
mod currentuser;
mod customers;
mod derived;
mod events;
mod external_id;
mod key_owners;
mod keys;
mod login;
mod login_history;
mod methods;
mod nodes;
mod password_due;
mod passwords;
mod revocation;
mod secrets;
mod sessions;
mod signature;
mod step_up;
mod totp;
mod useradmin_function_rules;
mod useradmin_functions;
mod useradmin_groups;
mod useradmin_permissions;
mod useradmin_users;
