//! What a watch keeps: the last checkpoint that held, and the keys that are believed. Before the note stand those keys, a line
//! each, and an empty line; a file with nothing but a note, handed on by somebody else, is as good.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use argus_audit_proof::note::{Checkpoint, PublicKey, open};

use super::judge::claimed;
use crate::{ServerError, private};

/// What is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// The keys that are believed.
    pub keys: Vec<PublicKey>,
    /// The note of the last checkpoint that held.
    pub note: String,
    /// The checkpoint in it.
    pub checkpoint: Checkpoint,
}

impl State {
    /// Reads a file. Nothing where there is none.
    ///
    /// # Errors
    /// When it cannot be read, or holds something else.
    pub fn read(file: &Path) -> Result<Option<Self>, ServerError> {
        match std::fs::read_to_string(file) {
            Ok(text) => {
                let what = || ServerError::File(format!("{}: holds no checkpoint that was kept", file.display()));
                Self::parse(&text).map(Some).ok_or_else(what)
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(ServerError::file(file, &error)),
        }
    }

    /// Writes it, whole or not at all.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, file: &Path) -> Result<(), ServerError> {
        let keys: String = self.keys.iter().map(|key| key.text() + "\n").collect();
        private::write(file, format!("{keys}\n{}", self.note).as_bytes())
    }

    // Its signature was checked when it was written, and its key may be gone by now.
    fn parse(text: &str) -> Option<Self> {
        let note = note_in(text);
        let keys = text.strip_suffix(note)?.lines().filter_map(PublicKey::parse).collect();
        Some(Self { keys, note: note.to_owned(), checkpoint: claimed(note)? })
    }
}

/// The note in the text of a file that was kept; a text without keys before it is one.
#[must_use]
pub fn note_in(text: &str) -> &str {
    let behind = text.split_once("\n\n").filter(|(keys, _)| keys.lines().all(|line| PublicKey::parse(line).is_some()));
    behind.map_or(text, |(_, note)| note)
}

/// Where the note that an alarm is about is kept.
pub fn evidence(state: &Path) -> PathBuf {
    let mut name = state.as_os_str().to_owned();
    name.push(".alarm");
    name.into()
}

/// Keeps the note that an alarm is about. The newest is as good as the first, but that one which a known key signed proves
/// something, and is not lost for one which anybody may have made.
///
/// # Errors
/// When it cannot be written.
pub fn keep_evidence(file: &Path, note: &str, keys: &[PublicKey]) -> Result<(), ServerError> {
    let before = std::fs::read_to_string(file).unwrap_or_default();
    if before == note || (open(&before, keys).is_ok() && open(note, keys).is_err()) {
        return Ok(());
    }
    private::write(file, note.as_bytes())
}

#[cfg(test)]
mod tests {
    use argus_audit_proof::path::Head;
    use ring::signature::Ed25519KeyPair;

    use super::*;

    fn sample(seed: u8, size: u64) -> (PublicKey, State) {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap();
        let checkpoint = Checkpoint { origin: "example.org/log".to_owned(), head: Head { size, root: [seed; 32] } };
        let key = PublicKey::of(&checkpoint.origin, &pair);
        let note = checkpoint.sign(&checkpoint.origin, &pair);
        (key.clone(), State { keys: vec![key], note, checkpoint })
    }

    #[test]
    fn what_is_kept_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("kept");
        assert_eq!(State::read(&file).unwrap(), None);
        let ((other, _), (_, mut state)) = (sample(1, 3), sample(2, 9));
        state.keys.push(other);
        state.write(&file).unwrap();
        assert_eq!(State::read(&file).unwrap().as_ref(), Some(&state));
        assert_eq!(note_in(&std::fs::read_to_string(&file).unwrap()), state.note);
        // A note from elsewhere.
        std::fs::write(&file, &state.note).unwrap();
        assert_eq!(State::read(&file).unwrap(), Some(State { keys: Vec::new(), ..state.clone() }));
        assert_eq!(note_in(&state.note), state.note);
        for nothing in ["", "a\n\nb\n", &state.keys[0].text()] {
            std::fs::write(&file, nothing).unwrap();
            let problem = State::read(&file).unwrap_err().to_string();
            assert!(problem.contains("holds no checkpoint"), "{problem}");
        }
    }

    #[test]
    fn what_proves_something_stays() {
        let folder = tempfile::tempdir().unwrap();
        let file = evidence(&folder.path().join("kept"));
        assert!(file.ends_with("kept.alarm"));
        let ((key, known), (_, newer), (_, stranger)) = (sample(1, 3), sample(1, 4), sample(2, 5));
        let kept = || std::fs::read_to_string(&file).unwrap();
        for (note, then) in [(&stranger, &stranger), (&known, &known), (&stranger, &known), (&newer, &newer)] {
            keep_evidence(&file, &note.note, std::slice::from_ref(&key)).unwrap();
            assert_eq!(kept(), then.note);
        }
    }
}
