//! Comma-separated values (RFC 4180): a header, CRLF, and a text in quotation marks where it needs them. Nothing is an empty
//! cell, an empty text is `""`.
//!
//! A text that a spreadsheet would take for a formula gets a leading `'`. Numbers, and JSON, which cannot be one, do not.

use std::io::{self, Write};

use argus_audit_log::event::Model;

use super::columns::{Cell, Column, Holds};
use crate::file::Part;
use crate::formula::is_formula;

/// Bytes of lines that are handed on at once.
const LINES: usize = 64 * 1024;

pub struct Csv {
    columns: Vec<&'static Column>,
    part: Part,
    lines: Vec<u8>,
}

impl Csv {
    pub fn begin(columns: Vec<&'static Column>, part: Part) -> Self {
        let header = columns.iter().map(|column| column.name).collect::<Vec<_>>().join(",");
        Self { columns, part, lines: format!("{header}\r\n").into_bytes() }
    }

    pub fn add(&mut self, rows: &[Model]) -> io::Result<()> {
        for row in rows {
            line(&self.columns, row, &mut self.lines)?;
            if self.lines.len() >= LINES {
                self.hand_on()?;
            }
        }
        Ok(())
    }

    pub fn end(mut self) -> io::Result<Part> {
        self.hand_on()?;
        Ok(self.part)
    }

    fn hand_on(&mut self) -> io::Result<()> {
        self.part.write_all(&self.lines)?;
        self.lines.clear();
        Ok(())
    }
}

fn line(columns: &[&'static Column], row: &Model, into: &mut Vec<u8>) -> io::Result<()> {
    for (place, column) in columns.iter().enumerate() {
        if place > 0 {
            into.push(b',');
        }
        match (column.cell)(row) {
            Cell::Null => {}
            Cell::Text(cell) => text(&cell, column.holds == Holds::Text, into),
            Cell::Integer(number) => write!(into, "{number}")?,
            // As in JSON.
            Cell::Number(number) => serde_json::to_writer(&mut *into, &number)?,
        }
    }
    into.extend_from_slice(b"\r\n");
    Ok(())
}

fn text(text: &str, may_be_formula: bool, into: &mut Vec<u8>) {
    let guard = may_be_formula && is_formula(text);
    let quoted = text.is_empty() || text.bytes().any(|byte| matches!(byte, b'"' | b',' | b'\r' | b'\n'));
    if !quoted {
        if guard {
            into.push(b'\'');
        }
        into.extend_from_slice(text.as_bytes());
        return;
    }
    into.push(b'"');
    if guard {
        into.push(b'\'');
    }
    for (place, piece) in text.split('"').enumerate() {
        if place > 0 {
            into.extend_from_slice(b"\"\"");
        }
        into.extend_from_slice(piece.as_bytes());
    }
    into.push(b'"');
}

#[cfg(test)]
mod tests {
    use argus_audit_log::record::empty;

    use super::*;
    use crate::export::columns::{COLUMNS, chosen};
    use crate::formula::SIGNS;

    fn written(cell: &str, may_be_formula: bool) -> String {
        let mut into = Vec::new();
        text(cell, may_be_formula, &mut into);
        String::from_utf8(into).unwrap()
    }

    #[test]
    fn texts_are_quoted_where_they_need_it() {
        for (cell, expected) in [
            ("plain text; ä", "plain text; ä"),
            ("", "\"\""),
            ("a,b", "\"a,b\""),
            ("a\"b\"", "\"a\"\"b\"\"\""),
            ("a\nb", "\"a\nb\""),
            ("\"", "\"\"\"\""),
        ] {
            assert_eq!(written(cell, true), expected);
        }
    }

    #[test]
    fn no_text_is_a_formula() {
        for sign in SIGNS {
            let cell = format!("{sign}cmd|'/c calc'!A0");
            let back = written(&cell, true);
            assert!(back.trim_start_matches('"').starts_with(&format!("'{sign}")), "{back}");
            assert!(!written(&cell, false).trim_start_matches('"').starts_with('\''));
        }
        assert_eq!(written("a=b", true), "a=b");
        assert_eq!(written("=1,2", true), "\"'=1,2\"");
        assert_eq!(written("\r=1", true), "\"'\r=1\"");
    }

    #[test]
    fn a_reader_reads_what_was_written() {
        let row = Model {
            action: Some("a \"quoted\",\r\nlong one".to_owned()),
            description: Some("=1+1".to_owned()),
            total_duration: Some(-1.5),
            affected_resources: Some(-7),
            before: Some("-5".to_owned()),
            flags: 5,
            ..empty()
        };
        let names = ["description", "action", "totalDuration", "affectedResources", "before", "after", "flags"];
        let columns = chosen(COLUMNS, Some(&names.map(str::to_owned)));
        let mut lines = Vec::new();
        line(&columns, &row, &mut lines).unwrap();
        line(&columns, &empty(), &mut lines).unwrap();
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(&*lines);
        let records: Vec<Vec<String>> =
            reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect();
        let action = "a \"quoted\",\r\nlong one";
        assert_eq!(records[0], ["'=1+1", action, "-1.5", "-7", "-5", "", "[\"SUSPICIOUS\",\"EXPORT\"]"]);
        assert_eq!(records[1], ["", "", "", "", "", "", "[]"]);
    }
}
