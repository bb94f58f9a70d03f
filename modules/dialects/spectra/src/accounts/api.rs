//! The operations.

use argus_core::access::{Caller, Myself, MyselfDefault, Public};
use argus_core::wire::{Path, Query};
use argus_dialects_common::{Answer, Fault};
use poem::Request;
use poem_openapi::OpenApi;

use super::form::Form;
use super::model::{
    AccessKey, AccessToken, Address, Health, Login, Message, PasswordChange, PasswordReset, Signup, User,
};
use super::{activate, login, password, people, signup};
use crate::error::ErrorBody;

type Failure = Fault<ErrorBody>;

/// Accounts and their passwords.
#[derive(Clone, Copy)]
pub struct AccountApi;

#[OpenApi]
impl AccountApi {
    /// Sign up.
    ///
    /// The answer has a link that takes the account into use; it is good for a minute. The name and the address are nobody else's.
    #[oai(path = "/auth/signup", method = "post", operation_id = "dialect_spectra_account_add")]
    async fn sign_up(
        &self,
        caller: Caller<Public>,
        form: Form<Signup>,
        request: &Request,
    ) -> Result<Answer<Message, 201>, Failure> {
        Ok(Answer(Message::of(signup::sign_up(&caller, request, form.0).await?)))
    }

    /// Take an account into use, by the link of a signup.
    #[oai(path = "/auth/activate", method = "get", operation_id = "dialect_spectra_account_activate")]
    async fn activate(
        &self,
        caller: Caller<Public>,
        /// The key of the link; has to be there.
        key: Query<Option<String>>,
    ) -> Result<Answer<Message>, Failure> {
        let name = activate::activate(&caller, key.0).await?;
        Ok(Answer(Message::of(format!("User account {name} activated."))))
    }

    /// Ask for another link that takes an account into use.
    #[oai(path = "/auth/activate/resend", method = "post", operation_id = "dialect_spectra_activation_add")]
    async fn resend(
        &self,
        caller: Caller<Public>,
        form: Form<Address>,
        request: &Request,
    ) -> Result<Answer<Message>, Failure> {
        Ok(Answer(Message::of(activate::resend(&caller, request, form.0).await?)))
    }

    /// Log in.
    ///
    /// The token is good for an hour, where the settings say nothing else, and ends with the session that it stands for.
    #[oai(path = "/auth/login", method = "post", operation_id = "dialect_spectra_account_authenticate")]
    async fn log_in(&self, caller: Caller<Public>, form: Form<Login>) -> Result<Answer<AccessToken, 202>, Failure> {
        let access_token = login::log_in(&caller, form.0).await?;
        Ok(Answer(AccessToken { access_token, token_type: "Bearer".to_owned() }))
    }

    /// Set your password, by the one until now. Your other tokens end.
    #[oai(path = "/auth/password/change", method = "patch", operation_id = "dialect_spectra_password_update")]
    async fn change_password(
        &self,
        caller: Caller<MyselfDefault>,
        form: Form<PasswordChange>,
    ) -> Result<Answer<Message>, Failure> {
        password::change(&caller, form.0).await?;
        Ok(Answer(Message::of("Password changed.")))
    }

    /// Ask for a link to set another password.
    ///
    /// The link stands in the answer for trusted networks, and goes out by e-mail for all others. It is good for a minute.
    #[oai(path = "/auth/password/forgot", method = "post", operation_id = "dialect_spectra_password_forgot")]
    async fn forgot_password(
        &self,
        caller: Caller<Public>,
        form: Form<Address>,
        request: &Request,
    ) -> Result<Answer<Message>, Failure> {
        Ok(Answer(Message::of(password::forgot(&caller, request, form.0).await?)))
    }

    /// Set a password by a link. All tokens end.
    #[oai(path = "/auth/password/reset", method = "patch", operation_id = "dialect_spectra_password_reset")]
    async fn reset_password(
        &self,
        caller: Caller<Public>,
        /// The key of the link; has to be there.
        key: Query<Option<String>>,
        form: Form<PasswordReset>,
    ) -> Result<Answer<Message>, Failure> {
        let name = password::reset(&caller, key.0, form.0).await?;
        Ok(Answer(Message::of(format!("User account {name} reset password successful."))))
    }

    /// See whether a link to set a password is good. It stays so.
    #[oai(path = "/auth/password/reset", method = "get", operation_id = "dialect_spectra_password_reset_get")]
    async fn may_reset_password(
        &self,
        caller: Caller<Public>,
        /// The key of the link; has to be there.
        key: Query<Option<String>>,
    ) -> Result<Answer<Message>, Failure> {
        password::may_reset(&caller, key.0).await?;
        Ok(Answer(Message::of("Allowed to reset password.")))
    }
}

/// Who there is.
#[derive(Clone, Copy)]
pub struct UserApi;

#[OpenApi]
impl UserApi {
    /// Your data.
    #[oai(path = "/users/me", method = "get", operation_id = "dialect_spectra_user_self_get")]
    async fn me(&self, caller: Caller<Myself>) -> Result<Answer<User>, Failure> {
        Ok(Answer(people::of_caller(&caller).await?.printed()))
    }

    /// Your access key, which opens your bucket to whoever has it.
    #[oai(path = "/users/access-key/me", method = "get", operation_id = "dialect_spectra_access_key_get")]
    async fn access_key(&self, caller: Caller<MyselfDefault>) -> Result<Answer<AccessKey>, Failure> {
        Ok(Answer(AccessKey { access_key: people::access_key(&caller).await? }))
    }

    /// The data of a user.
    #[oai(path = "/users/:user_id", method = "get", operation_id = "dialect_spectra_user_get")]
    async fn user(
        &self,
        caller: Caller<Myself>,
        /// The user's number.
        user_id: Path<String>,
    ) -> Result<Answer<User>, Failure> {
        Ok(Answer(people::by_number(&caller, &user_id).await?.printed()))
    }
}

/// The service itself.
#[derive(Clone, Copy)]
pub struct SystemApi;

#[OpenApi]
impl SystemApi {
    /// Whether the service runs.
    #[oai(path = "/health", method = "get", operation_id = "dialect_spectra_health_get")]
    async fn health(&self, _caller: Caller<Public>) -> Result<Answer<Health>, Failure> {
        Ok(Answer(Health { app_name: "Argus".to_owned(), mode: "production".to_owned(), debug: false }))
    }
}
