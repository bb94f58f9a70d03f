//! What of criteria an index of the entity's own can use before the store is asked: things that hold for every row that
//! matches. They narrow the search and never widen it; the criteria themselves are applied all the same.

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

    /// Between which times every matching row lies by that field, both bounds inclusive, `None` where it is open; a cursor's
    /// place is one of the bounds.
    #[must_use]
    pub fn range_of(&self, time: &str) -> (Option<Nanos>, Option<Nanos>) {
        let (mut start, mut end) = (None, None);
        for times in self.everywhere().into_iter().filter_map(|node| node.times.as_ref()) {
            let one = times.fields.len() == 1 || times.all;
            if one && times.fields.iter().any(|field| field.name == time) {
                start = start.max(times.start);
                end = [end, times.end].into_iter().flatten().min();
            }
        }
        let first = self.chain().first().filter(|key| key.field.name == time);
        if let (Some(key), Some(Some(Value::BigInt(Some(at))))) = (first, self.position().first()) {
            if key.descending {
                end = Some(end.map_or(*at, |end| end.min(*at)));
            } else {
                start = start.max(Some(*at));
            }
        }
        (start, end)
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

    /// Whether rows are left out because the member `switch` does not ask for them.
    #[must_use]
    pub fn hides(&self, switch: &str) -> bool {
        S::fields().hidden.iter().any(|hidden| hidden.switch == switch) && !self.wants(switch)
    }

    /// Whether the criteria say nothing but that one filter: no times, words, users, flags or sub-criteria.
    #[must_use]
    pub fn is_only(&self, filter: &str) -> bool {
        let root = self.root();
        let filters = root.filters.iter().all(|(known, _)| known.name == filter);
        filters
            && root.keywords.is_none()
            && root.times.is_none()
            && root.users.is_none()
            && root.include_flags.is_empty()
            && root.exclude_flags.is_empty()
            && root.children.is_empty()
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
