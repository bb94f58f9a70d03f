//! A proof as a text of its own (C2SP tlog-proof): what shows, with nothing but a public key, that a leaf is in the log.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::hash::{Hash, leaf_hash};
use crate::note::{Checkpoint, PublicKey, open};
use crate::path::is_included;

/// The first line.
const VERSION: &str = "c2sp.org/tlog-proof@v1";

/// More hashes no tree needs.
const LONGEST: usize = 64;

/// A proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The leaf.
    pub leaf: Vec<u8>,
    /// Its place.
    pub index: u64,
    /// That it is in the tree, its sibling first.
    pub path: Vec<Hash>,
    /// The signed head of that tree.
    pub checkpoint: String,
}

impl Proof {
    /// As a text.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("{VERSION}\nextra {}\nindex {}\n", STANDARD.encode(&self.leaf), self.index);
        for hash in &self.path {
            text.push_str(&STANDARD.encode(hash));
            text.push('\n');
        }
        text.push('\n');
        text.push_str(&self.checkpoint);
        text
    }

    /// Reads it; it is not verified by that.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (head, checkpoint) = text.split_once("\n\n")?;
        let mut lines = head.split('\n');
        if lines.next()? != VERSION {
            return None;
        }
        let leaf = STANDARD.decode(lines.next()?.strip_prefix("extra ")?).ok()?;
        let index = lines.next()?.strip_prefix("index ")?;
        let number: u64 = index.parse().ok().filter(|number: &u64| number.to_string() == index)?;
        let path: Option<Vec<Hash>> = lines.map(|line| STANDARD.decode(line).ok()?.try_into().ok()).collect();
        let path = path.filter(|path| path.len() <= LONGEST)?;
        Some(Self { leaf, index: number, path, checkpoint: checkpoint.to_owned() })
    }

    /// Whether one of these keys signed a head of this log, and the leaf is in its tree.
    #[must_use]
    pub fn holds(&self, origin: &str, keys: &[PublicKey]) -> bool {
        let Some(checkpoint) = open(&self.checkpoint, keys).ok().and_then(Checkpoint::parse) else { return false };
        let head = checkpoint.head;
        checkpoint.origin == origin
            && is_included(&leaf_hash(&self.leaf), self.index, head.size, &self.path, &head.root)
    }
}

#[cfg(test)]
mod tests {
    use ring::signature::Ed25519KeyPair;

    use super::*;
    use crate::path::{Head, Plan};
    use crate::tree::Edge;

    #[test]
    fn a_proof_is_read_and_holds() {
        let (mut edge, mut nodes) = (Edge::empty(), Vec::new());
        for leaf in [&b"a"[..], b"b", b"c"] {
            edge.push(leaf_hash(leaf), |node, hash| nodes.push((node, hash)));
        }
        let pair = Ed25519KeyPair::from_seed_unchecked(&[1; 32]).unwrap();
        let head = Head { size: 3, root: edge.root() };
        let checkpoint = Checkpoint { origin: "example.org/log".to_owned(), head };
        let find = |wanted| nodes.iter().find(|(node, _)| *node == wanted).map(|(_, hash)| *hash).ok_or(());
        let proof = Proof {
            leaf: b"b".to_vec(),
            index: 1,
            path: Plan::inclusion(1, 3).unwrap().proof(find).unwrap(),
            checkpoint: checkpoint.sign("example.org/log", &pair),
        };
        let keys = [PublicKey::of("example.org/log", &pair)];
        assert_eq!(Proof::parse(&proof.text()).as_ref(), Some(&proof));
        assert!(proof.holds("example.org/log", &keys));
        assert!(!proof.holds("example.org/other", &keys));
        assert!(!proof.holds("example.org/log", &[]));
        assert!(!Proof { index: 2, ..proof.clone() }.holds("example.org/log", &keys));
        assert!(!Proof { leaf: b"x".to_vec(), ..proof.clone() }.holds("example.org/log", &keys));
        let text = proof.text();
        for (from, to) in [("@v1", "@v2"), ("index 1", "index 01"), ("extra ", "extra: "), ("\n\n", "\n")] {
            assert_eq!(Proof::parse(&text.replacen(from, to, 1)).filter(|read| *read == proof), None, "{to}");
        }
    }
}
