//! What happened to keys in a stretch of time, for whoever reports on it.

use std::ops::Range;

use argus_identity::entity::{api_key, subject};
use argus_identity::keys;

pub use argus_identity::keys::Moment;

use crate::app::Platform;
use crate::clock::Nanos;
use crate::error::ApiError;
use crate::rights::CustomerSet;

/// Keys that have a moment in a stretch of time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Moments {
    /// How many there are.
    pub count: i64,
    /// Some of them: the last ones, newest first; of keys that end the first ones, in order.
    pub keys: Vec<KeyMoment>,
}

/// A key, and when it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyMoment {
    /// When, in ns.
    pub at: Nanos,
    /// `<user>/<index>`.
    pub prefix: String,
    /// What it is for.
    pub description: String,
    /// The short name of whose it is.
    pub owner: String,
}

/// The keys of those customers' users, deleted ones too, that have that moment in a stretch of time, the end not included,
/// and `most` of them at most. Keys are there as long as their users are known, so also revoked ones.
///
/// # Errors
/// When the store fails.
pub async fn moments(
    platform: &Platform,
    customers: &CustomerSet,
    moment: Moment,
    within: Range<Nanos>,
    most: u64,
) -> Result<Moments, ApiError> {
    let owners = customers.condition(subject::Column::CustomerId);
    let (count, rows) = keys::with_moment(platform.db.reader(), owners, moment, within, most).await?;
    let people = platform.directory.users(rows.iter().map(|row| row.user_id).collect()).await?;
    let at = |row: &api_key::Model| match moment {
        Moment::Created => Some(row.created_at),
        Moment::Revoked => row.revoked_at,
        Moment::Ends => row.valid_until,
    };
    let keys = rows.into_iter().filter_map(|row| {
        let owner = people.get(&row.user_id).map(|user| user.short_name.clone()).unwrap_or_default();
        Some(KeyMoment { at: at(&row)?, owner, prefix: row.prefix, description: row.description })
    });
    Ok(Moments { count: i64::try_from(count).unwrap_or(i64::MAX), keys: keys.collect() })
}
