//! How an entity describes what of it can be searched.

use sea_orm::ColumnTrait;
use sea_orm::sea_query::{ColumnType, Expr, ExprTrait};

use super::kind::Kind;
use super::mark::Mark;
use super::parts::Place;
pub(super) use super::parts::{Field, Filter, Flag, Hidden, SortField, Switch, Test};
use crate::clock::Nanos;

/// Names that mean the same for every entity; no filter may be called so.
pub(super) const COMMON_NAMES: [&str; 26] = [
    "limit",
    "offset",
    "sortBy",
    "cursor",
    "count",
    "keywords",
    "keyword",
    "keywordFieldStrategy",
    "keywordField",
    "keywordMatchStrategy",
    "keywordMatch",
    "startTimestamp",
    "endTimestamp",
    "timeFieldStrategy",
    "timeMatchStrategy",
    "user",
    "userFieldStrategy",
    "includeFlags",
    "includeFlag",
    "excludeFlags",
    "excludeFlag",
    "subCriteria",
    "exclude",
    "excluded",
    "required",
    "includeDeleted",
];

/// What of an entity can be searched, by the names that clients use. Made once, in a `LazyLock`:
///
/// ```ignore
/// static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
///     Fields::new("sequence", event::Column::Sequence)
///         .filter("action", event::Column::Action, Kind::Text, "What was done")
///         .keyword("action", event::Column::Action)
///         .time("timestamp", event::Column::Timestamp)
///         .sort("timestamp", event::Column::Timestamp)
///         .default_sort(&["-timestamp"])
/// });
/// ```
///
/// Mistakes in a description (a name twice, an unknown default) are found by debug assertions.
#[derive(Debug, Clone)]
pub struct Fields {
    pub(super) filters: Vec<Filter>,
    pub(super) keywords: Vec<Field>,
    pub(super) times: Vec<Field>,
    pub(super) default_times: Vec<&'static str>,
    pub(super) users: Vec<Field>,
    pub(super) flags: Vec<Flag>,
    pub(super) hidden: Vec<Hidden>,
    pub(super) switches: Vec<Switch>,
    pub(super) closing: SortField,
    /// The closing key is one of them.
    pub(super) sorts: Vec<SortField>,
    pub(super) default_sort: Vec<&'static str>,
}

fn field<C: ColumnTrait>(name: &'static str, column: C) -> Field {
    let folded = Expr::col((column.entity_name(), "folded"));
    Field { name, column: Expr::col(column.as_column_ref()), folded, key: name, place: Some(Place::of(column)) }
}

fn sort_field<C: ColumnTrait>(name: &'static str, column: C) -> SortField {
    let def = column.def();
    SortField {
        name,
        column_name: column.as_str(),
        column: Expr::col(column.as_column_ref()),
        ty: def.get_column_type().clone(),
        nullable: def.is_null(),
    }
}

impl Fields {
    /// Starts a description with the key that ends every sort: a column that is unique and never null.
    pub fn new<C: ColumnTrait>(name: &'static str, closing: C) -> Self {
        let closing = sort_field(name, closing);
        Self {
            filters: Vec::new(),
            keywords: Vec::new(),
            times: Vec::new(),
            default_times: Vec::new(),
            users: Vec::new(),
            flags: Vec::new(),
            hidden: Vec::new(),
            switches: Vec::new(),
            sorts: vec![closing.clone()],
            closing,
            default_sort: Vec::new(),
        }
    }

    /// A member that selects rows by the value of a column; a list means any of them (S2-71, S2-90).
    #[must_use]
    pub fn filter<C: ColumnTrait>(mut self, name: &'static str, column: C, kind: Kind, doc: &'static str) -> Self {
        let known = COMMON_NAMES.contains(&name) || self.filters.iter().any(|filter| filter.name == name);
        debug_assert!(!known, "the name {name} is taken");
        let place = Place::of(column);
        self.filters.push(Filter { name, column: Expr::col(column.as_column_ref()), place, kind, doc });
        self
    }

