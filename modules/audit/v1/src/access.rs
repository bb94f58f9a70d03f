//! How an object was accessed.

use poem_openapi::Enum;

/// How an object was accessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "UPPERCASE")]
pub enum AccessType {
    /// Read.
    Read,
    /// Made or changed.
    Write,
    /// Removed.
    Delete,
}

impl AccessType {
    /// The name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "READ",
            Self::Write => "WRITE",
            Self::Delete => "DELETE",
        }
    }

    /// The type of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Read, Self::Write, Self::Delete].into_iter().find(|known| known.as_str() == name)
    }
}
