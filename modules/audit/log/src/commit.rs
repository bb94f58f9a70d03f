//! One batch in one transaction: what becomes of each submission is decided with the head of the log in hand, so that
//! twins find each other, on whatever node they are.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use argus_core::audit::outbox;
use argus_core::clock::{Clock, Ids, Nanos};
use argus_core::db::Db;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, Statement, Value};

use crate::batch::Batch;
use crate::event::Model;
use crate::external::{self, Identifier};
use crate::idempotency::{self, Kind, Remembered, Run};
use crate::index::{Kept, partitions};
use crate::location::Places;
use crate::queue::Waiting;
use crate::submission::Mode;
use crate::{durable, find, import, login, record};

/// Records that are taken out of the outbox in one transaction.
pub const OUTBOX: usize = 512;

/// What batches are written with.
pub struct Commit {
    pub db: Db,
    pub clock: Clock,
    pub ids: Ids,
    pub root: i64,
    pub places: Arc<Places>,
    pub kept: Kept,
}

/// What became of a submission.
pub enum Decision {
    Written(Vec<Placement>),
    Conflict(Vec<usize>),
    Replay(Remembered),
    KeyTaken,
}

/// What became of an event.
pub enum Placement {
    New { sequence: i64, created_at: Nanos },
    Known(Box<Model>),
    Other,
}

/// A batch that was written.
#[derive(Default)]
pub struct Done {
    /// What became of each submission.
    pub decisions: Vec<Decision>,
    /// How many records came out of the outbox.
    pub drained: usize,
}

/// Why a batch was not written.
pub enum Failure {
    /// It was rolled back: nothing of it is there.
    Undone(DbErr),
    /// The commit did not succeed, and whether it happened is not known. To be tried again by nobody but its senders, who
    /// can name what they sent.
    Unknown(DbErr),
}

impl Commit {
    /// Writes a batch.
    pub async fn write(&mut self, batch: &Batch) -> Result<Done, Failure> {
        let transaction = self.db.begin().await.map_err(Failure::Undone)?;
        // Only what was committed may be kept.
        let mut kept = std::mem::take(&mut self.kept);
        match self.fill(&transaction, batch, &mut kept).await {
            Ok(done) => {
                transaction.commit().await.map_err(Failure::Unknown)?;
                self.kept = kept;
                Ok(done)
            }
            Err(error) => {
                let _ = transaction.rollback().await;
                Err(Failure::Undone(error))
            }
        }
    }

    async fn fill(&self, transaction: &DatabaseTransaction, batch: &Batch, kept: &mut Kept) -> Result<Done, DbErr> {
        let drained = if batch.outbox { outbox::take(transaction, OUTBOX as u64).await? } else { Vec::new() };
        let number = drained.len();
        if number == 0 && batch.submissions.is_empty() && batch.records.is_empty() {
            return Ok(Done::default());
        }
        let mut head = Head::lock(transaction, self.clock.now()).await?;
        if head.begins_month && self.db.backend() == DbBackend::Postgres {
            partitions::ensure(transaction, head.created_at).await?;
        }
        let mut page = Page::open(transaction, batch, &mut head).await?;
        let decisions = batch.submissions.iter().map(|waiting| page.add(waiting)).collect();
        for record in drained {
            page.put(login::completed(record::event(record, &self.ids, self.root), &self.places));
        }
        let there = if batch.doubtful { find::known(transaction, &batch.records).await? } else { HashSet::new() };
        for record in batch.records.iter().filter(|record| !there.contains(&record.id)) {
            page.put(record.clone());
        }
        page.write(transaction, kept).await?;
        head.advance(transaction).await?;
        Ok(Done { decisions, drained: number })
    }
}

/// What is to be written, as far as it is decided.
struct Page<'a> {
    head: &'a mut Head,
    known: HashMap<Identifier, Found>,
    keys: HashMap<String, Remembered>,
    rows: Vec<Model>,
    accepted: Vec<(String, Remembered)>,
    imports: Vec<&'a import::Model>,
}

/// Where the event of an identifier is.
enum Found {
    Stored(Box<Model>),
    /// On this page, in that row.
    Row(usize),
}

impl<'a> Page<'a> {
    async fn open(db: &impl ConnectionTrait, batch: &Batch, head: &'a mut Head) -> Result<Self, DbErr> {
        let events = || batch.submissions.iter().flat_map(|waiting| &waiting.events);
        let known = external::known(db, events()).await?;
        let known = known.into_iter().map(|(identifier, row)| (identifier, Found::Stored(Box::new(row))));
        let keys = idempotency::known(db, batch.submissions.iter().filter_map(|waiting| waiting.key.as_ref())).await?;
        let rows = batch.submissions.iter().map(Waiting::rows).sum::<usize>() + batch.records.len();
        Ok(Self {
            head,
            known: known.collect(),
            keys,
            rows: Vec::with_capacity(rows),
            accepted: Vec::new(),
            imports: Vec::new(),
        })
    }

