//! Wire types of this module alone; those it shares are in `argus_core::authentication::api_key::wire`.

use argus_core::authentication::api_key::Narrow;
use argus_core::authentication::api_key::service::Rotation;
use argus_core::authentication::api_key::wire::SessionConstraints;
use poem_openapi::Object;

/// What may change about a key. Only given members change; a plain user can only make a key narrower.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct KeyUpdate {
    /// Another description.
    #[oai(validator(max_length = 255))]
    pub description: Option<String>,
    /// Networks to add.
    #[oai(validator(max_items = 1000))]
    pub add_valid_sources: Option<Vec<String>>,
    /// Networks to remove.
    #[oai(validator(max_items = 1000))]
    pub remove_valid_sources: Option<Vec<String>>,
    /// Other constraints, in place of all there were.
    pub session_constraints: Option<SessionConstraints>,
}

impl From<KeyUpdate> for Narrow {
    fn from(update: KeyUpdate) -> Self {
        Self {
            description: update.description,
            add: update.add_valid_sources.unwrap_or_default(),
            remove: update.remove_valid_sources.unwrap_or_default(),
            constraints: update.session_constraints,
        }
    }
}

/// Another secret.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct RotateRequest {
    /// Seconds that the secret until now lives on, at most 86400; 0 when absent.
    pub grace_seconds: Option<i64>,
    /// The caller's password, as a proof.
    #[oai(validator(max_length = 1024))]
    pub password: Option<String>,
    /// An authorization token, in place of the password.
    #[oai(validator(max_length = 8192))]
    pub authorization: Option<String>,
}

impl From<RotateRequest> for Rotation {
    fn from(request: RotateRequest) -> Self {
        let RotateRequest { grace_seconds, password, authorization } = request;
        Self { grace_seconds: grace_seconds.unwrap_or(0), password, authorization }
    }
}
