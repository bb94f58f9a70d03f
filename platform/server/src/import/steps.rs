//! The writing half of an import: step by step, each of them one transaction.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;

use argus_audit_log::event::Model;
use argus_audit_log::idempotency::hex;
use argus_audit_log::import::{self as state, Model as State};
use argus_audit_log::{AuditLog, Mode, Outcome, Submission, Written};
use argus_audit_v1::input::Sender;
use argus_core::audit::{Record, Target};
use argus_core::clock::Clock;
use argus_core::db::Db;
use argus_core::error::ApiError;
use ring::digest::{SHA256, digest};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::prefix::Prefix;
use super::source::{self, Line, Message};
use super::{Import, Summary, Watch};
use crate::ServerError;

/// Why a line was left out whose event cannot be written.
const TAKEN: &str = "externalID: the log has another event of this identifier";

/// An import under way.
struct Steps<'a> {
    log: &'a AuditLog,
    clock: &'a Clock,
    dry_run: bool,
    /// Whether bad lines are passed over.
    skips: bool,
    /// Where they go; nowhere when everything is only looked at.
    aside: Option<Aside>,
    state: State,
    prefix: Prefix,
    /// The record of the import, until it was written with the first step.
    record: Option<Record>,
    summary: Summary,
}

/// Imports what a file has beyond what was imported of it before.
pub async fn run(
    db: &Db,
    log: &AuditLog,
    clock: &Clock,
    import: &Import,
    sender: Sender,
    stop: &CancellationToken,
    watch: &mut impl Watch,
) -> Result<Summary, ServerError> {
    let mut steps = Steps::begin(db, log, clock, import, &sender).await?;
    let length = import.file.as_ref().and_then(|file| Some(file.metadata().ok()?.len()));
    watch.begin(steps.prefix.position, length);
    let mut messages = source::start(import.clone(), sender, steps.prefix.position);
    loop {
        let message = tokio::select! {
            biased;
            () = stop.cancelled() => {
                steps.summary.stopped = Some((steps.summary.lines, "interrupted".to_owned()));
                break;
            }
            message = messages.recv() => message,
        };
        match message {
            Some(Message::Head { raw, lines, unused }) => steps.head(&raw, lines, &unused, watch)?,
            Some(Message::Lines(lines)) => steps.lines(lines).await?,
            Some(Message::End) => break,
            Some(Message::Failed(problem)) => {
                return Err(ServerError::File(format!("after line {}: {problem}", steps.summary.lines)));
            }
            None => return Err(ServerError::File("the file was not read to its end".to_owned())),
        }
        watch.at(steps.prefix.position, steps.summary.lines);
        if steps.summary.stopped.is_some() {
            break;
        }
    }
    Ok(steps.summary)
}

impl<'a> Steps<'a> {
    async fn begin(
        db: &Db,
        log: &'a AuditLog,
        clock: &'a Clock,
        import: &Import,
        sender: &Sender,
    ) -> Result<Self, ServerError> {
        let now = clock.now();
        let mut map = import.map.clone();
        map.sort();
        let scope = json!([format!("{:?}", import.format), map, sender.home, sender.user_id]).to_string();
        let scope = hex(digest(&SHA256, scope.as_bytes()).as_ref());
        let earlier = match &import.file {
            Some(path) => {
                let mut file = File::open(path).map_err(|error| ServerError::file(path, &error))?;
                let known = state::of_scope(db.reader(), &scope).await?;
                Prefix::find(&mut file, known).map_err(|error| ServerError::file(path, &error))?
            }
            None => None,
        };
        let (state, prefix, record) = match earlier {
            Some((state, prefix)) => (State { updated_at: now, ..state }, prefix, None),
            None => {
                let (id, prefix) = (sender.ids.uuid(), Prefix::new());
                let digest = prefix.digest();
                let state = State { id, scope, position: 0, digest, lines: 0, created_at: now, updated_at: now };
                let record = record(import, sender, &state);
                (state, prefix, Some(record))
            }
        };
        let before = u64::try_from(state.lines).unwrap_or(0);
        let aside = import.aside.as_deref().filter(|_| !import.dry_run);
        let aside = aside.map(|path| Aside::open(path, before > 0)).transpose()?;
        let summary = Summary { before, lines: before, ..Summary::default() };
        let (dry_run, skips) = (import.dry_run, import.aside.is_some());
        Ok(Self { log, clock, dry_run, skips, aside, state, prefix, record, summary })
    }

    fn head(&mut self, raw: &[u8], lines: u64, unused: &[String], watch: &mut impl Watch) -> Result<(), ServerError> {
        if !unused.is_empty() {
            watch.say(&format!("columns that are left out: {}", unused.join(", ")));
        }
        // What goes on behind it has it already.
        if self.prefix.position == 0 {
            self.prefix.add(raw);
            self.summary.lines += lines;
        }
        // With its head, what stands aside is a file that can be imported once it is mended.
        self.aside.as_mut().map_or(Ok(()), |aside| aside.head(raw))
    }

    /// Writes lines, up to the first bad one where these do not go aside.
    async fn lines(&mut self, mut lines: Vec<Line>) -> Result<(), ServerError> {
        let is_bad = |line: &Line| matches!(line.row, Some(Err(_)));
        if !self.skips
            && let Some(place) = lines.iter().position(is_bad)
        {
            let rest = lines.split_off(place);
            let problem = rest.into_iter().find_map(|line| line.row?.err());
            self.stop_behind(&lines, problem.unwrap_or_default());
        }
        if let Some(place) = self.write(&lines).await? {
            // Nothing of them was written; those before it can be.
            lines.truncate(place);
            self.stop_behind(&lines, TAKEN.to_owned());
            self.write(&lines).await?;
        }
        Ok(())
    }

