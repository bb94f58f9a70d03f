//! How far a file was imported before: known by the bytes themselves, whatever the file is called.

use std::io::{self, Read};

use argus_audit_log::idempotency::hex;
use argus_audit_log::import::Model;
use ring::digest::{Context, SHA256};

/// The bytes of a file that are done.
#[derive(Clone)]
pub struct Prefix {
    /// How many.
    pub position: u64,
    context: Context,
}

impl Prefix {
    /// None yet.
    pub fn new() -> Self {
        Self { position: 0, context: Context::new(&SHA256) }
    }

    /// These too.
    pub fn add(&mut self, bytes: &[u8]) {
        self.position += bytes.len() as u64;
        self.context.update(bytes);
    }

    /// SHA-256 of all of them, as hexadecimal.
    pub fn digest(&self) -> String {
        hex(self.context.clone().finish().as_ref())
    }

    /// The import that came furthest in this file, of those in order of how far they came.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn find(file: &mut impl Read, imports: Vec<Model>) -> io::Result<Option<(Model, Self)>> {
        let (mut prefix, mut found) = (Self::new(), None);
        for import in imports {
            let length = u64::try_from(import.position).unwrap_or(0).saturating_sub(prefix.position);
            let read = prefix.read(file, length)?;
            if read < length {
                break;
            }
            if prefix.digest() == import.digest {
                found = Some((import, prefix.clone()));
            }
        }
        Ok(found)
    }

    fn read(&mut self, file: &mut impl Read, length: u64) -> io::Result<u64> {
        let (mut buffer, mut left) = ([0; 64 << 10], length);
        while left > 0 {
            let most = usize::try_from(left).unwrap_or(buffer.len()).min(buffer.len());
            let number = file.read(buffer.get_mut(..most).unwrap_or_default())?;
            if number == 0 {
                break;
            }
            self.add(buffer.get(..number).unwrap_or_default());
            left -= number as u64;
        }
        Ok(length - left)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
mod tests {
    use argus_core::clock::{Clock, Ids};

    use super::*;

    fn import(bytes: &[u8]) -> Model {
        let mut prefix = Prefix::new();
        prefix.add(bytes);
        let position = i64::try_from(prefix.position).unwrap();
        let id = Ids::new(Clock::manual(0)).uuid();
        Model { id, scope: String::new(), position, digest: prefix.digest(), lines: 0, created_at: 0, updated_at: 0 }
    }

    #[test]
    fn a_file_is_known_by_its_beginning() {
        let find = |mut file: &[u8], imports: &[&[u8]]| {
            let imports = imports.iter().map(|bytes| import(bytes)).collect();
            Prefix::find(&mut file, imports).unwrap().map(|(_, prefix)| prefix.position)
        };
        assert_eq!(find(b"abcdef", &[b"ab", b"xyz", b"abcd"]), Some(4));
        assert_eq!(find(b"abcdef", &[b"abcdef"]), Some(6));
        assert_eq!(find(b"abcdef", &[b"ab", b"abcdefg"]), Some(2));
        assert_eq!(find(b"abcdef", &[b"b", b"bc"]), None);
    }
}
