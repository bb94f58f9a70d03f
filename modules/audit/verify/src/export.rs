//! An exported file: a proof of an event on every line, and on the last one the log's key and its newest checkpoint. As JSON the
//! same is an array.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use argus_audit_proof::leaf::Leaf;
use argus_audit_proof::note::{Checkpoint, PublicKey};
use argus_audit_proof::path::is_included;
use argus_audit_proof::{Hash, leaf_hash};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value as Json};

use crate::erasure::of_members;
use crate::event;
use crate::explain::told;
use crate::fault::{Faults, Place};
use crate::notes::believed;
use crate::value::json;
use crate::{Error, Options, Report};

/// What is known while lines are gone through.
struct Run {
    faults: Faults,
    keys: Vec<PublicKey>,
    /// The newest checkpoint: that of the last line.
    newest: Option<Checkpoint>,
    /// Roots by size: there is one of each.
    roots: HashMap<u64, Hash>,
    /// The note that was looked at last: mostly all lines have the same.
    note: Option<(String, Checkpoint)>,
    /// Erased fields, by their event; and those that events in this file say were erased.
    erased: HashMap<String, (i64, Vec<String>)>,
    said: HashMap<String, Vec<String>>,
}

/// Verifies an exported file. `progress` is told how many of its bytes are done.
///
/// # Errors
/// When it cannot be read; what is wrong with it stands in the report.
pub fn export(path: &Path, options: &Options, mut progress: impl FnMut(u64, u64)) -> Result<Report, Error> {
    let name = path.display().to_string();
    let failed = |error| Error::File(name.clone(), error);
    if !path.is_file() {
        return Err(Error::Missing(name));
    }
    let size = path.metadata().map_err(failed)?.len();
    let last = lines(path).map_err(failed)?.try_fold(String::new(), |_, line| line).map_err(failed)?;
    let mut warnings = Vec::new();
    let mut run = Run::of(&last, options, &mut warnings);
    let (mut done, mut number, mut leaves) = (0, 0, 0);
    let mut ahead: Option<String> = None;
    // All lines but the last.
    for line in lines(path).map_err(failed)? {
        if let Some(before) = ahead.replace(line.map_err(failed)?) {
            number += 1;
            leaves += 1;
            done += before.len() as u64 + 1;
            if let Err(reason) = run.line(&before) {
                run.faults.add(Place::Line(number), reason);
            }
            progress(done, size);
        }
    }
    progress(size, size);
    run.given(options, &mut warnings);
    run.erasures(&mut warnings);
    if run.roots.len() > 1 {
        warnings.push(
            "it has checkpoints of several sizes: that each goes on from the one before cannot be known".to_owned(),
        );
    }
    let head = run.newest.map(|newest| newest.head);
    let (faults, found) = run.faults.into_parts();
    Ok(Report { leaves, head, faults, found, warnings })
}

/// The objects of a file: one a line, or an array with one a line.
fn lines(path: &Path) -> std::io::Result<impl Iterator<Item = std::io::Result<String>>> {
    let lines = BufReader::new(File::open(path)?).lines();
    let objects = lines.map(|line| line.map(|line| line.strip_suffix(',').map(str::to_owned).unwrap_or(line)));
    Ok(objects.filter(|line| !line.as_ref().is_ok_and(|line| matches!(line.as_str(), "[" | "]"))))
}

impl Run {
    fn of(last: &str, options: &Options, warnings: &mut Vec<String>) -> Self {
        let mut faults = Faults::new(options.most);
        // A proof at the end means that what stood behind it is gone.
        let value = json(last).filter(|value| value.get("key").is_some() && value.get("event").is_none());
        let text = |name| value.as_ref().and_then(|value| value.get(name)).and_then(Json::as_str);
        let mut keys = options.keys.clone();
        if keys.is_empty() {
            warnings.push("no public key was given, so that the one in the file is believed".to_owned());
            keys = text("key").into_iter().flat_map(str::lines).filter_map(PublicKey::parse).collect();
        }
        let newest = text("checkpoint").map(|note| believed(note, &keys));
        let mut roots = HashMap::new();
        let newest = match newest {
            Some(Ok(newest)) => Some(newest),
            Some(Err(doubt)) => {
                faults.add(Place::Log, format!("the checkpoint of the last line: {doubt}"));
                None
            }
            None => {
                faults.add(Place::Log, "the last line has no key and checkpoint: the file was cut");
                None
            }
        };
        if let Some(newest) = &newest {
            roots.insert(newest.head.size, newest.head.root);
        }
        Self { faults, keys, newest, roots, note: None, erased: HashMap::new(), said: HashMap::new() }
    }

