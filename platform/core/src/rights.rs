//! What a user may do: functions, and for each the customers it reaches.

mod administrators;
mod held;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use sea_orm::sea_query::{Condition, Expr, ExprTrait};
use sea_orm::{ColumnTrait, Value};

pub use administrators::require_administrator;
pub use held::{
    refuse_mightier, require_held, require_held_by_all, require_held_by_users_of, require_held_where_granted,
    require_use,
};

/// A set of customers, closed under descent: whoever has a group has all below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CustomerSet {
    /// Every customer, also those made later.
    All,
    /// Just these.
    Only(Arc<HashSet<i64>>),
}

impl CustomerSet {
    /// No customer.
    #[must_use]
    pub fn none() -> Self {
        Self::Only(Arc::default())
    }

    /// Whether the customer is in the set.
    #[must_use]
    pub fn contains(&self, customer: i64) -> bool {
        match self {
            Self::All => true,
            Self::Only(ids) => ids.contains(&customer),
        }
    }

    /// Whether no customer is in the set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Only(ids) if ids.is_empty())
    }

    /// The customers in both sets.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::All, set) | (set, Self::All) => set.clone(),
            (Self::Only(a), Self::Only(b)) => Self::Only(Arc::new(a.intersection(b).copied().collect())),
        }
    }

    /// The customers in either set.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::All, _) | (_, Self::All) => Self::All,
            (Self::Only(a), Self::Only(b)) => Self::Only(Arc::new(a.union(b).copied().collect())),
        }
    }

    /// The condition that a row's customer is in the set. Every finder puts it first.
    #[must_use]
    pub fn condition(&self, column: impl ColumnTrait) -> Condition {
        match self {
            Self::All => Condition::all(),
            Self::Only(ids) => among(column, ids),
        }
    }

    /// As a column keeps it: a list in JSON, smallest number first; none for all.
    #[must_use]
    pub fn to_column(&self) -> Option<String> {
        let Self::Only(ids) = self else { return None };
        let ids: BTreeSet<i64> = ids.iter().copied().collect();
        Some(serde_json::json!(ids).to_string())
    }

    /// What a column keeps ([`Self::to_column`]).
    ///
    /// # Errors
    /// When it is no such list.
    pub fn of_column(text: Option<&str>) -> Result<Self, serde_json::Error> {
        let Some(text) = text else { return Ok(Self::All) };
        let ids: HashSet<i64> = serde_json::from_str(text)?;
        Ok(Self::Only(ids.into()))
    }
}

/// The condition that a column's number is one of those.
///
/// They stand in the statement itself: there can be more than a statement may bind, and they are ours, not a client's.
#[must_use]
pub fn among(column: impl ColumnTrait, numbers: &HashSet<i64>) -> Condition {
    if numbers.is_empty() {
        // Not `any`: what is added to that is ORed, and would let everything in.
        return Condition::all().add(Expr::cust("1 = 0"));
    }
    let mut numbers: Vec<i64> = numbers.iter().copied().collect();
    numbers.sort_unstable();
    let list = numbers.into_iter().map(|number| Expr::Constant(Value::BigInt(Some(number))));
    Condition::all().add(column.into_expr().is_in(list))
}

/// Functions and their reach.
#[derive(Debug, Clone, Default)]
pub struct Rights(HashMap<Arc<str>, CustomerSet>);

impl Rights {
    /// Adds a function on some customers.
    pub fn add(&mut self, function: Arc<str>, customers: &CustomerSet) {
        self.0.entry(function).and_modify(|set| *set = set.or(customers)).or_insert_with(|| customers.clone());
    }

    /// Whether the function can be used on any customer at all.
    #[must_use]
    pub fn has(&self, function: &str) -> bool {
        self.0.get(function).is_some_and(|set| !set.is_empty())
    }

    /// The customers on which the function can be used.
    #[must_use]
    pub fn customers_for(&self, function: &str) -> CustomerSet {
        self.0.get(function).cloned().unwrap_or_else(CustomerSet::none)
    }

    /// Every function, by name.
    pub fn functions(&self) -> impl Iterator<Item = &Arc<str>> {
        self.0.iter().filter(|(_, set)| !set.is_empty()).map(|(name, _)| name)
    }

    /// Every customer on which anything can be done.
    #[must_use]
    pub fn customers(&self) -> CustomerSet {
        self.0.values().fold(CustomerSet::none(), |all, set| all.or(set))
    }

    /// What both may do.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let both = |(name, set): (&Arc<str>, &CustomerSet)| Some((name.clone(), set.and(other.0.get(name)?)));
        Self(self.0.iter().filter_map(both).collect())
    }

    /// These rights, cut to some functions and customers; none means no cut.
    #[must_use]
    pub fn cut(&self, functions: Option<&HashSet<Arc<str>>>, customers: Option<&CustomerSet>) -> Self {
        let kept = self.0.iter().filter(|(name, _)| functions.is_none_or(|only| only.contains(*name)));
        let cut = |set: &CustomerSet| customers.map_or_else(|| set.clone(), |only| set.and(only));
        Self(kept.map(|(name, set)| (name.clone(), cut(set))).collect())
    }
}

#[cfg(test)]
mod tests {
    use argus_identity::entity::subject::Column;
    use sea_orm::sea_query::{PostgresQueryBuilder, Query};

    use super::*;

    #[test]
    fn nothing_is_among_none_whatever_is_added() {
        let rows = CustomerSet::none().condition(Column::CustomerId).add(Column::Kind.eq("user"));
        let select = Query::select().column(Column::Id).cond_where(rows).to_string(PostgresQueryBuilder);
        assert!(select.contains("(1 = 0) AND"), "{select}");
    }
}
