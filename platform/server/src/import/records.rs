//! A file, taken apart into what may be events.

use std::cell::RefCell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

use argus_core::wire::parse;
use serde_json::Value;

use super::columns::Columns;

/// Bytes that one line or record may have; an event has fewer.
const LONGEST: usize = 1 << 20;

/// One line of the file, or one record, which may go over several.
pub struct Record {
    /// As it stands there, with its end.
    pub raw: Vec<u8>,
    /// Lines that it takes.
    pub lines: u64,
    /// What it says.
    pub content: Content,
}

/// What a record says.
pub enum Content {
    /// Nothing.
    Blank,
    /// Something that may be an event.
    Value(Value),
    /// Something else, and why.
    Bad(String),
}

/// The records of a file.
pub enum Records {
    /// Lines of JSON.
    Lines(Box<dyn BufRead>),
    /// Records of CSV.
    Csv(Box<CsvRecords>),
}

impl Records {
    /// The next one; none at the end.
    ///
    /// # Errors
    /// When the file cannot be read, or a line or record has no end.
    pub fn next(&mut self) -> io::Result<Option<Record>> {
        match self {
            Self::Lines(lines) => next_line(lines),
            Self::Csv(records) => records.next(),
        }
    }
}

fn next_line(lines: &mut impl BufRead) -> io::Result<Option<Record>> {
    let mut raw = Vec::new();
    lines.take(LONGEST as u64 + 1).read_until(b'\n', &mut raw)?;
    if raw.len() > LONGEST {
        return Err(too_long());
    }
    let content = match raw.as_slice() {
        [] => return Ok(None),
        line if line.iter().all(u8::is_ascii_whitespace) => Content::Blank,
        line => parse(line).map_or_else(|error| Content::Bad(super::source::said(&error)), Content::Value),
    };
    Ok(Some(Record { raw, lines: 1, content }))
}

fn too_long() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("a line or record is longer than {LONGEST} bytes"))
}

/// Records of CSV, with the bytes that they were read from.
pub struct CsvRecords {
    reader: csv::Reader<Tape>,
    tape: Rc<RefCell<Vec<u8>>>,
    /// Bytes that were given out.
    given: u64,
    columns: Option<Columns>,
}

/// Keeps what was read until it is given out: whole records, and not more than [`LONGEST`] without one.
struct Tape {
    inner: Box<dyn Read>,
    kept: Rc<RefCell<Vec<u8>>>,
}

/// The reader reads this much ahead.
const AHEAD: usize = 64 << 10;

impl Read for Tape {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut kept = self.kept.borrow_mut();
        if kept.len() > LONGEST + AHEAD {
            return Err(too_long());
        }
        let number = self.inner.read(buffer)?;
        kept.extend_from_slice(buffer.get(..number).unwrap_or_default());
        Ok(number)
    }
}

impl CsvRecords {
    /// The records from where a file stands now. Without columns nothing but the head can be read.
    pub fn new(inner: Box<dyn Read>, columns: Option<Columns>) -> Self {
        let tape = Rc::new(RefCell::new(Vec::new()));
        let input = Tape { inner, kept: tape.clone() };
        let mut builder = csv::ReaderBuilder::new();
        let reader = builder.has_headers(false).flexible(true).buffer_capacity(AHEAD).from_reader(input);
        Self { reader, tape, given: 0, columns }
    }

    /// The names of the columns, with the bytes and lines that they take.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn head(&mut self) -> io::Result<(Vec<String>, Vec<u8>, u64)> {
        let (record, raw, lines) = self.take()?.ok_or_else(|| io::Error::other("there is no head of columns"))?;
        let text = |cell: &[u8]| String::from_utf8_lossy(cell).trim().trim_start_matches('\u{feff}').to_owned();
        Ok((record.iter().map(text).collect(), raw, lines))
    }

    /// Says what the columns are, once the head was read.
    pub fn with(mut self, columns: Columns) -> Self {
        self.columns = Some(columns);
        self
    }

    fn take(&mut self) -> io::Result<Option<(csv::ByteRecord, Vec<u8>, u64)>> {
        let mut record = csv::ByteRecord::new();
        let more = self.reader.read_byte_record(&mut record).map_err(io::Error::from)?;
        let end = self.reader.position().byte();
        let length = usize::try_from(end - self.given).unwrap_or(usize::MAX);
        let mut tape = self.tape.borrow_mut();
        let length = length.min(tape.len());
        // The reader leaves the second half of CR LF to the next record, where it does not belong.
        let halved = tape.get(..length).is_some_and(|raw| raw.ends_with(b"\r")) && tape.get(length) == Some(&b'\n');
        let length = length + usize::from(halved);
        let raw: Vec<u8> = tape.drain(..length).collect();
        self.given += length as u64;
        let ends = raw.iter().filter(|byte| **byte == b'\n').count();
        let lines = ends + usize::from(!raw.ends_with(b"\n"));
        Ok((more && !raw.is_empty()).then_some((record, raw, lines as u64)))
    }

    fn next(&mut self) -> io::Result<Option<Record>> {
        let Some((record, raw, lines)) = self.take()? else { return Ok(None) };
        let cells: Result<Vec<&str>, _> = record.iter().map(std::str::from_utf8).collect();
        let content = match (cells, &self.columns) {
            (Ok(cells), Some(columns)) => Content::Value(columns.event(cells.into_iter())),
            _ => Content::Bad("not UTF-8".to_owned()),
        };
        Ok(Some(Record { raw, lines, content }))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
mod tests {
    use super::*;

    #[test]
    fn records_give_the_bytes_that_they_were_read_from() {
        let text = "action,description\r\na,\"two\nlines\"\r\n\nb,\"say \"\"no\"\"\"\nc,last";
        let mut records = CsvRecords::new(Box::new(text.as_bytes()), None);
        let (head, mut all, lines) = records.head().unwrap();
        assert_eq!((head.as_slice(), lines), (&["action".to_owned(), "description".to_owned()][..], 1));
        let (columns, _) = Columns::of(&head, &[]).unwrap();
        let mut records = Records::Csv(Box::new(records.with(columns)));
        let (mut found, mut lines) = (Vec::new(), lines);
        while let Some(record) = records.next().unwrap() {
            all.extend(&record.raw);
            lines += record.lines;
            let Content::Value(value) = record.content else { unreachable!() };
            found.push(value["description"].as_str().unwrap().to_owned());
        }
        assert_eq!(String::from_utf8(all).unwrap(), text);
        assert_eq!(found, ["two\nlines", "say \"no\"", "last"]);
        assert_eq!(lines, 6);
    }

    #[test]
    fn what_has_no_end_is_refused() {
        let endless = || Box::new(io::BufReader::new(io::repeat(b'x')));
        assert!(Records::Lines(endless()).next().is_err());
        let (columns, _) = Columns::of(&["action".to_owned()], &[]).unwrap();
        let open = Box::new(io::Cursor::new("\"").chain(io::repeat(b'x')));
        assert!(Records::Csv(Box::new(CsvRecords::new(open, Some(columns)))).next().is_err());
    }
}
