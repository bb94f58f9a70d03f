//! What happened, in a few numbers.

use std::collections::BTreeMap;
use std::time::Duration;

use argus_core::access::CustomerSet;
use argus_core::db::Db;
use argus_core::error::ApiError;
use argus_core::search::Snapshot;

use super::selection::Selection;
use super::tally::{self, MOST_VALUES, Want};
use crate::rollup::Field;

/// A value, and how many events have it.
pub type Count = (String, i64);

/// What happened.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Statistics {
    /// All events.
    pub total: i64,
    /// Those with outcome FAILURE.
    pub failed: i64,
    /// By verb; events without one are in none.
    pub by_verb: BTreeMap<String, i64>,
    /// By kind of object; events without one are in none.
    pub by_target_type: BTreeMap<String, i64>,
    /// How many actors there are, by identifier.
    pub unique_actors: i64,
    /// The ten actors with most events, then by code point.
    pub most_active_actors: Vec<Count>,
    /// The ten most common actions, then by code point.
    pub most_common_actions: Vec<Count>,
    /// Logins with outcome FAILURE, those into Argus itself too.
    pub failed_logins: i64,
}

impl Statistics {
    /// What is left of a verb where there is none.
    pub const OTHER: &str = "OTHER";

    /// Percent of events that did not fail, with one decimal; an unknown outcome is no failure. 0 where there is no event.
    #[must_use]
    pub fn success_rate(&self) -> f64 {
        percent(self.total - self.failed, self.total)
    }

    /// By verb, under [`Self::OTHER`] the events without one.
    #[must_use]
    pub fn verbs(&self) -> BTreeMap<String, i64> {
        let mut verbs = self.by_verb.clone();
        let without = self.total - verbs.values().sum::<i64>();
        if without > 0 {
            *verbs.entry(Self::OTHER.to_owned()).or_default() += without;
        }
        verbs
    }
}

/// Percent, to one decimal, halves up; worked out in whole numbers. 0 of nothing.
#[must_use]
pub fn percent(part: i64, whole: i64) -> f64 {
    let (part, whole) = (i128::from(part), i128::from(whole));
    let tenths = (part * 2_000 + whole).checked_div(whole * 2).unwrap_or(0);
    i32::try_from(tenths).map_or(0.0, |tenths| f64::from(tenths) / 10.0)
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Errors {
    /// All events, errors or not.
    pub events: i64,
    /// Events with outcome FAILURE or severity error or critical.
    pub total: i64,
    /// The ten actions with most errors, then by code point.
    pub by_action: Vec<Count>,
    /// The ten actors with most errors, then by code point.
    pub by_actor: Vec<Count>,
    /// The ten severities with most errors, then by code point.
    pub by_severity: Vec<Count>,
}

/// Statistics of the selected events.
///
/// # Errors
/// 412 when there are more kinds of objects than an answer holds; 503 when it takes longer than `limit`, or the store cannot
/// be asked.
pub async fn statistics(db: &Db, selection: &Selection, limit: Duration) -> Result<Statistics, ApiError> {
    let mut snapshot = Snapshot::begin(db.reader(), limit).await?;
    statistics_in(&mut snapshot, selection).await
}

/// As [`statistics`], of a state of the store that is looked at already.
pub(super) async fn statistics_in(snapshot: &mut Snapshot, selection: &Selection) -> Result<Statistics, ApiError> {
    let wanted = [
        Want::All(Field::Total),
        Want::All(Field::Outcome),
        Want::All(Field::Verb),
        Want::All(Field::TargetType),
        Want::Distinct(Field::ActorId),
        Want::Top(Field::ActorId),
        Want::Top(Field::Action),
        Want::All(Field::FailedLogin),
    ];
    let [total, outcomes, verbs, targets, actors, active, common, logins] =
        counted(snapshot, selection, wanted).await?;
    let failed = outcomes.iter().filter(|(outcome, _)| outcome == "FAILURE").map(|(_, count)| count).sum();
    Ok(Statistics {
        total: only(&total),
        failed,
        by_verb: verbs.into_iter().collect(),
        by_target_type: targets.into_iter().collect(),
        unique_actors: only(&actors),
        most_active_actors: active,
        most_common_actions: common,
        failed_logins: only(&logins),
    })
}

/// Statistics of what went wrong among the selected events.
///
/// # Errors
/// 503 when it takes longer than is left to `snapshot`, or the store cannot be asked.
pub(super) async fn errors(snapshot: &mut Snapshot, selection: &Selection) -> Result<Errors, ApiError> {
    let wanted = [
        Want::All(Field::Total),
        Want::All(Field::Error),
        Want::Top(Field::ErrorAction),
        Want::Top(Field::ErrorActor),
        Want::Top(Field::ErrorSeverity),
    ];
    let [events, total, by_action, by_actor, by_severity] = counted(snapshot, selection, wanted).await?;
    Ok(Errors { events: only(&events), total: only(&total), by_action, by_actor, by_severity })
}

/// The answer to each want: sorted by count, then by code point.
pub(super) async fn counted<const N: usize>(
    snapshot: &mut Snapshot,
    selection: &Selection,
    wanted: [Want; N],
) -> Result<[Vec<Count>; N], ApiError> {
    let parts = selection.settled_parts(snapshot).await?;
    // Each by number only where they are the beginning of a key.
    let customers = match parts.hours.is_empty() {
        true => CustomerSet::none(),
        false => selection.customers(snapshot).await?,
    };
    let statement = tally::statement(snapshot.backend(), selection, &parts, &customers, &wanted);
    let mut answers = [const { Vec::new() }; N];
    let rows = snapshot.each(statement, |row| {
        let index: i32 = row.try_get_by_index(0)?;
        if let Some(answer) = usize::try_from(index).ok().and_then(|index| answers.get_mut(index)) {
            answer.push((row.try_get_by_index(1)?, row.try_get_by_index(2)?));
        }
        Ok(())
    });
    rows.await?;
    for answer in &mut answers {
        if answer.len() as u64 > MOST_VALUES {
            let text = format!("There are more than {MOST_VALUES} values of a field; narrow the criteria");
            return Err(ApiError::unmet("too.many.values", text));
        }
        answer.sort_unstable_by(|(one, a): &Count, (other, b)| b.cmp(a).then_with(|| one.cmp(other)));
    }
    Ok(answers)
}

/// The count of a field whose one value is the empty text.
pub(super) fn only(counts: &[Count]) -> i64 {
    counts.first().map_or(0, |(_, count)| *count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percents_have_one_decimal() {
        for (part, whole, expected) in
            [(0, 0, 0.0), (0, 7, 0.0), (7, 7, 100.0), (1, 3, 33.3), (2, 3, 66.7), (1, 2_000, 0.1), (1, 2_001, 0.0)]
        {
            assert_eq!(percent(part, whole), expected, "{part} of {whole}");
        }
    }
}
