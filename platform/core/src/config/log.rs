//! Settings of log lines, and of what the audit log proves itself with.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::Secret;

/// Log lines, and the proofs of the audit log.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogSettings {
    /// For people or for programs.
    pub format: LogFormat,
    /// As `RUST_LOG`: `info`, `argus=debug,warn`. `argus::request=debug` has a line per request.
    pub filter: String,
    /// The name of the audit log in its checkpoints (C2SP tlog-checkpoint): host, port and path, without scheme and without a
    /// slash at the end. When empty, that of the first public address, and `/audit/v1/log`. It is fixed when the log is made;
    /// another one later is an error.
    pub origin: String,
    /// File of the key that signs the audit log's checkpoints: Ed25519, PKCS#8, PEM. When empty, `log.key` in the data folder,
    /// which is made at the first start. All nodes of one log have the same.
    pub key: PathBuf,
    /// Where the newest checkpoint is also kept, so that an older store is not started with: a file, or an address of http or
    /// https that answers GET with an `ETag` and takes PUT under `If-Match`. When empty, `log.checkpoint` in the data folder.
    pub guard: String,
    /// What is sent to that address as a bearer token; nothing when empty.
    pub guard_token: Secret,
    /// Certificates, as PEM, of authorities that are believed there beside the usual ones.
    pub guard_ca_file: PathBuf,
}

/// The form of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}
