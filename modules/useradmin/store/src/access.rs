//! The functions of administering people. `users/v2` asks for one of them too, so they are not the module's alone.

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
