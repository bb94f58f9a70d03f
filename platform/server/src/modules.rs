//! The mount list. Everything that is served below `/<name>/<version>` stands here, and nothing is mounted elsewhere.

use argus_core::module::Module;

/// Every module, in the order of the documents: first what a newcomer needs first.
#[must_use]
pub fn all() -> Vec<Module> {
    vec![
        argus_audit_v1::module(),          // events in, events out
        argus_authentication_v1::module(), // who is asking
        argus_apikey_v1::module(),         // keys for scripts
        argus_useradmin_v2::module(),      // who there is, and what they may do
        argus_users_v2::module(),          // who there is, as everybody may see it
    ]
}
