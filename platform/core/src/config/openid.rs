//! Settings of OpenID providers.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::login::{Problem, is_wait};
use super::{Password, Span, values};

/// An OpenID provider, under the short name that paths have.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OpenIdSettings {
    /// For people.
    #[serde(deserialize_with = "values::text")]
    pub name: String,
    /// The issuer, as its tokens name it; its discovery document is below. `https://...`, or `http://` on this machine.
    pub issuer: String,
    /// What Argus is called there.
    #[serde(deserialize_with = "values::text")]
    pub client_id: String,
    /// The secret of that client; needed for codes.
    pub client_secret: Password,
    /// What the provider gives to the browser.
    pub response_type: ResponseType,
    /// What is asked for, beside `openid`.
    #[serde(deserialize_with = "values::list")]
    pub scopes: Vec<String>,
    /// The claim by whose value users are known.
    #[serde(deserialize_with = "values::text")]
    pub user_name_claim: String,
    /// Name of the domain whose users it lets in; empty for all.
    #[serde(deserialize_with = "values::text")]
    pub domain: String,
    /// Where the browser comes back to, below the public address that it came from.
    pub redirect_path: String,
    /// PEM file with the certificates of those who may vouch for the provider; empty for the public ones.
    pub ca_file: PathBuf,
    /// How long the provider may take for a login.
    pub timeout: Span,
}

/// What a provider gives to the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseType {
    /// The token itself.
    IdToken,
    /// A code, for which Argus gets the token.
    Code,
}

impl Default for OpenIdSettings {
    fn default() -> Self {
        Self {
            name: String::new(),
            issuer: String::new(),
            client_id: String::new(),
            client_secret: Password::default(),
            response_type: ResponseType::IdToken,
            scopes: vec!["profile".to_owned()],
            user_name_claim: "preferred_username".to_owned(),
            domain: String::new(),
            redirect_path: "/".to_owned(),
            ca_file: PathBuf::new(),
            timeout: Span::seconds(5),
        }
    }
}

impl OpenIdSettings {
    /// What is wrong with the provider of that short name. The key that is named is that of all providers.
    pub(super) fn problem(&self, short_name: &str) -> Option<Problem> {
        let sign = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
        let problem = match () {
            () if short_name.is_empty() || short_name.len() > 32 || !short_name.bytes().all(sign) => {
                "has a provider whose short name is not made of at most 32 of a-z, 0-9, - and _"
            }
            () if !is_issuer(&self.issuer) => {
                "has a provider whose issuer is not https://..., or http://... on this machine, without query and fragment"
            }
            () if self.client_id.is_empty() => "has a provider without client_id",
            () if self.response_type == ResponseType::Code && self.client_secret.reveal().is_empty() => {
                "has a provider that gives codes, which need a client_secret"
            }
            () if self.user_name_claim.is_empty() => "has a provider without user_name_claim",
            () if !self.redirect_path.starts_with('/') || self.redirect_path.contains(['?', '#']) => {
                "has a provider whose redirect_path is none: it begins with a slash, and has no query and no fragment"
            }
            () if !is_wait(self.timeout) => "has a provider whose timeout is not more than 0 and at most 20s",
            () => return None,
        };
        Some(("openid", problem))
    }
}

fn is_issuer(issuer: &str) -> bool {
    let near = ["127.0.0.1", "localhost", "[::1]"];
    let is_near = |place: &str| {
        let authority = place.split('/').next().unwrap_or_default();
        near.iter()
            .any(|host| authority.strip_prefix(host).is_some_and(|rest| rest.is_empty() || rest.starts_with(':')))
    };
    let sound = !issuer.contains(['?', '#', '@', ' ']);
    let far = issuer.strip_prefix("https://").is_some_and(|place| !place.is_empty() && !place.starts_with('/'));
    sound && (far || issuer.strip_prefix("http://").is_some_and(is_near))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_work_is_named() {
        let with = |name: &str, change: &dyn Fn(&mut OpenIdSettings)| {
            let mut settings = OpenIdSettings {
                issuer: "https://login.example.org/realm".to_owned(),
                client_id: "argus".to_owned(),
                ..OpenIdSettings::default()
            };
            change(&mut settings);
            settings.problem(name).is_none()
        };
        assert!(with("example-1", &|_| {}));
        for name in ["", "Example", "a/b", "a.b", "åse", &"a".repeat(33)] {
            assert!(!with(name, &|_| {}), "{name}");
        }
        for (issuer, good) in [
            ("http://127.0.0.1:81/x", true),
            ("http://localhost", true),
            ("http://[::1]:80", true),
            ("http://localhost.example.org", false),
            ("http://example.org", false),
            ("http://localhost@example.org", false),
            ("https://", false),
            ("https:///x", false),
            ("https://example.org?a=b", false),
            ("ftp://example.org", false),
            ("", false),
        ] {
            assert_eq!(with("a", &|it| it.issuer = issuer.to_owned()), good, "{issuer}");
        }
        assert!(!with("a", &|it| it.client_id.clear()));
        assert!(!with("a", &|it| it.response_type = ResponseType::Code));
        assert!(!with("a", &|it| it.user_name_claim.clear()));
        assert!(!with("a", &|it| it.redirect_path = "//evil?".to_owned()));
        assert!(!with("a", &|it| it.redirect_path = "login".to_owned()));
        assert!(!with("a", &|it| it.timeout = Span::seconds(60)));
    }
}
