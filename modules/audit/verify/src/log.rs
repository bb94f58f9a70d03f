//! The whole log of a database, leaf by leaf.

use argus_audit_proof::note::PublicKey;
use argus_audit_proof::{Hash, leaf_hash};

use crate::check::{Checker, Seen};
use crate::checkpoints::Checkpoints;
use crate::column::{CREATED, SEQUENCE};
use crate::erasure::Erasures;
use crate::explain::{Wrong, explain};
use crate::fault::{Faults, Place};
use crate::misplaced::Misplaced;
use crate::page::Row;
use crate::salt::LEAF;
use crate::store::{Store, Stream, Table, unknown_columns};
use crate::tree::Tree;
use crate::verdict::{Verdicts, verdict};
use crate::{Error, Options, Report};

/// Between two calls of `progress`.
const EVERY: u64 = 1_024;

/// What is known while leaves are gone through.
struct Run {
    faults: Faults,
    tree: Tree,
    checker: Checker,
    erasures: Erasures,
    misplaced: Misplaced,
    /// The index of the next leaf.
    next: i64,
    /// The index of the row of the event before.
    last_row: Option<i64>,
    /// When the event before was received.
    created: Option<i64>,
}

/// Verifies the log of a database.
///
/// # Errors
/// When it cannot be read.
pub fn verify(store: &mut dyn Store, options: &Options, mut progress: impl FnMut(u64, u64)) -> Result<Report, Error> {
    let (mut faults, mut warnings) = (Faults::new(options.most), Vec::new());
    for column in unknown_columns(store.columns()?)? {
        faults.add(Place::Log, format!("the table of events has a column that is in no leaf: {column}"));
    }
    let keys = keys(store, options, &mut faults, &mut warnings)?;
    let mut checkpoints = Checkpoints::of(keys, options, &mut faults);
    if options.checkpoints.is_empty() {
        warnings.push(
            "no checkpoint from elsewhere was given: whether this is an old copy, or the end was cut off together with its \
            checkpoints, cannot be known"
                .to_owned(),
        );
    }
    let total = store.total()?;
    let mut run = Run {
        faults,
        tree: Tree::empty(),
        checker: Checker::new(),
        erasures: Erasures::default(),
        misplaced: Misplaced::default(),
        next: 0,
        last_row: None,
        created: None,
    };
    checkpoints.at(0, &run.tree, store, &mut run.faults)?;
    let (mut events, mut leaves, mut done) = (Stream::of(Table::Events), Stream::of(Table::Leaves), 0_u64);
    let mut verdicts = Verdicts::none();
    loop {
        if events.fill(store)? | leaves.fill(store)? {
            verdicts.work(events.page(), leaves.page());
        }
        let (event, leaf) = (events.row(), leaves.row());
        let of_event = event.map(|row| row.integer(SEQUENCE).unwrap_or(i64::MAX));
        let of_leaf = leaf.map(|row| row.integer(0).unwrap_or(i64::MAX));
        match (event.zip(of_event), leaf.zip(of_leaf)) {
            (None, None) => break,
            (Some((row, of_event)), Some((leaf, of_leaf))) if of_event == of_leaf => {
                // Where rows are missing, neighbours in the pages are of different indexes.
                let verdict = verdicts.of(of_leaf).or_else(|| verdict(&mut run.checker, &row, &leaf));
                if run.leaf(of_leaf, verdict.map_or_else(|| hash(&leaf), |verdict| verdict.hash), store)? {
                    run.both(of_leaf, &row, &leaf, verdict.and_then(|verdict| verdict.seen), store)?;
                }
                events.pass();
                leaves.pass();
            }
            (Some((_, of_event)), other) if other.is_none_or(|(_, of_leaf)| of_event < of_leaf) => {
                run.row_alone(of_event);
                events.pass();
                continue;
            }
            (_, Some((leaf, of_leaf))) => {
                if run.leaf(of_leaf, hash(&leaf), store)? {
                    run.faults.add(Place::Leaf(of_leaf), "the row is missing");
                }
                leaves.pass();
            }
            (Some(_), None) => events.pass(),
        }
        done += 1;
        checkpoints.at(run.next.unsigned_abs(), &run.tree, store, &mut run.faults)?;
        if done.is_multiple_of(EVERY) {
            progress(done, total.max(done));
        }
    }
    progress(done, total.max(done));
    let leaves = run.next.unsigned_abs();
    checkpoints.end(leaves, store, &mut run.faults)?;
    run.end(leaves, done, store, warnings)
}

