//! Reading a document strictly: types as they are asked for, nothing that is not known, and everything that is wrong in one
//! answer (S1-55, S1-59).

use serde_json::{Map, Value};

use super::problems::{
    EMPTY, EXTRA, MISSING, NO_BOOLEAN, NO_FLOAT, NO_INTEGER, NO_LIST, NO_OBJECT, NO_TEXT, NONE, Place, Problem,
    Problems, SPACES, too_long,
};

/// The two names of a member (S1-02).
pub type Field = (&'static str, &'static str);

/// What a text has to be.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The most characters.
    pub most: usize,
    /// Whether it must not be empty.
    pub filled: bool,
    /// Whether it must have no spaces.
    pub word: bool,
}

/// An object that is being read.
pub struct Reading<'a> {
    members: &'a Map<String, Value>,
    place: Place<'a>,
    problems: &'a mut Problems,
}

impl<'a> Reading<'a> {
    /// Begins with an object of which these members are known.
    pub fn of(value: &'a Value, place: Place<'a>, known: &[Field], problems: &'a mut Problems) -> Option<Self> {
        let Value::Object(members) = value else {
            problems.add(place, NO_OBJECT);
            return None;
        };
        for name in members.keys() {
            let twin = known.iter().find(|(snake, camel)| snake == name || camel == name);
            // Of a member with both of its names one is too many.
            let doubled = |(snake, camel): &Field| snake != camel && snake == name && members.contains_key(*camel);
            if twin.is_none_or(doubled) {
                problems.add(Place::Name(&place, name), EXTRA);
            }
        }
        Some(Self { members, place, problems })
    }

    fn wrong(&mut self, name: &str, problem: Problem) {
        self.problems.add(Place::Name(&self.place, name), problem);
    }

    /// A member and the name it was sent under. Null is nothing.
    fn find(&mut self, field: Field, required: bool) -> Option<(&'static str, &'a Value)> {
        let found = [field.1, field.0].into_iter().find_map(|name| Some((name, self.members.get(name)?)));
        match found {
            Some((name, Value::Null)) if required => self.wrong(name, NONE),
            None if required => self.wrong(field.0, MISSING),
            Some((_, Value::Null)) | None => {}
            Some(found) => return Some(found),
        }
        None
    }

    /// A text.
    pub fn text(&mut self, field: Field, required: bool, rule: Rule) -> Option<String> {
        let (name, value) = self.find(field, required)?;
        let Value::String(text) = value else {
            self.wrong(name, NO_TEXT);
            return None;
        };
        if rule.filled && text.is_empty() {
            self.wrong(name, EMPTY);
        }
        if rule.word && text.contains(char::is_whitespace) {
            self.wrong(name, SPACES);
        }
        if text.len() > rule.most && text.chars().count() > rule.most {
            self.wrong(name, too_long(rule.most));
        }
        Some(text.clone())
    }

    /// A number, with or without a fraction, for which `check` finds nothing wrong.
    pub fn float(&mut self, field: Field, required: bool, check: fn(f64) -> Option<Problem>) -> Option<f64> {
        let (name, value) = self.find(field, required)?;
        let number = value.as_f64();
        match number.map_or(Some(NO_FLOAT), check) {
            Some(problem) => self.wrong(name, problem),
            None => return number,
        }
        None
    }

    /// A number that was written without a fraction.
    pub fn integer(&mut self, field: Field, required: bool, check: fn(i64) -> Option<Problem>) -> Option<i64> {
        let (name, value) = self.find(field, required)?;
        let number = value.as_i64();
        match number.map_or(Some(NO_INTEGER), check) {
            Some(problem) => self.wrong(name, problem),
            None => return number,
        }
        None
    }

    /// True or false; false when absent.
    pub fn boolean(&mut self, field: Field) -> bool {
        match self.find(field, false) {
            Some((_, Value::Bool(value))) => *value,
            Some((name, _)) => {
                self.wrong(name, NO_BOOLEAN);
                false
            }
            None => false,
        }
    }

    /// Any value, null among them.
    pub fn any(&mut self, field: Field) -> Option<&'a Value> {
        let found = self.members.get(field.1).or_else(|| self.members.get(field.0));
        if found.is_none() {
            self.wrong(field.0, MISSING);
        }
        found
    }

    /// An object with any members.
    pub fn detail(&mut self, field: Field) -> Option<&'a Map<String, Value>> {
        let (name, value) = self.find(field, false)?;
        let detail = value.as_object();
        if detail.is_none() {
            self.wrong(name, NO_OBJECT);
        }
        detail
    }

    /// An object that is read in turn.
    pub fn inside<T>(
        &mut self,
        field: Field,
        required: bool,
        known: &[Field],
        read: impl FnOnce(&mut Reading<'_>) -> T,
    ) -> Option<T> {
        let (name, value) = self.find(field, required)?;
        let place = Place::Name(&self.place, name);
        Reading::of(value, place, known, self.problems).map(|mut inner| read(&mut inner))
    }

    /// A list of at most so many objects that are read in turn, and the list as it was sent.
    pub fn each(
        &mut self,
        field: Field,
        most: usize,
        known: &[Field],
        mut read: impl FnMut(&mut Reading<'_>),
    ) -> Option<&'a Value> {
        let (name, value) = self.find(field, false)?;
        let place = Place::Name(&self.place, name);
        let Value::Array(items) = value else {
            self.problems.add(place, NO_LIST);
            return None;
        };
        if items.len() > most {
            self.problems.add(place, super::problems::too_many(most));
            return None;
        }
        for (index, item) in items.iter().enumerate() {
            let place = Place::Index(&place, index);
            if let Some(mut inner) = Reading::of(item, place, known, self.problems) {
                read(&mut inner);
            }
        }
        Some(value)
    }
}
