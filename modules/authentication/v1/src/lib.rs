//! authentication/v1: logging in and out, sessions, and API keys at the paths and in the shapes of the existing client.

mod api;
mod login;
mod model;

use argus_core::module::{Module, ModuleApi};

/// The module. The functions of API keys are those of apikey/v1, whose keys it shows in other shapes.
#[must_use]
pub fn module() -> Module {
    Module {
        name: "authentication",
        version: "v1",
        title: "Authentication: who is asking",
        functions: argus_core::authentication::signature::service::FUNCTIONS,
        migrations: Vec::new,
        api: || {
            ModuleApi::of(
                (api::login::LoginApi, api::session::SessionApi, api::keys::KeysApi, api::signature::SignatureApi),
                "authentication/v1",
                "v1",
            )
        },
    }
}
