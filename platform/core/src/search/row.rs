//! Rows in memory, as criteria look at them.

use std::collections::HashMap;
use std::sync::OnceLock;

use sea_orm::EntityTrait;
use sea_orm::prelude::Uuid;

use super::Searchable;
use super::run::ModelOf;

/// What stands in one column of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'r> {
    /// Nothing.
    Null,
    /// A text.
    Text(&'r str),
    /// An integer.
    Integer(i64),
    /// A number that may have a fraction.
    Float(f64),
    /// A UUID.
    Uuid(Uuid),
    /// True or false.
    Bool(bool),
}

impl<'r> From<&'r String> for Cell<'r> {
    fn from(text: &'r String) -> Self {
        Self::Text(text)
    }
}

macro_rules! cell_of {
    ($($ty:ty => $cell:ident),*) => {$(
        impl From<&$ty> for Cell<'_> {
            fn from(value: &$ty) -> Self {
                Self::$cell((*value).into())
            }
        }
    )*};
}
cell_of!(i64 => Integer, i32 => Integer, f64 => Float, Uuid => Uuid, bool => Bool);

impl<'r, T> From<&'r Option<T>> for Cell<'r>
where
    Self: From<&'r T>,
{
    fn from(value: &'r Option<T>) -> Self {
        value.as_ref().map_or(Self::Null, <Self as From<&'r T>>::from)
    }
}

/// An entity whose rows can be judged in memory by the criteria of its searches ([`Criteria::matcher`]).
///
/// [`Criteria::matcher`]: super::Criteria::matcher
pub trait InMemory: Searchable + Sized {
    /// What stands in a column. Written without a wildcard, so that no column is forgotten; nothing is copied, since this
    /// is asked for every row and everybody who waits for one.
    fn cell(row: &ModelOf<Self>, column: <Self::Entity as EntityTrait>::Column) -> Cell<'_>;

    /// The column `folded` (see [`folded_column`](super::folded_column)).
    fn folded(row: &ModelOf<Self>) -> Option<&str>;
}

/// A row, and its keyword fields without differences of case: made at the first look for a keyword, whoever looks, and
/// kept for all others.
pub struct Row<S: InMemory> {
    model: ModelOf<S>,
    keywords: OnceLock<Vec<Option<Box<str>>>>,
}

impl<S: InMemory> Row<S> {
    /// The row as it stands in the store.
    #[must_use]
    pub fn new(model: ModelOf<S>) -> Self {
        Self { model, keywords: OnceLock::new() }
    }

    /// The row itself.
    #[must_use]
    pub fn model(&self) -> &ModelOf<S> {
        &self.model
    }

    /// The texts of the described keyword fields, in the description's order. `columns` are those of these fields.
    pub(super) fn keywords(&self, columns: &[<S::Entity as EntityTrait>::Column]) -> &[Option<Box<str>>] {
        self.keywords.get_or_init(|| {
            let folded: HashMap<String, String> =
                S::folded(&self.model).and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
            let fields = S::fields().keywords.iter().zip(columns);
            fields.map(|(field, column)| text(folded.get(field.key), S::cell(&self.model, *column))).collect()
        })
    }
}

/// As the store folds: what the row has folded already, or else ASCII only.
fn text(folded: Option<&String>, cell: Cell<'_>) -> Option<Box<str>> {
    if let Some(folded) = folded {
        return Some(folded.as_str().into());
    }
    match cell {
        Cell::Text(text) => Some(text.to_ascii_lowercase().into()),
        Cell::Integer(number) => Some(number.to_string().into()),
        _ => None,
    }
}