    /// A text column in which keywords are looked for (S2-93), or an integer column, of which the digits are. Its table has the column `folded`, which writers fill
    /// with [`folded_column`](super::folded_column) under the same name.
    #[must_use]
    pub fn keyword<C: ColumnTrait>(mut self, name: &'static str, column: C) -> Self {
        // The name becomes a part of statements.
        debug_assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric()), "no plain name: {name}");
        let mut field = field(name, column);
        if matches!(column.def().get_column_type(), ColumnType::BigInteger) {
            field.column = field.column.cast_as("text");
        }
        self.keywords.push(field);
        self
    }

    /// The same, of a text in another table: the conditions give it and that table's column `folded`, where the text is
    /// called `key`. Several texts may have one name.
    #[must_use]
    pub fn keyword_of(mut self, name: &'static str, key: &'static str, column: Expr, folded: Expr) -> Self {
        debug_assert!(key.bytes().all(|byte| byte.is_ascii_alphanumeric()), "no plain name: {key}");
        self.keywords.push(Field { name, column, folded, key, place: None });
        self
    }

    /// A boolean member of the root that has a say in what [`Kind::TextThat`] and its like select.
    #[must_use]
    pub fn switch(mut self, name: &'static str, default: bool, doc: &'static str) -> Self {
        self.switches.push(Switch { name, default, doc });
        self
    }

    /// A column of nanoseconds since the epoch for `timeFieldStrategy` (S2-94).
    #[must_use]
    pub fn time<C: ColumnTrait>(mut self, name: &'static str, column: C) -> Self {
        self.times.push(field(name, column));
        self
    }

    /// The times that are meant without a `timeFieldStrategy`; all when this is not called.
    #[must_use]
    pub fn default_times(mut self, names: &[&'static str]) -> Self {
        debug_assert!(names.iter().all(|name| self.times.iter().any(|time| time.name == *name)), "unknown time field");
        self.default_times = names.to_vec();
        self
    }

    /// A column of user ids for `userFieldStrategy` (S2-95).
    #[must_use]
    pub fn user<C: ColumnTrait>(mut self, name: &'static str, column: C) -> Self {
        self.users.push(field(name, column));
        self
    }

    /// A flag for `includeFlags` and `excludeFlags` (S2-91); `is_set` makes the condition, given the time.
    #[must_use]
    pub fn flag(mut self, name: &'static str, is_set: fn(Nanos) -> Expr) -> Self {
        self.flags.push(Flag { name, is_set: Test::Store(is_set) });
        self
    }

    /// The same of a mark, which rows in memory show as well.
    #[must_use]
    pub fn flag_by(mut self, name: &'static str, mark: Mark) -> Self {
        self.flags.push(Flag { name, is_set: Test::Mark(mark) });
        self
    }

    /// Rows for which `is_deleted` holds are left out unless the criteria say `includeDeleted` (S2-92).
    #[must_use]
    pub fn deleted(self, is_deleted: fn(Nanos) -> Expr) -> Self {
        self.hidden("includeDeleted", None, is_deleted)
    }

    /// The same for another boolean member `switch`, or when the root's `includeFlags` name `flag`.
    #[must_use]
    pub fn hidden(mut self, switch: &'static str, flag: Option<&'static str>, is_hidden: fn(Nanos) -> Expr) -> Self {
        self.hidden.push(Hidden { switch, flag, is_hidden: Test::Store(is_hidden) });
        self
    }

    /// [`Fields::deleted`] of a mark.
    #[must_use]
    pub fn deleted_by(self, mark: Mark) -> Self {
        self.hidden_by("includeDeleted", None, mark)
    }

    /// [`Fields::hidden`] of a mark.
    #[must_use]
    pub fn hidden_by(mut self, switch: &'static str, flag: Option<&'static str>, mark: Mark) -> Self {
        self.hidden.push(Hidden { switch, flag, is_hidden: Test::Mark(mark) });
        self
    }

    /// A key for `sortBy` (S2-75): an integer, float, text, UUID, bytes or boolean column. Text columns have the
    /// collation `"C"` on PostgreSQL.
    #[must_use]
    pub fn sort<C: ColumnTrait>(mut self, name: &'static str, column: C) -> Self {
        self.sorts.push(sort_field(name, column));
        self
    }

    /// The sort when the criteria name none; `-` descending. The closing key alone when this is not called.
    #[must_use]
    pub fn default_sort(mut self, keys: &[&'static str]) -> Self {
        let known = |key: &&str| self.sorts.iter().any(|sort| sort.name == key.trim_start_matches('-'));
        debug_assert!(keys.iter().all(known), "unknown sort key");
        self.default_sort = keys.to_vec();
        self
    }
}
