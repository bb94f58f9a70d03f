//! The engine: looks at what was committed, once, and writes what it finds.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use argus_audit_log::event::{Column, Entity, Model as Event};
use argus_audit_log::search::Events;
use argus_audit_log::stream::head;
use argus_audit_log::{AuditLog, Hub, Submission, packed};
use argus_core::app::Platform;
use argus_core::clock::{NANOS_PER_DAY, Nanos};
use argus_core::error::ApiError;
use argus_core::search::Row;
use sea_orm::{ColumnTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use tokio::time::Instant;

use crate::group::{self, Place};
use crate::held::Held;
use crate::position;
use crate::watched::{self, Watched};
use crate::{finding, window::Window};

/// The most events that one statement looks at.
const STRETCH: i64 = 10_000;

/// The most of them that count, of one look.
const PAGE: usize = 512;

/// The least time from one look to the next: events of one burst mostly come close together.
const PACE: Duration = Duration::from_millis(50);

/// How often a node that hears nothing looks for what others committed, and for other rules.
const LOOK: Duration = Duration::from_secs(1);

/// For how long rules stay as they were read, where other nodes may change them, which say so to nobody.
const READ_FOR: Duration = Duration::from_secs(1);

/// How long to wait after a failure.
const RETRY: Duration = Duration::from_secs(1);

/// How long groups are kept that see nothing.
const KEPT: Nanos = 2 * Window::LONGEST;

/// Says that rules were changed on this node.
#[derive(Default)]
pub struct Changes(AtomicU64);

impl Changes {
    /// They were.
    pub fn note(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// Begins to look.
pub fn start(platform: &Arc<Platform>) {
    let services = &platform.services;
    let (Some(log), Some(hub), Some(changes)) = (services.get(), services.get::<Hub>(), services.get()) else { return };
    let owner = platform.ids.uuid().to_string();
    let engine = Engine { platform: platform.clone(), log, changes, owner, place: None, rules: None, pruned: 0 };
    platform.tasks.spawn(engine.run(hub));
}

struct Engine {
    platform: Arc<Platform>,
    log: Arc<AuditLog>,
    changes: Arc<Changes>,
    /// This node's name.
    owner: String,
    /// The position, while this node has it.
    place: Option<Held>,
    rules: Option<Known>,
    pruned: Nanos,
}

/// Rules as they were read.
struct Known {
    /// Of which changes they know: of rules, and of who there is.
    changes: (u64, u64),
    read: Instant,
    rules: Arc<Vec<Watched>>,
}

/// A new burst: the number of the rule among those in use, the group, and the event that made it one.
type Found = (usize, Place, Event);

impl Engine {
    async fn run(mut self, hub: Arc<Hub>) {
        let (stop, mut commits) = (self.platform.tasks.stopping(), hub.commits());
        while !stop.is_cancelled() {
            commits.borrow_and_update();
            let pause = match self.look().await {
                Ok(true) => continue,
                Ok(false) => PACE,
                Err(error) => {
                    tracing::warn!(%error, "rules wait: what is new in the audit log cannot be looked at");
                    // What was half done is looked at again, from what is saved.
                    self.place = None;
                    RETRY
                }
            };
            tokio::time::sleep(pause).await;
            tokio::select! {
                () = stop.cancelled() => {}
                _ = commits.changed(), if pause == PACE => {}
                // Other nodes commit.
                () = tokio::time::sleep(LOOK), if !self.is_alone() => {}
                () = std::future::ready(()), if pause == RETRY => {}
            }
        }
        self.leave().await;
    }

    /// Whether no other node can be at this store.
    fn is_alone(&self) -> bool {
        self.platform.db.backend() == DbBackend::Sqlite
    }

    /// Looks at what comes next. Says whether there may be more.
    async fn look(&mut self) -> Result<bool, ApiError> {
        let Some(next) = self.hold().await? else { return Ok(false) };
        let head = head(&self.platform.db).await?;
        if next >= head {
            return Ok(false);
        }
        let rules = self.rules().await?;
        let mut end = head.min(next.saturating_add(STRETCH));
        let rows = if rules.is_empty() { Vec::new() } else { self.events(&rules, next, end).await? };
        if let Some(last) = rows.last().filter(|_| rows.len() == PAGE) {
            end = last.sequence + 1;
        }
        let found = self.judge(&rules, rows).await?;
        self.write(&rules, found).await?;
        if let Some(held) = self.place.as_mut() {
            held.next = end;
        }
        self.save(false).await?;
        Ok(end < head)
    }

    /// Takes the position, or keeps it; says what comes next.
    async fn hold(&mut self) -> Result<Option<i64>, ApiError> {
        let now = self.platform.clock.now();
        if let Some(held) = self.place.as_ref().filter(|held| !position::is_to_be_renewed(held.since, now)) {
            return Ok(Some(held.next));
        }
        let Some(saved) = position::hold(self.platform.db.writer(), &self.owner, now).await? else {
            self.place = None;
            return Ok(None);
        };
        // Another node had it meanwhile, and knows better what groups have seen.
        if self.place.as_ref().is_some_and(|held| held.saved != saved) {
            self.place = None;
        }
        // Whoever never lost it is further than what is saved.
        let held = self.place.get_or_insert_with(|| Held::at(saved, now));
        held.since = now;
        Ok(Some(held.next))
    }

    /// The rules as they are now.
    async fn rules(&mut self) -> Result<Arc<Vec<Watched>>, ApiError> {
        let directory = &self.platform.directory;
        directory.sync().await?;
        // Of a customer that is new somebody's rules may have to know.
        let changes = (self.changes.0.load(Ordering::SeqCst), directory.changes());
        let lasts = |known: &&Known| self.is_alone() || known.read.elapsed() < READ_FOR;
        if let Some(known) = self.rules.as_ref().filter(|known| known.changes == changes).filter(lasts) {
            return Ok(known.rules.clone());
        }
        let read = Instant::now();
        let rules = Arc::new(watched::load(&self.platform).await?);
        self.rules = Some(Known { changes, read, rules: rules.clone() });
        Ok(rules)
    }

    /// Those of a stretch of the log that count for any rule, the first ones.
    async fn events(&self, rules: &[Watched], next: i64, end: i64) -> Result<Vec<Event>, ApiError> {
        let db = &self.platform.db;
        let select = Entity::find()
            .filter(Column::Sequence.gte(next))
            .filter(Column::Sequence.lt(end))
            .filter(watched::any(rules, db.backend()))
            .order_by_asc(Column::Sequence)
            .limit(PAGE as u64);
        Ok(packed::fetch(db.reader(), select).await?)
    }

    /// Shows events to the groups of the rules they count for. Gives the new bursts.
    async fn judge(&mut self, rules: &[Watched], rows: Vec<Event>) -> Result<Vec<Found>, ApiError> {
        let Some(held) = self.place.as_mut() else { return Ok(Vec::new()) };
        let rows: Vec<Row<Events>> = rows.into_iter().map(Row::new).collect();
        let mut counted = Vec::new();
        for row in rows.iter().filter(|row| row.model().action.as_deref() != Some(finding::ACTION)) {
            let counting = rules.iter().enumerate().filter(|(_, rule)| rule.counts(row));
            let event = row.model();
            counted.extend(counting.filter_map(|(number, rule)| Some((number, rule, rule.values(event)?, event))));
        }
        let touched = counted.iter().flat_map(|(_, rule, values, _)| rule.places(values));
        let unknown: HashSet<Place> = touched.filter(|place| !held.groups.contains_key(place)).collect();
        let unknown: Vec<Place> = unknown.into_iter().collect();
        held.groups.extend(group::load(self.platform.db.reader(), &unknown).await?);
        let mut found = Vec::new();
        for (number, rule, values, event) in counted {
            if held.take(rule, &values, event) {
                found.push((number, rule.place(&values), event.clone()));
            }
        }
        Ok(found)
    }

    /// Writes what was found: events, which the log takes once each.
    async fn write(&self, rules: &[Watched], found: Vec<Found>) -> Result<(), ApiError> {
        let Some(held) = &self.place else { return Ok(()) };
        for (number, place, event) in &found {
            let Some(Watched { rule, fields, .. }) = rules.get(*number) else { continue };
            let group = held.groups.get(place);
            // All of the burst that is there by now is counted.
            let burst = group.and_then(|group| group.bursts().iter().find(|burst| burst.holds(event.timestamp)));
            let Some(burst) = burst else { continue };
            let finding = finding::event(rule, fields, burst, event, &self.platform.ids);
            let key = finding::key(rule, &place.1, burst);
            self.log.submit(Submission::atomic(vec![finding]).under(Some(key))).await?;
        }
        Ok(())
    }

    /// Saves what was seen and how far, when it is time or in any case.
    async fn save(&mut self, at_any_rate: bool) -> Result<(), ApiError> {
        let now = self.platform.clock.now();
        let Some(held) = self.place.as_mut() else { return Ok(()) };
        if held.next == held.saved || !(at_any_rate || held.is_to_be_saved(now)) {
            return Ok(());
        }
        let transaction = self.platform.db.begin().await?;
        group::save(&transaction, held.unsaved(), now).await?;
        if now.saturating_sub(self.pruned) >= NANOS_PER_DAY {
            group::prune(&transaction, now.saturating_sub(KEPT)).await?;
            self.pruned = now;
        }
        if !position::save(&transaction, &self.owner, held.next).await? {
            transaction.rollback().await?;
            self.place = None;
            return Ok(());
        }
        transaction.commit().await?;
        held.note_saved(now);
        Ok(())
    }

    async fn leave(&mut self) {
        let saved = match self.save(true).await {
            Ok(()) => position::release(self.platform.db.writer(), &self.owner).await.map_err(ApiError::from),
            Err(error) => Err(error),
        };
        if let Err(error) = saved {
            tracing::warn!(%error, "what rules have seen could not be saved; they look again");
        }
    }
}