impl Run {
    /// Takes a leaf in. False when it is not the next one, and has no place in the tree.
    fn leaf(&mut self, index: i64, hash: Hash, store: &mut dyn Store) -> Result<bool, Error> {
        if index < self.next {
            let reason =
                if index < 0 { "a leaf was added before the first" } else { "there are two leaves of this index" };
            self.faults.add(Place::Leaf(index), reason);
            return Ok(false);
        }
        if index > self.next {
            let reason = match index - 1 - self.next {
                0 => "the leaf is missing".to_owned(),
                more => format!("the leaf is missing, and the {more} behind it"),
            };
            self.faults.add(Place::Leaf(self.next), reason);
            self.tree.lose();
        }
        self.next = index.saturating_add(1);
        self.tree.push(hash, store, &mut self.faults)?;
        Ok(true)
    }

    /// A row with its leaf, and what they were seen to say; if nothing, what is wrong is worked out.
    fn both(
        &mut self,
        index: i64,
        row: &Row<'_>,
        leaf: &Row<'_>,
        seen: Option<Seen>,
        store: &mut dyn Store,
    ) -> Result<(), Error> {
        self.last_row = Some(index);
        if let Some(created) = row.integer(CREATED) {
            if self.created.is_some_and(|before| created < before) {
                self.faults.add(Place::Leaf(index), "order: it was received before the leaf before it");
            }
            self.created = Some(created);
        }
        if let Some(seen) = seen {
            return self.erasures.add(index, row, seen, true, store, &mut self.faults);
        }
        match explain(&self.checker, row, leaf) {
            Wrong::Other { row, leaf } => self.misplaced.add(index, row, leaf, &mut self.faults),
            Wrong::Differs(reasons, seen) => {
                for reason in reasons {
                    self.faults.add(Place::Leaf(index), reason);
                }
                self.erasures.add(index, row, seen, false, store, &mut self.faults)?;
            }
        }
        Ok(())
    }

    /// A row without a leaf of its index.
    fn row_alone(&mut self, index: i64) {
        let reason = if self.last_row == Some(index) {
            "there are two rows of this index"
        } else {
            "the row was added: there is no leaf of it"
        };
        self.last_row = Some(index);
        self.faults.add(Place::Leaf(index), reason);
    }

    /// Looks at what is of the log as a whole.
    fn end(mut self, leaves: u64, done: u64, store: &mut dyn Store, warnings: Vec<String>) -> Result<Report, Error> {
        self.tree.end(store, &mut self.faults)?;
        self.misplaced.tell(&mut self.faults);
        self.erasures.end(&mut self.faults);
        match store.head()? {
            None => self.faults.add(Place::Log, "the place up to which it is written is not there"),
            Some((next, created)) => {
                if next != self.next {
                    let reason = format!("it says that the next leaf is {next}, and there are {leaves}");
                    self.faults.add(Place::Log, reason);
                }
                if self.created.is_some_and(|last| last != created) {
                    self.faults.add(Place::Log, "it says that the last event was received at another time than it was");
                }
            }
        }
        let head = self.tree.head();
        let (faults, found) = self.faults.into_parts();
        Ok(Report { leaves: done, head, faults, found, warnings })
    }
}

/// The hash of a leaf; that of no text for what is none.
fn hash(leaf: &Row<'_>) -> Hash {
    leaf_hash(leaf.text(LEAF).unwrap_or_default().as_bytes())
}

/// The keys that are believed.
fn keys(
    store: &mut dyn Store,
    options: &Options,
    faults: &mut Faults,
    warnings: &mut Vec<String>,
) -> Result<Vec<PublicKey>, Error> {
    let mut own = Vec::new();
    for (id, text) in store.keys()? {
        match PublicKey::parse(&text) {
            Some(key) => own.push((id, key)),
            None => faults.add(Place::Key(id), "it is no public key"),
        }
    }
    if options.keys.is_empty() {
        warnings.push(
            "no public key was given, so that the log's own is believed: whether somebody else has signed all of it anew cannot \
            be known"
                .to_owned(),
        );
        return Ok(own.into_iter().map(|(_, key)| key).collect());
    }
    for (id, key) in own.iter().filter(|(_, key)| !options.keys.contains(key)) {
        faults.add(Place::Key(*id), format!("it is not among the given ones: {}", key.text()));
    }
    Ok(options.keys.clone())
}
