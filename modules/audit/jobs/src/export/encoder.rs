//! From rows to bytes, in any format.

use std::io;

use argus_audit_log::event::Model;

use super::columns::{Column, chosen};
use super::csv::Csv;
use super::json::Json;
use super::parquet::Parquet;
use crate::Format;
use crate::file::Part;

/// What writes rows into a file.
pub enum Encoder {
    Csv(Csv),
    Json(Json),
    Parquet(Box<Parquet>),
}

/// A page of rows: as they are, or as they are printed.
pub enum Rows {
    Stored(Vec<Model>),
    Printed(Vec<String>),
}

impl Encoder {
    /// Of those columns the ones that are named, all where none is.
    pub fn begin(format: Format, columns: &'static [Column], names: Option<&[String]>, part: Part) -> io::Result<Self> {
        let members = || names.filter(|names| !names.is_empty()).map(|names| chosen(columns, Some(names)));
        Ok(match format {
            Format::Csv => Self::Csv(Csv::begin(chosen(columns, names), part)),
            Format::Json => Self::Json(Json::begin(members(), false, part)?),
            Format::Ndjson => Self::Json(Json::begin(members(), true, part)?),
            Format::Parquet => Self::Parquet(Box::new(Parquet::begin(chosen(columns, names), part)?)),
            Format::Pdf => return Err(io::Error::from(io::ErrorKind::Unsupported)),
        })
    }

    /// Whether it takes rows as they are printed.
    pub fn takes_printed(&self) -> bool {
        matches!(self, Self::Json(_))
    }

    /// Writes a page.
    pub fn add(&mut self, rows: Rows) -> io::Result<()> {
        match (self, rows) {
            (Self::Csv(csv), Rows::Stored(rows)) => csv.add(&rows),
            (Self::Parquet(parquet), Rows::Stored(rows)) => parquet.add(rows),
            (Self::Json(json), Rows::Printed(rows)) => json.add(&rows),
            _ => Err(io::Error::from(io::ErrorKind::InvalidInput)),
        }
    }

    /// Writes what comes at the end.
    pub fn end(self) -> io::Result<Part> {
        match self {
            Self::Csv(csv) => csv.end(),
            Self::Json(json) => json.end(),
            Self::Parquet(parquet) => parquet.end(),
        }
    }
}
