//! Preferences of users on the wire.

use argus_core::preferences::PreferenceMap;
use poem_openapi::Object;

/// Preferences to be set.
#[derive(Debug, Clone, Object)]
pub struct PreferenceUpdate {
    /// Values by key.
    pub preferences: PreferenceMap,
}
