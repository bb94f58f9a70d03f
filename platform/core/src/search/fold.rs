//! Folding of text, so that keywords match without regard to case on every store (requirement S2-93).
//!
//! The stores fold ASCII only, so a searchable table has one nullable text column `folded`: a JSON object that holds the
//! folded text of those keyword fields that are not plain ASCII. All others are folded by the store while it searches.

use serde_json::{Map, Value};

/// The text with all differences of case removed: equal for `ß`, `ẞ`, `ss` and `SS`, for `σ`, `ς` and `Σ`, for `ſ` and
/// `s`. For plain ASCII it is the lower case, which is what the stores' own `lower` gives.
///
/// Every character is folded by itself, so that the folding of a part is a part of the folding.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    // Lower first: a capital `ẞ` has no other upper case, and only its lower case becomes `SS`.
    text.chars().flat_map(char::to_lowercase).flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
}

/// What a writer stores in the column `folded`, given the row's keyword fields by the names that [`Fields::keyword`]
/// declares. `None` (the column is null) when every text is plain ASCII.
///
/// [`Fields::keyword`]: super::Fields::keyword
#[must_use]
pub fn folded_column(fields: &[(&str, Option<&str>)]) -> Option<String> {
    let folded: Map<String, Value> = fields
        .iter()
        .filter_map(|(name, text)| text.filter(|text| !text.is_ascii()).map(|text| (*name, text)))
        .map(|(name, text)| (name.to_owned(), Value::String(fold(text))))
        .collect();
    if folded.is_empty() { None } else { Some(Value::Object(folded).to_string()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_cases_of_a_letter_fold_to_the_same() {
        for c in '\0'..=char::MAX {
            let text = c.to_string();
            let folded = fold(&text);
            assert_eq!(fold(&folded), folded, "{c:?} twice");
            assert_eq!(fold(&c.to_lowercase().collect::<String>()), folded, "{c:?} lower");
            assert_eq!(fold(&c.to_uppercase().collect::<String>()), folded, "{c:?} upper");
        }
    }

    #[test]
    fn special_letters() {
        assert_eq!(fold("Straße STRASSE STRAẞE ſ"), "strasse strasse strasse s");
        assert_eq!(fold("ΣΑΣ σας"), "σασ σασ");
        assert_eq!(fold("ÅÄÖ Æ Й"), "åäö æ й");
    }

    #[test]
    fn only_what_is_not_ascii_is_stored() {
        assert_eq!(folded_column(&[("a", Some("ABC")), ("b", None)]), None);
        let stored = folded_column(&[("a", Some("ABC")), ("b", Some("Ä\"%"))]);
        assert_eq!(stored.as_deref(), Some(r#"{"b":"ä\"%"}"#));
    }
}
