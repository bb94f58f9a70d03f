//! Files that several commands take.

use std::path::{Path, PathBuf};

use argus_audit_proof::note::PublicKey;

/// The text of a file.
///
/// # Errors
/// When it cannot be read.
pub fn read(file: &Path) -> Result<String, String> {
    std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))
}

/// The public keys in some files, one a line.
///
/// # Errors
/// When a file cannot be read, has none, or a line that is none.
pub fn public_keys(files: &[PathBuf]) -> Result<Vec<PublicKey>, String> {
    let mut keys = Vec::new();
    for file in files {
        let before = keys.len();
        for line in read(file)?.lines().filter(|line| !line.is_empty()) {
            let key = PublicKey::parse(line);
            keys.push(key.ok_or_else(|| format!("{}: no public key: {line}", file.display()))?);
        }
        if keys.len() == before {
            return Err(format!("{}: there is no public key in it", file.display()));
        }
    }
    Ok(keys)
}
