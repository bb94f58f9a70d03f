//! Forms: bodies of fields, as browsers send them. Everything that is wrong with one is told in one answer.

use std::collections::HashMap;
use std::marker::PhantomData;

use argus_core::error::{ApiError, FieldErrors};
use argus_core::wire::{is_media_type, read_bytes};
use percent_encoding::percent_decode_str;
use poem::{Request, RequestBody};
use poem_openapi::registry::{MetaMediaType, MetaRequest, Registry};
use poem_openapi::types::Type;
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

use super::rules::{is_address, is_strong, is_user_name};

/// The media type of forms.
const FORM: &str = "application/x-www-form-urlencoded";

/// Bytes that a form may have.
const LIMIT: usize = 16 << 10;

/// A form that the document shows as a `T`. A body of another kind is one without fields.
pub struct Form<T>(pub Fields, PhantomData<fn() -> T>);

impl<'a, T: Type> ApiExtractor<'a> for Form<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        let content = vec![MetaMediaType { content_type: FORM, schema: T::schema_ref() }];
        Some(MetaRequest { description: None, content, required: true })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let bytes = read_bytes(body, LIMIT).await?;
        let fields = if is_media_type(request, FORM) { Fields::parse(&bytes) } else { Fields::default() };
        Ok(Self(fields, PhantomData))
    }
}

/// The fields of a form. Of those that stand twice the last one counts; one that is no text is there without a value.
#[derive(Default)]
pub struct Fields(HashMap<String, Option<String>>);

impl Fields {
    fn parse(bytes: &[u8]) -> Self {
        let decode = |text: &str| {
            let blanks = text.replace('+', " ");
            let decoded = percent_decode_str(&blanks).decode_utf8().ok()?.into_owned();
            (!decoded.contains('\0')).then_some(decoded)
        };
        let Ok(text) = std::str::from_utf8(bytes) else { return Self::default() };
        let pairs = text.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        Self(pairs.filter_map(|(name, value)| Some((decode(name)?, decode(value)))).collect())
    }
}

/// Reading what a request says, and gathering what is wrong with it. What is read goes nowhere unless [`Reading::finish`] finds
/// nothing wrong.
pub struct Reading {
    fields: Fields,
    errors: FieldErrors,
}

impl Reading {
    /// Of a form.
    pub fn of(fields: Fields) -> Self {
        Self { fields, errors: FieldErrors::default() }
    }

    /// A parameter of the query that has to be there; it may be empty.
    pub fn parameter(&mut self, name: &str, value: Option<String>) -> String {
        if value.is_none() {
            self.errors.add(format!("query/{name}"), "value_error.missing", "field required");
        }
        value.unwrap_or_default()
    }

    /// A text that has to be there; an empty one is none.
    pub fn text(&mut self, name: &str) -> String {
        match self.fields.0.remove(name) {
            Some(Some(text)) if !text.is_empty() => return text,
            Some(None) => self.wrong(name, "type_error.str", "str type expected"),
            _ => self.wrong(name, "value_error.missing", "field required"),
        }
        String::new()
    }

    /// The name of a user.
    pub fn user_name(&mut self, name: &str) -> String {
        let text = "must be 5 to 32 letters, digits, _, ., @ and -, and no number";
        self.checked(name, is_user_name, "value_error.str.regex", text)
    }

    /// A password that is strong enough.
    pub fn password(&mut self, name: &str) -> String {
        let text = "must have 8 to 64 characters, among them an uppercase letter, a lowercase letter, a digit and a special one";
        self.checked(name, is_strong, "value_error.str.regex", text)
    }

    /// An e-mail address.
    pub fn address(&mut self, name: &str) -> String {
        self.checked(name, is_address, "value_error.email", "value is not a valid email address")
    }

    fn checked(&mut self, name: &str, is_sound: fn(&str) -> bool, kind: &'static str, text: &'static str) -> String {
        let value = self.text(name);
        if !value.is_empty() && !is_sound(&value) {
            self.wrong(name, kind, text);
        }
        value
    }

    fn wrong(&mut self, name: &str, kind: &'static str, text: &'static str) {
        self.errors.add(format!("body/{name}"), kind, text);
    }

    /// Whether all of it was sound.
    ///
    /// # Errors
    /// What is wrong with each field.
    pub fn finish(self) -> Result<(), ApiError> {
        self.errors.finish()
    }
}

/// That a password was repeated as it is (S1-18).
///
/// # Errors
/// 422.
pub fn require_same(password: &str, repeated: &str) -> Result<(), ApiError> {
    if password == repeated {
        return Ok(());
    }
    Err(ApiError::unmet("spectra.passwords.differ", "Passwords do not match."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_decoded() {
        let form = b"username=user+name&email=address%40email.com&a&b=&c=%ff&d=1&d=2&e=%00";
        let mut reading = Reading::of(Fields::parse(form));
        assert_eq!((reading.text("username"), reading.text("email")), ("user name".into(), "address@email.com".into()));
        assert_eq!(reading.text("d"), "2");
        for name in ["a", "b", "c", "e", "nothing"] {
            assert_eq!(reading.text(name), "", "{name}");
        }
        let wrong = reading.finish().unwrap_err().messages;
        let kinds: Vec<&str> = wrong.iter().map(|message| message.template.as_ref()).collect();
        let (missing, no_text) = ("value_error.missing", "type_error.str");
        assert_eq!(kinds, [missing, missing, no_text, no_text, missing]);
        assert_eq!(wrong[4].field.as_deref(), Some("body/nothing"));
    }
}
