//! Marks of users, groups and customers: bits of a column `flags`.

use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Expr, ExprTrait};

/// These marks, changed as far as something is given.
#[must_use]
pub fn changed(before: i64, marks: &[(i64, Option<bool>)]) -> i64 {
    marks.iter().fold(before, |flags, (bit, given)| match given {
        Some(true) => flags | bit,
        Some(false) => flags & !bit,
        None => flags,
    })
}

/// The condition that a row has a mark.
pub fn is_set(column: impl ColumnTrait, bit: i64) -> Expr {
    Expr::col(column.as_column_ref()).bit_and(bit).ne(0)
}
