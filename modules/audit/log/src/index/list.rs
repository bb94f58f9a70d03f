//! Lists that cross the border of the embedded store as one JSON text: of any length they are one value, and a row of its own
//! for each member would cost more on its way than what is in it.

use sea_orm::{ConnectionTrait, DbErr, Statement, Value};
use serde::de::DeserializeOwned;

/// Numbers as such a text, for `json_each`.
pub fn of(numbers: &[i64]) -> String {
    let numbers: Vec<String> = numbers.iter().map(i64::to_string).collect();
    format!("[{}]", numbers.join(","))
}

/// The list that a statement gives as the only value of its only row (`json_group_array`).
///
/// # Errors
/// When the store fails.
pub async fn read<T: DeserializeOwned, const N: usize>(
    db: &impl ConnectionTrait,
    sql: &str,
    values: [Value; N],
) -> Result<Vec<T>, DbErr> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    let Some(row) = db.query_one_raw(statement).await? else { return Ok(Vec::new()) };
    serde_json::from_str(&row.try_get_by_index::<String>(0)?).map_err(|error| DbErr::Json(error.to_string()))
}
