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
        argus_currentuser_v1::module(),    // oneself
        argus_customeradmin_v2::module(),  // for whom all this is
        argus_customers_v2::module(),      // the same in short, for everybody
        argus_users_v2::module(),          // who there is, as everybody may see it
        argus_dialect_argus0::module(),    // other systems' clients, as they are
        argus_dialect_spectra::module(),
    ]
}
