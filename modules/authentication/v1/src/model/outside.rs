//! Who users are at the directory server.

use poem_openapi::Object;

/// Who a user is at the directory server.
#[derive(Debug, Clone, Default, Object)]
#[oai(rename_all = "camelCase")]
pub struct LdapSetup {
    /// The name there; unchanged when absent, the user's short name when empty.
    #[oai(validator(max_length = 255))]
    pub user_name: Option<String>,
}
