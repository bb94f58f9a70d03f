//! Public keys, pins of clocks, and nonces that are used up.

use std::collections::HashSet;

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Set, Statement,
};

use crate::entity::{public_key, signature_nonce, signature_pin};

/// The key of that user and index, revoked ones too.
///
/// # Errors
/// When the store fails.
pub async fn find(db: &impl ConnectionTrait, user: i64, idx: i64) -> Result<Option<public_key::Model>, DbErr> {
    let found = public_key::Entity::find().filter(public_key::Column::UserId.eq(user));
    found.filter(public_key::Column::Idx.eq(idx)).one(db).await
}

/// The keys of a user, revoked ones too, by index.
///
/// # Errors
/// When the store fails.
pub async fn of_user(db: &impl ConnectionTrait, user: i64) -> Result<Vec<public_key::Model>, DbErr> {
    let found = public_key::Entity::find().filter(public_key::Column::UserId.eq(user));
    found.order_by_asc(public_key::Column::Idx).all(db).await
}

/// The next index that no key of the user ever had. Index 0 is never given out by itself: it is the default key's.
///
/// # Errors
/// When the store fails.
pub async fn next_index(db: &impl ConnectionTrait, user: i64) -> Result<i64, DbErr> {
    let last = public_key::Entity::find().filter(public_key::Column::UserId.eq(user));
    let last = last.order_by_desc(public_key::Column::Idx).one(db).await?;
    Ok(last.map_or(1, |row| row.idx + 1))
}

/// Adds a key.
///
/// # Errors
/// When the index was taken meanwhile, or the store fails.
pub async fn insert(db: &impl ConnectionTrait, row: public_key::ActiveModel) -> Result<public_key::Model, DbErr> {
    row.insert(db).await
}

/// Changes a key.
///
/// # Errors
/// When there is no such key, or the store fails.
pub async fn update(db: &impl ConnectionTrait, row: public_key::ActiveModel) -> Result<public_key::Model, DbErr> {
    row.update(db).await
}

/// The pins of those keys, which no other node can change before the transaction ends. Keys without one get an empty one.
///
/// # Errors
/// When the store fails.
pub async fn lock_pins(db: &impl ConnectionTrait, keys: &HashSet<i64>) -> Result<Vec<signature_pin::Model>, DbErr> {
    let of = |keys: &HashSet<i64>| {
        // In one order, or two nodes could wait for each other.
        let of = signature_pin::Entity::find().filter(signature_pin::Column::KeyId.is_in(keys.iter().copied()));
        of.order_by_asc(signature_pin::Column::KeyId).lock_exclusive()
    };
    let found = of(keys).all(db).await?;
    if found.len() == keys.len() {
        return Ok(found);
    }
    let known: HashSet<i64> = found.iter().map(|pin| pin.key_id).collect();
    let mut new: Vec<i64> = keys.difference(&known).copied().collect();
    new.sort_unstable();
    let new = new.into_iter().map(|key_id| signature_pin::ActiveModel {
        key_id: Set(key_id),
        skew: Set(None),
        moved_at: Set(0),
        evicted_at: Set(0),
    });
    let another = OnConflict::column(signature_pin::Column::KeyId).do_nothing().to_owned();
    signature_pin::Entity::insert_many(new).on_conflict(another).exec_without_returning(db).await?;
    of(keys).all(db).await
}

/// Every pin.
///
/// # Errors
/// When the store fails.
pub async fn pins(db: &impl ConnectionTrait) -> Result<Vec<signature_pin::Model>, DbErr> {
    signature_pin::Entity::find().all(db).await
}

/// Sets a pin that was locked.
///
/// # Errors
/// When the store fails.
pub async fn set_pin(db: &impl ConnectionTrait, key: i64, skew: i64, now: i64) -> Result<(), DbErr> {
    let pin = signature_pin::ActiveModel {
        key_id: Set(key),
        skew: Set(Some(skew)),
        moved_at: Set(now),
        ..<signature_pin::ActiveModel as ActiveModelTrait>::default()
    };
    pin.update(db).await.map(|_| ())
}

