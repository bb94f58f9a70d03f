//! Texts for people in several languages: as a body gives them, as a column holds them, as somebody reads them.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::context::RequestContext;
use crate::error::{ApiError, FieldErrors};
use crate::wire::check_safe;

/// The languages.
const LANGUAGES: [&str; 2] = ["english", "norwegian"];

/// Notes what is wrong with texts by language, where some are given: an unknown language, a text that is not safe or has
/// more than `most` characters.
pub fn check_texts(field: &str, texts: Option<&HashMap<String, String>>, most: usize, errors: &mut FieldErrors) {
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

/// As a column holds them; an empty text is none, and so are no texts.
#[must_use]
pub fn stored(texts: &HashMap<String, String>) -> Option<String> {
    let given = texts.iter().filter(|(_, text)| !text.is_empty());
    let texts: Map<String, Value> = given.map(|(name, text)| (name.clone(), text.as_str().into())).collect();
    (!texts.is_empty()).then(|| Value::Object(texts).to_string())
}

/// Texts by language, from a column.
#[must_use]
pub fn localized(stored: Option<&str>) -> HashMap<String, String> {
    stored.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

/// Whom texts are shown to.
pub struct Reader {
    language: String,
}

impl Reader {
    /// The caller.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn of(context: &RequestContext) -> Result<Self, ApiError> {
        let user = context.platform.directory.user(context.caller()?.user_id).await?;
        Ok(Self { language: user.map_or_else(|| "english".to_owned(), |user| user.language.clone()) })
    }

    /// The one to show, of texts from a column: in the reader's language, or else in English.
    #[must_use]
    pub fn text(&self, stored: Option<&str>) -> Option<String> {
        let mut texts = localized(stored);
        texts.remove(&self.language).or_else(|| texts.remove("english"))
    }
}
