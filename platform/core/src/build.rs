//! What this program was built from.

/// Its version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// When it was built (RFC 3339), where the build says so by `ARGUS_BUILD_TIME`.
pub const TIME: &str = match option_env!("ARGUS_BUILD_TIME") {
    Some(time) => time,
    None => "unknown",
};

/// From which commit, where the build says so by `ARGUS_GIT_COMMIT`.
pub const COMMIT: &str = match option_env!("ARGUS_GIT_COMMIT") {
    Some(commit) => commit,
    None => "unknown",
};
