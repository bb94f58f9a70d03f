//! Taking away what is kept for the users and groups of a customer. What becomes of each table is said where it is asked
//! for: `customeradmin/v2`, `store/prune.rs`.

use sea_orm::prelude::Json;
use sea_orm::sea_query::{Condition, Expr, Query, SelectStatement};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, Set};

use crate::entity::{
    api_key, one_time_key, openid_link, password_history, public_key, session, spectra_account, subject,
    subject_picture, totp, user_preference,
};

/// How much of each kind there was.
pub type Counts = Vec<(&'static str, u64)>;

/// Takes away all that is kept for the users and groups of a customer, deleted ones too, but who they are, and what they
/// could do.
///
/// # Errors
/// When the store fails.
pub async fn people(db: &impl ConnectionTrait, customer: i64, now: i64) -> Result<Counts, DbErr> {
    Ok(vec![
        ("profiles", profiles(db, customer).await?),
        ("preferences", take::<user_preference::Entity>(db, user_preference::Column::UserId, customer).await?),
        ("pictures", take::<subject_picture::Entity>(db, subject_picture::Column::SubjectId, customer).await?),
        ("passwords", take::<password_history::Entity>(db, password_history::Column::UserId, customer).await?),
        ("generators", take::<totp::Entity>(db, totp::Column::UserId, customer).await?),
        ("openIDLinks", take::<openid_link::Entity>(db, openid_link::Column::UserId, customer).await?),
        ("spectraAccounts", take::<spectra_account::Entity>(db, spectra_account::Column::UserId, customer).await?),
        ("oneTimeKeys", take::<one_time_key::Entity>(db, one_time_key::Column::UserId, customer).await?),
        ("sessions", take::<session::Entity>(db, session::Column::UserId, customer).await?),
        ("apiKeys", revoke::<api_key::Entity>(db, API_KEYS, customer, now).await?),
        ("signatureKeys", revoke::<public_key::Entity>(db, PUBLIC_KEYS, customer, now).await?),
    ])
}

/// The numbers of a customer's users and groups, deleted ones too, as a subquery.
fn subjects(customer: i64) -> SelectStatement {
    let mut subjects = Query::select();
    subjects.column(subject::Column::Id).from(subject::Entity).and_where(subject::Column::CustomerId.eq(customer));
    subjects
}

/// Removes the rows that belong to them.
async fn take<E: EntityTrait>(db: &impl ConnectionTrait, owner: E::Column, customer: i64) -> Result<u64, DbErr> {
    Ok(E::delete_many().filter(owner.in_subquery(subjects(customer))).exec(db).await?.rows_affected)
}

/// What of a user or a group is no more once its customer is pruned.
const PROFILE: [subject::Column; 11] = [
    subject::Column::Email,
    subject::Column::PhoneCountry,
    subject::Column::PhoneNumber,
    subject::Column::Description,
    subject::Column::PasswordHash,
    subject::Column::PasswordChangedAt,
    subject::Column::LdapName,
    subject::Column::LastLoginAt,
    subject::Column::LastLoginMethod,
    subject::Column::LastLoginIp,
    subject::Column::LastImpersonatedAt,
];

/// Empties the profiles. No method is left enabled: without a name of its own at the directory server, somebody could be
/// somebody else there.
async fn profiles(db: &impl ConnectionTrait, customer: i64) -> Result<u64, DbErr> {
    let own = subject::Column::CustomerId.eq(customer);
    let something = PROFILE.iter().map(|column| column.is_not_null()).fold(Condition::any(), Condition::add);
    let mut update = subject::Entity::update_many().col_expr(subject::Column::Methods, Expr::value(0));
    for column in PROFILE {
        update = update.col_expr(column, Expr::cust("NULL"));
    }
    let emptied = update.filter(own.clone()).filter(something.add(subject::Column::Methods.ne(0))).exec(db).await?;
    let folded = subject::Entity::find().filter(own).filter(subject::Column::Folded.is_not_null()).all(db).await?;
    for row in folded {
        let mut names = <subject::ActiveModel as ActiveModelTrait>::default();
        names.id = Set(row.id);
        names.folded = Set(row.folded.as_deref().and_then(folded_names));
        names.update(db).await?;
    }
    Ok(emptied.rows_affected)
}

/// What is left of folded keyword fields when the profile is gone: those of names.
fn folded_names(folded: &str) -> Option<String> {
    let mut fields: Json = folded.parse().ok()?;
    let members = fields.as_object_mut()?;
    members.retain(|name, _| ["shortName", "name"].contains(&name.as_str()));
    (!members.is_empty()).then(|| fields.to_string())
}

/// The columns of a kind of keys.
struct Keys<C> {
    user: C,
    revoked_at: C,
    last_used_at: C,
    last_used_ip: C,
}

const API_KEYS: Keys<api_key::Column> = Keys {
    user: api_key::Column::UserId,
    revoked_at: api_key::Column::RevokedAt,
    last_used_at: api_key::Column::LastUsedAt,
    last_used_ip: api_key::Column::LastUsedIp,
};

const PUBLIC_KEYS: Keys<public_key::Column> = Keys {
    user: public_key::Column::UserId,
    revoked_at: public_key::Column::RevokedAt,
    last_used_at: public_key::Column::LastUsedAt,
    last_used_ip: public_key::Column::LastUsedIp,
};

/// Revokes keys, and forgets when and from where they were used. Their rows stay: the log names keys by their indexes,
/// which so are not given again.
async fn revoke<E: EntityTrait>(
    db: &impl ConnectionTrait,
    keys: Keys<E::Column>,
    customer: i64,
    now: i64,
) -> Result<u64, DbErr> {
    let used = Condition::any().add(keys.last_used_at.is_not_null()).add(keys.last_used_ip.is_not_null());
    let forgotten = E::update_many()
        .col_expr(keys.last_used_at, Expr::cust("NULL"))
        .col_expr(keys.last_used_ip, Expr::cust("NULL"))
        .filter(keys.user.in_subquery(subjects(customer)))
        .filter(used);
    forgotten.exec(db).await?;
    let revoked = E::update_many()
        .col_expr(keys.revoked_at, Expr::value(now))
        .filter(keys.user.in_subquery(subjects(customer)))
        .filter(keys.revoked_at.is_null());
    Ok(revoked.exec(db).await?.rows_affected)
}

#[cfg(test)]
mod tests {
    use super::folded_names;

    #[test]
    fn only_names_stay_folded() {
        let all = r#"{"email":"å@x.no","name":"åse","shortName":"å"}"#;
        assert_eq!(folded_names(all).as_deref(), Some(r#"{"name":"åse","shortName":"å"}"#));
        assert_eq!(folded_names(r#"{"email":"å@x.no"}"#), None);
    }
}
