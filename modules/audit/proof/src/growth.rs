//! A tree that grows by batches: what has to be known of it to go on, which tiles become full by a batch, and how its leaves
//! are proved to be in it.

use alloc::vec::Vec;

use crate::hash::Hash;
use crate::path::{Head, Plan};
use crate::tile::{HEIGHT, Tile, WIDTH};
use crate::tree::{Edge, Node, fold_whole};

/// A tile that has all its hashes, and never changes any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FullTile {
    /// Which.
    pub tile: Tile,
    /// Its 256 hashes.
    pub hashes: Vec<Hash>,
    /// The hash of all of it, which is one of the level above.
    pub root: Hash,
}

/// What has to be known of a tree to add to it: its edge, and the tiles that are not full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Growth {
    edge: Edge,
    /// The hashes of the last tile of each level, from level 0.
    partial: Vec<Vec<Hash>>,
}

impl Growth {
    /// The tree without leaves.
    #[must_use]
    pub fn empty() -> Self {
        Self { edge: Edge::empty(), partial: Vec::new() }
    }

    /// A tree of that size, from the hashes of the last tile of each level, as far as it is not full. Nothing when there are
    /// more or fewer than the size says.
    #[must_use]
    pub fn of(size: u64, partial: Vec<Vec<Hash>>) -> Option<Self> {
        let widths = Self::widths(size);
        if widths.len() != partial.len() || partial.iter().zip(&widths).any(|(hashes, width)| hashes.len() != *width) {
            return None;
        }
        let mut parts = Vec::new();
        for hashes in partial.iter().rev() {
            let mut rest = hashes.as_slice();
            while !rest.is_empty() {
                // The largest whole subtree first. At most 256 hashes: the shift is below 9.
                let (whole, others) = rest.split_at_checked(1 << rest.len().ilog2())?;
                parts.push(fold_whole(whole)?);
                rest = others;
            }
        }
        Some(Self { edge: Edge::of(size, parts)?, partial })
    }

    /// How many hashes the last tile of each level has in a tree of that size, none where it is full.
    #[must_use]
    pub fn widths(size: u64) -> Vec<usize> {
        let levels = (0..u64::BITS.div_ceil(u32::from(HEIGHT))).map(|level| size >> (level * u32::from(HEIGHT)));
        // Below 256.
        levels.take_while(|hashes| *hashes > 0).map(|hashes| (hashes % WIDTH) as usize).collect()
    }

    /// How many leaves there are.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.edge.size()
    }

    /// Size and root.
    #[must_use]
    pub fn head(&self) -> Head {
        Head { size: self.edge.size(), root: self.edge.root() }
    }

    /// Adds leaves, by their hashes and in their order. Gives the tiles that became full, and the batch.
    pub fn add(&mut self, leaves: impl IntoIterator<Item = Hash>) -> (Vec<FullTile>, Batch) {
        let (mut batch, mut full) = (Batch::after(&self.edge), Vec::new());
        for leaf in leaves {
            let partial = &mut self.partial;
            self.edge.push(leaf, |node, hash| {
                batch.know(node, hash);
                if node.level % HEIGHT == 0 {
                    keep(partial, &mut full, node.level / HEIGHT, hash, node.index);
                }
            });
        }
        batch.head = self.head();
        (full, batch)
    }
}

/// Appends a hash to the last tile of its level. Where it is also the hash of a tile below, that one is full.
fn keep(partial: &mut Vec<Vec<Hash>>, full: &mut Vec<FullTile>, level: u8, hash: Hash, index: u64) {
    if let Some(below) = level.checked_sub(1)
        && let Some(hashes) = partial.get_mut(usize::from(below))
    {
        full.push(FullTile { tile: Tile { level: below, index }, hashes: core::mem::take(hashes), root: hash });
    }
    let level = usize::from(level);
    if partial.len() <= level {
        partial.resize_with(level + 1, Vec::new);
    }
    if let Some(hashes) = partial.get_mut(level) {
        hashes.push(hash);
    }
}

/// Leaves that were added together, with all hashes that prove them to be in the tree they made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    first: u64,
    head: Head,
    /// For each level of the tree the hashes that are known, which are neighbours, and the place of the first.
    levels: Vec<(u64, Vec<Hash>)>,
}

