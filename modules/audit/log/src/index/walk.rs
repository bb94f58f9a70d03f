//! Walking along the log in the order of time, from segment to segment, until a page is full.

use argus_core::clock::Nanos;
use argus_core::error::ApiError;
use argus_core::search::{Criteria, Searchable, fetch};
use sea_orm::sea_query::Condition;
use sea_orm::{DatabaseConnection, QuerySelect};

use super::plan::Narrowing;
use super::segments::{self, Course, Segment};
use crate::event::{Entity, Model};

/// The most events before the end of a page; whoever skips more gets them from all that can match.
const FARTHEST: u64 = 10_000;

/// Segments of the first step, for what is frequent fills a page from one; each step takes twice as many as the one before.
const FIRST_STEP: u64 = 1;

/// Segments of the longest step.
const LONGEST_STEP: u64 = 1_024;

/// Whether a page of those criteria can be walked to, and in which direction of time: latest first or not.
pub fn direction<S: Searchable>(criteria: &Criteria<S>) -> Option<bool> {
    let near = criteria.limit() > 0 && criteria.offset().saturating_add(criteria.limit()) < FARTHEST;
    criteria.order_by("timestamp").filter(|_| near)
}

/// What is looked for on the way.
pub struct Walk<'a, S: Searchable> {
    pub db: &'a DatabaseConnection,
    pub criteria: &'a Criteria<S>,
    pub scope: &'a Condition,
    pub narrowing: &'a Narrowing,
    pub descending: bool,
}

impl<S: Searchable<Entity = Entity>> Walk<'_, S> {
    /// The events after the first `offset`, at most so many.
    pub async fn rows(&self, offset: u64, most: u64) -> Result<Vec<Model>, ApiError> {
        let wanted = usize::try_from(offset.saturating_add(most)).map_err(ApiError::internal)?;
        let course = self.course();
        let (mut found, mut step, mut last) = (Vec::new(), FIRST_STEP, None);
        loop {
            let next = segments::next(self.db, course, last, step).await?;
            let Some(edge) = next.last().copied() else { break };
            for (low, high) in stretches(&next) {
                found.extend(self.between(low, high, wanted).await?);
            }
            self.sort(&mut found);
            found.truncate(wanted);
            if found.len() == wanted && found.last().is_some_and(|row| self.is_settled(row, edge)) {
                break;
            }
            (last, step) = (Some(edge), (step * 2).min(LONGEST_STEP));
        }
        Ok(found.into_iter().skip(usize::try_from(offset).unwrap_or(usize::MAX)).collect())
    }

    /// Between which times the page can lie.
    fn course(&self) -> Course {
        let (range, at) = (self.criteria.range("timestamp"), self.criteria.cursor_at("timestamp"));
        // Bounds of courses are within; of a range without an end there is no time after.
        let (start, end) = (range.start, range.end.saturating_sub(i64::from(range.end != Nanos::MAX)));
        let descending = self.descending;
        match at {
            Some(at) if descending => Course { descending, start, end: end.min(at) },
            Some(at) => Course { descending, start: start.max(at), end },
            None => Course { descending, start, end },
        }
    }

    async fn between(&self, low: i64, high: i64, most: usize) -> Result<Vec<Model>, ApiError> {
        let scope = self.scope.clone().add(self.narrowing.condition(Some((low, high))));
        let select = self.criteria.select(self.db.get_database_backend(), scope).limit(most as u64);
        Ok(fetch(self.db, select).await?)
    }

    fn sort(&self, rows: &mut [Model]) {
        rows.sort_unstable_by_key(|row| (row.timestamp, row.sequence));
        if self.descending {
            rows.reverse();
        }
    }

    /// Whether no event of a segment after `edge` can come before this one.
    fn is_settled(&self, row: &Model, edge: Segment) -> bool {
        if self.descending { row.timestamp > edge.last_timestamp } else { row.timestamp < edge.first_timestamp }
    }
}

/// The stretches of the log that segments make up, as first and last sequence.
fn stretches(segments: &[Segment]) -> Vec<(i64, i64)> {
    let mut ids: Vec<&Segment> = segments.iter().collect();
    ids.sort_unstable_by_key(|segment| segment.id);
    let mut stretches: Vec<(i64, i64)> = Vec::new();
    for (low, high) in ids.into_iter().map(|segment| segment.sequences()) {
        match stretches.last_mut() {
            Some((_, end)) if *end + 1 == low => *end = high,
            _ => stretches.push((low, high)),
        }
    }
    stretches
}
