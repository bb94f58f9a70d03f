//! Nobody locks everybody out: whatever is changed, somebody who can log in still holds the administrator role at the
//! root customer.

use argus_identity::administrators;
use argus_identity::entity::{public_key, subject, totp};
use argus_identity::users::{flag, method};
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use crate::clock::Nanos;
use crate::error::ApiError;

/// To be called at the end of every change that could take an administrator away, inside its transaction: removing or
/// blocking a user, a method, a permission, a membership, a group, a role. Other such changes wait for this transaction,
/// so that two cannot take away each the last but one.
///
/// # Errors
/// 412 when nobody is left; the change must then not be committed.
pub async fn require_administrator(transaction: &impl ConnectionTrait, now: Nanos) -> Result<(), ApiError> {
    administrators::lock(transaction).await?;
    for user in administrators::all(transaction).await? {
        if can_log_in(transaction, &user, now).await? {
            return Ok(());
        }
    }
    let text = "Nobody who can log in would be left with the administrator role at the root customer";
    Err(ApiError::unmet("last.administrator", text))
}

/// Whether a user has a way in at level default or above; an API key is none, since it cannot give rights back.
async fn can_log_in(db: &impl ConnectionTrait, user: &subject::Model, now: Nanos) -> Result<bool, DbErr> {
    let enabled = |bit: i32| user.methods & bit != 0;
    if user.blocked || user.deleted_at.is_some() {
        return Ok(false);
    }
    let needs_code = user.flags & flag::SECOND_FACTOR != 0;
    if user.password_hash.is_some() {
        let with_code = enabled(method::TOTP) && has_code(db, user.id).await?;
        if (enabled(method::PASSWORD) && !needs_code) || with_code {
            return Ok(true);
        }
    }
    Ok(enabled(method::SIGNATURE) && has_signing_key(db, user.id, now).await?)
}

async fn has_code(db: &impl ConnectionTrait, user: i64) -> Result<bool, DbErr> {
    // One that waits for its first code still has a cookie.
    let active = totp::Entity::find().filter(totp::Column::UserId.eq(user)).filter(totp::Column::CookieHash.is_null());
    Ok(active.one(db).await?.is_some())
}

async fn has_signing_key(db: &impl ConnectionTrait, user: i64, now: Nanos) -> Result<bool, DbErr> {
    use public_key::Column;
    let lasting = Condition::any().add(Column::ValidUntil.is_null()).add(Column::ValidUntil.gte(now));
    let good = public_key::Entity::find()
        .filter(Column::UserId.eq(user))
        .filter(Column::RevokedAt.is_null())
        .filter(Column::ReadOnly.eq(false))
        .filter(Column::Functions.is_null())
        .filter(Column::Customers.is_null())
        .filter(lasting);
    Ok(good.one(db).await?.is_some())
}
