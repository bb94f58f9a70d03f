//! What happened, told so that each event is told once.

use std::collections::BTreeMap;
use std::time::Duration;

use argus_core::db::Db;
use argus_core::error::ApiError;
use argus_core::search::Snapshot;

use super::selection::Selection;
use super::statistics::{Count, Statistics, counted, only};
use super::tally::Want;
use crate::rollup::Field;

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Activity {
    /// All events.
    pub total: i64,
    /// By what was done: the verb, or else the action, or else the name of the event in upper case, or else
    /// [`Statistics::OTHER`]. Each event is in one of them, so that they add up to the total.
    pub by_deed: BTreeMap<String, i64>,
    /// By kind of object; events without one are in none.
    pub by_target_type: BTreeMap<String, i64>,
    /// How many actors there are, by identifier.
    pub unique_actors: i64,
    /// Logins with outcome FAILURE, those into Argus itself too.
    pub failed_logins: i64,
}

/// What happened among the selected events. Whole hours are read from what was counted when the events were written.
///
/// # Errors
/// 412 when there are more kinds of objects, or of deeds without a verb, than an answer holds; 503 when it takes longer than
/// `limit`, or the store cannot be asked.
pub async fn activity(db: &Db, selection: &Selection, limit: Duration) -> Result<Activity, ApiError> {
    let mut snapshot = Snapshot::begin(db.reader(), limit).await?;
    let wanted = [
        Want::All(Field::Total),
        Want::All(Field::Verb),
        Want::All(Field::OtherAction),
        Want::All(Field::OtherName),
        Want::All(Field::TargetType),
        Want::Distinct(Field::ActorId),
        Want::All(Field::FailedLogin),
    ];
    let [total, verbs, actions, names, targets, actors, logins] = counted(&mut snapshot, selection, wanted).await?;
    Ok(Activity {
        total: only(&total),
        by_deed: deeds(only(&total), [verbs, actions, in_upper_case(names)]),
        by_target_type: targets.into_iter().collect(),
        unique_actors: only(&actors),
        failed_logins: only(&logins),
    })
}

/// The stores know upper case of ASCII letters only, or more of it than each other.
fn in_upper_case(names: Vec<Count>) -> Vec<Count> {
    names.into_iter().map(|(name, count)| (name.to_uppercase(), count)).collect()
}

/// All of them together, and what is in none.
fn deeds(total: i64, parts: [Vec<Count>; 3]) -> BTreeMap<String, i64> {
    let mut deeds = BTreeMap::<String, i64>::new();
    let mut told = 0;
    for (deed, count) in parts.into_iter().flatten() {
        *deeds.entry(deed).or_default() += count;
        told += count;
    }
    if total > told {
        *deeds.entry(Statistics::OTHER.to_owned()).or_default() += total - told;
    }
    deeds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deeds_of_one_name_are_one_and_add_up() {
        let count = |name: &str, count: i64| (name.to_owned(), count);
        let names = in_upper_case(vec![count("started", 2), count("Started", 1), count("\u{e9}tat", 1)]);
        let found = deeds(20, [vec![count("CREATE", 7)], vec![count("STARTED", 3), count("CREATE", 1)], names]);
        let expected = [count("CREATE", 8), count("OTHER", 5), count("STARTED", 6), count("\u{c9}TAT", 1)];
        assert_eq!(found, BTreeMap::from(expected));
        assert_eq!(deeds(0, [vec![], vec![], vec![]]), BTreeMap::new());
    }
}
