//! What proves the audit log, and how it is verified.
//!
//! Every event has a leaf: a canonical text (RFC 8785) of what may be public of it, and of commitments to everything else
//! ([`leaf`], [`commitment`]). The leaves, in the order of commits, make a Merkle tree (RFC 6962; [`tree`], [`path`], [`growth`]), whose
//! head is signed as a checkpoint ([`note`], C2SP tlog-checkpoint and signed-note) and whose hashes are published as tiles
//! ([`tile`], C2SP tlog-tiles).
//!
//! Nothing here reads a file, a clock or a store, and the server's own code is not needed to verify what it says.
#![no_std]

extern crate alloc;

pub mod canonical;
pub mod commitment;
pub mod growth;
mod hash;
pub mod leaf;
pub mod note;
pub mod path;
pub mod text;
pub mod tile;
pub mod tree;

pub use hash::{Hash, leaf_hash, node_hash};
