//! useradmin/v2: users, groups and who is in them, what they may do, and what that consists of.

mod api;
mod model;
mod search;
mod store;

use argus_core::module::{Module, ModuleApi};

pub(crate) use argus_useradmin_store::access::*;

/// The module.
#[must_use]
pub fn module() -> Module {
    Module {
        name: "useradmin",
        version: "v2",
        title: "Users, groups and who is in them, and what they may do",
        functions: FUNCTIONS,
        migrations: Vec::new,
        dialect: None,
        api: || {
            let subjects = (api::user::UserApi, api::group::GroupApi, api::subject::SubjectApi);
            let profiles = (api::preference::PreferenceApi, api::picture::PictureApi);
            let rights = (api::membership::MembershipApi, api::permission::PermissionApi);
            let functions = (api::function::FunctionApi, api::function_children::FunctionChildrenApi);
            ModuleApi::of((subjects, profiles, rights, functions), "useradmin/v2", "v2")
        },
    }
}
