//! A row and its leaf, compared in one walk along the leaf's text: the canonical form leaves no choice, so what does not stand
//! where it must is wrong. What is wrong is worked out by [`explain`](crate::explain) then.

use argus_audit_proof::commitment::commitment;
use argus_audit_proof::leaf::LONGEST;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::column::{
    CLEAR, CLEAR_FROM, CREATED, CUSTOMER, FOLDED, ID, KEYWORDS, Kind, SEALED, SEALED_FROM, TIMESTAMP, all, flag,
};
use crate::fold::folded;
use crate::page::{Row, Value};
use crate::salt::{Known, LEAF};
use crate::value::{form, number, parsed, uuid};

/// The length of a commitment in a leaf.
const COMMITMENT: usize = 43;

/// What a row and its leaf say together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Seen {
    /// Sealed members the leaf commits to, as bits.
    pub sealed: u64,
    /// Those of them whose values and salts are gone.
    pub erased: u64,
    /// Flags that have come since creation.
    pub later: i64,
}

/// Compares, without needing memory anew for every event.
pub struct Checker {
    /// Places of the columns that keywords are looked for in.
    keywords: Vec<(&'static str, usize)>,
    text: String,
}

impl Checker {
    /// One that has seen nothing.
    #[must_use]
    pub fn new() -> Self {
        let place = |name| all().position(|column| column.name == name);
        let keywords = KEYWORDS.into_iter().filter_map(|name| Some((name, place(name)?))).collect();
        Self { keywords, text: String::new() }
    }

    /// What a row and its leaf say, when they say the same.
    pub fn quick(&mut self, row: &Row<'_>, leaf: &Row<'_>) -> Option<Seen> {
        let mut rest = Rest(leaf.text(LEAF).filter(|text| text.len() <= LONGEST)?.as_bytes());
        let mut seen = Seen::default();
        rest.take("{\"clear\":{")?;
        let mut comma = "\"";
        for (place, column) in CLEAR.iter().enumerate() {
            let value = row.value(CLEAR_FROM + place);
            if column.kind == Kind::Flags {
                rest.take(comma)?.take("flags\":[")?;
                seen.later = later(rest.flags()?, value)?;
            } else if form(column.kind, value, &mut self.text).ok()? {
                rest.take(comma)?.take(column.name)?.take("\":")?.take(&self.text)?;
            } else {
                continue;
            }
            comma = ",\"";
        }
        self.own(row)?;
        rest.take(&self.text)?;
        self.sealed(row, &Known::of(leaf).ok()?, &mut rest, &mut seen)?;
        self.text.clear();
        self.text.push_str("},\"timestamp\":\"");
        number(row.integer(TIMESTAMP)?, &mut self.text);
        self.text.push_str("\",\"v\":1}");
        rest.take(&self.text)?;
        (rest.0.is_empty() && self.is_folded(row)).then_some(seen)
    }

    /// What stands between the members in clear and the sealed ones.
    fn own(&mut self, row: &Row<'_>) -> Option<()> {
        let text = &mut self.text;
        text.clear();
        text.push_str("},\"createdTimestamp\":\"");
        number(row.integer(CREATED)?, text);
        text.push_str("\",\"customer\":");
        number(row.integer(CUSTOMER)?, text);
        text.push_str(",\"id\":\"");
        uuid(row.blob(ID)?.try_into().ok()?, text);
        text.push_str("\",\"sealed\":{");
        Some(())
    }

    fn sealed(&mut self, row: &Row<'_>, salts: &Known, rest: &mut Rest<'_>, seen: &mut Seen) -> Option<()> {
        let mut comma = "\"";
        for (place, column) in SEALED.iter().enumerate() {
            if form(column.kind, row.value(SEALED_FROM + place), &mut self.text).ok()? {
                rest.take(comma)?.take(column.name)?.take("\":\"")?;
                let salt = salts.field(place)?;
                let said = rest.commitment()?;
                if !is_meant(said, &commitment(&salt, column.name, &self.text)) {
                    let text = (column.kind == Kind::Json).then(|| parsed(&self.text)).flatten()?;
                    is_meant(said, &commitment(&salt, column.name, &text)).then_some(())?;
                }
            } else if salts.are_of_fields() {
                // Erased, or never there.
                let Some(behind) = rest.behind(comma, column.name) else {
                    salts.field(place).is_none().then_some(())?;
                    continue;
                };
                salts.field(place).is_none().then_some(())?;
                *rest = behind;
                rest.commitment()?;
                seen.erased |= 1 << place;
            } else {
                continue;
            }
            rest.take("\"")?;
            seen.sealed |= 1 << place;
            comma = ",\"";
        }
        Some(())
    }

    /// Whether the folded texts are those of the row's.
    pub fn is_folded(&self, row: &Row<'_>) -> bool {
        let texts = self.keywords.iter().filter_map(|(name, place)| Some((*name, row.text(*place)?)));
        match (folded(texts), row.value(FOLDED)) {
            (None, Value::Null) => true,
            (Some(expected), Value::Text(there)) => expected == there,
            _ => false,
        }
    }
}

/// Whether a commitment in a leaf is that one.
pub fn is_meant(said: &str, commitment: &[u8; 32]) -> bool {
    let mut text = [0; COMMITMENT];
    // 32 bytes are 43 characters.
    URL_SAFE_NO_PAD.encode_slice(commitment, &mut text).is_ok() && said.as_bytes() == text
}

/// Whether a text can be a commitment to a value that is not there any more.
pub fn is_commitment(said: &str) -> bool {
    said.len() == COMMITMENT && URL_SAFE_NO_PAD.decode(said).is_ok()
}

/// The flags that have come since, where the others are those of creation.
pub fn later(at_creation: i64, now: Value<'_>) -> Option<i64> {
    let Value::Integer(now) = now else { return None };
    let later = now & !at_creation;
    (at_creation & !now == 0 && later & !flag::LATER == 0).then_some(later)
}

/// What is left of a leaf's text.
#[derive(Clone, Copy)]
struct Rest<'l>(&'l [u8]);

impl<'l> Rest<'l> {
    fn take(&mut self, text: &str) -> Option<&mut Self> {
        self.0 = self.0.strip_prefix(text.as_bytes())?;
        Some(self)
    }

    fn behind(mut self, comma: &str, name: &str) -> Option<Self> {
        self.take(comma)?.take(name)?.take("\":\"")?;
        Some(self)
    }

    fn commitment(&mut self) -> Option<&'l str> {
        let (said, rest) = self.0.split_at_checked(COMMITMENT)?;
        self.0 = rest;
        let said = core::str::from_utf8(said).ok()?;
        said.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')).then_some(said)
    }

    fn flags(&mut self) -> Option<i64> {
        let (mut flags, mut comma) = (0, "\"");
        for (name, bit) in flag::NAMES {
            let mut ahead = *self;
            if ahead.take(comma).and_then(|rest| rest.take(name)?.take("\"")).is_some() {
                *self = ahead;
                flags |= bit;
                comma = ",\"";
            }
        }
        self.take("]")?;
        Some(flags)
    }
}
