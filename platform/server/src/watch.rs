//! Watching a log from outside: whoever keeps the last checkpoint that held, and compares each one after it, finds out when
//! something is changed, taken away or left out that was in the log by then. None of it believes the server.

mod fetch;
pub mod judge;
mod state;

use std::fmt::Write;
use std::path::{Path, PathBuf};

use argus_audit_log::print::iso;
use argus_audit_proof::note::{Checkpoint, PublicKey};
use argus_core::clock::{Clock, NANOS_PER_SECOND};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::ServerError;
use fetch::Log;
use judge::{Alarm, Verdict, claimed, look};
use state::State;

pub use state::note_in;

/// Of a name that anybody may have made up, so many characters are shown.
const SHOWN: usize = 100;

/// A log that is watched.
pub struct Watch {
    log: Log,
    file: PathBuf,
    clock: Clock,
    given: Vec<PublicKey>,
    kept: Option<State>,
}

/// What came of a look, in lines for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// The log holds.
    Holds {
        /// Since when, and how far.
        line: String,
        /// What cannot be known.
        warning: Option<String>,
    },
    /// It does not.
    Alarm(String),
    /// Nobody can say: the log could not be asked, or a file not be written. Worth another try.
    Trouble(String),
}

impl Watch {
    /// A watch of the log at an address, its server's or its own. Without keys, those are believed that are kept in the file,
    /// or else those that the log names at the first look.
    ///
    /// # Errors
    /// When the address is none, or the file holds something else than a watch keeps.
    pub fn new(url: &str, file: &Path, keys: Vec<PublicKey>, clock: Clock) -> Result<Self, ServerError> {
        let log = Log::at(url).map_err(ServerError::Settings)?;
        Ok(Self { log, file: file.to_owned(), clock, given: keys, kept: State::read(file)? })
    }

    /// Looks once. What holds is kept; on an alarm what was kept stays, and the note that was seen is kept beside it. May be
    /// dropped at any time.
    pub async fn look(&mut self) -> Seen {
        self.try_look().await.unwrap_or_else(|trouble| Seen::Trouble(format!("{}: {trouble}", self.time())))
    }

    async fn try_look(&mut self) -> Result<Seen, String> {
        let note = self.log.checkpoint().await?;
        let kept_keys = self.kept.as_ref().map_or(&[][..], |kept| &kept.keys);
        let known = if self.given.is_empty() { kept_keys } else { &self.given };
        let is_taken = known.is_empty();
        let keys = if is_taken { self.log.keys().await? } else { known.to_vec() };
        let before = self.kept.as_ref().map(|kept| &kept.checkpoint);
        let mut proof = None;
        loop {
            match look(before, &note, &keys, proof.as_ref()) {
                Verdict::NeedsProof { from, to } => proof = Some(self.log.consistency(from, to).await?),
                Verdict::NoCheckpoint => return Err("what the log gave is no checkpoint".to_owned()),
                Verdict::Alarm(alarm) => return Ok(Seen::Alarm(self.alarm(&alarm, &note, &keys))),
                Verdict::Holds(checkpoint) => {
                    let warning = is_taken.then(|| taken(&keys));
                    let line = self.line(&checkpoint);
                    self.keep(State { keys, note, checkpoint }).map_err(|error| error.to_string())?;
                    return Ok(Seen::Holds { line, warning });
                }
            }
        }
    }

    fn keep(&mut self, state: State) -> Result<(), ServerError> {
        if self.kept.as_ref() != Some(&state) {
            state.write(&self.file)?;
            self.kept = Some(state);
        }
        Ok(())
    }

    fn line(&self, seen: &Checkpoint) -> String {
        let since = self.kept.as_ref().map(|kept| kept.checkpoint.head.size);
        let since = since.map_or_else(|| "the first that is kept".to_owned(), |size| format!("consistent with {size}"));
        format!("{} {} leaves, {since}", self.time(), seen.head.size)
    }

    /// One line that has both checkpoints.
    fn alarm(&self, alarm: &Alarm, note: &str, keys: &[PublicKey]) -> String {
        let file = state::evidence(&self.file);
        let mut line = format!("{} {}", self.time(), alarm.text());
        let sides = [("kept", self.kept.as_ref().map(|kept| kept.checkpoint.clone())), ("seen", claimed(note))];
        for (side, checkpoint) in sides {
            let text = checkpoint.map_or_else(|| "nothing".to_owned(), |checkpoint| shown(&checkpoint));
            // Into a text, which takes everything.
            let _ = write!(line, "; {side}: {text}");
        }
        let evidence = state::keep_evidence(&file, note, keys);
        line + &evidence.map_or_else(
            |error| format!("; what was seen could not be kept: {error}"),
            |()| format!("; what was seen is in {}", file.display()),
        )
    }

    fn time(&self) -> String {
        let now = self.clock.now();
        iso(now - now.rem_euclid(NANOS_PER_SECOND))
    }
}

fn shown(checkpoint: &Checkpoint) -> String {
    let Checkpoint { origin, head } = checkpoint;
    format!("{}, {} leaves, root {}", harmless(origin), head.size, STANDARD.encode(head.root))
}

fn taken(keys: &[PublicKey]) -> String {
    let keys: Vec<String> = keys.iter().map(|key| key.text().replacen(&key.name, &harmless(&key.name), 1)).collect();
    format!(
        "no --key was given: from now on what the log itself names as its key is believed; compare it with what its operator \
         says elsewhere: {}",
        keys.join(" ")
    )
}

/// A text of others, for a terminal.
fn harmless(text: &str) -> String {
    let short: String = text.chars().take(SHOWN).collect();
    let more = if short.len() < text.len() { "..." } else { "" };
    format!("{}{more}", short.escape_debug())
}