impl Batch {
    /// Of a tree before the batch, a proof needs the subtrees at its edge and nothing else.
    fn after(edge: &Edge) -> Self {
        let mut levels: Vec<(u64, Vec<Hash>)> =
            (0..u64::BITS).map(|level| (edge.size() >> level, Vec::new())).collect();
        for (node, hash) in edge.nodes() {
            if let Some(level) = levels.get_mut(usize::from(node.level)) {
                *level = (node.index, Vec::from([hash]));
            }
        }
        Self { first: edge.size(), head: Head { size: edge.size(), root: edge.root() }, levels }
    }

    fn know(&mut self, node: Node, hash: Hash) {
        if let Some((_, hashes)) = self.levels.get_mut(usize::from(node.level)) {
            hashes.push(hash);
        }
    }

    fn hash(&self, node: Node) -> Option<Hash> {
        let (first, hashes) = self.levels.get(usize::from(node.level))?;
        hashes.get(usize::try_from(node.index.checked_sub(*first)?).ok()?).copied()
    }

    /// The place of its first leaf.
    #[must_use]
    pub fn first(&self) -> u64 {
        self.first
    }

    /// The tree with it.
    #[must_use]
    pub fn head(&self) -> Head {
        self.head
    }

    /// The hash of one of its leaves.
    #[must_use]
    pub fn leaf(&self, index: u64) -> Option<Hash> {
        (index >= self.first).then(|| self.hash(Node { level: 0, index })).flatten()
    }

    /// That one of its leaves is in the tree: its sibling first. Nothing for another leaf.
    #[must_use]
    pub fn proof(&self, index: u64) -> Option<Vec<Hash>> {
        if index < self.first {
            return None;
        }
        Plan::inclusion(index, self.head.size)?.proof(|node| self.hash(node).ok_or(())).ok()
    }
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::hash::leaf_hash;
    use crate::path::is_included;

    fn leaf(index: u64) -> Hash {
        leaf_hash(&index.to_be_bytes())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// However the leaves come, the tree is the same, each is proved, and what was left can be gone on from.
        #[test]
        fn batches_make_one_tree(sizes in prop::collection::vec(0_u64..600, 1..8)) {
            let (mut growth, mut edge) = (Growth::empty(), Edge::empty());
            let mut tiles: BTreeMap<Tile, FullTile> = BTreeMap::new();
            for number in sizes {
                let first = growth.size();
                let (full, batch) = growth.add((first..first + number).map(leaf));
                (first..first + number).for_each(|index| edge.push(leaf(index), |_, _| {}));
                prop_assert_eq!(growth.head().root, edge.root());
                prop_assert_eq!(batch.head(), growth.head());
                for index in (first..first + number).step_by(37) {
                    let (proof, head) = (batch.proof(index).unwrap(), batch.head());
                    prop_assert_eq!(batch.leaf(index), Some(leaf(index)));
                    prop_assert!(is_included(&leaf(index), index, head.size, &proof, &head.root));
                }
                prop_assert_eq!(first.checked_sub(1).and_then(|before| batch.proof(before)), None);
                tiles.extend(full.into_iter().map(|tile| (tile.tile, tile)));
                // From the tiles alone.
                let partial = Growth::widths(growth.size()).into_iter().enumerate().map(|(level, width)| {
                    let above = growth.size() >> (level * 8);
                    (above - width as u64..above).map(|index| match (level as u8).checked_sub(1) {
                        None => leaf(index),
                        Some(level) => tiles[&Tile { level, index }].root,
                    }).collect()
                });
                prop_assert_eq!(Growth::of(growth.size(), partial.collect()), Some(growth.clone()));
            }
            for (tile, full) in &tiles {
                prop_assert_eq!((full.hashes.len(), fold_whole(&full.hashes)), (256, Some(full.root)));
                prop_assert!(tile.width(growth.size()) == 256);
            }
        }
    }

    #[test]
    fn a_tree_of_another_size_is_none() {
        assert_eq!(Growth::of(3, alloc::vec![alloc::vec![leaf(0)]]), None);
        assert_eq!(Growth::of(0, Vec::new()), Some(Growth::empty()));
    }
}
