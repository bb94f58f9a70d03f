//! What only the root of criteria says: limits, switches, and rows that stay hidden unless they are asked for.

use super::fields::Hidden;
use super::input::{Level, Reader};
use super::kind::Switches;

impl Reader<'_> {
    /// An integer from 0 to `most`.
    pub(super) fn bounded(&mut self, level: &Level, name: &str, most: u64) -> Option<u64> {
        let given = self.single(level, &[name])?;
        let number = u64::try_from(self.integer(&given)?).ok().filter(|number| *number <= most);
        if number.is_none() {
            self.bad(&given.member, format!("Not between 0 and {most}"));
        }
        number
    }

    /// The switches that are on.
    pub(super) fn switches(&mut self, level: &Level) -> Switches {
        let mut on = Switches::new();
        for switch in &self.fields.switches {
            let given = self.single(level, &[switch.name]).and_then(|given| self.boolean(&given));
            if given.unwrap_or(switch.default) {
                on.insert(switch.name);
            }
        }
        on
    }

    /// What stays hidden, because nothing in the root asks for it.
    pub(super) fn hidden(&mut self, level: &Level) -> Vec<&'static Hidden> {
        let mut hidden = Vec::new();
        for rows in &self.fields.hidden {
            let flagged =
                ["includeFlags", "includeFlag"].iter().filter_map(|name| level.members.get(*name)).any(|flags| {
                    let names = flags.as_array().map_or(std::slice::from_ref(flags), Vec::as_slice);
                    rows.flag.is_some_and(|flag| names.iter().any(|name| name == flag))
                });
            if !(self.switch(level, &[rows.switch]) || flagged) {
                hidden.push(rows);
            }
        }
        hidden
    }
}
