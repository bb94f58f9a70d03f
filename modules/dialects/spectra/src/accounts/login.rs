//! Logging in. The token is a session's, and says who it is to whoever reads it (S1-06).

use argus_core::access::Level;
use argus_core::app::AllTries;
use argus_core::authentication::session::{NewSession, NewToken, speaking_token};
use argus_core::authentication::{AuthMethod, Tried, login};
use argus_core::clock::{NANOS_PER_SECOND, Nanos};
use argus_core::context::RequestContext;
use argus_core::error::ApiError;
use argus_identity::users::flag;
use serde::Serialize;

use super::form::{Fields, Reading};
use super::people::{Person, by_name, not_registered};

/// What a token says.
#[derive(Serialize)]
struct Claims<'a> {
    username: &'a str,
    email: &'a str,
    id: i64,
    is_active: bool,
    exp: i64,
    sub: &'a str,
    jti: String,
}

/// Logs somebody in, and gives the token.
///
/// # Errors
/// 422 for bad fields; 404, 403 or 401 for who is not registered, not activated, or has another password, in this order; 429 after
/// too many tries.
pub async fn log_in(context: &RequestContext, fields: Fields) -> Result<String, ApiError> {
    let mut reading = Reading::of(fields);
    let (name, password) = (reading.user_name("username"), reading.password("password"));
    reading.finish()?;
    let platform = &context.platform;
    let note = |user_id| {
        context.note_try(Tried { method: AuthMethod::Password.name(), name: name.clone(), user_id });
    };
    platform.directory.sync().await?;
    let domain = platform.directory.tree().await?.find_domain(None);
    let (tries, account) = (&platform.tries, AllTries::account(domain.unwrap_or(0), &name));
    let now = platform.clock.now();
    let allowed = tries.addresses.begin(&context.client_ip, now).and_then(|()| tries.accounts.begin(&account, now));
    allowed.inspect_err(|_| note(None))?;
    let take_back = || {
        tries.accounts.succeeded(&account);
        tries.addresses.succeeded(&context.client_ip);
    };
    // What could not be looked at, because something was busy, is no failed try.
    let (person, refusal) = prove(context, &name, &password).await.inspect_err(|_| take_back())?;
    let user_id = person.as_ref().map(|person| person.user.id);
    let person = match (person, refusal) {
        (Some(person), None) => person,
        (_, refusal) => {
            note(user_id);
            let uniform = platform.settings.dialects.spectra.uniform_login_errors;
            return Err(refusal.filter(|_| !uniform).unwrap_or_else(not_right));
        }
    };
    let token = begin(context, person).await?;
    tries.accounts.forget(&account);
    tries.addresses.succeeded(&context.client_ip);
    Ok(token.text)
}

/// Who has that name, and why it does not come in, if it does not. The password is looked at in any case, so that the time tells
/// nothing.
async fn prove(
    context: &RequestContext,
    name: &str,
    password: &str,
) -> Result<(Option<Person>, Option<ApiError>), ApiError> {
    let person = by_name(context, name).await?;
    let stored = person.as_ref().and_then(|person| person.user.password_hash.as_deref());
    let is_right = context.platform.passwords.verify(stored, password).await?;
    let refusal = match &person {
        None => Some(not_registered(name)),
        Some(person) if !is_active(context, person).await? => {
            let text = format!("The account for username {name} is not activated.");
            Some(ApiError::forbidden("spectra.account.inactive", text))
        }
        Some(_) if !is_right => Some(ApiError::unauthorized("spectra.password.wrong", "Incorrect password.")),
        Some(person) if person.user.flags & flag::SECOND_FACTOR != 0 => {
            let text = "This user needs a time-based code too: log in at /authentication/v1/totp/authentication";
            Some(ApiError::forbidden("spectra.second.factor", text))
        }
        Some(_) => None,
    };
    Ok((person, refusal))
}

/// Whether somebody may log in by password: activated, and neither blocked nor of a disabled customer.
async fn is_active(context: &RequestContext, person: &Person) -> Result<bool, ApiError> {
    let by_password = person.user.methods & AuthMethod::Password.bit() != 0;
    let in_use = person.account.activated_at.is_some() && by_password;
    Ok(in_use && !context.platform.directory.shuts_out(&person.user).await?)
}

fn not_right() -> ApiError {
    ApiError::unauthorized("spectra.login.failed", "The username or the password is not right.")
}

/// Makes the session, and its record, in one transaction.
async fn begin(context: &RequestContext, person: Person) -> Result<NewToken, ApiError> {
    let settings = &context.platform.settings;
    let lifetime = settings.dialects.spectra.token_lifetime.nanos().min(settings.session.absolute.nanos());
    let token = token(context, &person, lifetime)?;
    let user = person.user;
    let new = NewSession::of_login(user.id, AuthMethod::Password, Level::Default, context.client_ip);
    let new = NewSession { lifetime: Some(lifetime), ..new };
    let made = context.change(async |transaction| {
        let made = login::begin(context, transaction, &user, new.clone(), &token, None).await?;
        let (_, record) = made.ok_or_else(not_right)?;
        Ok(((), record))
    });
    made.await?;
    Ok(token)
}

fn token(context: &RequestContext, person: &Person, lifetime: Nanos) -> Result<NewToken, ApiError> {
    let until = context.platform.clock.now().saturating_add(lifetime);
    let claims = Claims {
        username: &person.user.short_name,
        email: &person.account.email,
        id: person.account.id,
        is_active: true,
        exp: until.div_euclid(NANOS_PER_SECOND),
        sub: &person.user.short_name,
        jti: context.platform.ids.random_uuid().to_string(),
    };
    speaking_token(&context.platform, &claims)
}