    fn stop_behind(&mut self, lines: &[Line], problem: String) {
        let line = self.summary.lines + lines.iter().map(|line| line.lines).sum::<u64>() + 1;
        self.summary.stopped = Some((line, problem));
    }

    /// One step. Gives the place of the first line whose identifier is that of another event, where nothing was written for
    /// it.
    async fn write(&mut self, lines: &[Line]) -> Result<Option<usize>, ServerError> {
        if lines.is_empty() {
            return Ok(None);
        }
        let good =
            lines.iter().enumerate().filter_map(|(place, line)| Some((place, line.row.as_ref()?.as_ref().ok()?)));
        let (places, rows): (Vec<usize>, Vec<Model>) = good.map(|(place, row)| (place, row.clone())).unzip();
        let mut prefix = self.prefix.clone();
        lines.iter().for_each(|line| prefix.add(&line.raw));
        let number = lines.iter().map(|line| line.lines).sum::<u64>();
        let bad: Vec<_> = lines.iter().filter(|line| matches!(line.row, Some(Err(_)))).collect();
        self.put_aside(&bad)?;
        let written = if self.dry_run {
            self.summary.events += rows.len() as u64;
            Vec::new()
        } else {
            match self.submit(rows, &prefix, number).await? {
                Outcome::Written(written) => written,
                Outcome::Conflict(conflicts) => {
                    let first = conflicts.first().and_then(|conflict| places.get(*conflict));
                    return Ok(first.copied());
                }
                Outcome::Replay(_) | Outcome::KeyTaken => return Err(ApiError::internal("an import has no key").into()),
            }
        };
        let mut others = Vec::new();
        for (place, written) in places.into_iter().zip(written) {
            match written {
                Written::New(..) => self.summary.events += 1,
                Written::Known(_) => self.summary.known += 1,
                Written::Other => others.extend(lines.get(place)),
            }
        }
        self.put_aside(&others)?;
        self.record = None;
        self.prefix = prefix;
        self.summary.lines += number;
        Ok(None)
    }

    async fn submit(&mut self, rows: Vec<Model>, prefix: &Prefix, lines: u64) -> Result<Outcome, ServerError> {
        let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        self.state.position = count(prefix.position);
        self.state.digest = prefix.digest();
        self.state.lines = count(self.summary.lines + lines);
        self.state.updated_at = self.clock.now();
        let mode = if self.skips { Mode::Partial } else { Mode::Atomic };
        let submission = Submission { mode, import: Some(self.state.clone()), ..Submission::atomic(rows) };
        Ok(self.log.submit(submission.recorded(self.record.clone())).await?)
    }

    fn put_aside(&mut self, lines: &[&Line]) -> Result<(), ServerError> {
        self.summary.skipped += lines.len() as u64;
        match &mut self.aside {
            Some(aside) if !lines.is_empty() => aside.put(lines),
            _ => Ok(()),
        }
    }
}

/// The file of lines that could not be imported.
struct Aside {
    file: File,
    name: String,
    empty: bool,
}

impl Aside {
    /// An import that goes on writes behind what is there; another one writes over nothing.
    fn open(path: &Path, goes_on: bool) -> Result<Self, ServerError> {
        let failed = |error: std::io::Error| ServerError::file(path, &error);
        let file = OpenOptions::new().create(true).append(true).open(path).map_err(failed)?;
        let empty = file.metadata().map_err(failed)?.len() == 0;
        if !empty && !goes_on {
            return Err(failed(std::io::Error::new(ErrorKind::AlreadyExists, "is not empty")));
        }
        Ok(Self { file, name: path.display().to_string(), empty })
    }

    fn head(&mut self, raw: &[u8]) -> Result<(), ServerError> {
        if self.empty { self.bytes(raw) } else { Ok(()) }
    }

    /// On disk before the step is written: after a crash a line may stand here twice, and none is lost.
    fn put(&mut self, lines: &[&Line]) -> Result<(), ServerError> {
        for line in lines {
            self.bytes(&line.raw)?;
            if !line.raw.ends_with(b"\n") {
                self.bytes(b"\n")?;
            }
        }
        self.file.sync_data().map_err(|error| ServerError::File(format!("{}: {error}", self.name)))
    }

    fn bytes(&mut self, bytes: &[u8]) -> Result<(), ServerError> {
        self.empty = false;
        self.file.write_all(bytes).map_err(|error| ServerError::File(format!("{}: {error}", self.name)))
    }
}

/// The import itself, as the log tells it.
fn record(import: &Import, sender: &Sender, state: &State) -> Record {
    let file = import.file.as_deref().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    let after = json!({ "file": file, "format": format!("{:?}", import.format).to_uppercase() });
    let target = Target { kind: "IMPORT".to_owned(), id: state.id.to_string(), before: None, after: Some(after) };
    Record {
        user_id: Some(sender.user_id),
        actor_name: Some(sender.user_name.clone()),
        request_id: format!("import-{}", state.id),
        target: Some(target),
        ..Record::of_argus(state.created_at, sender.home, "argus_import_create", "CREATE")
    }
}
