//! useradmin/v2: users, groups and who is in them, what they may do, and what that consists of.

mod api;
mod model;
mod search;
mod store;

use argus_core::module::{Module, ModuleApi};

argus_core::functions! {
    /// See users, groups and memberships.
    ViewUsers = "viewUsers", External, read_only: true;
    /// Make users.
    CreateUser = "createUser", External, read_only: false;
    /// Change users, also move them and bring them back.
    UpdateUser = "updateUser", External, read_only: false;
    /// Set and remove preferences of users.
    UpdateUserPreferences = "updateUserPreferences", External, read_only: false;
    /// Delete users.
    DeleteUser = "deleteUser", External, read_only: false;
    /// Make groups.
    CreateGroup = "createGroup", Default, read_only: false;
    /// Change groups, also move them and bring them back.
    UpdateGroup = "updateGroup", Default, read_only: false;
    /// Delete groups.
    DeleteGroup = "deleteGroup", Default, read_only: false;
    /// Put users and groups into groups.
    AddGroupMember = "addGroupMember", Default, read_only: false;
    /// Take users and groups out of groups.
    RemoveGroupMember = "removeGroupMember", Default, read_only: false;
    /// See who may do what.
    ViewPermissions = "viewPermissions", Default, read_only: true;
    /// See functions and what they consist of.
    ViewFunctions = "viewFunctions", External, read_only: true;
    /// Make functions.
    AddFunction = "addFunction", Default, read_only: false;
    /// Change functions.
    UpdateFunction = "updateFunction", Default, read_only: false;
    /// Remove functions.
    RemoveFunction = "removeFunction", Default, read_only: false;
    /// Make functions parts of others.
    AddChildFunction = "addChildFunction", Default, read_only: false;
    /// Take functions away from those that they are parts of.
    RemoveChildFunction = "removeChildFunction", Default, read_only: false;
    /// Grant permissions that one holds oneself.
    GrantRole = "grantRole", Default, read_only: false;
    /// Revoke permissions.
    RevokeRole = "revokeRole", Default, read_only: false;
}

/// The module.
#[must_use]
pub fn module() -> Module {
    Module {
        name: "useradmin",
        version: "v2",
        title: "Users, groups and who is in them, and what they may do",
        functions: FUNCTIONS,
        migrations: Vec::new,
        api: || {
            let subjects = (api::user::UserApi, api::group::GroupApi, api::subject::SubjectApi);
            let profiles = (api::preference::PreferenceApi, api::picture::PictureApi);
            let rights = (api::membership::MembershipApi, api::permission::PermissionApi);
            let functions = (api::function::FunctionApi, api::function_children::FunctionChildrenApi);
            ModuleApi::of((subjects, profiles, rights, functions), "useradmin/v2", "v2")
        },
    }
}
