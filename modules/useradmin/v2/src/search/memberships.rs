//! What of memberships can be searched.

use std::sync::LazyLock;

use argus_core::access::CustomerSet;
use argus_core::search::{Fields, Kind, Searchable};
use argus_identity::entity::membership::{Column, Entity};
use argus_identity::entity::subject;
use argus_identity::graph::subjects_named;
use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Query};

/// Memberships, as the search criteria see them.
pub struct Memberships;

impl Searchable for Memberships {
    type Entity = Entity;
    const NAME: &'static str = "Membership";

    fn fields() -> &'static Fields {
        static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
            Fields::new("id", Column::Id)
                .filter("subject", Column::MemberId, Kind::Custom(|text| Ok(either(text))), "The group or the member")
                .filter("group", Column::GroupId, Kind::User, "The group, by number or short name")
                .filter("member", Column::MemberId, Kind::User, "The member, by number or short name")
                .time("addedTimestamp", Column::AddedAt)
                .time("removedTimestamp", Column::RemovedAt)
                .user("group", Column::GroupId)
                .user("member", Column::MemberId)
                .user("addedByUser", Column::AddedBy)
                .user("removedByUser", Column::RemovedBy)
                .flag("deleted", |_| Column::RemovedAt.is_not_null())
                .flag("externallyManaged", |_| Column::ExternallyManaged.eq(true))
                .hidden("includeDeleted", Some("deleted"), |_| Column::RemovedAt.is_not_null())
                .sort("addedTimestamp", Column::AddedAt)
        });
        &FIELDS
    }
}

fn either(text: &str) -> Expr {
    let of = |column: Column| Expr::col(column.as_column_ref()).in_subquery(subjects_named(text));
    of(Column::GroupId).or(of(Column::MemberId))
}

/// Memberships whose group and member are both of those customers.
#[must_use]
pub fn within(customers: &CustomerSet) -> Condition {
    let of = |column: Column| {
        let mut subjects = Query::select();
        subjects.column(subject::Column::Id).from(subject::Entity);
        subjects.cond_where(customers.condition(subject::Column::CustomerId));
        Expr::col(column.as_column_ref()).in_subquery(subjects)
    };
    Condition::all().add(of(Column::GroupId)).add(of(Column::MemberId))
}
