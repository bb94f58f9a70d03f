//! How strongly a caller proved who it is.

/// How strongly a caller proved who it is, weakest first (requirements S2-24).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// API keys.
    External,
    /// Password sessions and signed requests. Functions call it `standard`, sessions `DEFAULT`.
    Default,
    /// Sessions with a second factor.
    Administrative,
}

impl Level {
    /// The name that functions and the documents use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::External => "external",
            Self::Default => "default",
            Self::Administrative => "administrative",
        }
    }

    /// The name that session objects use.
    #[must_use]
    pub fn session_name(self) -> &'static str {
        match self {
            Self::External => "EXTERNAL",
            Self::Default => "DEFAULT",
            Self::Administrative => "ADMINISTRATIVE",
        }
    }

    /// The level of that name, in either vocabulary.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        if name.eq_ignore_ascii_case("standard") {
            return Some(Self::Default);
        }
        let known = [Self::External, Self::Default, Self::Administrative];
        known.into_iter().find(|level| level.name().eq_ignore_ascii_case(name))
    }
}
