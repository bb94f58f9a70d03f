//! JSON as `GET /event` prints it: one array, or an event a line.

use std::collections::HashMap;
use std::io::{self, Write};

use serde_json::value::RawValue;

use super::columns::Column;
use crate::file::Part;

pub struct Json {
    /// None for whole events.
    members: Option<Vec<&'static Column>>,
    lines: bool,
    any: bool,
    part: Part,
}

impl Json {
    pub fn begin(members: Option<Vec<&'static Column>>, lines: bool, mut part: Part) -> io::Result<Self> {
        if !lines {
            part.write_all(b"[")?;
        }
        Ok(Self { members, lines, any: false, part })
    }

    pub fn add(&mut self, printed: &[String]) -> io::Result<()> {
        for event in printed {
            if !self.lines {
                self.part.write_all(if self.any { b",\n" } else { b"\n" })?;
            }
            self.any = true;
            match &self.members {
                None => self.part.write_all(event.as_bytes())?,
                Some(members) => self.part.write_all(only(members, event)?.as_bytes())?,
            }
            if self.lines {
                self.part.write_all(b"\n")?;
            }
        }
        Ok(())
    }

    pub fn end(mut self) -> io::Result<Part> {
        if !self.lines {
            self.part.write_all(if self.any { b"\n]\n" } else { b"]\n" })?;
        }
        Ok(self.part)
    }
}

/// The event with those members alone that it has and that are wanted, in the order in which they are wanted.
fn only(members: &[&'static Column], event: &str) -> io::Result<String> {
    let all: HashMap<&str, &RawValue> = serde_json::from_str(event)?;
    let wanted = members.iter().filter_map(|member| all.get(member.name).map(|value| (member.name, value)));
    // Names of members need no escapes.
    let wanted = wanted.map(|(name, value)| format!("\"{name}\":{value}"));
    Ok(format!("{{{}}}", wanted.collect::<Vec<_>>().join(",")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::columns::{COLUMNS, chosen};

    #[test]
    fn members_are_left_as_they_are() {
        let event = r#"{"action":"a\"}","after":null,"id":"x","metadata":{"b": [1.50, {}]},"verb":null}"#;
        let members = chosen(COLUMNS, Some(&["metadata", "before", "verb", "action"].map(str::to_owned)));
        assert_eq!(only(&members, event).unwrap(), r#"{"metadata":{"b": [1.50, {}]},"verb":null,"action":"a\"}"}"#);
    }
}
