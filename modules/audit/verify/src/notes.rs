//! Signed notes of checkpoints, as they are believed or not.

use argus_audit_proof::note::{Checkpoint, Doubt, PublicKey, open};

/// The checkpoint of a note that one of the keys signed.
///
/// # Errors
/// Why it is not believed.
pub fn believed(note: &str, keys: &[PublicKey]) -> Result<Checkpoint, &'static str> {
    let text = open(note, keys).map_err(|doubt| match doubt {
        Doubt::Malformed => "it is no signed note",
        Doubt::Unsigned => "no known key signed it",
        Doubt::Forged => "its signature is wrong",
    })?;
    let checkpoint = Checkpoint::parse(text).ok_or("it is signed, and no checkpoint")?;
    if checkpoint.text() == text { Ok(checkpoint) } else { Err("it says more than a checkpoint of this log does") }
}
