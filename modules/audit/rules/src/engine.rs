//! The engine: looks at what was committed, once, and writes what it finds.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use argus_audit_log::event::{Column, Entity, Model as Event};
use argus_audit_log::search::Events;
use argus_audit_log::stream::head;
use argus_audit_log::{AuditLog, Hub, Submission};
use argus_core::app::Platform;
use argus_core::clock::{NANOS_PER_DAY, Nanos};
use argus_core::error::ApiError;
use argus_core::search::{Row, fetch};
use sea_orm::{ColumnTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::burst::Group;
use crate::group::{self, Place};
use crate::position;
use crate::watched::{self, Watched};
use crate::{finding, window::Window};

/// The most events that one statement looks at.
const STRETCH: i64 = 10_000;

/// The most of them that count, of one look.
const PAGE: usize = 512;

/// The least time from one look to the next: events of one burst mostly come close together.
const PACE: Duration = Duration::from_millis(20);

/// How often a node that hears nothing looks for what others committed, and for other rules.
const LOOK: Duration = Duration::from_secs(1);

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
    rules: Option<(u64, Arc<Vec<Watched>>)>,
    pruned: Nanos,
}

/// The position as it is held.
struct Held {
    /// The event that comes next.
    next: i64,
    /// Up to which this is saved.
    saved: i64,
    /// When it was taken.
    since: Nanos,
}

/// What one look found.
#[derive(Default)]
struct Seen {
    groups: HashMap<Place, Group>,
    /// New bursts: the rule by its place, what its events have in common, and the newest of them.
    bursts: Vec<(usize, String, Event)>,
}

impl Engine {
    async fn run(mut self, hub: Arc<Hub>) {
        let (stop, mut commits) = (self.platform.tasks.stopping(), hub.commits());
        let alone = self.platform.db.backend() == DbBackend::Sqlite;
        while !stop.is_cancelled() {
            commits.borrow_and_update();
            let pause = match self.look().await {
                Ok(true) => continue,
                Ok(false) => PACE,
                Err(error) => {
                    tracing::warn!(%error, "rules wait: what is new in the audit log cannot be looked at");
                    self.place = None;
                    RETRY
                }
            };
            tokio::time::sleep(pause).await;
            tokio::select! {
                () = stop.cancelled() => {}
                _ = commits.changed(), if pause == PACE => {}
                // Other nodes commit, and change rules.
                () = tokio::time::sleep(LOOK), if !alone => self.rules = None,
                () = std::future::ready(()), if pause == RETRY => {}
            }
        }
        self.leave().await;
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
        let seen = self.judge(&rules, rows).await?;
        self.write(&rules, &seen).await?;
        self.save(end, &seen.groups).await?;
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
        // Whoever never lost it is further than what is saved.
        let next = self.place.as_ref().map_or(saved, |held| held.next.max(saved));
        self.place = Some(Held { next, saved, since: now });
        Ok(Some(next))
    }

    /// The rules as they are now.
    async fn rules(&mut self) -> Result<Arc<Vec<Watched>>, ApiError> {
        let changes = self.changes.0.load(Ordering::SeqCst);
        if let Some((_, rules)) = self.rules.as_ref().filter(|(seen, _)| *seen == changes) {
            return Ok(rules.clone());
        }
        let rules = Arc::new(watched::load(&self.platform).await?);
        self.rules = Some((changes, rules.clone()));
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
        Ok(fetch(db.reader(), select).await?)
    }

    async fn judge(&self, rules: &[Watched], rows: Vec<Event>) -> Result<Seen, ApiError> {
        let rows: Vec<Row<Events>> = rows.into_iter().map(Row::new).collect();
        let mut counted = Vec::new();
        for row in rows.iter().filter(|row| row.model().action.as_deref() != Some(finding::ACTION)) {
            let counting = rules.iter().enumerate().filter(|(_, rule)| rule.counts(row));
            counted
                .extend(counting.filter_map(|(place, rule)| Some((place, rule, rule.key(row.model())?, row.model()))));
        }
        let touched = counted.iter().flat_map(|(_, rule, key, _)| {
            [Some(rule.rule.id), rule.follows].into_iter().flatten().map(|id| (id, key.clone()))
        });
        let mut touched: Vec<Place> = touched.collect();
        touched.sort_unstable();
        touched.dedup();
        let mut seen = Seen { groups: group::load(self.platform.db.reader(), &touched).await?, bursts: Vec::new() };
        for (place, rule, key, event) in counted {
            if seen.take(rule, &key, event) {
                seen.bursts.push((place, key, event.clone()));
            }
        }
        Ok(seen)
    }

    /// Writes what was found: events, which the log takes once each.
    async fn write(&self, rules: &[Watched], seen: &Seen) -> Result<(), ApiError> {
        let mut findings = Vec::with_capacity(seen.bursts.len());
        for (place, key, event) in &seen.bursts {
            let Some(Watched { rule, fields, .. }) = rules.get(*place) else { continue };
            let group = seen.groups.get(&(rule.id, key.clone()));
            // All of the burst that is there by now is counted.
            let burst = group.and_then(|group| group.bursts().iter().find(|burst| burst.holds(event.timestamp)));
            findings.extend(burst.map(|burst| finding::event(rule, fields, key, burst, event, &self.platform.ids)));
        }
        if !findings.is_empty() {
            self.log.submit(Submission::partial(findings)).await?;
        }
        Ok(())
    }

    /// Saves what was seen. While nothing was, how far the log was looked at is saved now and then only.
    async fn save(&mut self, end: i64, groups: &HashMap<Place, Group>) -> Result<(), ApiError> {
        let Some(held) = self.place.as_mut() else { return Ok(()) };
        held.next = end;
        if groups.is_empty() && end - held.saved < STRETCH {
            return Ok(());
        }
        let now = self.platform.clock.now();
        let transaction = self.platform.db.begin().await?;
        group::save(&transaction, groups, now).await?;
        if now.saturating_sub(self.pruned) >= NANOS_PER_DAY {
            group::prune(&transaction, now.saturating_sub(KEPT)).await?;
            self.pruned = now;
        }
        if !position::save(&transaction, &self.owner, end).await? {
            transaction.rollback().await?;
            self.place = None;
            return Ok(());
        }
        transaction.commit().await?;
        held.saved = end;
        Ok(())
    }

    async fn leave(&mut self) {
        let Some(held) = self.place.take() else { return };
        let db = self.platform.db.writer();
        let saved = match position::save(db, &self.owner, held.next).await {
            Ok(_) => position::release(db, &self.owner).await,
            Err(error) => Err(error),
        };
        if let Err(error) = saved {
            tracing::warn!(%error, "how far rules have looked could not be saved; they look again");
        }
    }
}

impl Seen {
    /// Shows an event to the group of a rule. Says whether it makes a new burst.
    fn take(&mut self, rule: &Watched, key: &str, event: &Event) -> bool {
        let (at, customer, window) = (event.timestamp, event.customer_id, rule.rule.window);
        let place = |id| (id, key.to_owned());
        if let Some(follows) = rule.follows {
            let Some(other) = self.groups.get(&place(follows)).cloned() else { return false };
            return self.groups.entry(place(rule.rule.id)).or_default().see_near(at, customer, &other, window);
        }
        let threshold = usize::try_from(rule.rule.threshold).unwrap_or(usize::MAX);
        self.groups.entry(place(rule.rule.id)).or_default().see(at, customer, threshold, window)
    }
}
