//! Files that only their owner can read. What one is to hold is written beside it, down to the disk, and put into its place
//! afterwards: so a file is there whole or not at all, and what belongs into a transaction can wait for its end.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::ServerError;

/// Where the content of a file waits to be put into its place.
pub fn waiting(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".new");
    name.into()
}

/// Writes what a file is to hold, down to the disk, beside it.
///
/// # Errors
/// When it cannot be written.
pub fn prepare(file: &Path, content: &[u8]) -> Result<(), ServerError> {
    let path = waiting(file);
    let write = || {
        // A file of that name from an interrupted start may have other rights.
        let _ = std::fs::remove_file(&path);
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        file.write_all(content)?;
        file.sync_all()
    };
    write().map_err(|error| ServerError::file(&path, &error))
}

/// Puts into its place what waits beside a file.
///
/// # Errors
/// When nothing waits, or it cannot be moved.
pub fn keep(file: &Path) -> Result<(), ServerError> {
    let keep = || {
        std::fs::rename(waiting(file), file)?;
        // A name is durable when its folder is.
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::File::open(folder)?.sync_all()
    };
    keep().map_err(|error| ServerError::file(file, &error))
}

/// Writes a file whole.
///
/// # Errors
/// When it cannot be written.
pub fn write(file: &Path, content: &[u8]) -> Result<(), ServerError> {
    prepare(file, content)?;
    keep(file)
}
