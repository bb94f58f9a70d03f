//! Preferences of users: what two modules, the one about oneself and the one that administers users, do with them.
//!
//! They are texts that user interfaces put down to find them again. Nothing here depends on them, so they are removed for
//! good, and records of changes name their keys only: what a program keeps there is not ours to spread.

mod search;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use argus_identity::entity::{subject, user_preference};
use argus_identity::preferences;
use poem_openapi::Object;
use serde_json::{Value, json};

use crate::clock::millis;
use crate::context::RequestContext;
use crate::envelope::Many;
use crate::error::{ApiError, FieldErrors};
use crate::info::UserInfo;
use crate::names::in_use;
use crate::search::{Draft, Page};
use crate::wire::check_safe;

pub use search::{Preferences, wanted_preferences, with_preference};

/// The most preferences that a user has.
const MOST: usize = 1_000;

/// The longest key, in characters.
const LONGEST_KEY: usize = 200;

/// The longest value, in bytes.
const LONGEST_VALUE: usize = 64 * 1024;

/// A preference of a user.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct Preference {
    /// Its name.
    pub key: String,
    /// The text.
    pub value: String,
    /// When it was made, in ms.
    pub created_timestamp: i64,
    /// By whom.
    pub created_by_user: Option<UserInfo>,
    /// When it was last changed, in ms.
    pub last_updated_timestamp: Option<i64>,
    /// By whom.
    pub last_updated_by_user: Option<UserInfo>,
}

/// Preferences by key.
pub type PreferenceMap = BTreeMap<String, String>;

/// All of a user's, by key.
///
/// # Errors
/// When the store fails.
pub async fn all(context: &RequestContext, user: i64) -> Result<PreferenceMap, ApiError> {
    Ok(map(preferences::of_user(context.platform.db.reader(), user).await?))
}

/// Rows, by key.
#[must_use]
pub fn map(rows: Vec<user_preference::Model>) -> PreferenceMap {
    rows.into_iter().map(|row| (row.key, row.value)).collect()
}

/// One of a user's.
///
/// # Errors
/// When the store fails.
pub async fn one(context: &RequestContext, user: i64, key: &str) -> Result<Option<user_preference::Model>, ApiError> {
    Ok(preferences::with_keys(context.platform.db.reader(), user, [key]).await?.pop())
}

/// A page of a user's, as criteria select them.
///
/// # Errors
/// 412 as the criteria say.
pub async fn page(
    context: &RequestContext,
    user: i64,
    draft: &Draft<Preferences>,
) -> Result<Page<user_preference::Model>, ApiError> {
    let criteria = draft.resolve(&()).await?;
    context.page(&criteria, search::of(user)).await
}

/// As [`page`], printed.
///
/// # Errors
/// 412 as the criteria say.
pub async fn list(
    context: &RequestContext,
    user: i64,
    draft: &Draft<Preferences>,
) -> Result<Many<Preference>, ApiError> {
    let page = page(context, user, draft).await?;
    let data = print(context, &page.rows).await?;
    Ok(Many::of(page, data))
}

/// Rows, printed.
///
/// # Errors
/// When the store fails.
pub async fn print(context: &RequestContext, rows: &[user_preference::Model]) -> Result<Vec<Preference>, ApiError> {
    let directory = &context.platform.directory;
    let ids: HashSet<i64> = rows.iter().flat_map(|row| [Some(row.created_by), row.updated_by]).flatten().collect();
    let (tree, people) = (directory.tree().await?, directory.users(ids).await?);
    let info = |id: Option<i64>| people.get(&id?).map(|found| tree.user_info(found));
    let print = |row: &user_preference::Model| Preference {
        key: row.key.clone(),
        value: row.value.clone(),
        created_timestamp: millis(row.created_at),
        created_by_user: info(Some(row.created_by)),
        last_updated_timestamp: row.updated_at.map(millis),
        last_updated_by_user: info(row.updated_by),
    };
    Ok(rows.iter().map(print).collect())
}

