//! Conditions that a row shows by itself: said once, judged by the store and in memory.

use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Expr, ExprTrait};

use super::parts::Place;
use super::row::Cell;
use crate::clock::Nanos;

/// A condition on one column of a row, for flags and hidden rows ([`Fields::flag_by`](super::Fields::flag_by)).
#[derive(Debug, Clone)]
pub struct Mark {
    column: Expr,
    pub(super) place: Place,
    sign: Sign,
    nullable: bool,
}

#[derive(Debug, Clone, Copy)]
enum Sign {
    Bit(i64),
    True,
    Present,
    Passed,
}

impl Mark {
    fn new<C: ColumnTrait>(column: C, sign: Sign) -> Self {
        let nullable = column.def().is_null();
        Self { column: Expr::col(column.as_column_ref()), place: Place::of(column), sign, nullable }
    }

    /// An integer column has that bit, one of them.
    pub fn bit<C: ColumnTrait>(column: C, bit: i64) -> Self {
        debug_assert!(bit.count_ones() == 1, "one bit");
        Self::new(column, Sign::Bit(bit))
    }

    /// A boolean column is true.
    pub fn is_true<C: ColumnTrait>(column: C) -> Self {
        Self::new(column, Sign::True)
    }

    /// A column has a value.
    pub fn is_present<C: ColumnTrait>(column: C) -> Self {
        Self::new(column, Sign::Present)
    }

    /// A column of nanoseconds since the epoch has a time that is not after now.
    pub fn has_passed<C: ColumnTrait>(column: C) -> Self {
        Self::new(column, Sign::Passed)
    }

    /// As SQL.
    pub(super) fn expr(&self, now: Nanos) -> Expr {
        let column = self.column.clone();
        match self.sign {
            // Of the type of `missing`: a connection keeps statements by their text alone.
            Sign::Bit(bit) => column.bit_and(bit).ne(0_i64),
            Sign::True => column,
            Sign::Present => column.is_not_null(),
            Sign::Passed => column.lte(now),
        }
    }

    /// That a row has not got it, where that can be said in a form of which PostgreSQL expects most rows to be. Of `IS NOT
    /// TRUE`, as of `= 0`, it expects few, and sorts all of them rather than follow an index that has them in order.
    pub(super) fn missing(&self) -> Option<Expr> {
        match self.sign {
            Sign::Bit(bit) if !self.nullable => Some(self.column.clone().bit_and(bit).ne(bit)),
            _ => None,
        }
    }

    /// Of the value in its column.
    pub(super) fn holds(&self, cell: Cell<'_>, now: Nanos) -> bool {
        match (self.sign, cell) {
            (Sign::Present, cell) => cell != Cell::Null,
            (Sign::Bit(bit), Cell::Integer(bits)) => bits & bit != 0,
            (Sign::True, Cell::Bool(value)) => value,
            (Sign::Passed, Cell::Integer(at)) => at <= now,
            _ => false,
        }
    }
}
