//! What kinds of jobs there are.

use std::error::Error;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use argus_core::app::Platform;
use argus_core::error::ApiError;

use crate::file::Part;
use crate::job::Model;

/// A kind of job: something that makes one file.
#[async_trait::async_trait]
pub trait Kind: Send + Sync {
    /// Its name, upper case: that of its jobs, and the target type in the log.
    fn name(&self) -> &'static str;

    /// The function that whoever makes such a job has to hold, also when it is run.
    fn function(&self) -> &'static str;

    /// What the log says of one that is completed: `audit.export.completed`.
    fn completed(&self) -> &'static str;

    /// Makes the file. May be dropped wherever it waits: what was written is then taken away.
    ///
    /// # Errors
    /// When there will be no file, or none now.
    async fn write(
        &self,
        platform: &Arc<Platform>,
        job: &Model,
        part: Part,
        progress: &Progress,
    ) -> Result<Part, Failure>;
}

/// How far a job is. Written down once in a while, for whoever looks.
#[derive(Debug, Clone)]
pub struct Progress(Arc<[AtomicI64; 2]>);

/// No number of rows.
const UNKNOWN: i64 = -1;

impl Default for Progress {
    fn default() -> Self {
        Self(Arc::new([AtomicI64::new(0), AtomicI64::new(UNKNOWN)]))
    }
}

impl Progress {
    /// Says that so many more rows were written.
    pub fn add(&self, rows: usize) {
        let [done, _] = &*self.0;
        done.fetch_add(i64::try_from(rows).unwrap_or(i64::MAX), Ordering::Relaxed);
    }

    /// Says how many rows there will be.
    pub fn expect(&self, rows: i64) {
        let [_, total] = &*self.0;
        total.store(rows, Ordering::Relaxed);
    }

    /// Rows that were written, and that will be.
    #[must_use]
    pub fn rows(&self) -> (i64, Option<i64>) {
        let [done, total] = &*self.0;
        let total = total.load(Ordering::Relaxed);
        (done.load(Ordering::Relaxed), (total != UNKNOWN).then_some(total))
    }
}

/// Why there is no file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// There will be none. The text is for whoever made the job.
    ForGood(String),
    /// There may be one the next time. The text is for whoever made the job.
    Passing(String),
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        let text = error.messages.iter().map(|message| match &message.field {
            Some(field) => format!("{field}: {}", message.text),
            None => message.text.to_string(),
        });
        let text = text.collect::<Vec<_>>().join("; ");
        if error.status.is_server_error() { Self::Passing(text) } else { Self::ForGood(text) }
    }
}

impl From<sea_orm::DbErr> for Failure {
    fn from(error: sea_orm::DbErr) -> Self {
        ApiError::from(error).into()
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match kind_of(&error) {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Self::ForGood("There is no room left in the folder of exports".to_owned())
            }
            kind => {
                tracing::warn!(%error, "a file in the folder of exports cannot be written");
                Self::Passing(format!("The file cannot be written: {kind}"))
            }
        }
    }
}

/// The kind of the innermost I/O error: writers of formats wrap it.
fn kind_of(error: &io::Error) -> io::ErrorKind {
    let mut kind = error.kind();
    let mut next: Option<&(dyn Error + 'static)> = error.get_ref().map(|inner| inner as _);
    while let Some(inner) = next {
        match inner.downcast_ref::<io::Error>() {
            Some(io) => {
                kind = io.kind();
                next = io.get_ref().map(|inner| inner as _);
            }
            None => next = inner.source(),
        }
    }
    kind
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_through_what_wraps_it() {
        let full = || io::Error::from(io::ErrorKind::StorageFull);
        let wrapped = io::Error::other(parquet::errors::ParquetError::External(Box::new(full())));
        for error in [full(), io::Error::other(full()), wrapped] {
            assert!(matches!(Failure::from(error), Failure::ForGood(text) if text.contains("no room")));
        }
        let other = Failure::from(io::Error::from(io::ErrorKind::PermissionDenied));
        assert_eq!(other, Failure::Passing("The file cannot be written: permission denied".to_owned()));
    }

    #[test]
    fn what_is_wrong_with_the_input_stays_wrong() {
        let refused = Failure::from(ApiError::field("columns", "invalid.field.value", "Unknown"));
        assert_eq!(refused, Failure::ForGood("columns: Unknown".to_owned()));
        assert!(matches!(Failure::from(ApiError::unavailable()), Failure::Passing(_)));
    }
}
