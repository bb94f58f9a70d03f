//! Reports about the audit log: what happened in a stretch of time, gathered once ([`facts`]) and written as a PDF for
//! people ([`pdf`]), or as JSON ([`json`]) or CSV ([`csv`]) for programs. The three say the same.
//!
//! The same facts give the same bytes, so that a report can be made again and compared.

pub mod csv;
pub mod every;
pub mod facts;
pub mod json;
pub mod pdf;
pub mod time;

pub use facts::{Facts, Question, gather};
pub use time::Period;
