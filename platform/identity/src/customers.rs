//! Reads and writes of the customer tree.

use sea_orm::sea_query::{
    Alias, CommonTableExpression, Condition, Expr, ExprTrait, Func, Query, SelectStatement, UnionType, WithClause,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, NotSet, QueryFilter, QueryOrder, QuerySelect,
    Set,
};

use crate::MOST_VALUES;
use crate::entity::{customer, domain, subject};

/// Marks as bits of [`customer::Model::flags`].
pub mod flag {
    /// Anonymous users cannot submit.
    pub const DENY_SUBMIT_FOR_ANONYMOUS_USER: i64 = 1;
    /// Data of all customers may be used for it.
    pub const ALLOW_GLOBAL_DATA: i64 = 2;
    /// Not in production.
    pub const EXCLUDE_FROM_PRODUCTION: i64 = 4;
    /// Has networks of its own.
    pub const NETWORK_BASE_CUSTOMER: i64 = 8;
    /// All its networks are one domain.
    pub const SINGLE_NETWORK_DOMAIN: i64 = 16;
    /// Its data were removed.
    pub const DATA_DELETED: i64 = 32;
}

/// A customer to be made.
#[derive(Debug, Clone, Default)]
pub struct NewCustomer {
    /// Its domain.
    pub domain_id: i64,
    /// The group it goes under; none for the root.
    pub parent_id: Option<i64>,
    /// Whether it can have members.
    pub group: bool,
    /// Name for programs, unique in the domain.
    pub short_name: String,
    /// Name for people.
    pub name: String,
    /// `english` when none is given.
    pub language: Option<String>,
    /// `Europe/Oslo` when none is given, as the interface has it.
    pub time_zone: Option<String>,
    /// Bits of [`flag`].
    pub flags: i64,
    /// Who makes it.
    pub created_by: Option<i64>,
    /// The keyword fields, folded.
    pub folded: Option<String>,
}

/// Adds a customer.
///
/// # Errors
/// When the short name is taken, or the store fails.
pub async fn insert(db: &impl ConnectionTrait, new: NewCustomer, now: i64) -> Result<customer::Model, DbErr> {
    let kind = if new.group { "group" } else { "leaf" };
    customer::ActiveModel {
        id: NotSet,
        domain_id: Set(new.domain_id),
        parent_id: Set(new.parent_id),
        kind: Set(kind.into()),
        short_name_key: Set(new.short_name.to_lowercase()),
        short_name: Set(new.short_name),
        name: Set(new.name),
        language: Set(new.language.unwrap_or_else(|| "english".into())),
        time_zone: Set(new.time_zone.unwrap_or_else(|| "Europe/Oslo".into())),
        flags: Set(new.flags),
        created_at: Set(now),
        created_by: Set(new.created_by),
        updated_at: Set(None),
        updated_by: Set(None),
        deleted_at: Set(None),
        deleted_by: Set(None),
        folded: Set(new.folded),
    }
    .insert(db)
    .await
}

/// Every customer, parents and children alike; the tree is kept in memory (see `argus_core::directory`).
///
/// # Errors
/// When the store fails.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<customer::Model>, DbErr> {
    customer::Entity::find().order_by_asc(customer::Column::Id).all(db).await
}

/// The customer with that number, a disabled one too.
///
/// # Errors
/// When the store fails.
pub async fn by_id(db: &impl ConnectionTrait, id: i64) -> Result<Option<customer::Model>, DbErr> {
    customer::Entity::find_by_id(id).one(db).await
}

/// The customer with that number, kept from others until the transaction ends, on this connection and any other.
///
/// # Errors
/// When the store fails.
pub async fn by_id_locked(db: &impl ConnectionTrait, id: i64) -> Result<Option<customer::Model>, DbErr> {
    customer::Entity::find_by_id(id).lock_exclusive().one(db).await
}

/// The customer of that short name in a domain, a disabled one too; case does not matter.
///
/// # Errors
/// When the store fails.
pub async fn by_name(db: &impl ConnectionTrait, domain_id: i64, name: &str) -> Result<Option<customer::Model>, DbErr> {
    customer::Entity::find()
        .filter(customer::Column::DomainId.eq(domain_id))
        .filter(customer::Column::ShortNameKey.eq(name.to_lowercase()))
        .one(db)
        .await
}

