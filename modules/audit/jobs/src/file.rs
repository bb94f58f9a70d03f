//! Files: written apart, whole before they have their name, and gone when nobody wants them.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use argus_audit_log::idempotency::hex;
use ring::digest::{Context, SHA256};
use sea_orm::prelude::Uuid;

use crate::Format;

/// Bytes that are gathered for one write.
const BUFFER: usize = 256 * 1024;

/// How the name of a file ends that is not whole yet.
const PART: &str = "part";

/// Makes the folder, for nobody else to read, where it is not there.
///
/// # Errors
/// When it cannot be made.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Where the file of a job is.
#[must_use]
pub fn path(folder: &Path, id: Uuid, format: Format) -> PathBuf {
    folder.join(format!("{id}.{}", format.extension()))
}

/// The job whose file that is, whole or not.
pub(crate) fn job_of(path: &Path) -> Option<Uuid> {
    let name = path.file_name()?.to_str()?;
    Uuid::try_parse(name.split('.').next()?).ok()
}

/// Whether it is a file that is not whole yet.
pub(crate) fn is_part(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == PART)
}

/// Takes a file away, if it is there.
pub(crate) fn remove(path: &Path) {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            tracing::warn!(%error, path = %path.display(), "a file cannot be taken away");
        }
        _ => {}
    }
}

/// Takes away what earlier attempts at a job left that ended without a word.
pub(crate) fn remove_parts(folder: &Path, id: Uuid) {
    let Ok(files) = fs::read_dir(folder) else { return };
    let parts = files.flatten().map(|entry| entry.path()).filter(|path| is_part(path) && job_of(path) == Some(id));
    parts.for_each(|path| remove(&path));
}

/// The same, of a job, for whoever answers a request.
pub async fn take_away(folder: &Path, id: Uuid, format: Format) {
    let path = path(folder, id, format);
    // Nothing is to be done where it breaks down: what is left of a job that is over is swept away at the next start.
    let _ = tokio::task::spawn_blocking(move || remove(&path)).await;
}

/// A file that is being written. Dropped before it is kept, it is gone.
pub struct Part {
    file: BufWriter<File>,
    path: PathBuf,
    digest: Context,
    size: u64,
    kept: bool,
}

/// A file that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its bytes.
    pub size: u64,
    /// Their SHA-256, as hexadecimal.
    pub sha256: String,
}

impl Part {
    /// Begins the file of a job, as one of those who may be at it at the same time: one that lost its lease does not know yet.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn begin(folder: &Path, id: Uuid, holder: Uuid) -> io::Result<Self> {
        let path = folder.join(format!("{id}.{holder}.{PART}"));
        let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path)?;
        let file = BufWriter::with_capacity(BUFFER, file);
        Ok(Self { file, path, digest: Context::new(&SHA256), size: 0, kept: false })
    }

    /// Sees that everything is on disk, and gives the file its name.
    ///
    /// # Errors
    /// When the disk is full, and the like; the file is then gone.
    pub fn keep(mut self, name: &Path) -> io::Result<Kept> {
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        fs::rename(&self.path, name)?;
        self.kept = true;
        if let Some(folder) = name.parent() {
            File::open(folder)?.sync_all()?;
        }
        let digest = self.digest.clone().finish();
        Ok(Kept { size: self.size, sha256: hex(digest.as_ref()) })
    }
}

impl Write for Part {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        if let Some(bytes) = bytes.get(..written) {
            self.digest.update(bytes);
        }
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.kept {
            remove(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_whole_or_not_there() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("a/exports");
        make_folder(&folder).unwrap();
        make_folder(&folder).unwrap();
        let (id, holder) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let mut part = Part::begin(&folder, id, holder).unwrap();
        part.write_all(b"abc").unwrap();
        remove_parts(&folder, holder);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        remove_parts(&folder, id);
        drop(part);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);

        let mut part = Part::begin(&folder, id, holder).unwrap();
        part.write_all(b"abc").unwrap();
        assert_eq!(job_of(&part.path), Some(id));
        let path = path(&folder, id, Format::Csv);
        let kept = part.keep(&path).unwrap();
        // The digest of "abc" of FIPS 180-2.
        let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad".to_owned();
        assert_eq!(kept, Kept { size: 3, sha256 });
        assert_eq!((job_of(&path), fs::read(&path).unwrap()), (Some(id), b"abc".to_vec()));
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        remove(&path);
        remove(&path);
    }
}
