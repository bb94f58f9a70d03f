//! What of criteria an index of the entity's own can use before the store is asked: things that hold for every row that
//! matches. They narrow the search and never widen it; the criteria themselves are applied all the same.

use std::ops::Range;

use sea_orm::sea_query::Value;

use super::node::{Keywords, Node, Operand, Role};
use super::{Criteria, Searchable};
use crate::clock::Nanos;

impl<S: Searchable> Criteria<S> {
    /// Values of which every matching row has one under that filter, of text or UUID; `None` when rows without one may match.
    #[must_use]
    pub fn values_of(&self, filter: &str) -> Option<Vec<String>> {
        self.everywhere().into_iter().find_map(|node| {
            let (_, operands) = node.filters.iter().find(|(known, _)| known.name == filter)?;
            operands.iter().map(text).collect()
        })
    }

    /// Folded words of which every matching row has, of each group, at least one in some keyword field.
    #[must_use]
    pub fn words(&self) -> Vec<Vec<&str>> {
        let keywords = self.everywhere().into_iter().filter_map(|node| node.keywords.as_ref());
        keywords.flat_map(groups).collect()
    }

    /// Within which times of that field all matching rows lie, the end not included; everything when the criteria do not
    /// say.
    #[must_use]
    pub fn range(&self, time_field: &str) -> Range<Nanos> {
        let (mut start, mut end) = (Nanos::MIN, Nanos::MAX);
        for times in self.everywhere().into_iter().filter_map(|node| node.times.as_ref()) {
            let named = times.fields.iter().any(|field| field.name == time_field);
            if named && (times.all || times.fields.len() == 1) {
                start = start.max(times.start.unwrap_or(Nanos::MIN));
                end = end.min(times.end.map_or(Nanos::MAX, |end| end.saturating_add(1)));
            }
        }
        start..end
    }

    /// The value that a cursor has of that key, where the rows are sorted by it first and it is an integer column: none of
    /// them lies before.
    #[must_use]
    pub fn cursor_at(&self, key: &str) -> Option<i64> {
        match (self.chain().first(), self.position().first()) {
            (Some(first), Some(Some(Value::BigInt(at)))) if first.field.name == key => *at,
            _ => None,
        }
    }

    /// Whether rows come in the order of that key and then of the closing key, both in one direction: descending or not.
    #[must_use]
    pub fn order_by(&self, key: &str) -> Option<bool> {
        match self.chain() {
            [first, closing] if first.field.name == key && first.descending == closing.descending => {
                Some(first.descending)
            }
            _ => None,
        }
    }

    /// The names of the keys by which rows are sorted, the closing one last.
    pub fn sort_keys(&self) -> impl Iterator<Item = &'static str> {
        self.chain().iter().map(|key| key.field.name)
    }

    /// Whether rows are left out because the member `switch` does not ask for them.
    #[must_use]
    pub fn hides(&self, switch: &str) -> bool {
        S::fields().hidden.iter().any(|hidden| hidden.switch == switch) && !self.wants(switch)
    }

    /// Whether the criteria say nothing but that one filter: no times, words, users, flags or sub-criteria.
    #[must_use]
    pub fn is_only(&self, filter: &str) -> bool {
        let root = self.root();
        root.is_plain() && root.times.is_none() && root.filters.iter().all(|(known, _)| known.name == filter)
    }

    /// The nodes that hold for every matching row: the root, and what it requires.
    fn everywhere(&self) -> Vec<&Node> {
        let (mut all, mut next) = (Vec::new(), vec![self.root()]);
        while let Some(node) = next.pop() {
            next.extend(node.children.iter().filter(|(role, _)| *role == Role::Required).map(|(_, child)| child));
            all.push(node);
        }
        all
    }
}

fn groups(keywords: &Keywords) -> Vec<Vec<&str>> {
    let words = keywords.words.iter().map(String::as_str);
    if keywords.all { words.map(|word| vec![word]).collect() } else { vec![words.collect()] }
}

fn text(operand: &Operand) -> Option<String> {
    match operand {
        Operand::Text(text) => Some(text.clone()),
        Operand::Uuid(uuid) => Some(uuid.to_string()),
        _ => None,
    }
}