/// The customers right below one, disabled ones too.
///
/// # Errors
/// When the store fails.
pub async fn below(db: &impl ConnectionTrait, parents: &[i64]) -> Result<Vec<customer::Model>, DbErr> {
    let mut found = Vec::new();
    for parents in parents.chunks(MOST_VALUES) {
        let rows = customer::Entity::find().filter(customer::Column::ParentId.is_in(parents.iter().copied()));
        found.extend(rows.all(db).await?);
    }
    Ok(found)
}

/// A customer and every one above it, itself first and the root last; nothing when there is no such customer.
///
/// # Errors
/// When the store fails.
pub async fn line(db: &impl ConnectionTrait, id: i64) -> Result<Vec<customer::Model>, DbErr> {
    let (mut line, mut next): (Vec<customer::Model>, _) = (Vec::new(), Some(id));
    while let Some(id) = next {
        // The tree has no circles; a broken one ends here all the same.
        let found = by_id(db, id).await?.filter(|found| line.iter().all(|known| known.id != found.id));
        next = found.as_ref().and_then(|found| found.parent_id);
        line.extend(found);
    }
    Ok(line)
}

/// Changes a customer.
///
/// # Errors
/// When there is no such one, the short name is taken, or the store fails.
pub async fn update(db: &impl ConnectionTrait, row: customer::ActiveModel) -> Result<customer::Model, DbErr> {
    row.update(db).await
}

/// The numbers of customers that are disabled, as a subquery.
#[must_use]
pub fn disabled() -> SelectStatement {
    let mut disabled = Query::select();
    disabled.column(customer::Column::Id).from(customer::Entity).and_where(customer::Column::DeletedAt.is_not_null());
    disabled
}

/// The numbers of a customer and all below it, as a subquery.
#[must_use]
pub fn with_all_below(customer: i64) -> SelectStatement {
    let (reached, id, parent) = (Alias::new("reached"), customer::Column::Id, customer::Column::ParentId);
    let mut below = Query::select();
    below.column((customer::Entity, id)).from(customer::Entity);
    below.inner_join(reached.clone(), Expr::col((customer::Entity, parent)).equals((reached.clone(), id)));
    let mut all = Query::select();
    all.expr(Expr::val(customer).cast_as("bigint")).union(UnionType::Distinct, below);
    let rows = CommonTableExpression::new().query(all).column(id).table_name(reached.clone()).to_owned();
    let mut select = Query::select();
    select.with_cte(WithClause::new().recursive(true).cte(rows).to_owned()).column(id).from(reached);
    select
}

/// The numbers of a customer's users that are not deleted, as a subquery.
#[must_use]
pub fn users_of(customer: i64) -> SelectStatement {
    let mut users = Query::select();
    users.column(subject::Column::Id).from(subject::Entity);
    users.and_where(subject::Column::CustomerId.eq(customer)).and_where(subject::Column::Kind.eq("user"));
    users.and_where(subject::Column::DeletedAt.is_null());
    users
}

/// Rows of a domain, given by number or name.
pub fn of_domain(column: impl ColumnTrait, text: &str) -> Expr {
    let named = Expr::expr(Func::lower(Expr::col(domain::Column::Name))).eq(text.to_lowercase());
    let numbered = text.parse::<i64>().ok().map(|id| Expr::col(domain::Column::Id).eq(id));
    let mut domains = Query::select();
    domains.column(domain::Column::Id).from(domain::Entity);
    domains.cond_where(Condition::any().add(named).add_option(numbered));
    Expr::col(column.as_column_ref()).in_subquery(domains)
}

/// Every domain.
///
/// # Errors
/// When the store fails.
pub async fn domains(db: &impl ConnectionTrait) -> Result<Vec<domain::Model>, DbErr> {
    domain::Entity::find().order_by_asc(domain::Column::Id).all(db).await
}

/// Adds a domain.
///
/// # Errors
/// When the name is taken, or the store fails.
pub async fn insert_domain(db: &impl ConnectionTrait, name: &str) -> Result<domain::Model, DbErr> {
    domain::ActiveModel { id: NotSet, name: Set(name.into()) }.insert(db).await
}
