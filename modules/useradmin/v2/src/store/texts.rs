//! Texts for people in several languages.

use std::collections::HashMap;

use argus_core::error::FieldErrors;
use argus_core::texts::{check_texts, localized};
use argus_core::wire::check_safe;

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