    /// One proof. What is wrong with its leaf is told as of that.
    fn line(&mut self, line: &str) -> Result<(), String> {
        let value = json(line).ok_or("it is no JSON")?;
        let text = |name: &str| value.get(name).and_then(Json::as_str).ok_or_else(|| format!("it has no text {name}"));
        let index = value.get("leafIndex").and_then(Json::as_u64).ok_or("it has no number leafIndex")?;
        let place = || Place::Leaf(i64::try_from(index).unwrap_or(i64::MAX));
        let hashes = value.get("inclusionProof").and_then(Json::as_array).ok_or("it has no list inclusionProof")?;
        let hashes: Option<Vec<Hash>> = hashes.iter().map(|hash| hash_of(hash.as_str()?)).collect();
        let event = value.get("event").and_then(Json::as_object).ok_or("it has no event")?;
        let none = Map::new();
        let salts = value.get("salts").and_then(Json::as_object).unwrap_or(&none);
        let leaf = text("leaf")?;
        let hash = leaf_hash(leaf.as_bytes());
        if hash_of(text("leafHash")?) != Some(hash) {
            self.faults.add(place(), "leafHash is not that of the leaf");
        }
        match self.checkpoint(text("checkpoint")?) {
            Err(doubt) => self.faults.add(place(), format!("signature: {doubt}")),
            Ok(checkpoint) => {
                let head = checkpoint.head;
                if !hashes.is_some_and(|hashes| is_included(&hash, index, head.size, &hashes, &head.root)) {
                    self.faults.add(place(), "the inclusion proof does not lead from the leaf to the checkpoint");
                }
            }
        }
        let leaf = match Leaf::parse(leaf.as_bytes()) {
            Ok(leaf) => leaf,
            Err(malformed) => {
                self.faults.add(place(), told(malformed));
                return Ok(());
            }
        };
        let (reasons, erased) = event::compare(event, &leaf, salts, index);
        if reasons.is_empty()
            && let Some((of, fields)) = of_members(event)
        {
            self.said.entry(of).or_default().extend(fields);
        }
        for reason in reasons {
            self.faults.add(place(), reason);
        }
        if !erased.is_empty() {
            self.erased.insert(leaf.id, (i64::try_from(index).unwrap_or(i64::MAX), erased));
        }
        Ok(())
    }

    fn checkpoint(&mut self, note: &str) -> Result<Checkpoint, String> {
        if let Some((_, known)) = self.note.as_ref().filter(|(known, _)| known == note) {
            return Ok(known.clone());
        }
        let found = believed(note, &self.keys)?;
        if self.newest.as_ref().is_some_and(|newest| newest.origin != found.origin) {
            return Err(format!("the checkpoint is of another log: {}", found.origin));
        }
        if *self.roots.entry(found.head.size).or_insert(found.head.root) != found.head.root {
            return Err(format!("there are two checkpoints of size {} with different roots", found.head.size));
        }
        self.note = Some((note.to_owned(), found.clone()));
        Ok(found)
    }

    /// Checkpoints from elsewhere say something of those of the same size.
    fn given(&mut self, options: &Options, warnings: &mut Vec<String>) {
        for (place, note) in options.checkpoints.iter().enumerate() {
            let place = Place::Given(place + 1);
            match believed(note, &self.keys) {
                Err(doubt) => self.faults.add(place, doubt),
                Ok(given) if self.newest.as_ref().is_some_and(|newest| newest.origin != given.origin) => {
                    self.faults.add(place, format!("it is of another log: {}", given.origin));
                }
                Ok(given) => match self.roots.get(&given.head.size) {
                    Some(root) if *root == given.head.root => {}
                    Some(_) => self.faults.add(place, "the file has another root of this size"),
                    None => warnings.push(format!(
                        "{place}: the file has none of size {}, so that it says nothing",
                        given.head.size
                    )),
                },
            }
        }
    }

    /// An export need not have the events that erased.
    fn erasures(&mut self, warnings: &mut Vec<String>) {
        let mut without = 0_u64;
        for (id, (_, fields)) in &self.erased {
            let said = self.said.get(id);
            without += u64::from(!fields.iter().all(|field| said.is_some_and(|said| said.contains(field))));
        }
        for (id, fields) in &self.said {
            let erased = self.erased.get(id);
            let kept = fields.iter().filter(|field| erased.is_some_and(|(_, erased)| !erased.contains(field)));
            let kept: Vec<&str> = kept.map(String::as_str).collect();
            if let Some((index, _)) = erased.filter(|_| !kept.is_empty()) {
                self.faults.add(Place::Leaf(*index), format!("it has values that were erased: {}", kept.join(", ")));
            }
        }
        if without > 0 {
            warnings.push(format!("values of {without} events were erased, by events that are not in the file"));
        }
    }
}

fn hash_of(text: &str) -> Option<Hash> {
    STANDARD.decode(text).ok()?.try_into().ok()
}
