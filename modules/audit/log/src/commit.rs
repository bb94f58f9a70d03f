//! One batch in one transaction: what becomes of each submission is decided with the head of the log in hand, so that
//! twins find each other, on whatever node they are.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use argus_core::audit::outbox;
use argus_core::clock::{Clock, Ids, Nanos};
use argus_core::db::Db;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr};

use crate::batch::Batch;
use crate::durable::Memory;
use crate::entry::Entry;
use crate::event::Model;
use crate::external::{self, Identifier, Known};
use crate::head::Head;
use crate::idempotency::{self, Kind, Remembered, Run};
use crate::index::partitions;
use crate::location::Places;
use crate::proof::{Grown, Signer};
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
    pub signer: Arc<Signer>,
    pub memory: Memory,
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
    /// What the tree became, if anything was written.
    pub grown: Option<Arc<Grown>>,
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
        let mut memory = std::mem::take(&mut self.memory);
        match self.fill(&transaction, batch, &mut memory).await {
            Ok(done) => {
                transaction.commit().await.map_err(Failure::Unknown)?;
                self.memory = memory;
                Ok(done)
            }
            Err(error) => {
                let _ = transaction.rollback().await;
                Err(Failure::Undone(error))
            }
        }
    }

    async fn fill(&self, transaction: &DatabaseTransaction, batch: &Batch, memory: &mut Memory) -> Result<Done, DbErr> {
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
            let row = login::completed(record::event(record, &self.ids, self.root), &self.places);
            page.put(Entry::of(row, &self.ids).map_err(|error| DbErr::Custom(error.to_string()))?);
        }
        let there = if batch.doubtful { find::known(transaction, &batch.records).await? } else { HashSet::new() };
        for record in batch.records.iter().filter(|record| !there.contains(&record.row.id)) {
            page.put(record.clone());
        }
        let grown = page.write(transaction, memory, &self.signer).await?;
        head.advance(transaction).await?;
        Ok(Done { decisions, drained: number, grown })
    }
}

/// What is to be written, as far as it is decided.
struct Page<'a> {
    head: &'a mut Head,
    known: HashMap<Identifier, Found>,
    keys: HashMap<String, Remembered>,
    entries: Vec<Entry>,
    accepted: Vec<(String, Remembered)>,
    imports: Vec<&'a import::Model>,
}

/// Where the event of an identifier is.
enum Found {
    Stored(Box<Known>),
    /// On this page, in that row.
    Row(usize),
}

/// The event that has an identifier already.
#[derive(Clone, Copy)]
enum Earlier<'e> {
    Stored(&'e Known),
    Here(&'e Entry),
}

impl Earlier<'_> {
    fn is_same(self, sent: &Entry) -> bool {
        match self {
            Self::Stored(known) => known.is_same(sent),
            Self::Here(entry) => entry.body == sent.body,
        }
    }

    fn row(self) -> Model {
        match self {
            Self::Stored(known) => known.row.clone(),
            Self::Here(entry) => entry.row.clone(),
        }
    }
}

impl<'a> Page<'a> {
    async fn open(db: &impl ConnectionTrait, batch: &Batch, head: &'a mut Head) -> Result<Self, DbErr> {
        let events = || batch.submissions.iter().flat_map(|waiting| &waiting.events).map(|entry| &entry.row);
        let known = external::known(db, events()).await?;
        let known = known.into_iter().map(|(identifier, row)| (identifier, Found::Stored(Box::new(row))));
        let keys = idempotency::known(db, batch.submissions.iter().filter_map(|waiting| waiting.key.as_ref())).await?;
        let number = batch.submissions.iter().map(Waiting::rows).sum::<usize>() + batch.records.len();
        Ok(Self {
            head,
            known: known.collect(),
            keys,
            entries: Vec::with_capacity(number),
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
    fn conflicts(&self, events: &[Entry]) -> Vec<usize> {
        let mut among: HashMap<Identifier, &Entry> = HashMap::new();
        let mut conflicts = Vec::new();
        for (place, event) in events.iter().enumerate() {
            let Some(identifier) = external::identifier(&event.row) else { continue };
            let earlier = self.find(&identifier).or_else(|| among.get(&identifier).copied().map(Earlier::Here));
            match earlier {
                Some(earlier) if earlier.is_same(event) => {}
                Some(_) => conflicts.push(place),
                None => _ = among.insert(identifier, event),
            }
        }
        conflicts
    }

    fn find(&self, identifier: &Identifier) -> Option<Earlier<'_>> {
        match self.known.get(identifier)? {
            Found::Stored(known) => Some(Earlier::Stored(known)),
            Found::Row(row) => self.entries.get(*row).map(Earlier::Here),
        }
    }

    fn place(&mut self, event: &Entry) -> Placement {
        let identifier = external::identifier(&event.row);
        match identifier.as_ref().and_then(|identifier| self.find(identifier)) {
            Some(earlier) if earlier.is_same(event) => Placement::Known(Box::new(earlier.row())),
            Some(_) => Placement::Other,
            None => {
                self.known.extend(identifier.map(|identifier| (identifier, Found::Row(self.entries.len()))));
                let sequence = self.put(event.clone());
                Placement::New { sequence, created_at: self.head.created_at }
            }
        }
    }

    /// Gives an entry the next place.
    fn put(&mut self, mut entry: Entry) -> i64 {
        let sequence = self.head.next_sequence;
        self.head.next_sequence += 1;
        (entry.row.sequence, entry.row.created_at) = (sequence, self.head.created_at);
        self.entries.push(entry);
        sequence
    }

    async fn write(
        self,
        transaction: &DatabaseTransaction,
        memory: &mut Memory,
        signer: &Signer,
    ) -> Result<Option<Arc<Grown>>, DbErr> {
        let grown = durable::before_commit(transaction, self.entries, memory, signer).await?;
        idempotency::remember(transaction, self.accepted, self.head.created_at).await?;
        let mut saved = HashSet::new();
        // The last one of an import says how far it is.
        for import in self.imports.into_iter().rev().filter(|import| saved.insert(import.id)) {
            import::save(transaction, import).await?;
        }
        Ok(grown)
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
