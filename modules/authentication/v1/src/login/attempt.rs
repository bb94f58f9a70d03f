//! One try to log in: limited per account and per address, and recorded when it fails.

use argus_core::access::Level;
use argus_core::app::AllTries;
use argus_core::authentication::{AuthMethod, Tried};
use argus_core::context::RequestContext;
use argus_core::error::ApiError;
use argus_identity::entity::subject;
use argus_identity::users;

use super::{LoggedIn, begin, may_log_in};

/// A try by user name. It counts from the start, so that tries made at the same moment cannot all slip through.
pub struct Attempt<'a> {
    context: &'a RequestContext,
    method: AuthMethod,
    name: &'a str,
    domain: Option<i64>,
    account: String,
}

impl<'a> Attempt<'a> {
    /// Begins a try with a name in a domain; the first domain when none is given.
    ///
    /// # Errors
    /// 429 after too many failed ones; 503.
    pub async fn begin(
        context: &'a RequestContext,
        method: AuthMethod,
        name: &'a str,
        domain: Option<&str>,
    ) -> Result<Self, ApiError> {
        let platform = &context.platform;
        let domain = platform.directory.tree().await?.find_domain(domain);
        let account = AllTries::account(domain.unwrap_or(0), name);
        let attempt = Self { context, method, name, domain, account };
        let now = platform.clock.now();
        let allowed = platform.tries.addresses.begin(&context.client_ip, now);
        if let Err(error) = allowed.and_then(|()| platform.tries.accounts.begin(&attempt.account, now)) {
            attempt.note(None);
            return Err(error);
        }
        Ok(attempt)
    }

    /// The user of that name, if `right` finds that it is who proves it, and it may log in by this method. `right` is asked
    /// also where there is no such user, so that the time tells nothing.
    ///
    /// # Errors
    /// 401, always with the same words; what `right` fails with, and then this was no failed try.
    pub async fn prove(
        &self,
        right: impl AsyncFnOnce(Option<&subject::Model>) -> Result<bool, ApiError>,
    ) -> Result<subject::Model, ApiError> {
        let looked_at = async {
            let user = self.user().await?;
            let right = right(user.as_ref()).await?;
            let may = match &user {
                Some(user) => may_log_in(self.context, user, self.method).await?,
                None => false,
            };
            Ok::<_, ApiError>((user, right && may))
        };
        match looked_at.await.inspect_err(|_| self.take_back())? {
            (Some(user), true) => Ok(user),
            (user, _) => Err(self.refuse(user.as_ref())),
        }
    }

    /// Makes the session of the user who proved it; only with it the account's failed tries are forgotten.
    ///
    /// # Errors
    /// As [`begin`].
    pub async fn log_in(
        &self,
        user: subject::Model,
        level: Level,
        requested: Option<&[String]>,
    ) -> Result<LoggedIn, ApiError> {
        let made = begin(self.context, user, self.method, level, requested).await?;
        self.context.platform.tries.accounts.forget(&self.account);
        self.context.platform.tries.addresses.succeeded(&self.context.client_ip);
        Ok(made)
    }

    async fn user(&self) -> Result<Option<subject::Model>, ApiError> {
        match self.domain {
            Some(domain) => Ok(users::by_name(self.context.platform.db.reader(), domain, self.name).await?),
            None => Ok(None),
        }
    }

    /// Takes the try back: what could not be looked at, because something was busy, is no failed one.
    fn take_back(&self) {
        self.context.platform.tries.accounts.succeeded(&self.account);
        self.context.platform.tries.addresses.succeeded(&self.context.client_ip);
    }

    /// The try failed: it stays counted, is recorded, and the client hears the same whatever was wrong.
    pub fn refuse(&self, user: Option<&subject::Model>) -> ApiError {
        self.note(user);
        ApiError::unauthorized("authentication.failed", "The user name or the password is not right")
    }

    /// Notes for the record with what name this request tried to log in.
    pub fn note(&self, user: Option<&subject::Model>) {
        let user_id = user.map(|user| user.id);
        self.context.note_try(Tried { method: self.method.name(), name: self.name.to_owned(), user_id });
    }
}