/// Notes what is wrong with preferences that are to be set; `field` names the field of a key. `safe`: values may only be
/// texts that are safe in any user interface.
pub fn check(given: &PreferenceMap, safe: bool, field: impl Fn(&str) -> String, errors: &mut FieldErrors) {
    // More than that is refused anyway, and needs no message each.
    for (key, value) in given.iter().take(MOST) {
        let field = field(key);
        check_key(&field, key, errors);
        check_value(&field, value, safe, errors);
    }
}

/// Notes what is wrong with a key.
pub fn check_key(field: &str, key: &str, errors: &mut FieldErrors) {
    if key.is_empty() || key.chars().count() > LONGEST_KEY {
        errors.add(field, "invalid.field.length", format!("A key has 1 to {LONGEST_KEY} characters"));
    } else if key.chars().any(char::is_control) {
        errors.add(field, "invalid.field.value", "A key has no control characters");
    }
}

/// Notes what is wrong with a value, unless something is with its field already.
pub fn check_value(field: &str, value: &str, safe: bool, errors: &mut FieldErrors) {
    if errors.has(field) {
        return;
    }
    if value.len() > LONGEST_VALUE {
        errors.add(field, "invalid.field.length", format!("Must be at most {LONGEST_VALUE} bytes long"));
    } else if safe {
        check_safe(field, Some(value), errors);
    }
}

/// Sets preferences of a user: what it has of these keys is changed, the rest is added.
///
/// # Errors
/// 412 for a user that was deleted, and when it would have too many.
pub async fn set(
    context: &RequestContext,
    user: &subject::Model,
    given: PreferenceMap,
) -> Result<Vec<user_preference::Model>, ApiError> {
    let too_many = || ApiError::unmet("preference.too.many", format!("A user has at most {MOST} preferences"));
    if given.len() > MOST {
        return Err(too_many());
    }
    let (now, by) = (context.platform.clock.now(), context.caller()?.user_id);
    let done = context.change(async |transaction| {
        // Whoever else changes some of the same user waits here, so that they are counted rightly.
        in_use(transaction, user.id).await?;
        let before = preferences::with_keys(transaction, user.id, given.keys().map(String::as_str)).await?;
        let there = usize::try_from(preferences::count(transaction, user.id).await?).unwrap_or(usize::MAX);
        if there.saturating_sub(before.len()).saturating_add(given.len()) > MOST {
            return Err(too_many());
        }
        let known: BTreeMap<&str, i64> = before.iter().map(|row| (row.key.as_str(), row.id)).collect();
        let mut after = Vec::new();
        for (key, value) in given {
            after.push(match known.get(key.as_str()) {
                Some(id) => preferences::update(transaction, *id, value, by, now).await?,
                None => preferences::insert(transaction, user.id, (key, value), by, now).await?,
            });
        }
        let record = context.record().about("PREFERENCES", user.id.to_string(), keys(&before), keys(&after));
        Ok((after, record))
    });
    done.await
}

/// Removes preferences of a user, all or none.
///
/// # Errors
/// 412 for a user that was deleted, and on `key` for a preference that it does not have.
pub async fn remove(
    context: &RequestContext,
    user: &subject::Model,
    wanted: &[String],
) -> Result<Vec<user_preference::Model>, ApiError> {
    let wanted: BTreeSet<&str> = wanted.iter().map(String::as_str).collect();
    if wanted.is_empty() || wanted.len() > MOST {
        return Err(ApiError::field("key", "invalid.field.length", format!("Must be given 1 to {MOST} times")));
    }
    let done = context.change(async |transaction| {
        in_use(transaction, user.id).await?;
        let before = preferences::with_keys(transaction, user.id, wanted.iter().copied()).await?;
        if before.len() < wanted.len() {
            return Err(ApiError::field("key", "invalid.field.value", "The user has no such preference"));
        }
        preferences::remove(transaction, &before.iter().map(|row| row.id).collect::<Vec<_>>()).await?;
        let record = context.record().about("PREFERENCES", user.id.to_string(), keys(&before), None);
        Ok((before, record))
    });
    done.await
}

fn keys(rows: &[user_preference::Model]) -> Option<Value> {
    let keys: Vec<&str> = rows.iter().map(|row| row.key.as_str()).collect();
    (!keys.is_empty()).then(|| json!({ "keys": keys }))
}
