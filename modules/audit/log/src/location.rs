//! Where addresses are: a MaxMind file of the operator's, where there is one.

use std::net::IpAddr;
use std::path::Path;

use maxminddb::{MaxMindDbError, Reader, path};

/// Knows where addresses are, or nothing.
#[derive(Default)]
pub struct Places(Option<Reader<Vec<u8>>>);

impl Places {
    /// Those of a MaxMind file; none where its name is empty. The file is read into memory: one that is changed while it
    /// is mapped would end the process.
    ///
    /// # Errors
    /// Why the file cannot be used.
    pub fn open(file: &Path) -> Result<Self, String> {
        if file.as_os_str().is_empty() {
            return Ok(Self::default());
        }
        let reader = Reader::open_readfile(file).map_err(|error| format!("{}: {error}", file.display()))?;
        Ok(Self(Some(reader)))
    }

    /// "City, CC", or what of these is known.
    #[must_use]
    pub fn of(&self, address: IpAddr) -> Option<String> {
        let reader = self.0.as_ref()?;
        let found = look_up(reader, address);
        // What is wrong with a part of the file must not keep a login from being recorded.
        found
            .inspect_err(|error| tracing::debug!(%error, "an address was not found in the file of audit.geoip"))
            .ok()?
    }
}

fn look_up(reader: &Reader<Vec<u8>>, address: IpAddr) -> Result<Option<String>, MaxMindDbError> {
    let found = reader.lookup(address)?;
    let city: Option<&str> = found.decode_path(&path!["city", "names", "en"])?;
    let country: Option<&str> = found.decode_path(&path!["country", "iso_code"])?;
    let known: Vec<&str> = [city, country].into_iter().flatten().filter(|name| !name.is_empty()).collect();
    Ok((!known.is_empty()).then(|| known.join(", ")))
}
