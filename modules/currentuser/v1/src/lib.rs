//! currentuser/v1: who the caller is, and what it may do, in the older object model. Words of enumerations are in upper
//! case, lists of oneself show what the credential at hand can do, not what the user could do by another one.
//!
//! Changing one's password is `PUT /authentication/v1/password`.

mod api;
mod held;
mod list;
mod model;
mod search;

use argus_core::module::{Module, ModuleApi};

/// The module.
#[must_use]
pub fn module() -> Module {
    Module {
        name: "currentuser",
        version: "v1",
        title: "Yourself: who you are, and what you may do",
        functions: &[],
        migrations: Vec::new,
        dialect: None,
        api: || {
            let oneself = (api::user::UserApi, api::preferences::PreferencesApi, api::picture::PictureApi);
            ModuleApi::of((oneself, api::rights::RightsApi), "currentuser/v1", "v1")
        },
    }
}
