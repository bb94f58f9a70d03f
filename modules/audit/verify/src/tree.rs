//! The tree of all leaves, made anew, and the tiles that are stored of it.

use argus_audit_proof::Hash;
use argus_audit_proof::path::Head;
use argus_audit_proof::tile::{HEIGHT, WIDTH};
use argus_audit_proof::tree::{Edge, fold};

use crate::Error;
use crate::fault::{Faults, Place};
use crate::store::{Store, Stream, Table};

/// The tree.
pub struct Tree {
    edge: Edge,
    /// By level, the hashes of the tile that is not full yet.
    open: Vec<Vec<Hash>>,
    /// Whether a leaf was missing: what comes behind it has no place any more.
    is_lost: bool,
}

impl Tree {
    /// Without leaves.
    pub fn empty() -> Self {
        Self { edge: Edge::empty(), open: Vec::new(), is_lost: false }
    }

    /// Its size and root; nothing when a leaf is missing.
    pub fn head(&self) -> Option<Head> {
        (!self.is_lost).then(|| Head { size: self.edge.size(), root: self.edge.root() })
    }

    /// Says that the next leaf is missing.
    pub fn lose(&mut self) {
        self.is_lost = true;
    }

    /// Adds a leaf, and compares the tiles that are full with it.
    ///
    /// # Errors
    /// When a tile cannot be read.
    pub fn push(&mut self, leaf: Hash, store: &mut dyn Store, faults: &mut Faults) -> Result<(), Error> {
        if self.is_lost {
            return Ok(());
        }
        let (open, mut is_full) = (&mut self.open, false);
        self.edge.push(leaf, |node, hash| {
            let Some((tile, _)) = node.in_tile() else { return };
            let level = usize::from(tile.level);
            if open.len() <= level {
                open.resize(level + 1, Vec::new());
            }
            if let Some(hashes) = open.get_mut(level) {
                hashes.push(hash);
                is_full |= hashes.len() as u64 == WIDTH;
            }
        });
        if is_full {
            for level in 0..self.open.len() {
                self.compare(level, store, faults)?;
            }
        }
        Ok(())
    }

    fn compare(&mut self, level: usize, store: &mut dyn Store, faults: &mut Faults) -> Result<(), Error> {
        let size = self.edge.size();
        let Some(hashes) = self.open.get_mut(level).filter(|hashes| hashes.len() as u64 == WIDTH) else {
            return Ok(());
        };
        // Both are small: levels are eight at most, and an index is below the size.
        let (level, index) = (level as i64, ((size >> (level * usize::from(HEIGHT))) / WIDTH - 1) as i64);
        let place = Place::Tile(level, index);
        match store.tile(level, index)? {
            None => faults.add(place, "it is not there"),
            Some(stored) => {
                let bytes: Vec<u8> = hashes.concat();
                if stored.hashes.len() != bytes.len() {
                    faults.add(place, "it has not 256 hashes");
                } else if stored.hashes != bytes {
                    tell(level, index, hashes, &stored.hashes, faults);
                } else if stored.root != root(hashes) {
                    faults.add(place, "its root is not that of its hashes");
                }
            }
        }
        hashes.clear();
        Ok(())
    }

    /// Says which tiles there are too many.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn end(&self, store: &mut dyn Store, faults: &mut Faults) -> Result<(), Error> {
        let mut tiles = Stream::of(Table::Tiles);
        while let Some(row) = tiles.ahead(store)? {
            let (level, index) = (row.integer(0).unwrap_or(-1), row.integer(1).unwrap_or(-1));
            let levels = u32::try_from(level).ok().and_then(|level| (level + 1).checked_mul(u32::from(HEIGHT)));
            let full = levels.and_then(|levels| self.edge.size().checked_shr(levels)).unwrap_or(0);
            if !self.is_lost && u64::try_from(index).map_or(true, |index| index >= full) {
                faults.add(Place::Tile(level, index), "the tree has no such full tile");
            }
            tiles.pass();
        }
        Ok(())
    }
}

/// What differs in a tile: for leaves, which, and whether they only stand elsewhere.
fn tell(level: i64, index: i64, hashes: &[Hash], stored: &[u8], faults: &mut Faults) {
    let (stored, _) = stored.as_chunks::<32>();
    let mut differ = 0_u64;
    for (place, (hash, there)) in hashes.iter().zip(stored).enumerate().filter(|(_, (hash, there))| hash != there) {
        differ += 1;
        if level == 0 {
            let first = index * WIDTH as i64;
            let _ = there;
            let reason = match stored.iter().position(|there| there == hash) {
                Some(other) => format!("order: it stands where leaf {} was", first + other as i64),
                None => "its leaf is not the one that was hashed into its tile".to_owned(),
            };
            faults.add(Place::Leaf(first + place as i64), reason);
        }
    }
    faults.add(Place::Tile(level, index), format!("{differ} of its hashes are not those of the leaves"));
}

fn root(hashes: &[Hash]) -> Hash {
    let mut level = hashes.to_vec();
    while level.len() > 1 {
        level = level.chunks(2).map(fold).collect();
    }
    level.first().copied().unwrap_or_default()
}
