//! Login histories: what of the records of requests says how somebody came in, or can. Which they are, and whose, is
//! decided when they are written, and stands in the column `auth_user`.

use std::sync::LazyLock;

use argus_core::audit::Record;
use argus_core::db::Db;
use argus_core::error::ApiError;
use argus_core::search::{Criteria, Fields, Options, Page, Searchable, run};
use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Condition, Expr, ExprTrait};

use crate::event::{Column, Entity, Model, flag};

/// Operations that make a session in which somebody else acts as the user.
const IMPERSONATE: [&str; 2] = ["authentication_v1_session_impersonate", "authentication_v1_impersonate"];

/// What an event of a login history is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authentication {
    /// A login, or a try; also a key, a signature or a session that was refused.
    Login,
    /// A session in which somebody else acts as the user.
    Impersonated,
    /// A key was made or registered.
    KeyEnrolled,
    /// A generator of time-based codes was taken into use.
    TotpEnrolled,
    /// The user was blocked.
    UserBlocked,
    /// The user was let in again.
    UserUnblocked,
}

impl Authentication {
    /// What an event is; none for one that belongs to no history.
    #[must_use]
    pub fn of(row: &Model) -> Option<Self> {
        Self::find(row.verb.as_deref(), row.action.as_deref().unwrap_or_default(), row.target_type.as_deref())
    }

    /// The user to whose history a record belongs. Of what was refused only logins do.
    pub(crate) fn user_of(record: &Record) -> Option<i64> {
        let target = record.target.as_ref();
        let found = Self::find(record.verb.as_deref(), &record.operation, target.map(|target| target.kind.as_str()))?;
        let target = || target.filter(|_| record.error_status.is_none());
        match found {
            Self::Login => record.user_id,
            Self::TotpEnrolled => record.user_id.filter(|_| record.error_status.is_none()),
            Self::Impersonated => target()?.after.as_ref()?.get("userID")?.as_i64(),
            // `<user>/<index>`.
            Self::KeyEnrolled => target()?.id.split_once('/')?.0.parse().ok(),
            Self::UserBlocked | Self::UserUnblocked => target()?.id.parse().ok(),
        }
    }

    fn find(verb: Option<&str>, operation: &str, target: Option<&str>) -> Option<Self> {
        match (verb, operation) {
            // First of all: a bad credential is a failed login, whatever it was sent to.
            (Some("LOGIN"), _) => Some(Self::Login),
            (_, "authentication_v1_user_block") => Some(Self::UserBlocked),
            (_, "authentication_v1_user_unblock") => Some(Self::UserUnblocked),
            (_, "authentication_v1_totp_update") => Some(Self::TotpEnrolled),
            (_, operation) if IMPERSONATE.contains(&operation) => Some(Self::Impersonated),
            (Some("CREATE"), _) if matches!(target, Some("APIKEY" | "PUBLICKEY")) => Some(Self::KeyEnrolled),
            _ => None,
        }
    }
}

/// Login histories, as the search criteria see them.
pub struct Authentications;

impl Searchable for Authentications {
    type Entity = Entity;
    const NAME: &'static str = "AuthenticationEvent";

    fn fields() -> &'static Fields {
        static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
            Fields::new("sequence", Column::Sequence)
                .time("timestamp", Column::Timestamp)
                .sort("timestamp", Column::Timestamp)
                .default_sort(&["-timestamp"])
        });
        &FIELDS
    }
}

/// The events of histories that the criteria select. `whose` says which users are meant, by [`Column::AuthUser`]; in whose
/// trail an event lies does not matter.
///
/// # Errors
/// 412 as the criteria say, 503 when the store cannot be asked.
pub async fn history(
    db: &Db,
    whose: Condition,
    criteria: &Criteria<Authentications>,
    options: &Options,
) -> Result<Page<Model>, ApiError> {
    // Of `= 0` PostgreSQL would expect one row in two hundred, and sort what an index has in order already.
    let kept = Expr::col((Entity, Column::Flags)).bit_and(flag::DELETED).ne(flag::DELETED);
    let scope = Condition::all().add(whose).add(Column::AuthUser.is_not_null()).add(kept);
    run(db.reader(), criteria, scope, options).await
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn record(verb: &str, operation: &str, user: Option<i64>) -> Record {
        serde_json::from_value(json!({
            "timestamp": 0, "operation": operation, "verb": verb, "method": "POST", "path": "/", "parameters": [],
            "error_templates": [], "user_id": user, "client_ip": "192.0.2.1", "request_id": "1",
        }))
        .unwrap()
    }

    #[test]
    fn a_history_is_that_of_the_user_whose_way_in_it_is() {
        let login = record("LOGIN", "authentication_v1_password_authentication", Some(7));
        let block = record("UPDATE", "authentication_v1_user_block", Some(1)).about("USER", "7", None, None);
        let key = record("CREATE", "apikey_v1_apikey_add", Some(1)).about("APIKEY", "7/2", None, Some(json!({})));
        let after = Some(json!({ "userID": 7 }));
        let acting = record("CREATE", "authentication_v1_impersonate", Some(1)).about("SESSION", "x", None, after);
        let totp = record("UPDATE", "authentication_v1_totp_update", Some(7));
        for one in [&login, &block, &key, &acting, &totp] {
            assert_eq!(Authentication::user_of(one), Some(7), "{one:?}");
            let refused = Record { error_status: Some(412), ..one.clone() };
            let kept = one.verb.as_deref() == Some("LOGIN");
            assert_eq!(Authentication::user_of(&refused), kept.then_some(7), "{refused:?}");
        }
        let renewed = record("UPDATE", "apikey_v1_apikey_renew", Some(1)).about("APIKEY", "7/2", None, None);
        for none in [renewed, record("READ", "audit_v1_event_list", Some(7)), record("LOGIN", "x", None)] {
            assert_eq!(Authentication::user_of(&none), None, "{none:?}");
        }
        // A bad key that is sent to the operation that blocks is a failed login all the same.
        assert_eq!(Authentication::user_of(&record("LOGIN", "authentication_v1_user_block", Some(7))), Some(7));
    }
}
