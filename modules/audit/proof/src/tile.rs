//! Tiles (C2SP tlog-tiles): 256 neighbouring hashes of every eighth level of the tree, published under a path. A tile that is
//! full never changes; of one that is not, every width up to the present one stays true, for it is a beginning.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::hash::Hash;
use crate::tree::{Node, fold_whole};

/// Levels of the tree that one tile stands for.
pub const HEIGHT: u8 = 8;

/// Hashes of a full tile.
pub const WIDTH: u64 = 1 << HEIGHT;

/// Which tile: of level `level` (of tiles), the `index`-th.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    /// The level of tiles, from 0, whose hashes are those of leaves.
    pub level: u8,
    /// The place in the level, from 0.
    pub index: u64,
}

/// Where the hashes that make up a node stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The tile.
    pub tile: Tile,
    /// The first of the hashes in it.
    pub first: usize,
    /// How many.
    pub number: usize,
}

impl Node {
    /// Where the node's hash, or the hashes it is made of, stand.
    #[must_use]
    pub fn place(self) -> Place {
        let (level, rest) = (self.level / HEIGHT, self.level % HEIGHT);
        let first = self.index << rest;
        let tile = Tile { level, index: first / WIDTH };
        // Below 256.
        Place { tile, first: (first % WIDTH) as usize, number: 1 << rest }
    }

    /// Its place where it is itself a hash of a tile: the tile, and which of its hashes.
    #[must_use]
    pub fn in_tile(self) -> Option<(Tile, usize)> {
        let place = self.place();
        (place.number == 1).then_some((place.tile, place.first))
    }
}

impl Place {
    /// The node's hash, from the hashes of the tile; nothing when they do not reach so far.
    #[must_use]
    pub fn hash(&self, tile: &[Hash]) -> Option<Hash> {
        let hashes = tile.get(self.first..self.first + self.number)?;
        fold_whole(hashes)
    }
}

impl Tile {
    /// How many hashes it has in a tree of that size, 256 at most.
    #[must_use]
    pub fn width(self, size: u64) -> u64 {
        let levels = u32::from(self.level) * u32::from(HEIGHT);
        let hashes = size.checked_shr(levels).unwrap_or(0);
        hashes.saturating_sub(self.index.saturating_mul(WIDTH)).min(WIDTH)
    }

    /// Its path below that of the log: `tile/0/x001/234`, with `.p/<width>` where it is not full.
    #[must_use]
    pub fn path(self, width: u64) -> String {
        format!("tile/{}/{}{}", self.level, grouped(self.index), part(width))
    }
}

/// The path of a bundle of leaves, which are those of the tile of level 0 and that index.
#[must_use]
pub fn entries_path(index: u64, width: u64) -> String {
    format!("tile/entries/{}{}", grouped(index), part(width))
}

fn part(width: u64) -> String {
    if width < WIDTH { format!(".p/{width}") } else { String::new() }
}

/// Groups of three digits, all but the last with an `x`.
fn grouped(mut index: u64) -> String {
    let mut text = format!("{:03}", index % 1_000);
    while index >= 1_000 {
        index /= 1_000;
        text = format!("x{:03}/{text}", index % 1_000);
    }
    text
}

/// What a path below `tile/` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// So many hashes of a tile, from the first on.
    Hashes(Tile, u64),
    /// So many leaves of the bundle of that index.
    Entries(u64, u64),
}

/// Reads a path below `tile/`, in its one form. A path without `.p/` is of a full tile.
#[must_use]
pub fn parse(path: &str) -> Option<Wanted> {
    let (level, rest) = path.split_once('/')?;
    let (index, width) = match rest.split_once(".p/") {
        Some((index, width)) => (index, number(width).filter(|width| (1..WIDTH).contains(width))?),
        None => (rest, WIDTH),
    };
    let index = index_of(index)?;
    if level == "entries" {
        return Some(Wanted::Entries(index, width));
    }
    // Level 8 would take more leaves than can be counted; the specification ends at 63.
    let level = number(level).filter(|level| *level <= 63)?;
    Some(Wanted::Hashes(Tile { level: level as u8, index }, width))
}

fn index_of(text: &str) -> Option<u64> {
    let mut index: u64 = 0;
    let mut groups = text.split('/').peekable();
    while let Some(group) = groups.next() {
        let digits = if groups.peek().is_some() { group.strip_prefix('x')? } else { group };
        if digits.len() != 3 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        index = index.checked_mul(1_000)?.checked_add(digits.parse().ok()?)?;
    }
    (grouped(index) == text).then_some(index)
}

