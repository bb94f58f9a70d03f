//! Logins by others, and who users are there.

use argus_core::info::CustomerInfo;
use poem_openapi::{Enum, Object};

/// Who a user is at the directory server.
#[derive(Debug, Clone, Default, Object)]
#[oai(rename_all = "camelCase")]
pub struct LdapSetup {
    /// The name there; unchanged when absent, the user's short name when empty.
    #[oai(validator(max_length = 255))]
    pub user_name: Option<String>,
}

/// Where to log in.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct OpenIdRequest {
    /// What the provider's token must come back with.
    pub nonce: String,
    /// Where to send the browser.
    #[oai(rename = "providerURI")]
    pub provider_uri: String,
}

/// What a provider gives to the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "camelCase")]
pub enum Flow {
    /// A code, for which Argus gets the token.
    AuthorizationCode,
    /// The token itself.
    IdToken,
}

/// What the provider gave.
#[derive(Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct OpenIdLogin {
    /// `idToken` when absent.
    pub flow: Option<Flow>,
    /// The code, in the flow `authorizationCode`.
    #[oai(validator(max_length = 4096))]
    pub authorization_code: Option<String>,
    /// The token, in the flow `idToken`.
    #[oai(validator(max_length = 16384))]
    pub id_token: Option<String>,
    /// Authorizations asked for along with the session; may be refused silently.
    #[oai(validator(max_items = 10))]
    pub requested_authorizations: Option<Vec<String>>,
}

/// Who a user is to be at a provider.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct OpenIdSetup {
    /// The provider, by short name or identifier.
    #[oai(validator(max_length = 255))]
    pub provider: String,
    /// The name there, to the letter.
    #[oai(validator(max_length = 255))]
    pub mapped_user_name: String,
}

/// Who a user is at a provider.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct OpenIdLink {
    /// The provider.
    pub provider: OpenIdProviderInfo,
    /// The name there.
    pub mapped_user_name: String,
}

/// A provider, by reference.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct OpenIdProviderInfo {
    /// Identifier; follows from the short name.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Name in the settings and in paths.
    pub short_name: String,
    /// Always null: providers belong to the server.
    pub customer: Option<CustomerInfo>,
}
