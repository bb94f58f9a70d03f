//! API keys.

use std::net::IpAddr;
use std::ops::Range;

use sea_orm::prelude::Json;
use sea_orm::sea_query::Condition;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, Order, QueryFilter, QuerySelect,
    QueryTrait, Statement,
};

use crate::entity::api_key::{ActiveModel, Column, Entity, Model};
use crate::entity::subject;

/// The key of that user and index, revoked ones too.
///
/// # Errors
/// When the store fails.
pub async fn find(db: &impl ConnectionTrait, user_id: i64, idx: i64) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::UserId.eq(user_id)).filter(Column::Idx.eq(idx)).one(db).await
}

/// The key with that number.
///
/// # Errors
/// When the store fails.
pub async fn by_id(db: &impl ConnectionTrait, id: i64) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}

/// The user's keys that are not revoked, in the order they were made.
///
/// # Errors
/// When the store fails.
pub async fn of_user(db: &impl ConnectionTrait, user_id: i64) -> Result<Vec<Model>, DbErr> {
    use sea_orm::QueryOrder;
    Entity::find()
        .filter(Column::UserId.eq(user_id))
        .filter(Column::RevokedAt.is_null())
        .order_by_asc(Column::Idx)
        .all(db)
        .await
}

/// The index a user's next key gets. Indexes of revoked keys are not given again. In a transaction nobody else gets the
/// same: whoever asks meanwhile, on another connection or node, waits for the user's row until the transaction ends.
///
/// # Errors
/// When the store fails.
pub async fn next_index(db: &impl ConnectionTrait, user_id: i64) -> Result<i64, DbErr> {
    subject::Entity::find_by_id(user_id).lock_exclusive().one(db).await?;
    let last: Option<Option<i64>> = Entity::find()
        .filter(Column::UserId.eq(user_id))
        .select_only()
        .column_as(Column::Idx.max(), "last")
        .into_tuple()
        .one(db)
        .await?;
    Ok(last.flatten().unwrap_or(0) + 1)
}

/// Adds a key.
///
/// # Errors
/// When the index was taken meanwhile, or the store fails.
pub async fn insert(db: &impl ConnectionTrait, row: ActiveModel) -> Result<Model, DbErr> {
    row.insert(db).await
}

/// Changes a key.
///
/// # Errors
/// When there is no such key, or the store fails.
pub async fn update(db: &impl ConnectionTrait, row: ActiveModel) -> Result<Model, DbErr> {
    row.update(db).await
}

/// What has its time in the life of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// It was made.
    Created,
    /// It was revoked.
    Revoked,
    /// It is good for the last time, and was not revoked before.
    Ends,
}

impl Moment {
    fn column(self) -> Column {
        match self {
            Self::Created => Column::CreatedAt,
            Self::Revoked => Column::RevokedAt,
            Self::Ends => Column::ValidUntil,
        }
    }
}

/// How many keys of users that meet `owners` have that moment in a stretch of time, the end not included, and at most `most`
/// of them: the last ones, newest first; of keys that end the first ones, in order.
///
/// # Errors
/// When the store fails.
pub async fn with_moment(
    db: &impl ConnectionTrait,
    owners: Condition,
    moment: Moment,
    within: Range<i64>,
    most: u64,
) -> Result<(u64, Vec<Model>), DbErr> {
    use sea_orm::{PaginatorTrait, QueryOrder};
    let users = subject::Entity::find().select_only().column(subject::Column::Id).filter(owners).into_query();
    let mut find = Entity::find()
        .filter(Column::UserId.in_subquery(users))
        .filter(moment.column().gte(within.start))
        .filter(moment.column().lt(within.end));
    if moment == Moment::Ends {
        find = find.filter(Column::RevokedAt.is_null());
    }
    let count = find.clone().count(db).await?;
    let order = if moment == Moment::Ends { Order::Asc } else { Order::Desc };
    let rows = find.order_by(moment.column(), order.clone()).order_by(Column::Id, order).limit(most).all(db).await?;
    Ok((count, rows))
}

/// A key's number, when it was used, and from where.
pub type Use = (i64, i64, IpAddr);

/// What has last uses: API keys, and the public keys of signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Used {
    /// API keys.
    ApiKeys,
    /// Public keys.
    PublicKeys,
}

/// Notes when and from where keys were last used; an older note never replaces a newer one. One statement for all of
/// them: a busy gateway has a hundred thousand to note every few seconds.
///
/// # Errors
/// When the store fails.
pub async fn note_uses(db: &impl ConnectionTrait, of: Used, uses: &[Use]) -> Result<(), DbErr> {
    const SET: &str = "SET last_used_at = used.at, last_used_ip = used.ip FROM";
    const WHERE: &str = "AND (last_used_at IS NULL OR last_used_at < used.at)";
    let table = match of {
        Used::ApiKeys => "api_key",
        Used::PublicKeys => "public_key",
    };
    let backend = db.get_database_backend();
    let used = match backend {
        DbBackend::Postgres => {
            "SELECT (value ->> 0)::bigint AS id, (value ->> 1)::bigint AS at, value ->> 2 AS ip \
             FROM jsonb_array_elements($1::jsonb)"
        }
        _ => "SELECT value ->> 0 AS id, value ->> 1 AS at, value ->> 2 AS ip FROM json_each(?)",
    };
    let list: Json = uses
        .iter()
        .map(|(id, at, ip)| Json::from_iter([Json::from(*id), Json::from(*at), Json::from(ip.to_string())]))
        .collect();
    let sql = format!("UPDATE {table} {SET} ({used}) AS used WHERE {table}.id = used.id {WHERE}");
    db.execute_raw(Statement::from_sql_and_values(backend, sql, [list.to_string().into()])).await.map(|_| ())
}