/// A number without sign and leading zeros.
fn number(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (format!("{number}") == text).then_some(number)
}

/// Appends a leaf to a bundle: its length in two bytes, big-endian, and its bytes. False for one that is longer.
pub fn add_entry(bundle: &mut Vec<u8>, leaf: &[u8]) -> bool {
    let Ok(length) = u16::try_from(leaf.len()) else { return false };
    bundle.extend_from_slice(&length.to_be_bytes());
    bundle.extend_from_slice(leaf);
    true
}

/// The leaves of a bundle; nothing when it is cut.
#[must_use]
pub fn entries(mut bundle: &[u8]) -> Option<Vec<&[u8]>> {
    let mut leaves = Vec::new();
    while !bundle.is_empty() {
        let (length, rest) = bundle.split_first_chunk::<2>()?;
        let (leaf, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        leaves.push(leaf);
        bundle = rest;
    }
    Some(leaves)
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::hash::leaf_hash;
    use crate::tree::Edge;

    #[test]
    fn paths_are_written_and_read_in_one_form() {
        let tile = |level, index| Tile { level, index };
        assert_eq!(tile(0, 1_234_067).path(256), "tile/0/x001/x234/067");
        assert_eq!(tile(1, 0).path(7), "tile/1/000.p/7");
        assert_eq!(entries_path(999, 256), "tile/entries/999");
        assert_eq!(entries_path(1_000, 1), "tile/entries/x001/000.p/1");
        for (path, wanted) in [
            ("0/x001/x234/067", Some(Wanted::Hashes(tile(0, 1_234_067), 256))),
            ("1/000.p/7", Some(Wanted::Hashes(tile(1, 0), 7))),
            ("entries/x001/000.p/255", Some(Wanted::Entries(1_000, 255))),
            ("63/000", Some(Wanted::Hashes(tile(63, 0), 256))),
            ("64/000", None),
            ("00/000", None),
            ("0/0", None),
            ("0/001/000", None),
            ("0/x000/001", None),
            ("0/x001/x000", None),
            ("0/000.p/0", None),
            ("0/000.p/256", None),
            ("0/000.p/07", None),
            ("0/+01", None),
            ("entries", None),
            ("entry/000", None),
            ("", None),
        ] {
            assert_eq!(parse(path), wanted, "{path}");
        }
    }

    #[test]
    fn widths_are_those_of_the_size() {
        let width = |level, index, size| Tile { level, index }.width(size);
        assert_eq!(
            [width(0, 0, 0), width(0, 0, 255), width(0, 0, 256), width(0, 1, 256), width(0, 1, 300)],
            [0, 255, 256, 0, 44]
        );
        assert_eq!([width(1, 0, 255), width(1, 0, 256), width(1, 0, 70_000), width(8, 0, u64::MAX)], [0, 1, 256, 0]);
    }

    #[test]
    fn bundles_are_read_as_they_were_written() {
        let mut bundle = Vec::new();
        for leaf in [&b"one"[..], b"", &[7; 65_535]] {
            assert!(add_entry(&mut bundle, leaf));
        }
        assert!(!add_entry(&mut bundle, &[7; 65_536]));
        assert_eq!(entries(&bundle).unwrap(), [&b"one"[..], b"", &[7; 65_535]]);
        assert_eq!(entries(&bundle[..bundle.len() - 1]), None);
        assert_eq!(entries(&bundle[..1]), None);
    }

    proptest! {
        /// What is kept of a tree are its tiles; all nodes follow from them.
        #[test]
        fn nodes_follow_from_tiles(size in 1_u64..1_200) {
            let (mut edge, mut tiles, mut nodes) = (Edge::empty(), BTreeMap::<Tile, Vec<Hash>>::new(), Vec::new());
            for number in 0..size {
                edge.push(leaf_hash(&number.to_be_bytes()), |node, hash| {
                    nodes.push((node, hash));
                    if let Some((tile, place)) = node.in_tile() {
                        let hashes = tiles.entry(tile).or_default();
                        assert_eq!(hashes.len(), place);
                        hashes.push(hash);
                    }
                });
            }
            for (node, hash) in nodes {
                let place = node.place();
                prop_assert_eq!(place.hash(&tiles[&place.tile]), Some(hash));
            }
            for (tile, hashes) in &tiles {
                prop_assert_eq!(tile.width(size), hashes.len() as u64);
            }
        }
    }
}