    fn add(&mut self, waiting: &'a Waiting) -> Decision {
        if let Some(key) = &waiting.key
            && let Some(earlier) = self.keys.get(&key.id)
        {
            return if earlier.is_of(key) { Decision::Replay(earlier.clone()) } else { Decision::KeyTaken };
        }
        if waiting.mode == Mode::Atomic {
            let conflicts = self.conflicts(&waiting.events);
            if !conflicts.is_empty() {
                return Decision::Conflict(conflicts);
            }
        }
        let placements: Vec<_> = waiting.events.iter().map(|event| self.place(event)).collect();
        let new = placements.iter().any(|it| matches!(it, Placement::New { .. }));
        let wrote = new || waiting.events.is_empty() || waiting.import.is_some();
        if let Some(record) = waiting.record.as_ref().filter(|_| wrote) {
            self.put(record.clone());
        }
        self.imports.extend(&waiting.import);
        if let Some(key) = &waiting.key {
            let runs = Run::of(placements.iter().map(Placement::remembered));
            let remembered = Remembered { fingerprint: key.fingerprint.clone(), runs, note: key.note.clone() };
            self.keys.insert(key.id.clone(), remembered.clone());
            self.accepted.push((key.id.clone(), remembered));
        }
        Decision::Written(placements)
    }

    /// The places of events whose identifiers are those of other events, in the log, on this page or among themselves.
    fn conflicts(&self, events: &[Model]) -> Vec<usize> {
        let mut among: HashMap<Identifier, &Model> = HashMap::new();
        let mut conflicts = Vec::new();
        for (place, event) in events.iter().enumerate() {
            let Some(identifier) = external::identifier(event) else { continue };
            let earlier = self.find(&identifier).or_else(|| among.get(&identifier).copied());
            match earlier {
                Some(earlier) if external::is_same(event, earlier) => {}
                Some(_) => conflicts.push(place),
                None => _ = among.insert(identifier, event),
            }
        }
        conflicts
    }

    fn find(&self, identifier: &Identifier) -> Option<&Model> {
        match self.known.get(identifier)? {
            Found::Stored(row) => Some(row),
            Found::Row(row) => self.rows.get(*row),
        }
    }

    fn place(&mut self, event: &Model) -> Placement {
        let identifier = external::identifier(event);
        match identifier.as_ref().and_then(|identifier| self.find(identifier)) {
            Some(known) if external::is_same(event, known) => Placement::Known(Box::new(known.clone())),
            Some(_) => Placement::Other,
            None => {
                self.known.extend(identifier.map(|identifier| (identifier, Found::Row(self.rows.len()))));
                let sequence = self.put(event.clone());
                Placement::New { sequence, created_at: self.head.created_at }
            }
        }
    }

    /// Gives a row the next place.
    fn put(&mut self, row: Model) -> i64 {
        let sequence = self.head.next_sequence;
        self.head.next_sequence += 1;
        self.rows.push(Model { sequence, created_at: self.head.created_at, ..row });
        sequence
    }

    async fn write(self, transaction: &DatabaseTransaction, kept: &mut Kept) -> Result<(), DbErr> {
        durable::before_commit(transaction, self.rows, kept).await?;
        idempotency::remember(transaction, self.accepted, self.head.created_at).await?;
        let mut saved = HashSet::new();
        // The last one of an import says how far it is.
        for import in self.imports.into_iter().rev().filter(|import| saved.insert(import.id)) {
            import::save(transaction, import).await?;
        }
        Ok(())
    }
}

impl Placement {
    fn remembered(&self) -> (Kind, i64) {
        match self {
            Self::New { sequence, .. } => (Kind::New, *sequence),
            Self::Known(known) => (Kind::Known, known.sequence),
            Self::Other => (Kind::Other, 0),
        }
    }
}

/// The head of the log, held for one transaction.
struct Head {
    next_sequence: i64,
    created_at: Nanos,
    /// Whether no batch before this one was received in its month.
    begins_month: bool,
}

impl Head {
    async fn lock(transaction: &DatabaseTransaction, now: Nanos) -> Result<Self, DbErr> {
        let backend = transaction.get_database_backend();
        let sql = match backend {
            DbBackend::Postgres => "SELECT next_sequence, last_created FROM audit_head WHERE id = 1 FOR UPDATE",
            _ => "SELECT next_sequence, last_created FROM audit_head WHERE id = 1",
        };
        let row = transaction.query_one_raw(Statement::from_string(backend, sql)).await?;
        let row = row.ok_or_else(|| DbErr::RecordNotFound("the head of the log".to_owned()))?;
        let last_created: i64 = row.try_get_by_index(1)?;
        let created_at = now.max(last_created);
        let next_sequence = row.try_get_by_index(0)?;
        let begins_month = next_sequence == 0 || partitions::month(created_at) != partitions::month(last_created);
        Ok(Self { next_sequence, created_at, begins_month })
    }

    async fn advance(&self, transaction: &DatabaseTransaction) -> Result<(), DbErr> {
        let backend = transaction.get_database_backend();
        let sql = match backend {
            DbBackend::Postgres => "UPDATE audit_head SET next_sequence = $1, last_created = $2 WHERE id = 1",
            _ => "UPDATE audit_head SET next_sequence = ?, last_created = ? WHERE id = 1",
        };
        let values = [Value::from(self.next_sequence), Value::from(self.created_at)];
        transaction.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await.map(|_| ())
    }
}
