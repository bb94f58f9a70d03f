//! The provable log: each event has a leaf, the leaves make a Merkle tree, and every batch ends with a signed checkpoint of
//! it. What all of these are is said in `argus-audit-proof`; here they are kept:
//!
//! - `event_leaf`: the exact text of each leaf, and what its fields are salted with.
//! - `log_tile`: tiles that are full, each written once. What is not full yet follows from the leaves, and from the tiles
//!   below it.
//! - `log_checkpoint`: the signed note of every batch.
//! - `log_key`: the public keys of the log, those that were replaced too.

mod adopt;
mod grow;
mod keys;
pub mod members;
mod receipt;
mod signer;
mod stored;
mod tiles;

pub use adopt::adopt;
pub(crate) use grow::grow;
pub use keys::{LogKey, establish, keys, rotate};
pub(crate) use receipt::Grown;
pub use receipt::{Inclusion, Receipt, inclusion, inclusions, inclusions_in, known_receipt};
pub use signer::Signer;
pub use stored::{Stored, stored_leaf, stored_leaves};
pub use tiles::{checkpoint, consistency, entries, head_at, tile};
