//! users/v2: who there is, and which functions, as everybody may see it who uses Argus.
//!
//! Lists are of related users and groups: those of the customers on which the caller has `viewRelatedBasicSubject`. One that
//! is named is shown on the customers where the caller has `viewBasicSubject`. E-mail address and telephone number are shown
//! to those only who have `viewBasicUserPrivateInfo` on that user's customer.

mod api;
mod model;
mod search;

use argus_core::module::{Module, ModuleApi};

argus_core::functions! {
    /// See a user or a group in short.
    ViewBasicSubject = "viewBasicSubject", External, read_only: true;
    /// List and search users and groups in short.
    ViewRelatedBasicSubject = "viewRelatedBasicSubject", External, read_only: true;
    /// See how users can be reached.
    ViewBasicUserPrivateInfo = "viewBasicUserPrivateInfo", External, read_only: true;
    /// See functions in short.
    ViewBasicFunctions = "viewBasicFunctions", External, read_only: true;
}

/// The module.
#[must_use]
pub fn module() -> Module {
    Module {
        name: "users",
        version: "v2",
        title: "Users, groups and functions in short",
        functions: FUNCTIONS,
        migrations: Vec::new,
        dialect: None,
        api: || {
            let subjects = (api::user::UserApi, api::group::GroupApi, api::subject::SubjectApi);
            ModuleApi::of((subjects, api::function::FunctionApi), "users/v2", "v2")
        },
    }
}
