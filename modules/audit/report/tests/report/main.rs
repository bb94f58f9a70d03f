//! Reports as others read them: a PDF is looked at by two programs that had no part in writing it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on fails")]
#![allow(missing_docs, reason = "tests")]

mod forms;
mod peer;
mod samples;
mod texts;
