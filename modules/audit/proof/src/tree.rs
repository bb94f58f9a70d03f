//! The tree itself: which nodes there are, and the root of a size.
//!
//! A node is a whole subtree: `2^level` leaves, the `index`-th of its level. A whole subtree never changes any more, so that
//! nodes can be kept; what is made of several of them is worked out when it is asked for.

use alloc::vec::Vec;

use crate::hash::{Hash, node_hash, plain_hash};

/// A whole subtree of `2^level` leaves, the `index`-th of them from the left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node {
    /// The height above the leaves, which are level 0.
    pub level: u8,
    /// The place in the level, from 0.
    pub index: u64,
}

/// The whole subtrees that leaves `low..high` are made of, from left to right: the largest first. `low` has to be a multiple
/// of a power of two that is no less than the number of leaves.
#[must_use]
pub fn subtrees(low: u64, high: u64) -> Vec<Node> {
    let mut nodes = Vec::new();
    let mut next = low;
    while next < high {
        let level = (high - next).ilog2().min(63);
        // Below 64.
        nodes.push(Node { level: level as u8, index: next >> level });
        next += 1 << level;
    }
    nodes
}

/// The hash of the subtree whose whole parts have those hashes, from left to right; that of no leaves (the hash of nothing)
/// for none.
#[must_use]
pub fn fold(parts: &[Hash]) -> Hash {
    let folded = parts.iter().rev().copied().reduce(|right, left| node_hash(&left, &right));
    folded.unwrap_or_else(|| plain_hash(b""))
}

/// The hash of a whole subtree, which has a power of two of hashes at its foot. Nothing for none.
#[must_use]
pub(crate) fn fold_whole(hashes: &[Hash]) -> Option<Hash> {
    let mut level: Vec<Hash> = hashes.to_vec();
    while level.len() > 1 {
        level = level.chunks(2).map(fold).collect();
    }
    level.first().copied()
}

/// The right edge of a growing tree: what is needed to go on, and to know its root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    size: u64,
    /// Of the subtrees of `0..size`, the largest first.
    parts: Vec<Hash>,
}

impl Edge {
    /// That of a tree without leaves.
    #[must_use]
    pub fn empty() -> Self {
        Self { size: 0, parts: Vec::new() }
    }

    /// That of a tree of that size, from the hashes of the [`subtrees`] of `0..size`; nothing when there are too many or too few
    /// of them.
    #[must_use]
    pub fn of(size: u64, parts: Vec<Hash>) -> Option<Self> {
        (parts.len() == size.count_ones() as usize).then_some(Self { size, parts })
    }

    /// How many leaves there are.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The whole subtrees that it consists of, largest first, with their hashes.
    pub fn nodes(&self) -> impl Iterator<Item = (Node, Hash)> {
        subtrees(0, self.size).into_iter().zip(self.parts.iter().copied())
    }

    /// The root.
    #[must_use]
    pub fn root(&self) -> Hash {
        fold(&self.parts)
    }

    /// Adds a leaf, by its hash. Every node that is whole now and was not before is told, from the leaf up.
    pub fn push(&mut self, leaf: Hash, mut told: impl FnMut(Node, Hash)) {
        let (mut hash, mut node) = (leaf, Node { level: 0, index: self.size });
        told(node, hash);
        // As many subtrees on the left are full as the size ends in ones.
        for _ in 0..self.size.trailing_ones() {
            let Some(left) = self.parts.pop() else { break };
            hash = node_hash(&left, &hash);
            node = Node { level: node.level + 1, index: node.index >> 1 };
            told(node, hash);
        }
        self.parts.push(hash);
        self.size += 1;
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use proptest::prelude::*;

    use super::*;
    use crate::hash::leaf_hash;

    /// RFC 6962 section 2.1, word for word.
    pub fn root_by_definition(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => plain_hash(b""),
            [leaf] => *leaf,
            _ => {
                let half = leaves.len().next_power_of_two() / 2;
                let (left, right) = leaves.split_at(half);
                node_hash(&root_by_definition(left), &root_by_definition(right))
            }
        }
    }

    fn hex(hash: &Hash) -> alloc::string::String {
        hash.iter().map(|byte| alloc::format!("{byte:02x}")).collect()
    }

    /// The leaves and roots with which implementations of Certificate Transparency test themselves.
    #[test]
    fn roots_are_those_of_published_vectors() {
        let leaves: [&[u8]; 8] = [
            b"",
            b"\x00",
            b"\x10",
            b"\x20\x21",
            b"\x30\x31",
            b"\x40\x41\x42\x43",
            b"\x50\x51\x52\x53\x54\x55\x56\x57",
            b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
        ];
        let roots = [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let mut edge = Edge::empty();
        assert_eq!(hex(&edge.root()), roots[0]);
        for (leaf, root) in leaves.iter().zip(&roots[1..]) {
            edge.push(leaf_hash(leaf), |_, _| {});
            assert_eq!(hex(&edge.root()), *root);
        }
    }

    #[test]
    fn subtrees_are_the_largest_first() {
        let node = |level, index| Node { level, index };
        assert_eq!(subtrees(0, 0), vec![]);
        assert_eq!(subtrees(0, 7), vec![node(2, 0), node(1, 2), node(0, 6)]);
        assert_eq!(subtrees(4, 7), vec![node(1, 2), node(0, 6)]);
        assert_eq!(subtrees(8, 16), vec![node(3, 1)]);
    }

    proptest! {
        #[test]
        fn the_root_is_that_of_the_definition_and_nodes_are_told_once(size in 0_u64..300) {
            let leaves: Vec<Hash> = (0..size).map(|number| leaf_hash(&number.to_be_bytes())).collect();
            let (mut edge, mut told) = (Edge::empty(), Vec::new());
            for leaf in &leaves {
                edge.push(*leaf, |node, hash| told.push((node, hash)));
            }
            prop_assert_eq!(edge.root(), root_by_definition(&leaves));
            for (node, hash) in &told {
                let (first, past) = ((node.index << node.level) as usize, ((node.index + 1) << node.level) as usize);
                prop_assert_eq!(*hash, root_by_definition(&leaves[first..past]));
            }
            let mut nodes: Vec<Node> = told.iter().map(|(node, _)| *node).collect();
            nodes.sort_unstable();
            nodes.dedup();
            prop_assert_eq!(nodes.len(), told.len());
            let whole: u64 = (0..9).map(|level| size >> level).sum();
            prop_assert_eq!(nodes.len() as u64, whole);
            let parts = subtrees(0, size).into_iter();
            let parts = parts.map(|part| told.iter().find(|(node, _)| *node == part).unwrap().1).collect();
            prop_assert_eq!(Edge::of(size, parts), Some(edge));
        }
    }
}
