//! What all logins end in: the session of a user who proved who it is.

use argus_identity::entity::{session as row, subject};
use argus_identity::users;
use sea_orm::DatabaseTransaction;
use serde_json::Value;

use super::Tried;
use super::session::{self, NewSession, NewToken};
use crate::audit::Record;
use crate::context::RequestContext;
use crate::error::ApiError;

/// Makes the session inside the transaction of the request, and gives its record, which shows `after`. Nothing where the user is not
/// as it was proved any more, which is noted as a try: a password may have been changed while it was being checked.
///
/// # Errors
/// When the store fails.
pub async fn begin(
    context: &RequestContext,
    transaction: &DatabaseTransaction,
    proved: &subject::Model,
    new: NewSession,
    token: &NewToken,
    after: Option<Value>,
) -> Result<Option<(row::Model, Record)>, ApiError> {
    let method = new.method.name();
    let current = users::by_id_locked(transaction, proved.id).await?;
    if !current.is_some_and(|current| is_as_proved(&current, proved)) {
        context.note_try(Tried { method, name: proved.short_name.clone(), user_id: Some(proved.id) });
        return Ok(None);
    }
    let made = session::begin(transaction, &context.platform, new, token).await?;
    users::note_login(transaction, proved.id, method, context.client_ip.to_string(), made.created_at).await?;
    let mut record = context.record().by(proved).about("SESSION", made.id.to_string(), None, after);
    record.auth_method = Some(method.to_owned());
    Ok(Some((made, record)))
}

fn is_as_proved(current: &subject::Model, proved: &subject::Model) -> bool {
    let of = |user: &subject::Model| {
        let marks = (user.methods, user.flags, user.blocked, user.deleted_at);
        (marks, user.customer_id, user.password_hash.clone(), user.ldap_name.clone())
    };
    of(current) == of(proved)
}
