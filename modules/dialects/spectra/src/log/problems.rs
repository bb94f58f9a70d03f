//! Everything that is wrong with a request, and where (S1-03).

use std::borrow::Cow;
use std::fmt::{self, Write};

use argus_core::error::{ApiError, FieldErrors, MessageKind};

/// So many are told.
const MOST: usize = 1_000;

/// Characters of a name that was sent, as far as they are told.
const LONGEST: usize = 100;

/// What can be wrong: its type, and a text for a person.
pub type Problem = (&'static str, Cow<'static, str>);

pub const MISSING: Problem = ("value_error.missing", Cow::Borrowed("field required"));
pub const EXTRA: Problem = ("value_error.extra", Cow::Borrowed("extra fields not permitted"));
pub const NONE: Problem = ("type_error.none.not_allowed", Cow::Borrowed("none is not an allowed value"));
pub const NO_TEXT: Problem = ("type_error.str", Cow::Borrowed("str type expected"));
pub const NO_FLOAT: Problem = ("type_error.float", Cow::Borrowed("value is not a valid float"));
pub const NO_INTEGER: Problem = ("type_error.integer", Cow::Borrowed("value is not a valid integer"));
pub const NO_BOOLEAN: Problem = ("type_error.bool", Cow::Borrowed("value could not be parsed to a boolean"));
pub const NO_OBJECT: Problem = ("type_error.dict", Cow::Borrowed("value is not a valid dict"));
pub const NO_LIST: Problem = ("type_error.list", Cow::Borrowed("value is not a valid list"));
pub const EMPTY: Problem = ("value_error.any_str.min_length", Cow::Borrowed("ensure this value is not empty"));
pub const SPACES: Problem = ("value_error.spaces", Cow::Borrowed("ensure this value has no spaces"));
pub const NUL: Problem = ("value_error.nul", Cow::Borrowed("ensure this value has no NUL character"));

/// A text of more than so many characters.
pub fn too_long(most: usize) -> Problem {
    ("value_error.any_str.max_length", format!("ensure this value has at most {most} characters").into())
}

/// A list of more than so many items.
pub fn too_many(most: usize) -> Problem {
    ("value_error.list.max_items", format!("ensure this value has at most {most} items").into())
}

/// A value that is none of those that are known.
pub fn unknown<'n>(known: impl Iterator<Item = &'n str>) -> Problem {
    let known = known.collect::<Vec<_>>().join(", ");
    ("value_error.const", format!("unexpected value; permitted: {known}").into())
}

/// Where a value stands: in the body, the query or the path.
#[derive(Clone, Copy)]
pub enum Place<'a> {
    /// The whole of it: `body`, `query`, `path`.
    Root(&'static str),
    /// A member.
    Name(&'a Place<'a>, &'a str),
    /// An item.
    Index(&'a Place<'a>, usize),
}

impl fmt::Display for Place<'_> {
    /// The parts, with slashes between them; those within a name are written `~1`, as in a JSON pointer.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root(name) => f.write_str(name),
            Self::Name(above, name) => {
                write!(f, "{above}/")?;
                name.chars().take(LONGEST).try_for_each(|character| match character {
                    '~' => f.write_str("~0"),
                    '/' => f.write_str("~1"),
                    other => f.write_char(other),
                })
            }
            Self::Index(above, index) => write!(f, "{above}/{index}"),
        }
    }
}

/// What is wrong with one request.
#[derive(Default)]
pub struct Problems(FieldErrors);

impl Problems {
    /// One more.
    pub fn add(&mut self, place: Place<'_>, problem: Problem) {
        if self.0.len() < MOST {
            self.0.add(place.to_string(), problem.0, problem.1);
        }
    }

    /// How many were found so far.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// `Ok` when there is none.
    ///
    /// # Errors
    /// 412, as the dialect's errors are before they are written: 422 with all of them.
    pub fn finish(self) -> Result<(), ApiError> {
        self.0.finish()
    }
}

/// One problem, as an error.
pub fn only(place: Place<'_>, problem: Problem) -> ApiError {
    ApiError::field(place.to_string(), problem.0, problem.1)
}

/// An error of the log, whose fields are those of the query.
pub fn of_query(mut error: ApiError) -> ApiError {
    let fields = error.messages.iter_mut().filter(|message| message.kind == MessageKind::FieldError);
    for field in fields.filter_map(|message| message.field.as_mut()).filter(|field| !field.contains('/')) {
        *field = format!("query/{field}");
    }
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_and_problems_are_bounded() {
        let body = Place::Root("body");
        let item = Place::Index(&body, 3);
        let event = Place::Name(&item, "event");
        assert_eq!(Place::Name(&event, "latency").to_string(), "body/3/event/latency");
        assert_eq!(Place::Name(&event, "a/~b").to_string(), "body/3/event/a~1~0b");
        let name = "é".repeat(500);
        assert_eq!(Place::Name(&body, &name).to_string().chars().count(), 105);
        let mut problems = Problems::default();
        (0..5_000).for_each(|index| problems.add(Place::Index(&body, index), MISSING));
        assert_eq!(problems.finish().unwrap_err().messages.len(), MOST);
        assert!(Problems::default().finish().is_ok());
    }

    #[test]
    fn fields_of_the_log_are_those_of_the_query() {
        let error = of_query(ApiError::field("interval", "invalid.field.value", "too many"));
        assert_eq!(error.messages[0].field.as_deref(), Some("query/interval"));
        let error = of_query(ApiError::field("query/stop", "x", "y"));
        assert_eq!(error.messages[0].field.as_deref(), Some("query/stop"));
    }
}
