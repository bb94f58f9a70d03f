//! A JSON document with many events, cut into its events without being made into a tree: each of them is read on its own.

use std::collections::HashSet;
use std::fmt;

use argus_core::error::ApiError;
use argus_core::wire::parse;
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use super::MOST;

/// The members of the document that mean something.
#[derive(Default)]
pub struct Document<'a> {
    /// The events, as they were sent.
    pub events: Option<Events<'a>>,
    /// The mode, as it was sent.
    pub mode: Option<Value>,
}

/// What stands in the place of the events.
pub enum Events<'a> {
    /// A list.
    List(Vec<&'a RawValue>),
    /// A list of more than there may be.
    TooMany,
    /// Something else.
    NoList,
}

impl<'a> Document<'a> {
    /// Cuts a document.
    ///
    /// # Errors
    /// 412 when it is no JSON object, or two readers could read it differently; events are not looked into.
    pub fn cut(bytes: &'a [u8]) -> Result<Self, ApiError> {
        let unreadable = |error| ApiError::unmet("invalid.json", format!("The body cannot be read as JSON: {error}"));
        let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
        if first != Some(&b'{') {
            // Says what is wrong with it as JSON, if anything is.
            parse(bytes)?;
            return Err(ApiError::unmet("invalid.body", "The body must be a JSON object"));
        }
        let members: Members<'a> = serde_json::from_slice(bytes).map_err(unreadable)?;
        // Also what means nothing has to be sound.
        members.others.into_iter().try_for_each(|other| parse(other.get().as_bytes()).map(drop))?;
        let mode = members.mode.map(|mode| parse(mode.get().as_bytes())).transpose()?;
        Ok(Self { events: members.events, mode })
    }
}

#[derive(Default)]
struct Members<'a> {
    events: Option<Events<'a>>,
    mode: Option<&'a RawValue>,
    others: Vec<&'a RawValue>,
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with events")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
        let (mut members, mut names) = (Members::default(), HashSet::new());
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                "events" => members.events = Some(map.next_value_seed(EventsSeed)?),
                "mode" => members.mode = Some(map.next_value()?),
                _ => members.others.push(map.next_value()?),
            }
            if name.contains('\0') {
                return Err(A::Error::custom("a text contains the character NUL"));
            }
            if names.contains(&name) {
                return Err(A::Error::custom(format_args!("the name `{}` stands twice", name.escape_debug())));
            }
            names.insert(name);
        }
        Ok(members)
    }
}

struct EventsSeed;

impl<'de> DeserializeSeed<'de> for EventsSeed {
    type Value = Events<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Events<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for EventsSeed {
    type Value = Events<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of events")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Events<'de>, A::Error> {
        let mut events = Vec::new();
        while let Some(event) = items.next_element::<&RawValue>()? {
            if events.len() == MOST {
                while items.next_element::<IgnoredAny>()?.is_some() {}
                return Ok(Events::TooMany);
            }
            events.push(event);
        }
        Ok(Events::List(events))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Events<'de>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Events::NoList)
    }

    fn visit_unit<E: Error>(self) -> Result<Events<'de>, E> {
        Ok(Events::NoList)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Events<'de>, E> {
        Ok(Events::NoList)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Events<'de>, E> {
        Ok(Events::NoList)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Events<'de>, E> {
        Ok(Events::NoList)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Events<'de>, E> {
        Ok(Events::NoList)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Events<'de>, E> {
        Ok(Events::NoList)
    }
}
