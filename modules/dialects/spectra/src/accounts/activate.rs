//! Taking an account into use.

use argus_core::audit::Record;
use argus_core::context::RequestContext;
use argus_core::directory::Changed;
use argus_core::error::ApiError;
use argus_identity::users::{self, UserChange, method};
use argus_identity::{administrators, spectra_accounts};
use poem::Request;
use serde_json::json;

use super::form::{Fields, Reading};
use super::link::{self, Purpose, Recipient, Way};
use super::people::by_address;

/// What the user of an account can use from then on.
const METHODS: i32 = method::PASSWORD | method::API_KEY;

/// Takes the account of a link into use, and gives the user's name. An account that is in use stays as it is: an administrator
/// may have taken methods away since.
///
/// # Errors
/// 422 without a key, 410 for one that is not good.
pub async fn activate(context: &RequestContext, key: Option<String>) -> Result<String, ApiError> {
    let mut reading = Reading::of(Fields::default());
    let key = reading.parameter("key", key);
    reading.finish()?;
    link::look(context, &key, Purpose::Activate).await?;
    let now = context.platform.clock.now();
    let done = context.change_identity(Changed::Everything, async |transaction| {
        administrators::lock(transaction).await?;
        let user = link::spend(context, transaction, &key, Purpose::Activate).await?;
        let user = users::by_id_locked(transaction, user).await?.filter(|user| user.deleted_at.is_none());
        let mut user = user.ok_or_else(link::gone)?;
        let account = spectra_accounts::of_user(transaction, user.id).await?.ok_or_else(link::gone)?;
        if account.activated_at.is_none() {
            spectra_accounts::activate(transaction, account.id, now).await?;
            let change = UserChange { methods: Some(user.methods | METHODS), ..UserChange::default() };
            user = users::update(transaction, user.id, change).await?;
        }
        let after = json!({ "activated": true, "methods": user.methods });
        let record = context.record().by(&user).about("USER", user.id.to_string(), None, Some(after));
        // A GET, as the original has it, but a change all the same.
        Ok((user.short_name, Record { verb: Some("UPDATE".to_owned()), ..record }))
    });
    done.await
}

/// Another link to take an account into use; earlier ones stay good until they are late. Gives the text that tells of it.
///
/// # Errors
/// 422, 404 for an address that nobody registered, 429.
pub async fn resend(context: &RequestContext, request: &Request, fields: Fields) -> Result<String, ApiError> {
    another(context, request, fields, Purpose::Activate).await
}

/// A link for the account of an address that a form names.
///
/// # Errors
/// As [`resend`].
pub async fn another(
    context: &RequestContext,
    request: &Request,
    fields: Fields,
    purpose: Purpose,
) -> Result<String, ApiError> {
    let mut reading = Reading::of(fields);
    let email = reading.address("email");
    reading.finish()?;
    link::count(context)?;
    let person = by_address(context, &email).await?;
    let way = Way::of(context, request, purpose)?;
    let (user_id, customer_id) = (person.user.id, person.user.customer_id);
    let given = context.change(async |transaction| {
        let to = Recipient { user_id, customer_id, email: &person.account.email };
        let text = link::give(context, transaction, &to, purpose, way, "Activation key resent.").await?;
        let after = link::recorded(context, purpose);
        let record = context.record().about("USER", user_id.to_string(), None, Some(after));
        Ok((text, Record { customer_id: Some(customer_id), ..record }))
    });
    given.await
}
