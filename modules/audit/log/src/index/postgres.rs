//! Keywords on PostgreSQL: an index by three-letter pieces over all texts of an event in one.
//!
//! Asked for the newest of the events that contain a rare word, the planner likes to walk along the index of times and look
//! into each event. So the candidates are gathered first, and only when there are too many is it left to walk.

use argus_core::search::{Criteria, Searchable};
use sea_orm::sea_query::Expr;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement, Value};

/// All texts of an event in which keywords are looked for, folded, in one: the expression of the index. Its columns have the
/// collation "C", so that `lower` gives the same for ever.
pub const TEXTS: &str = "(lower(coalesce(action, '')) || chr(10) || lower(coalesce(event_name, '')) || chr(10) || \
    lower(coalesce(event_type, '')) || chr(10) || lower(coalesce(category, '')) || chr(10) || \
    lower(coalesce(description, '')) || chr(10) || lower(coalesce(actor_id, '')) || chr(10) || \
    lower(coalesce(actor_name, '')) || chr(10) || lower(coalesce(actor_email, '')) || chr(10) || \
    lower(coalesce(target_id, '')) || chr(10) || lower(coalesce(target_name, '')) || chr(10) || \
    lower(coalesce(origin, '')) || chr(10) || lower(coalesce(user_agent, '')) || chr(10) || \
    lower(coalesce(machine_id, '')) || chr(10) || coalesce(folded, ''))";

/// So many events are looked at one by one.
const FEW_EVENTS: i64 = 5_000;

/// The most words that are looked up.
const MOST_WORDS: usize = 16;

/// The longest word that is looked up whole, in characters.
const LONGEST_WORD: usize = 64;

/// That an event can match, where few can.
///
/// # Errors
/// When the store fails.
pub async fn few<S: Searchable>(db: &DatabaseConnection, criteria: &Criteria<S>) -> Result<Option<Expr>, DbErr> {
    let Some((condition, mut values)) = condition(criteria) else { return Ok(None) };
    let limit = values.len() + 1;
    let candidates = format!("SELECT sequence FROM event AS candidate WHERE {condition} LIMIT ${limit}");
    values.push(Value::from(FEW_EVENTS + 1));
    let sql = format!("SELECT count(*) FROM ({candidates}) AS candidates");
    let counted = Statement::from_sql_and_values(DbBackend::Postgres, sql, values.clone());
    let row = db.query_one_raw(counted).await?;
    let number: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
    let narrowed = || Expr::cust_with_values(format!("event.sequence = ANY (ARRAY ({candidates}))"), values);
    Ok((number <= FEW_EVENTS).then(narrowed))
}

/// The pieces of the words as a condition with its values; nothing when no word is long enough.
fn condition<S: Searchable>(criteria: &Criteria<S>) -> Option<(String, Vec<Value>)> {
    let (mut parts, mut values) = (Vec::new(), Vec::new());
    for group in criteria.words() {
        if group.len() + values.len() > MOST_WORDS || !group.iter().all(|word| is_indexed(word)) {
            continue;
        }
        let alternatives = group.into_iter().map(|word| {
            values.push(Value::from(pattern(word)));
            format!("{TEXTS} LIKE ${}", values.len())
        });
        parts.push(format!("({})", alternatives.collect::<Vec<_>>().join(" OR ")));
    }
    (!parts.is_empty()).then(|| (parts.join(" AND "), values))
}

/// Whether the word stands in the index as it is: folded texts are there as JSON, which writes some characters otherwise.
fn is_indexed(word: &str) -> bool {
    let plain = |c: char| !c.is_control() && c != '"' && c != '\\';
    word.chars().count() >= 3 && word.chars().take(LONGEST_WORD).all(plain)
}

fn pattern(word: &str) -> String {
    let mut pattern = String::from("%");
    for c in word.chars().take(LONGEST_WORD) {
        if matches!(c, '%' | '_') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
