//! Reports about the audit log: what happened in a stretch of time, gathered once ([`facts`]) and written as a PDF for
//! people ([`pdf`]), or as JSON ([`json`]) or CSV ([`csv`]) for programs. The three say the same.
//!
//! A report is a job ([`job`]), which somebody asks for, or a schedule ([`schedule`]).
//!
//! The same facts give the same bytes, so that a report can be made again and compared.

pub mod csv;
pub mod every;
pub mod facts;
pub mod job;
pub mod json;
pub mod migration;
pub mod pdf;
pub mod schedule;
pub mod time;

pub use facts::{Facts, Question, gather};
pub use time::Period;
