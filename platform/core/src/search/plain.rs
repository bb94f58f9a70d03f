//! What criteria say at most: for questions that have a quicker answer when little is asked.

use std::sync::Arc;

use super::kind::Kind;
use super::node::Operand;
use super::{Criteria, Searchable};
use crate::rights::CustomerSet;

impl<S: Searchable> Criteria<S> {
    /// The customers that are meant by criteria which say nothing else but a range of the default times; none when they
    /// say more, or ask for rows that are hidden otherwise.
    #[must_use]
    pub fn only_customers(&self) -> Option<CustomerSet> {
        let (root, known) = (&self.reading.root, S::fields());
        let by_default = |times: &super::node::Times| {
            times.fields.len() == known.default_times.len()
                && times.fields.iter().all(|field| known.default_times.contains(&field.name))
        };
        let more = !root.is_plain()
            || !root.times.as_ref().is_none_or(by_default)
            || self.reading.hidden.len() != known.hidden.len();
        match root.filters.as_slice() {
            _ if more => None,
            [] => Some(CustomerSet::All),
            [(filter, operands)] if matches!(filter.kind, Kind::Customer) => {
                let ids = operands.iter().filter_map(|operand| match operand {
                    Operand::Integer(id) => Some(*id),
                    _ => None,
                });
                Some(CustomerSet::Only(Arc::new(ids.collect())))
            }
            _ => None,
        }
    }

    /// The same criteria, which also select what is hidden unless the member `switch` is true.
    #[must_use]
    pub fn showing(&self, switch: &str) -> Self {
        let mut shown = self.clone();
        shown.reading.hidden.retain(|hidden| hidden.switch != switch);
        shown
    }
}