/// Takes the pins of those keys away; gives the keys that had one.
///
/// # Errors
/// When the store fails.
pub async fn evict_pins(db: &impl ConnectionTrait, keys: &HashSet<i64>, now: i64) -> Result<Vec<i64>, DbErr> {
    let pinned = lock_pins(db, keys).await?.into_iter().filter(|pin| pin.skew.is_some()).map(|pin| pin.key_id);
    let pinned: Vec<i64> = pinned.collect();
    signature_pin::Entity::update_many()
        .col_expr(signature_pin::Column::Skew, Expr::value(None::<i64>))
        .col_expr(signature_pin::Column::EvictedAt, Expr::value(now))
        .filter(signature_pin::Column::KeyId.is_in(pinned.clone()))
        .exec(db)
        .await?;
    Ok(pinned)
}

/// Those of `nonces` that are used up. Where one process has the store, of equal timestamp only: of others it knows by
/// itself.
///
/// # Errors
/// When the store fails.
pub async fn used_nonces(
    db: &impl ConnectionTrait,
    nonces: &[signature_nonce::Model],
) -> Result<Vec<signature_nonce::Model>, DbErr> {
    let (backend, list) = (db.get_database_backend(), listed(nonces));
    let sql = match backend {
        DbBackend::Postgres => {
            "SELECT n.key_id, n.stamp, n.digest, n.accepted_at FROM jsonb_array_elements($1::jsonb) \
             JOIN signature_nonce n ON n.key_id = (value ->> 0)::bigint AND n.digest = value ->> 2"
        }
        _ => {
            "SELECT n.key_id, n.stamp, n.digest, n.accepted_at FROM json_each(?) CROSS JOIN signature_nonce n \
             ON n.key_id = value ->> 0 AND n.stamp = value ->> 1 AND n.digest = value ->> 2"
        }
    };
    let query = Statement::from_sql_and_values(backend, sql, [list.into()]);
    signature_nonce::Entity::find().from_raw_sql(query).all(db).await
}

/// Adds nonces that are not there yet.
///
/// # Errors
/// When one is there, or the store fails.
pub async fn add_nonces(db: &impl ConnectionTrait, nonces: &[signature_nonce::Model]) -> Result<(), DbErr> {
    let backend = db.get_database_backend();
    let rows = match backend {
        DbBackend::Postgres => {
            "SELECT (value ->> 0)::bigint, (value ->> 1)::bigint, value ->> 2, (value ->> 3)::bigint \
             FROM jsonb_array_elements($1::jsonb)"
        }
        _ => "SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?)",
    };
    let sql = format!("INSERT INTO signature_nonce (key_id, stamp, digest, accepted_at) {rows}");
    db.execute_raw(Statement::from_sql_and_values(backend, sql, [listed(nonces).into()])).await.map(|_| ())
}

/// As a JSON list of lists: one parameter, however many there are.
fn listed(nonces: &[signature_nonce::Model]) -> String {
    let rows = nonces.iter().map(|nonce| {
        // The digest is base64url: nothing in it needs an escape.
        format!("[{},{},\"{}\",{}]", nonce.key_id, nonce.stamp, nonce.digest, nonce.accepted_at)
    });
    format!("[{}]", rows.collect::<Vec<_>>().join(","))
}

/// The nonces that were accepted at `since` or later.
///
/// # Errors
/// When the store fails.
pub async fn nonces_since(db: &impl ConnectionTrait, since: i64) -> Result<Vec<signature_nonce::Model>, DbErr> {
    signature_nonce::Entity::find().filter(signature_nonce::Column::AcceptedAt.gte(since)).all(db).await
}

/// Removes nonces that were accepted before `before`.
///
/// # Errors
/// When the store fails.
pub async fn prune_nonces(db: &impl ConnectionTrait, before: i64) -> Result<u64, DbErr> {
    let old = signature_nonce::Entity::delete_many().filter(signature_nonce::Column::AcceptedAt.lt(before));
    Ok(old.exec(db).await?.rows_affected)
}
