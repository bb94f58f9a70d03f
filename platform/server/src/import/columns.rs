//! Which column of a CSV file is which member of an event.

use argus_audit_v1::input::{Holds, members};
use argus_core::wire::parse;
use serde_json::{Map, Value};

/// What the columns of a file mean, in their order.
pub struct Columns(Vec<Option<Target>>);

/// A member of an event, or of an object in it.
struct Target {
    member: &'static str,
    inside: Option<String>,
    holds: Holds,
}

impl Columns {
    /// What the columns of a head mean: what `map` says of `(member, column)`, and else what their names say, whatever case
    /// and separators they are written in. Also gives the columns that mean nothing.
    ///
    /// # Errors
    /// What is wrong, as a text for a person.
    pub fn of(head: &[String], map: &[(String, String)]) -> Result<(Self, Vec<String>), String> {
        let mut targets: Vec<Option<Target>> = head.iter().map(|_| None).collect();
        for (member, column) in map {
            let place = head.iter().position(|name| name == column);
            let place = place.ok_or_else(|| format!("there is no column {column}"))?;
            // Targets are as many as names.
            if let Some(free @ None) = targets.get_mut(place) {
                *free = Some(Target::named(member).ok_or_else(|| format!("events have no member {member}"))?);
            } else {
                return Err(format!("the column {column} is mapped twice"));
            }
        }
        for (target, name) in targets.iter_mut().zip(head) {
            let free = |found: &Target| !map.iter().any(|(member, _)| member.split('.').next() == Some(found.member));
            if target.is_none() {
                *target = Target::like(name).filter(free);
            }
        }
        let names: Vec<_> = targets.iter().flatten().map(Target::name).collect();
        if let Some(twice) =
            names.iter().enumerate().find(|(place, name)| names.iter().take(*place).any(|it| it == *name))
        {
            return Err(format!("two columns are {}", twice.1));
        }
        if !names.iter().any(|name| name == "action") {
            return Err("no column is the action; say which one by --map action=COLUMN".to_owned());
        }
        let unused = head.iter().zip(&targets).filter(|(_, target)| target.is_none());
        let unused = unused.map(|(name, _)| name.clone()).collect();
        Ok((Self(targets), unused))
    }

    /// The event of a record. Empty cells are members that are not there.
    pub fn event<'a>(&self, cells: impl Iterator<Item = &'a str>) -> Value {
        let mut event = Map::new();
        for (target, cell) in self.0.iter().zip(cells) {
            let Some(target) = target.as_ref().filter(|_| !cell.is_empty()) else { continue };
            let value = target.value(cell);
            match &target.inside {
                None => _ = event.insert(target.member.to_owned(), value),
                Some(inside) => {
                    let object = event.entry(target.member).or_insert_with(|| Value::Object(Map::new()));
                    if let Some(object) = object.as_object_mut() {
                        object.insert(inside.clone(), value);
                    }
                }
            }
        }
        Value::Object(event)
    }
}

impl Target {
    /// A member by its name, or `object.member`.
    fn named(name: &str) -> Option<Self> {
        let (outer, inside) = name.split_once('.').map_or((name, None), |(outer, inside)| (outer, Some(inside)));
        let (member, holds) = members().into_iter().find(|(member, _)| *member == outer)?;
        match inside {
            None => Some(Self { member, inside: None, holds }),
            Some(inside) if matches!(holds, Holds::Object | Holds::Any) => {
                let holds = if member == "metrics" { Holds::Number } else { Holds::Text };
                Some(Self { member, inside: Some(inside.to_owned()), holds })
            }
            Some(_) => None,
        }
    }

    /// A member by what its name sounds like: `target_id` and `Target ID` are `targetID`.
    fn like(name: &str) -> Option<Self> {
        let plain =
            |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
        if name.contains('.') {
            return Self::named(name);
        }
        let wanted = plain(name);
        let found = members().into_iter().find(|(member, _)| plain(member) == wanted)?;
        Some(Self { member: found.0, inside: None, holds: found.1 })
    }

    fn name(&self) -> String {
        self.inside.as_ref().map_or_else(|| self.member.to_owned(), |inside| format!("{}.{inside}", self.member))
    }

    /// What cannot be what it should be stays a text, of which the checks then say what is wrong.
    fn value(&self, cell: &str) -> Value {
        let json = || parse(cell.trim().as_bytes()).ok();
        let found = match self.holds {
            Holds::Text => None,
            Holds::Number => json().filter(Value::is_number),
            Holds::Object => json().filter(Value::is_object),
            Holds::Any => json(),
        };
        found.unwrap_or_else(|| Value::from(cell))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
mod tests {
    use serde_json::json;

    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn names_say_what_columns_are() {
        let head = names(&["Action", "target_id", "Client IP", "latency", "metadata.site", "who", "remark", "after"]);
        let map = [("actorID".to_owned(), "who".to_owned()), ("metrics.size".to_owned(), "remark".to_owned())];
        let (columns, unused) = Columns::of(&head, &map).unwrap();
        assert!(unused.is_empty(), "{unused:?}");
        let cells = ["a", "007", "192.0.2.1", "1.5", "17", "", "3", "{\"x\":[1]}"];
        let expected = json!({
            "action": "a", "targetID": "007", "clientIP": "192.0.2.1", "latency": 1.5, "metadata": {"site": "17"},
            "metrics": {"size": 3}, "after": {"x": [1]},
        });
        assert_eq!(columns.event(cells.into_iter()), expected);
        let (_, unused) = Columns::of(&names(&["action", "colour"]), &[]).unwrap();
        assert_eq!(unused, ["colour"]);
    }

    #[test]
    fn what_cannot_be_is_said() {
        let of = |head: &[&str], map: &[(&str, &str)]| {
            let map: Vec<_> = map.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
            Columns::of(&names(head), &map).err().unwrap_or_default()
        };
        assert!(of(&["target"], &[]).contains("action"));
        assert!(of(&["action", "Action"], &[]).contains("two columns"));
        assert!(of(&["action"], &[("action", "what")]).contains("no column what"));
        assert!(of(&["action", "x"], &[("colour", "x")]).contains("no member colour"));
        assert!(of(&["action", "x"], &[("targetID", "x"), ("actorID", "x")]).contains("mapped twice"));
        assert!(of(&["action", "x"], &[("action.b", "x")]).contains("no member action.b"));
        assert_eq!(of(&["what", "action"], &[("action", "what")]), "", "the map wins");
    }
}
