//! What is wrong with a row and its leaf, member by member.

use argus_audit_proof::canonical::canonical;
use argus_audit_proof::commitment::commitment;
use argus_audit_proof::leaf::{Leaf, Malformed};
use serde_json::Value as Json;

use crate::check::{Checker, Seen, is_commitment, is_meant, later};
use crate::column::{
    CLEAR, CLEAR_FROM, CREATED, CUSTOMER, Column, FOLDED, ID, Kind, SEALED, SEALED_FROM, TIMESTAMP, all, flag, sealed,
};
use crate::page::{Row, Value};
use crate::salt::{Known, LEAF};
use crate::value::{form, parsed, uuid};

/// What is wrong.
pub enum Wrong {
    /// The row and the leaf are of two events: these.
    Other {
        /// The event of the row.
        row: String,
        /// The event of the leaf.
        leaf: String,
    },
    /// They are of one event, and differ.
    Differs(Vec<String>, Seen),
}

/// Says why a row and a leaf are not of one another.
pub fn explain(checker: &Checker, row: &Row<'_>, leaf: &Row<'_>) -> Wrong {
    let parsed = match leaf.text(LEAF).ok_or(Malformed::NotJson).and_then(|text| Leaf::parse(text.as_bytes())) {
        Ok(parsed) => parsed,
        Err(malformed) => return Wrong::Differs(vec![told(malformed).to_owned()], Seen::default()),
    };
    let mut id = String::new();
    match row.blob(ID).and_then(|bytes| bytes.try_into().ok()) {
        Some(bytes) => uuid(bytes, &mut id),
        None => return Wrong::Differs(vec!["id is no UUID".to_owned()], Seen::default()),
    }
    if id != parsed.id {
        return Wrong::Other { row: id, leaf: parsed.id };
    }
    let (mut reasons, mut seen) = (Vec::new(), Seen::default());
    for (place, said) in [(CUSTOMER, parsed.customer), (TIMESTAMP, parsed.timestamp), (CREATED, parsed.created)] {
        if row.value(place) != Value::Integer(said) {
            let name = all().nth(place).map_or("", |column| column.name);
            reasons.push(format!("{name} differs from the leaf"));
        }
    }
    in_clear(row, &parsed, &mut reasons, &mut seen);
    match Known::of(leaf) {
        Ok(salts) => in_sealed(row, &parsed, &salts, &mut reasons, &mut seen),
        Err(reason) => reasons.push(reason),
    }
    if !checker.is_folded(row) {
        let name = all().nth(FOLDED).map_or("", |column| column.column);
        reasons.push(format!("{name} does not follow from the texts of the row"));
    }
    if reasons.is_empty() {
        // Whatever it is, it is not that text.
        reasons.push("the leaf is not that of its row".to_owned());
    }
    Wrong::Differs(reasons, seen)
}

/// In words.
pub fn told(malformed: Malformed) -> &'static str {
    match malformed {
        Malformed::NotJson => "the leaf is no JSON",
        Malformed::NotCanonical => "the leaf is not in canonical form",
        Malformed::NotALeaf => "the leaf has not the form of a leaf",
    }
}

fn in_clear(row: &Row<'_>, leaf: &Leaf, reasons: &mut Vec<String>, seen: &mut Seen) {
    for (place, column) in CLEAR.iter().enumerate() {
        let (value, said, name) = (row.value(CLEAR_FROM + place), leaf.clear.get(column.name), column.name);
        if column.kind == Kind::Flags {
            match said.and_then(flags).map(|said| later(said, value)) {
                Some(Some(later)) => seen.later = later,
                Some(None) => reasons.push(format!("{name} differs from the leaf")),
                None => reasons.push(format!("{name} of the leaf is no list of flags")),
            }
            continue;
        }
        let mut text = String::new();
        match (form(column.kind, value, &mut text), said.map(canonical)) {
            (Err(_), _) => reasons.push(unfit(column)),
            (Ok(false), None) => {}
            (Ok(true), Some(said)) if said.as_ref() == Some(&text) => {}
            (Ok(true), Some(_)) => reasons.push(format!("{name} differs from the leaf")),
            (Ok(true), None) => reasons.push(format!("{name} has a value, and the leaf none")),
            (Ok(false), Some(_)) => reasons.push(format!("{name} has no value, and the leaf one")),
        }
    }
    for name in leaf.clear.keys().filter(|name| !CLEAR.iter().any(|column| column.name == *name)) {
        reasons.push(format!("the leaf has {name} in clear, which events have not"));
    }
}

/// The bits of a list of flags, sorted.
pub fn flags(list: &Json) -> Option<i64> {
    let list = list.as_array()?;
    let mut names = flag::NAMES.iter();
    let mut bits = 0;
    for name in list {
        bits |= names.find(|(known, _)| name == known)?.1;
    }
    Some(bits)
}

fn in_sealed(row: &Row<'_>, leaf: &Leaf, salts: &Known, reasons: &mut Vec<String>, seen: &mut Seen) {
    for (place, column) in SEALED.iter().enumerate() {
        let (name, mut text) = (column.name, String::new());
        let said = leaf.sealed.get(name);
        if said.is_some() {
            seen.sealed |= 1 << place;
        }
        let salt = salts.field(place);
        let has = match form(column.kind, row.value(SEALED_FROM + place), &mut text) {
            Ok(has) => has,
            Err(_) => {
                reasons.push(unfit(column));
                continue;
            }
        };
        match (has, said, salt) {
            (false, None, salt) if salts.are_of_fields() && salt.is_some() => {
                reasons.push(format!("there is a salt of {name}, and the leaf has no commitment to it"));
            }
            (false, None, _) => {}
            (true, None, _) => reasons.push(format!("{name} has a value, and the leaf no commitment to it")),
            (true, Some(said), Some(salt)) => {
                let is = |text: &str| is_meant(said, &commitment(&salt, name, text));
                let again = || column.kind == Kind::Json && parsed(&text).is_some_and(|text| is(&text));
                if !is(&text) && !again() {
                    reasons.push(format!("{name} differs from its commitment"));
                }
            }
            (true, Some(_), None) => reasons.push(format!("{name} has a value although it was erased")),
            (false, Some(_), Some(_)) => reasons.push(format!("{name} has no value, and the leaf a commitment to it")),
            (false, Some(said), None) => {
                seen.erased |= 1 << place;
                if !is_commitment(said) {
                    reasons.push(format!("what the leaf says of {name} is no commitment"));
                }
            }
        }
    }
    for name in leaf.sealed.keys().filter(|name| sealed(name).is_none()) {
        reasons.push(format!("the leaf commits to {name}, which events have not"));
    }
}

fn unfit(column: &Column) -> String {
    format!("{} has a value that it cannot have", column.name)
}
