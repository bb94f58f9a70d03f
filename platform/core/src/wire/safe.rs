//! Texts that the interface calls SAFE: what people write in names and comments, and nothing that means something to a
//! program that shows it.

use crate::error::FieldErrors;

/// Signs that may stand between words.
const SIGNS: &str = "{}$-().[]\"'_/\\,*+#:@!?;=";

/// Whether a text is made of white space, letters and digits of any script, and harmless signs.
#[must_use]
pub fn is_safe(text: &str) -> bool {
    text.chars().all(|c| c.is_alphanumeric() || c.is_whitespace() || SIGNS.contains(c))
}

/// Notes the field when its text, where one is given, is not safe.
pub fn check_safe(field: &str, text: Option<&str>, errors: &mut FieldErrors) {
    if text.is_some_and(|text| !is_safe(text)) && !errors.has(field) {
        let text = format!("May hold letters, digits, white space and {SIGNS} only");
        errors.add(field, "invalid.field.value", text);
    }
}

#[cfg(test)]
mod tests {
    use super::is_safe;

    #[test]
    fn names_are_safe_and_markup_is_not() {
        assert!(is_safe("Åse O'Neill-Ødegård (night) {a} $1 [x] \"q\" a/b\\c, *+#:@!?;=_."));
        for bad in ["<b>", "a&b", "a|b", "50%", "a`b", "\u{0}", "\u{7}", "\u{202e}"] {
            assert!(!is_safe(bad), "{bad:?}");
        }
    }
}
