//! Reports as PDF: A4, with charts and tables, bookmarks, and tags for whoever listens to them (PDF/UA-1, PDF/A-2a).
//!
//! From the bottom up: [`face`] measures texts, [`shape`] is what can be drawn, [`flow`] puts it on pages and notes what it
//! means, [`paint`] makes the file of it. On these stand [`block`], [`table`], [`bars`] and [`chart`], and [`document`] says
//! what a report consists of.

mod bars;
mod block;
mod chart;
mod document;
mod face;
mod flow;
mod number;
mod paint;
mod part;
mod shape;
mod spans;
mod style;
mod table;
mod tags;
mod text;

use std::fmt;

use crate::facts::Facts;

/// Why no PDF was made: a fault of ours, whatever the facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure(pub String);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

/// The report as a PDF document. It takes tens of milliseconds of computing, which belong on a thread for that.
///
/// # Errors
/// None that is known; texts in scripts that the fonts do not have are shown by a glyph in their place.
pub fn write(facts: &Facts) -> Result<Vec<u8>, Failure> {
    document::write(facts)
}
