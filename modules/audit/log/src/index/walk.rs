//! Walking along the log in the order of time, from segment to segment, until a page is full.

use std::collections::VecDeque;

use argus_core::clock::Nanos;
use argus_core::error::ApiError;
use argus_core::search::{Criteria, Searchable, fetch};
use sea_orm::sea_query::{Condition, Expr};
use sea_orm::{DatabaseConnection, DbErr, QuerySelect};

use super::plan::Narrowing;
use super::segments::{self, Bounds, Course, Segment};
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
        let mut way = self.way(wanted).await?;
        let mut found = Vec::new();
        while let Some((places, edge)) = way.step(self).await? {
            for place in places {
                found.extend(self.at(place, wanted).await?);
            }
            self.sort(&mut found);
            found.truncate(wanted);
            if found.len() == wanted && found.last().is_some_and(|row| self.is_settled(row, edge)) {
                break;
            }
        }
        Ok(found.into_iter().skip(usize::try_from(offset).unwrap_or(usize::MAX)).collect())
    }

    async fn way(&self, wanted: usize) -> Result<Way, DbErr> {
        let course = self.course();
        Ok(match self.narrowing {
            Narrowing::Listed(sequences) => {
                let segments = segments::with(self.db, course, sequences).await?;
                Way::Listed { segments: segments.into(), step: wanted }
            }
            _ => Way::Along { course, last: None, step: FIRST_STEP },
        })
    }

    /// Between which times the page can lie.
    fn course(&self) -> Course {
        let (range, at) = (self.criteria.range("timestamp"), self.criteria.cursor_at("timestamp"));
        // Bounds of courses are within; of a range without an end there is no time after.
        let (start, end) = (range.start, range.end.saturating_sub(i64::from(range.end != Nanos::MAX)));
        let (start, end) = match at {
            Some(at) if self.descending => (start, end.min(at)),
            Some(at) => (start.max(at), end),
            None => (start, end),
        };
        let bounds = if self.criteria.hides("includeInternal") { Bounds::Foreign } else { Bounds::All };
        Course { descending: self.descending, start, end, bounds }
    }

    async fn at(&self, place: Expr, most: usize) -> Result<Vec<Model>, ApiError> {
        let scope = self.scope.clone().add(place);
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

/// Which way is walked, and how far on it the walk is.
enum Way {
    /// From each segment to the next, where what can match is in many of them; `step` segments at once.
    Along { course: Course, last: Option<Segment>, step: u64 },
    /// Only through segments known to have what can match; so many at once that `step` events can.
    Listed { segments: VecDeque<(Segment, Vec<i64>)>, step: usize },
}

impl Way {
    /// Where the next step looks, and the last segment of it.
    async fn step<S: Searchable>(&mut self, walk: &Walk<'_, S>) -> Result<Option<(Vec<Expr>, Segment)>, DbErr> {
        match self {
            Self::Along { course, last, step } => {
                let next = segments::next(walk.db, *course, *last, *step).await?;
                *step = (*step * 2).min(LONGEST_STEP);
                *last = next.last().copied();
                let places = stretches(&next).into_iter().map(|stretch| walk.narrowing.condition(Some(stretch)));
                Ok(last.map(|edge| (places.collect(), edge)))
            }
            Self::Listed { segments, step } => {
                let (mut sequences, mut edge) = (Vec::new(), None);
                while sequences.len() < *step {
                    let Some((segment, those)) = segments.pop_front() else { break };
                    sequences.extend(those);
                    edge = Some(segment);
                }
                *step *= 2;
                Ok(edge.map(|edge| (vec![Narrowing::Listed(sequences).condition(None)], edge)))
            }
        }
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
