//! The column of folded texts, which follows from others: what a search without regard to case looks at.

use serde_json::{Map, Value};

/// What the column holds for those keyword texts, by the members' names: the folded form of those that are not plain ASCII, as
/// a JSON object. Nothing where all are.
pub fn folded<'t>(texts: impl Iterator<Item = (&'static str, &'t str)>) -> Option<String> {
    let other = texts.filter(|(_, text)| !text.is_ascii());
    let members: Map<String, Value> = other.map(|(name, text)| (name.to_owned(), Value::String(fold(text)))).collect();
    if members.is_empty() { None } else { Some(Value::Object(members).to_string()) }
}

/// Lower first: a capital sharp s has no other upper case, and only its lower case becomes two letters.
fn fold(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_not_ascii_is_there() {
        assert_eq!(folded([("action", "READ")].into_iter()), None);
        let texts = [("origin", "Straße \"Ä\""), ("action", "ΣΑΣ"), ("category", "X")];
        assert_eq!(folded(texts.into_iter()).as_deref(), Some(r#"{"action":"σασ","origin":"strasse \"ä\""}"#));
    }
}
