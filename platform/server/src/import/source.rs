//! The reading half of an import, on a thread of its own: files are read, and their lines checked and made into rows, while
//! the rows before are written.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use argus_audit_log::event::Model;
use argus_audit_v1::input::{Sender, fingerprint};
use argus_audit_v1::model::{EVENT_LIMIT, NewEvent};
use argus_core::error::ApiError;
use argus_core::wire::BodyDraft;
use serde_json::Value;
use tokio::sync::mpsc;

use super::columns::Columns;
use super::records::{Content, CsvRecords, Record, Records};
use super::{Format, Import};

/// Lines that are written together, and the bytes after which it is enough.
const LINES: usize = 1_000;
const BYTES: usize = 4 << 20;

/// What the reading half says.
pub enum Message {
    /// The head of a CSV file, with the columns that mean nothing.
    Head { raw: Vec<u8>, lines: u64, unused: Vec<String> },
    /// The next lines.
    Lines(Vec<Line>),
    /// Nothing more can be read.
    Failed(String),
    /// The end of the file.
    End,
}

/// A line, or the lines of one record.
pub struct Line {
    /// As it stands in the file, with its end.
    pub raw: Vec<u8>,
    /// Lines that it takes.
    pub lines: u64,
    /// What it came to; nothing for an empty one.
    pub row: Option<Result<Model, String>>,
}

/// Begins to read at a byte of the file.
pub fn start(import: Import, sender: Sender, position: u64) -> mpsc::Receiver<Message> {
    // One that is being written, one that waits, one that is being read: no more is in memory.
    let (messages, receiver) = mpsc::channel(1);
    std::thread::spawn(move || {
        let done = read(&import, sender, position, &messages);
        let last = done.map_or_else(|error| Message::Failed(error.to_string()), |()| Message::End);
        // Whoever does not listen any more has had enough.
        let _ = messages.blocking_send(last);
    });
    receiver
}

fn read(import: &Import, mut sender: Sender, position: u64, to: &mpsc::Sender<Message>) -> io::Result<()> {
    let mut records = open(import, position, to)?;
    loop {
        let (mut lines, mut bytes) = (Vec::new(), 0);
        while lines.len() < LINES
            && bytes < BYTES
            && let Some(record) = records.next()?
        {
            bytes += record.raw.len();
            lines.push(line(record, &mut sender));
        }
        if lines.is_empty() || to.blocking_send(Message::Lines(lines)).is_err() {
            return Ok(());
        }
    }
}

fn open(import: &Import, position: u64, to: &mpsc::Sender<Message>) -> io::Result<Records> {
    let file = import.file.as_deref();
    if import.format == Format::Ndjson {
        return Ok(Records::Lines(Box::new(BufReader::new(input(file, position)?))));
    }
    let mut records = CsvRecords::new(input(file, 0)?, None);
    let (names, raw, lines) = records.head()?;
    let (columns, unused) = Columns::of(&names, &import.map).map_err(io::Error::other)?;
    let _ = to.blocking_send(Message::Head { raw, lines, unused });
    Ok(Records::Csv(Box::new(match position {
        0 => records.with(columns),
        _ => CsvRecords::new(input(file, position)?, Some(columns)),
    })))
}

fn input(file: Option<&Path>, position: u64) -> io::Result<Box<dyn Read>> {
    let Some(path) = file else { return Ok(Box::new(io::stdin())) };
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(position))?;
    Ok(Box::new(file))
}

fn line(record: Record, sender: &mut Sender) -> Line {
    let row = match record.content {
        Content::Blank => None,
        Content::Bad(problem) => Some(Err(problem)),
        Content::Value(_) if record.raw.len() > EVENT_LIMIT => Some(Err(format!("larger than {EVENT_LIMIT} bytes"))),
        Content::Value(value) => Some(row(value, sender).map_err(|error| said(&error))),
    };
    Line { raw: record.raw, lines: record.lines, row }
}

fn row(value: Value, sender: &mut Sender) -> Result<Model, ApiError> {
    let (new, mut errors) = BodyDraft::<NewEvent>::of(value)?.into_parts();
    let print = new.external_id.is_some().then(|| fingerprint(&new));
    let row = sender.row_as(new, print, &mut errors);
    errors.finish().map(|()| row)
}

/// What is wrong, in one line.
pub fn said(error: &ApiError) -> String {
    let one = |field: &Option<String>, text: &str| match field {
        Some(field) => format!("{field}: {text}"),
        None => text.to_owned(),
    };
    let all: Vec<_> = error.messages.iter().take(10).map(|message| one(&message.field, &message.text)).collect();
    all.join("; ")
}
