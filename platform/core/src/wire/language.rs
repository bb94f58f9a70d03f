//! Languages that somebody is addressed in.

use poem_openapi::Enum;

/// A language of users and customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "camelCase")]
pub enum Language {
    /// Norwegian.
    Norwegian,
    /// English.
    English,
}

impl Language {
    /// The name that is stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Norwegian => "norwegian",
            Self::English => "english",
        }
    }
}
