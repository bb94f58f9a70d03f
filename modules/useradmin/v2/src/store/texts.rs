//! Texts for people in several languages.

use std::collections::HashMap;

use argus_core::error::FieldErrors;
use argus_core::wire::check_safe;
use serde_json::{Value, json};

use argus_useradmin_store::function::localized;

/// The languages.
const LANGUAGES: [&str; 2] = ["english", "norwegian"];

/// Texts for people, as a body gives them.
pub struct Given {
    /// Names by language.
    pub names: Option<HashMap<String, String>>,
    descriptions: Option<HashMap<String, String>>,
    description: Option<String>,
}

impl Given {
    /// Reads and checks them; what is wrong goes into `errors`.
    pub fn read(
        names: Option<HashMap<String, String>>,
        descriptions: Option<HashMap<String, String>>,
        description: Option<String>,
        errors: &mut FieldErrors,
    ) -> Self {
        check_texts("localizedNames", names.as_ref(), 255, errors);
        check_texts("localizedDescriptions", descriptions.as_ref(), 4000, errors);
        check_safe("description", description.as_deref(), errors);
        Self { names, descriptions, description }
    }

    /// The descriptions that there are to be: those given, or else those before with another English one.
    #[must_use]
    pub fn descriptions(self, before: Option<&str>) -> Option<HashMap<String, String>> {
        let with = |english| {
            let mut all = localized(before);
            all.insert("english".to_owned(), english);
            all
        };
        self.descriptions.or_else(|| self.description.map(with))
    }
}

fn check_texts(field: &str, texts: Option<&HashMap<String, String>>, most: usize, errors: &mut FieldErrors) {
    for (language, text) in texts.into_iter().flatten() {
        if !LANGUAGES.contains(&language.as_str()) && !errors.has(field) {
            errors.add(field, "invalid.field.value", format!("Known languages are {}", LANGUAGES.join(", ")));
        }
        check_safe(field, Some(text), errors);
        if text.chars().count() > most && !errors.has(field) {
            errors.add(field, "invalid.field.length", format!("Must be at most {most} characters long"));
        }
    }
}

/// As a column holds them; an empty text is none.
#[must_use]
pub fn stored(texts: &HashMap<String, String>) -> Option<String> {
    let texts: serde_json::Map<String, Value> =
        texts.iter().filter(|(_, text)| !text.is_empty()).map(|(name, text)| (name.clone(), json!(text))).collect();
    (!texts.is_empty()).then(|| Value::Object(texts).to_string())
}
