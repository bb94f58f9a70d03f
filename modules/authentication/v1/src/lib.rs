//! authentication/v1: logging in and out, sessions, and API keys at the paths and in the shapes of the existing client.

mod answers;
mod api;
mod authorize;
mod codes;
mod derived;
mod events;
mod login;
mod model;
mod outside;
mod passwords;
mod sessions;
mod setup;
mod strength;
mod users;

use argus_core::module::{Module, ModuleApi};

pub use outside::Outside;

argus_core::functions! {
    /// Act as another user.
    Impersonate = "impersonate", Administrative, read_only: false;
    /// Hand out authorizations to set the passwords of others.
    ResetUserPassword = "resetUserPassword", Default, read_only: false;
    /// Block users.
    BlockUser = "blockUser", External, read_only: false;
    /// Let blocked users in again.
    UnblockUser = "unblockUser", External, read_only: false;
    /// See users.
    ViewUsers = "viewUsers", External, read_only: true;
    /// See login histories of others.
    ViewUserAuthenticationEvents = "viewUserAuthenticationEvents", External, read_only: true;
    /// See and end sessions of others.
    DeleteSession = "deleteSession", Default, read_only: false;
    /// Enable and disable methods of authentication for users.
    AdministerMethods = "administrativeAuthenticationSetup", Default, read_only: false;
    /// Set up and take away the generators of time-based codes of others.
    AdministerTotp = "administrativeAuthenticationSetup-TOTP", Default, read_only: false;
    /// Manage the signature keys of others, and one's own without the limits of a plain user.
    AdministerSignatures = "administrativeAuthenticationSetup-SIGNATURE", Default, read_only: false;
    /// Say who users are at the directory server.
    AdministerLdap = "administrativeAuthenticationSetup-LDAP", Default, read_only: false;
    /// Say who users are at OpenID providers.
    AdministerOpenId = "administrativeAuthenticationSetup-OPENID", Default, read_only: false;
}

/// The module. The functions of the keys that it shows in other shapes are those of apikey/v1.
#[must_use]
pub fn module() -> Module {
    Module {
        name: "authentication",
        version: "v1",
        title: "Authentication: who is asking",
        functions: FUNCTIONS,
        migrations: Vec::new,
        dialect: None,
        api: || {
            ModuleApi::of(
                (
                    api::login::LoginApi,
                    api::session::SessionApi,
                    api::sessions::SessionsApi,
                    api::derive::DeriveApi,
                    (api::keys::KeysApi, api::signature::SignatureApi),
                    (api::passwords::PasswordsApi, api::users::UsersApi, api::events::EventsApi),
                    (api::totp::TotpApi, api::authorize::AuthorizeApi),
                    (api::ldap::LdapApi, api::openid::OpenIdApi),
                ),
                "authentication/v1",
                "v1",
            )
        },
    }
}
