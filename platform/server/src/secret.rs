//! The server's own secret: the setting, or a file in the data folder.

use std::io::ErrorKind;

use argus_core::authentication::secret::ServerSecret;
use argus_core::clock::Ids;
use argus_core::config::Settings;

use crate::ServerError;
use crate::private;

/// Reads the secret; without setting and file, makes the file.
///
/// # Errors
/// When the file cannot be read or made, or is none of ours.
pub fn load(settings: &Settings, ids: &Ids) -> Result<ServerSecret, ServerError> {
    let given = settings.secret_key.reveal();
    if !given.is_empty() {
        return Ok(ServerSecret::new(given.as_bytes()));
    }
    let path = settings.data_dir.join("secret.key");
    let failed = |error: std::io::Error| ServerError::file(&path, &error);
    match std::fs::read(&path) {
        Ok(bytes) if bytes.len() == 32 => Ok(ServerSecret::new(&bytes)),
        Ok(_) => Err(ServerError::File(format!("{} does not hold 32 bytes", path.display()))),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let bytes = ids.bytes::<32>();
            private::write(&path, &bytes)?;
            Ok(ServerSecret::new(&bytes))
        }
        Err(error) => Err(failed(error)),
    }
}
