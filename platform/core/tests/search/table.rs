//! A table with a column of every sort that criteria know, and its description.

use std::sync::LazyLock;

use argus_core::clock::Nanos;
use argus_core::error::ApiError;
use argus_core::search::{Cell, Fields, InMemory, Kind, Mark, Names, Searchable, folded_column};
use async_trait::async_trait;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;

/// 2024-02-14T13:45:56.789012345Z.
pub const NOW: Nanos = 1_707_918_356_789_012_345;

pub const KINDS: [&str; 3] = ["ALPHA", "BETA", "GAMMA"];

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "search_item")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub sequence: i64,
    pub id: Uuid,
    pub label: String,
    pub title: Option<String>,
    pub note: Option<String>,
    pub kind: Option<String>,
    pub amount: Option<i32>,
    pub score: Option<f64>,
    pub active: bool,
    pub customer_id: i64,
    pub client_ip: Option<String>,
    pub created: i64,
    pub updated: Option<i64>,
    pub created_by: i64,
    pub updated_by: Option<i64>,
    pub expires: Option<i64>,
    pub deleted: Option<i64>,
    pub internal: Option<bool>,
    pub folded: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The row as a writer stores it.
    pub fn with_folded(mut self) -> Self {
        let texts =
            [("label", Some(self.label.as_str())), ("title", self.title.as_deref()), ("note", self.note.as_deref())];
        self.folded = folded_column(&texts);
        self
    }
}

/// A plain row.
pub fn row(sequence: i64) -> Model {
    Model {
        sequence,
        id: Uuid::from_u128(sequence.unsigned_abs().into()),
        label: format!("item {sequence}"),
        title: None,
        note: None,
        kind: None,
        amount: None,
        score: None,
        active: true,
        customer_id: 1,
        client_ip: None,
        created: NOW,
        updated: None,
        created_by: 10,
        updated_by: None,
        expires: None,
        deleted: None,
        internal: None,
        folded: None,
    }
}

/// What can be searched, with something that only the store can judge.
pub struct Item;

static FIELDS: LazyLock<Fields> =
    LazyLock::new(|| described().filter("parity", Column::Sequence, Kind::Custom(parity), "odd or even"));

/// The same without that.
pub struct PlainItem;

static PLAIN_FIELDS: LazyLock<Fields> = LazyLock::new(described);

fn described() -> Fields {
    Fields::new("sequence", Column::Sequence)
        .filter("label", Column::Label, Kind::Text, "Its label")
        .filter("title", Column::Title, Kind::Text, "Its title")
        .filter("kind", Column::Kind, Kind::Words(&KINDS), "Its kind")
        .filter("amount", Column::Amount, Kind::Integer, "How much")
        .filter("id", Column::Id, Kind::Uuid, "Its id")
        .filter("active", Column::Active, Kind::Bool, "Whether it is in use")
        .filter("customer", Column::CustomerId, Kind::Customer, "Whose it is")
        .filter("owner", Column::CreatedBy, Kind::User, "Who made it")
        .filter("clientIP", Column::ClientIp, Kind::Ip, "From where")
        .keyword("label", Column::Label)
        .keyword("title", Column::Title)
        .keyword("note", Column::Note)
        .time("created", Column::Created)
        .time("updated", Column::Updated)
        .default_times(&["created"])
        .user("createdByUser", Column::CreatedBy)
        .user("updatedByUser", Column::UpdatedBy)
        .flag_by("ACTIVE", Mark::is_true(Column::Active))
        .flag_by("EXPIRED", Mark::has_passed(Column::Expires))
        .flag_by("INTERNAL", Mark::is_true(Column::Internal))
        .flag_by("ODD", Mark::bit(Column::Amount, 1))
        .deleted_by(Mark::is_present(Column::Deleted))
        .hidden_by("includeInternal", Some("INTERNAL"), Mark::is_true(Column::Internal))
        .sort("id", Column::Id)
        .sort("label", Column::Label)
        .sort("title", Column::Title)
        .sort("kind", Column::Kind)
        .sort("amount", Column::Amount)
        .sort("score", Column::Score)
        .sort("active", Column::Active)
        .sort("created", Column::Created)
        .sort("updated", Column::Updated)
        .default_sort(&["-created"])
}

fn parity(text: &str) -> Result<Expr, String> {
    match text {
        "odd" => Ok(Expr::cust("abs(\"search_item\".\"sequence\") % 2 = 1")),
        "even" => Ok(Expr::cust("abs(\"search_item\".\"sequence\") % 2 = 0")),
        _ => Err("Neither odd nor even".to_owned()),
    }
}

impl Searchable for Item {
    type Entity = Entity;
    const NAME: &'static str = "Item";

    fn fields() -> &'static Fields {
        &FIELDS
    }
}

impl Searchable for PlainItem {
    type Entity = Entity;
    const NAME: &'static str = "PlainItem";

    fn fields() -> &'static Fields {
        &PLAIN_FIELDS
    }
}

/// What both read of a row.
fn cell(row: &Model, column: Column) -> Cell<'_> {
    match column {
        Column::Sequence => (&row.sequence).into(),
        Column::Id => (&row.id).into(),
        Column::Label => (&row.label).into(),
        Column::Title => (&row.title).into(),
        Column::Note => (&row.note).into(),
        Column::Kind => (&row.kind).into(),
        Column::Amount => (&row.amount).into(),
        Column::Score => (&row.score).into(),
        Column::Active => (&row.active).into(),
        Column::CustomerId => (&row.customer_id).into(),
        Column::ClientIp => (&row.client_ip).into(),
        Column::Created => (&row.created).into(),
        Column::Updated => (&row.updated).into(),
        Column::CreatedBy => (&row.created_by).into(),
        Column::UpdatedBy => (&row.updated_by).into(),
        Column::Expires => (&row.expires).into(),
        Column::Deleted => (&row.deleted).into(),
        Column::Internal => (&row.internal).into(),
        Column::Folded => (&row.folded).into(),
    }
}

macro_rules! in_memory {
    ($($item:ident),*) => {$(
        impl InMemory for $item {
            fn cell(row: &Model, column: Column) -> Cell<'_> {
                cell(row, column)
            }

            fn folded(row: &Model) -> Option<&str> {
                row.folded.as_deref()
            }
        }
    )*};
}
in_memory!(Item, PlainItem);

/// Customers 1 to 4 are called c1 to c4, users 10 to 13 u10 to u13.
pub struct Everybody;

fn find(text: &str, prefix: char, known: std::ops::RangeInclusive<i64>) -> Option<i64> {
    text.strip_prefix(prefix).unwrap_or(text).parse().ok().filter(|id| known.contains(id))
}

#[async_trait]
impl Names for Everybody {
    async fn customer(&self, text: &str) -> Result<Option<i64>, ApiError> {
        Ok(find(text, 'c', 1..=4))
    }

    async fn user(&self, text: &str) -> Result<Option<i64>, ApiError> {
        Ok(find(text, 'u', 10..=13))
    }
}
