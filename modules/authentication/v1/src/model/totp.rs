//! Time-based codes.

use poem_openapi::Object;

/// A login by password and time-based code.
#[derive(Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct TotpLogin {
    /// Name to log in with.
    #[oai(validator(max_length = 255))]
    pub user_name: String,
    /// The password.
    #[oai(validator(max_length = 1024))]
    pub password: String,
    /// The code that the generator shows.
    #[oai(validator(max_length = 16))]
    pub token_code: String,
    /// Domain in which the name is looked up; the first one when absent.
    #[oai(validator(max_length = 255))]
    pub domain: Option<String>,
    /// As in a password login.
    #[oai(validator(max_items = 10))]
    pub requested_authorizations: Option<Vec<String>>,
}

/// Why there is no session yet: the code was used before, and the next one is needed.
#[derive(Debug, Clone, Object)]
pub struct TotpChallenge {
    /// Name of the user.
    pub username: String,
    /// What to do.
    pub message: String,
    /// Whether the login failed for good; it did not.
    pub failed: bool,
    /// Always empty; kept for older clients.
    pub suppressed: Vec<String>,
}

/// Proof of who wants to set up a generator: one of both.
#[derive(Clone, Object)]
pub struct TotpProof {
    /// The caller's password.
    #[oai(validator(max_length = 1024))]
    pub password: Option<String>,
    /// An authorization for `totp.initialize`.
    #[oai(validator(max_length = 8192))]
    pub authorization: Option<String>,
}

/// A generator that waits for its first code. The seed is shown this once.
#[derive(Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct TotpGenerator {
    /// Whose.
    pub user_name: String,
    /// The seed in base32, as people type it into an app.
    pub seed_base32: String,
    /// The seed in standard base64.
    pub seed_base64: String,
    /// `SHA1`.
    pub key_algorithm: String,
    /// 6.
    pub pass_code_length: i32,
    /// The `otpauth:` address that apps read from a QR code.
    #[oai(rename = "otpauthURI")]
    pub otpauth_uri: String,
    /// To be presented with the first code.
    pub cookie: String,
}

/// The first code of a generator.
#[derive(Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct TotpVerification {
    /// As it came with the seed.
    #[oai(validator(max_length = 255))]
    pub cookie: String,
    /// The code that the generator shows.
    #[oai(validator(max_length = 16))]
    pub verification_code: String,
}

/// What was done.
#[derive(Debug, Clone, Object)]
pub struct TotpVerified {
    /// Text for a person.
    pub message: String,
}
