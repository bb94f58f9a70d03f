//! The hashes of a Merkle tree (RFC 6962 section 2.1): those of leaves and of nodes are told apart by their first byte.

use ring::digest::{Context, SHA256, digest};

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// The hash of a leaf's bytes.
#[must_use]
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    let mut context = Context::new(&SHA256);
    context.update(&[0]);
    context.update(leaf);
    array(context.finish().as_ref())
}

/// The hash of a node from those of its two children.
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut context = Context::new(&SHA256);
    context.update(&[1]);
    context.update(left);
    context.update(right);
    array(context.finish().as_ref())
}

/// The hash of a text, as it is.
pub(crate) fn plain_hash(bytes: &[u8]) -> Hash {
    array(digest(&SHA256, bytes).as_ref())
}

/// SHA-256 and HMAC with it give 32 bytes.
pub(crate) fn array(bytes: &[u8]) -> Hash {
    let mut hash = [0; 32];
    for (to, from) in hash.iter_mut().zip(bytes) {
        *to = *from;
    }
    hash
}
