//! What of permissions can be searched.

use std::sync::LazyLock;

use argus_core::search::{Fields, Kind, Searchable, Switches};
use argus_identity::customers::of_domain;
use argus_identity::entity::permission::{Column, Entity};
use argus_identity::entity::{customer, function, subject};
use argus_identity::graph;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, EntityTrait};

/// Permissions, as the search criteria see them.
pub struct Permissions;

impl Searchable for Permissions {
    type Entity = Entity;
    const NAME: &'static str = "Permission";

    fn fields() -> &'static Fields {
        static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
            let fields = Fields::new("id", Column::Id)
                .filter("subject", Column::SubjectId, Kind::UserThat(of_subject), "The user or group")
                .filter("customer", Column::CustomerId, Kind::CustomerThat(on_customer), "The customer")
                .filter("function", Column::FunctionId, Kind::TextThat(of_function), "The function, by number or name")
                .filter("domain", Column::CustomerId, Kind::Custom(|text| Ok(in_domain(text))), "The customer's domain")
                .switch("includeSubjectAscendants", true, "Also of the groups that a `subject` is in")
                .switch("includeSubjectDescendants", true, "Also of the members of a `subject`")
                .switch("includeCustomerAscendants", true, "Also on customers above a `customer`")
                .switch("includeCustomerDescendants", true, "Also on customers below a `customer`")
                .switch("includeFunctionAscendants", true, "Also of roles that a `function` is a part of")
                .switch("includeFunctionDescendants", true, "Also of the parts of a `function`")
                .time("grantedTimestamp", Column::GrantedAt)
                .time("revokedTimestamp", Column::RevokedAt)
                .user("grantedByUser", Column::GrantedBy)
                .user("revokedByUser", Column::RevokedBy)
                .flag("deleted", |_| Column::RevokedAt.is_not_null())
                .hidden("includeDeleted", Some("deleted"), |_| Column::RevokedAt.is_not_null())
                .sort("grantedTimestamp", Column::GrantedAt)
                .sort("revokedTimestamp", Column::RevokedAt);
            with_keywords(fields)
        });
        &FIELDS
    }
}

/// Texts of what a permission refers to.
fn with_keywords(fields: Fields) -> Fields {
    use customer::Column as OfCustomer;
    use function::Column as OfFunction;
    use subject::Column as OfSubject;
    let function = |text| of(function::Entity, text, OfFunction::Id, Column::FunctionId);
    let subject = |text| of(subject::Entity, text, OfSubject::Id, Column::SubjectId);
    let customer = |text| of(customer::Entity, text, OfCustomer::Id, Column::CustomerId);
    fields
        .keyword_of("function", "name", function(OfFunction::Name), function(OfFunction::Folded))
        .keyword_of("subject", "shortName", subject(OfSubject::ShortName), subject(OfSubject::Folded))
        .keyword_of("subject", "name", subject(OfSubject::Name), subject(OfSubject::Folded))
        .keyword_of("customer", "shortName", customer(OfCustomer::ShortName), customer(OfCustomer::Folded))
        .keyword_of("customer", "name", customer(OfCustomer::Name), customer(OfCustomer::Folded))
}

/// A column of the row that a permission refers to.
fn of<C: ColumnTrait>(table: impl EntityTrait, text: C, id: C, reference: Column) -> Expr {
    let mut found = Query::select();
    found.column(text.as_column_ref()).from(table);
    found.and_where(Expr::col(id.as_column_ref()).equals(reference.as_column_ref()));
    Expr::from(found)
}

fn of_subject(id: i64, on: &Switches) -> Expr {
    let just = graph::just(id);
    let above = on.contains("includeSubjectAscendants").then(|| graph::groups_above(just.clone()));
    let below = on.contains("includeSubjectDescendants").then(|| graph::members_below(just.clone()));
    any_of(Column::SubjectId, [Some(just), above, below])
}

fn on_customer(id: i64, on: &Switches) -> Expr {
    let just = graph::just(id);
    let above = on.contains("includeCustomerAscendants").then(|| graph::customers_above(just.clone()));
    let below = on.contains("includeCustomerDescendants").then(|| graph::customers_below(just.clone()));
    any_of(Column::CustomerId, [Some(just), above, below])
}

fn of_function(text: &str, on: &Switches) -> Expr {
    let named = graph::functions_named(text);
    let above = on.contains("includeFunctionAscendants").then(|| graph::roles_above(named.clone()));
    let below = on.contains("includeFunctionDescendants").then(|| graph::functions_below(named.clone()));
    any_of(Column::FunctionId, [Some(named), above, below])
}

fn any_of(column: Column, sets: [Option<SelectStatement>; 3]) -> Expr {
    let within = |set| Expr::col(column.as_column_ref()).in_subquery(set);
    let any = sets.into_iter().flatten().map(within).reduce(ExprTrait::or);
    any.unwrap_or_else(|| Expr::val(false))
}

fn in_domain(text: &str) -> Expr {
    let mut customers = Query::select();
    customers.column(customer::Column::Id.as_column_ref()).from(customer::Entity);
    customers.and_where(of_domain(customer::Column::DomainId, text));
    Expr::col(Column::CustomerId.as_column_ref()).in_subquery(customers)
}
