//! Values that are gone, and the events that say so.

use std::collections::HashMap;

use argus_audit_proof::leaf::Leaf;
use serde_json::Value as Json;

use crate::Error;
use crate::check::Seen;
use crate::column::{CLEAR, CLEAR_FROM, ID, SEALED_FROM, flag, names, sealed};
use crate::fault::{Faults, Place};
use crate::page::Row;
use crate::store::Store;
use crate::value::{json, uuid_of};

/// An event of which something is gone.
struct Lost {
    index: i64,
    /// What is gone.
    erased: u64,
    /// What of it no event has named yet.
    unexplained: u64,
    /// Flags that need such an event.
    flags: i64,
    /// Whether there is one.
    is_named: bool,
}

/// What one event says of another.
#[derive(Debug, PartialEq, Eq)]
pub struct Erasure {
    /// The other event.
    pub of: [u8; 16],
    /// The sealed members that it names, as bits.
    pub fields: u64,
}

/// All of them.
#[derive(Default)]
pub struct Erasures(HashMap<[u8; 16], Lost>);

impl Erasures {
    /// Takes in what was seen of an event; `holds` where its row and its leaf are of one another.
    ///
    /// # Errors
    /// When another event cannot be looked up.
    pub fn add(
        &mut self,
        index: i64,
        row: &Row<'_>,
        seen: Seen,
        holds: bool,
        store: &mut dyn Store,
        faults: &mut Faults,
    ) -> Result<(), Error> {
        let flags = seen.later & (flag::DELETED | flag::ERASED);
        let id: Option<[u8; 16]> = row.blob(ID).and_then(|bytes| bytes.try_into().ok());
        if let Some(id) = id.filter(|_| seen.erased != 0 || flags != 0) {
            if (seen.erased != 0) != (flags & flag::ERASED != 0) {
                let reason = if seen.erased == 0 {
                    "flags: it is ERASED, and nothing of it is"
                } else {
                    "flags: values were erased, and it is not ERASED"
                };
                faults.add(Place::Leaf(index), reason);
            }
            let lost = Lost { index, erased: seen.erased, unexplained: seen.erased, flags, is_named: false };
            self.0.insert(id, lost);
        }
        if !is_erasure(row) {
            return Ok(());
        }
        if seen.erased != 0 {
            faults.add(Place::Leaf(index), "values of an erasure event were erased");
        } else if holds {
            match read(row) {
                Ok(erasure) => self.explain(index, &erasure, store, faults)?,
                Err(reason) => faults.add(Place::Leaf(index), reason),
            }
        }
        Ok(())
    }

    fn explain(
        &mut self,
        index: i64,
        erasure: &Erasure,
        store: &mut dyn Store,
        faults: &mut Faults,
    ) -> Result<(), Error> {
        if let Some(lost) = self.0.get_mut(&erasure.of).filter(|lost| lost.index < index) {
            lost.unexplained &= !erasure.fields;
            lost.is_named = true;
        }
        let erased = self.0.get(&erasure.of).map_or(0, |lost| lost.erased);
        let kept = erasure.fields & !erased;
        if kept == 0 {
            return Ok(());
        }
        // It may never have had these.
        let Some(found) = store.leaf_of(&erasure.of)? else {
            faults.add(Place::Leaf(index), "it says what was erased of an event that is not there");
            return Ok(());
        };
        let leaf = Leaf::parse(found.leaf.as_bytes()).ok();
        for name in names(kept) {
            if leaf.as_ref().is_some_and(|leaf| leaf.sealed.contains_key(name)) {
                let reason = format!("{name} has a value although leaf {index} says that it was erased");
                faults.add(Place::Leaf(found.index), reason);
            }
        }
        Ok(())
    }

    /// Tells what no event has said.
    pub fn end(self, faults: &mut Faults) {
        for lost in self.0.into_values() {
            if lost.unexplained != 0 {
                let names: Vec<&str> = names(lost.unexplained).collect();
                let reason = format!("erased without an erasure event: {}", names.join(", "));
                faults.add(Place::Leaf(lost.index), reason);
            } else if !lost.is_named && lost.flags != 0 {
                let flags = flag::NAMES.iter().filter(|(_, bit)| lost.flags & bit != 0);
                let names: Vec<&str> = flags.map(|(name, _)| *name).collect();
                let reason = format!("flags: it is {} without an erasure event", names.join(" and "));
                faults.add(Place::Leaf(lost.index), reason);
            }
        }
    }
}

fn is_erasure(row: &Row<'_>) -> bool {
    let is = |name: &str, text: &str| {
        let place = CLEAR.iter().position(|column| column.name == name);
        place.is_some_and(|place| row.text(CLEAR_FROM + place) == Some(text))
    };
    is("eventType", "ERASURE") && is("dialect", "internal") && is("targetType", "EVENT")
}

fn read(row: &Row<'_>) -> Result<Erasure, String> {
    let text = |name| sealed(name).and_then(|place| row.text(SEALED_FROM + place));
    let of = text("targetID").and_then(uuid_of).ok_or("targetID of an erasure event is no event")?;
    let metadata = text("metadata").and_then(json);
    let fields = metadata.as_ref().and_then(|metadata| metadata.get("fields")).and_then(Json::as_array);
    let mut bits = 0;
    for field in fields.ok_or("metadata of an erasure event name no fields")? {
        let place = field.as_str().and_then(sealed);
        bits |= 1 << place.ok_or_else(|| format!("an erasure event names {field}, which cannot be erased"))?;
    }
    Ok(Erasure { of, fields: bits })
}

/// Takes the place of [`read`] for events that were exported.
pub fn of_members(members: &serde_json::Map<String, Json>) -> Option<(String, Vec<String>)> {
    let is = |name: &str, text: &str| members.get(name).and_then(Json::as_str) == Some(text);
    if !is("eventType", "ERASURE") || !is("dialect", "internal") || !is("targetType", "EVENT") {
        return None;
    }
    let fields = members.get("metadata")?.get("fields")?.as_array()?;
    let fields = fields.iter().filter_map(Json::as_str).map(str::to_owned).collect();
    Some((members.get("targetID")?.as_str()?.to_owned(), fields))
}
