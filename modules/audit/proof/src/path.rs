//! Proofs: that a leaf is in a tree (inclusion), and that one tree is the beginning of another (consistency). Making them and
//! verifying them are apart: the former follows RFC 6962 section 2.1, the latter RFC 9162 sections 2.1.3.2 and 2.1.4.2.

use alloc::vec::Vec;
use core::ops::Range;

use crate::hash::{Hash, node_hash};
use crate::tree::{Node, fold, subtrees};

/// The hashes of a proof, each by the leaves below it.
fn hashes_of(ranges: &[Range<u64>]) -> impl Iterator<Item = Vec<Node>> {
    ranges.iter().map(|range| subtrees(range.start, range.end))
}

/// Of what a proof is made: each of its hashes as leaves `low..high` of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan(Vec<Range<u64>>);

impl Plan {
    /// That the leaf of that index is in a tree of that size: its sibling first. Nothing for one that is not.
    #[must_use]
    pub fn inclusion(index: u64, size: u64) -> Option<Self> {
        (index < size).then(|| {
            let mut ranges = Vec::new();
            let (mut low, mut high) = (0, size);
            while high - low > 1 {
                let middle = low + half(high - low);
                if index < middle {
                    ranges.push(middle..high);
                    high = middle;
                } else {
                    ranges.push(low..middle);
                    low = middle;
                }
            }
            ranges.reverse();
            Self(ranges)
        })
    }

    /// That a tree of size `from` is the beginning of one of size `to`. Nothing when it cannot be. Empty from 0, and between
    /// equal ones.
    #[must_use]
    pub fn consistency(from: u64, to: u64) -> Option<Self> {
        if from > to {
            return None;
        }
        let mut ranges = Vec::new();
        if from == 0 || from == to {
            return Some(Self(ranges));
        }
        let (mut low, mut high) = (0, to);
        // Down to where the smaller tree ends.
        while high > from {
            let middle = low + half(high - low);
            if from <= middle {
                ranges.push(middle..high);
                high = middle;
            } else {
                ranges.push(low..middle);
                low = middle;
            }
        }
        // What is left is a subtree of both; where it is all of the smaller one, its root is known.
        if low > 0 {
            ranges.push(low..high);
        }
        ranges.reverse();
        Some(Self(ranges))
    }

    /// The whole subtrees that have to be known, in no order.
    pub fn nodes(&self) -> impl Iterator<Item = Node> {
        hashes_of(&self.0).flatten()
    }

    /// The proof, from the hashes of these subtrees.
    ///
    /// # Errors
    /// What `hash` fails with.
    pub fn proof<E>(&self, mut hash: impl FnMut(Node) -> Result<Hash, E>) -> Result<Vec<Hash>, E> {
        let each = hashes_of(&self.0).map(|nodes| {
            let parts: Vec<Hash> = nodes.into_iter().map(&mut hash).collect::<Result<_, E>>()?;
            Ok(fold(&parts))
        });
        each.collect()
    }
}

/// The largest power of two below a number of leaves, of which there are two at least.
fn half(leaves: u64) -> u64 {
    1 << (leaves - 1).ilog2()
}

/// Whether a proof shows that the leaf of that index and hash is in the tree of that size and root.
#[must_use]
pub fn is_included(leaf: &Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut node, mut last, mut hash) = (index, size - 1, *leaf);
    for sibling in proof {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            while node & 1 == 0 && node != 0 {
                (node, last) = (node >> 1, last >> 1);
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    last == 0 && hash == *root
}

/// A tree, by its size and its root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// How many leaves it has.
    pub size: u64,
    /// Its root.
    pub root: Hash,
}

