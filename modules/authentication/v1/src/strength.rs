//! How good a password must be.

use std::collections::HashSet;

use argus_core::error::ApiError;
use argus_core::error::FieldErrors;
use serde_json::json;

/// The least characters of a password.
const SHORTEST: usize = 12;

/// The least different characters of a password.
const LEAST_DIFFERENT: usize = 5;

/// Words that make no password, also with digits and signs around them; one a line, in lower case.
const COMMON: &str = include_str!("common_passwords.txt");

/// Why a password is refused (sdk-contract 3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Fewer than twelve characters.
    TooShort,
    /// Hardly any different characters, or the name of the user in it.
    TooSimple,
    /// Among those that are tried first.
    Pwned,
    /// One that the user had before.
    Historic,
    /// Not the password that it was until now.
    Wrong,
}

impl Reason {
    /// 412 on a field, with the reason for programs.
    pub fn refuse(self, field: &str) -> ApiError {
        let (reason, text) = match self {
            Self::TooShort => ("tooShort", "At least 12 characters"),
            Self::TooSimple => ("tooSimple", "At least 5 different characters, and not the user's name"),
            Self::Pwned => ("pwnedPassword", "This password is among those that are tried first"),
            Self::Historic => ("historicPassword", "This password was used before"),
            Self::Wrong => ("wrongPassword", "The password is not right"),
        };
        let breaches = i32::from(self == Self::Pwned);
        let data = json!({ "reason": reason, "message": text, "breachCount": breaches });
        let mut errors = FieldErrors::default();
        errors.add(field, format!("password.{reason}"), text);
        let error = errors.finish().err().unwrap_or_else(|| ApiError::internal("an error was lost"));
        ApiError { data: Some(data), ..error }
    }
}

/// What is wrong with a password for the user of that name, as far as the password itself tells.
pub fn weakness(password: &str, user_name: &str) -> Option<Reason> {
    let lower = password.to_lowercase();
    let name = user_name.to_lowercase();
    let different: HashSet<char> = lower.chars().collect();
    match () {
        () if is_common(password) => Some(Reason::Pwned),
        () if password.chars().count() < SHORTEST => Some(Reason::TooShort),
        () if different.len() < LEAST_DIFFERENT => Some(Reason::TooSimple),
        () if name.chars().count() >= 4 && lower.contains(&name) => Some(Reason::TooSimple),
        () => None,
    }
}

/// Whether a password is among those that are tried first: a common word, case aside, also between digits and signs.
pub fn is_common(password: &str) -> bool {
    let lower = password.to_lowercase();
    let bare = lower.trim_matches(|character: char| !character.is_alphabetic());
    bare.is_empty() || COMMON.lines().any(|word| word == bare || word == lower)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_passwords_are_told_apart() {
        for (password, reason) in [
            ("Password1234!", Some(Reason::Pwned)),
            ("123456789012", Some(Reason::Pwned)),
            ("QWERTYUIOP42", Some(Reason::Pwned)),
            ("Kx9-short", Some(Reason::TooShort)),
            ("abababababababab", Some(Reason::TooSimple)),
            ("Anna-Berta-2026", Some(Reason::TooSimple)),
            ("viel-heller-mond", None),
        ] {
            assert_eq!(weakness(password, "anna-berta"), reason, "{password}");
        }
    }
}
