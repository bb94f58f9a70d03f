//! The values of a filter, made to be compared with many rows.

use std::collections::BTreeSet;

use sea_orm::prelude::Uuid;

use super::ip::{self, Range};
use super::kind::Kind;
use super::node::Operand;
use super::row::Cell;

/// Values of one filter; each list is sorted.
pub(super) enum Values {
    Texts(Vec<Box<str>>),
    Integers(Vec<i64>),
    Uuids(Vec<Uuid>),
    Bools(Vec<bool>),
    Addresses { ranges: Vec<Range>, v4: Range },
}

impl Values {
    /// Nothing for a kind that only the store can judge.
    pub(super) fn of(kind: Kind, operands: &BTreeSet<Operand>) -> Option<Self> {
        Some(match kind {
            Kind::Text | Kind::Words(_) => Self::Texts(each(operands, |operand| match operand {
                Operand::Text(text) => Some(text.as_str().into()),
                _ => None,
            })),
            Kind::Integer | Kind::Customer | Kind::User => Self::Integers(each(operands, |operand| match operand {
                Operand::Integer(number) => Some(*number),
                _ => None,
            })),
            Kind::Uuid => Self::Uuids(each(operands, |operand| match operand {
                Operand::Uuid(uuid) => Some(*uuid),
                _ => None,
            })),
            Kind::Bool => Self::Bools(each(operands, |operand| match operand {
                Operand::Bool(value) => Some(*value),
                _ => None,
            })),
            Kind::Ip => {
                let ranges = each(operands, |operand| match operand {
                    Operand::Range(range) => Some(range.clone()),
                    _ => None,
                });
                let (low, high) = ip::v4_range();
                Self::Addresses { ranges, v4: Range { low, high, without_v4: false } }
            }
            Kind::Custom(_) | Kind::Members { .. } | Kind::Object(_) => return None,
            Kind::TextThat(_) | Kind::UserThat(_) | Kind::CustomerThat(_) => return None,
        })
    }

    /// Whether one of them is in the cell; nothing is in a null.
    pub(super) fn contain(&self, cell: Cell<'_>) -> bool {
        match (self, cell) {
            (Self::Texts(texts), Cell::Text(text)) => texts.binary_search_by(|known| (**known).cmp(text)).is_ok(),
            (Self::Integers(numbers), Cell::Integer(number)) => numbers.binary_search(&number).is_ok(),
            (Self::Uuids(uuids), Cell::Uuid(uuid)) => uuids.binary_search(&uuid).is_ok(),
            (Self::Bools(values), Cell::Bool(value)) => values.contains(&value),
            (Self::Addresses { ranges, v4 }, Cell::Text(address)) => {
                ranges.iter().any(|range| range.holds(address) && !(range.without_v4 && v4.holds(address)))
            }
            _ => false,
        }
    }
}

/// In the order of the set, which is that of the values.
fn each<T>(operands: &BTreeSet<Operand>, value: impl Fn(&Operand) -> Option<T>) -> Vec<T> {
    operands.iter().filter_map(value).collect()
}

impl Range {
    fn holds(&self, address: &str) -> bool {
        self.low.as_str() <= address && address <= self.high.as_str()
    }
}
