//! What is asked of a metric: windows, range, and how values become one.

use std::ops::Range;

use argus_audit_log::numbers::{self, Aggregate, CATEGORICAL, Categorical, Interval, MOST_CELLS, Metric, Selection};
use argus_audit_log::search::Events;
use argus_core::access::{Caller, CustomerSet};
use argus_core::clock::{NANOS_PER_DAY, Nanos};
use argus_core::error::{ApiError, FieldErrors};
use argus_core::search::{Bound, Criteria, Draft, parse_time};

use crate::{ViewAuditEvents, criteria};

/// What is asked of a metric.
pub struct Asked {
    /// The length of windows.
    pub interval: Interval,
    aggregate: Aggregate,
    group_by: Option<Categorical>,
    range: Range<Nanos>,
    criteria: Criteria<Events>,
}

impl Asked {
    /// Reads what a query asks for.
    ///
    /// # Errors
    /// 403 as for a list; 412 with every bad field.
    pub async fn read(
        caller: &Caller<ViewAuditEvents>,
        draft: &Draft<Events>,
        interval: Option<String>,
        aggregate: Option<String>,
        group_by: Option<String>,
    ) -> Result<Self, ApiError> {
        let mut errors = FieldErrors::default();
        let mut bad = |field: &str, text: String| errors.add(field, "invalid.field.value", text);
        let interval = interval.map_or(Ok(Interval::MINUTE), |text| Interval::parse(&text)).unwrap_or_else(|text| {
            bad("interval", text.to_owned());
            Interval::MINUTE
        });
        let aggregate = aggregate.as_deref().map_or(Some(Aggregate::Mean), Aggregate::find).unwrap_or_else(|| {
            bad("aggregate", unknown(Aggregate::NAMES.into_iter().map(|(name, _)| name)));
            Aggregate::Mean
        });
        let group = group_by.as_deref().and_then(Categorical::find);
        if group.is_none() && group_by.is_some() {
            bad("groupBy", unknown(CATEGORICAL.into_iter().map(|field| field.name)));
        }
        let range = range(draft, caller.received);
        let criteria = errors.beside(criteria::resolved(caller, draft).await)?;
        if interval.windows(&range) > MOST_CELLS as i128 {
            return Err(numbers::too_many());
        }
        Ok(Self { interval, aggregate, group_by: group, range, criteria })
    }

    /// The events that are meant.
    pub fn selection(&self, scope: &CustomerSet) -> Selection {
        Selection::within(scope, self.criteria.clone(), self.range.clone())
    }

    /// How the metric is put together, and of which events.
    pub fn series(&self, scope: &CustomerSet, metric: Metric) -> (Selection, numbers::Series) {
        let Self { interval, aggregate, group_by, .. } = *self;
        (self.selection(scope), numbers::Series { metric, interval, aggregate, group_by })
    }
}

/// The range of time, its end not included: as it is said, or else the last day. What is wrong with it the criteria tell, of
/// which it is a part.
fn range(draft: &Draft<Events>, now: Nanos) -> Range<Nanos> {
    let said = |name| draft.member(name).and_then(|value| parse_time(value, now, Bound::Start).ok());
    let end = said("endTimestamp").unwrap_or(now);
    let start = said("startTimestamp").unwrap_or(end.saturating_sub(NANOS_PER_DAY));
    start..end
}

fn unknown<'n>(known: impl Iterator<Item = &'n str>) -> String {
    format!("Unknown value; known are {}", known.collect::<Vec<_>>().join(", "))
}