/// Whether a proof shows that `from` is the beginning of `to`.
#[must_use]
pub fn is_consistent(from: &Head, to: &Head, proof: &[Hash]) -> bool {
    if from.size > to.size {
        return false;
    }
    if from.size == to.size {
        return proof.is_empty() && from.root == to.root;
    }
    if from.size == 0 {
        // Everything begins with nothing.
        return proof.is_empty() && from.root == fold(&[]);
    }
    let mut hashes = proof.iter().copied();
    let first = if from.size.is_power_of_two() { Some(from.root) } else { hashes.next() };
    let Some(first) = first else { return false };
    let (mut node, mut last) = (from.size - 1, to.size - 1);
    let ones = node.trailing_ones();
    (node, last) = (node >> ones, last >> ones);
    let (mut smaller, mut larger) = (first, first);
    for hash in hashes {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            (smaller, larger) = (node_hash(&hash, &smaller), node_hash(&hash, &larger));
            while node & 1 == 0 && node != 0 {
                (node, last) = (node >> 1, last >> 1);
            }
        } else {
            larger = node_hash(&larger, &hash);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    last == 0 && smaller == from.root && larger == to.root
}

#[cfg(test)]
#[allow(clippy::single_range_in_vec_init, reason = "lists of ranges, of which some have one")]
mod tests {
    use core::convert::Infallible;

    use proptest::prelude::*;

    use super::*;
    use crate::hash::leaf_hash;
    use crate::tree::Edge;

    fn leaf(number: u64) -> Hash {
        leaf_hash(&number.to_be_bytes())
    }

    fn head(size: u64) -> Head {
        let mut edge = Edge::empty();
        (0..size).for_each(|number| edge.push(leaf(number), |_, _| {}));
        Head { size, root: edge.root() }
    }

    fn node(node: Node) -> Result<Hash, Infallible> {
        let mut edge = Edge::empty();
        (node.index << node.level..(node.index + 1) << node.level)
            .for_each(|number| edge.push(leaf(number), |_, _| {}));
        Ok(edge.root())
    }

    fn made(plan: &Plan) -> Vec<Hash> {
        let Ok(proof) = plan.proof(node);
        proof
    }

    #[test]
    fn proofs_of_small_trees_are_those_of_the_definition() {
        assert!(made(&Plan::inclusion(0, 1).unwrap()).is_empty());
        assert_eq!(Plan::inclusion(0, 7).unwrap().0, [1..2, 2..4, 4..7]);
        assert_eq!(Plan::inclusion(3, 7).unwrap().0, [2..3, 0..2, 4..7]);
        assert_eq!(Plan::inclusion(6, 7).unwrap().0, [4..6, 0..4]);
        assert_eq!(Plan::inclusion(7, 7), None);
        // RFC 6962 section 2.1.3.
        assert_eq!(Plan::consistency(3, 7).unwrap().0, [2..3, 3..4, 0..2, 4..7]);
        assert_eq!(Plan::consistency(4, 7).unwrap().0, [4..7]);
        assert_eq!(Plan::consistency(6, 7).unwrap().0, [4..6, 6..7, 0..4]);
        assert!(Plan::consistency(0, 7).unwrap().0.is_empty());
        assert!(Plan::consistency(7, 7).unwrap().0.is_empty());
        assert_eq!(Plan::consistency(8, 7), None);
    }

    proptest! {
        #[test]
        fn what_is_there_is_proved_and_nothing_else(size in 1_u64..200, at in any::<prop::sample::Index>(), other in any::<prop::sample::Index>()) {
            let (index, wrong) = (at.index(size as usize) as u64, other.index(size as usize) as u64);
            let (proof, root) = (made(&Plan::inclusion(index, size).unwrap()), head(size).root);
            prop_assert!(is_included(&leaf(index), index, size, &proof, &root));
            prop_assert!(wrong == index || !is_included(&leaf(wrong), index, size, &proof, &root));
            prop_assert!(wrong == index || !is_included(&leaf(index), wrong, size, &proof, &root));
            prop_assert!(!is_included(&leaf(index), index, size, &proof, &head(size + 1).root));
            if let Some((_, shorter)) = proof.split_last() {
                prop_assert!(!is_included(&leaf(index), index, size, shorter, &root));
            }
            let longer: Vec<Hash> = proof.iter().copied().chain([root]).collect();
            prop_assert!(!is_included(&leaf(index), index, size, &longer, &root));
        }

        #[test]
        fn one_tree_is_the_beginning_of_another_or_it_is_not(from in 0_u64..120, more in 0_u64..120, place in any::<prop::sample::Index>()) {
            let (from, to) = (head(from), head(from + more));
            let proof = made(&Plan::consistency(from.size, to.size).unwrap());
            prop_assert!(is_consistent(&from, &to, &proof));
            let other = Head { root: leaf(7), ..from };
            prop_assert!(!is_consistent(&other, &to, &proof) || other.root == from.root);
            if !proof.is_empty() {
                let mut broken = proof.clone();
                broken[place.index(proof.len())][0] ^= 1;
                prop_assert!(!is_consistent(&from, &to, &broken));
                prop_assert!(!is_consistent(&from, &to, &proof[1..]));
            }
        }
    }
}
