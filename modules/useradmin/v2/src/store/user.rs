//! Users: what a body asks for, and doing it.

use argus_core::access::CustomerSet;
use argus_core::context::RequestContext;
use argus_core::error::{ApiError, FieldErrors};
use argus_core::names::{customer_of, home_domain};
use argus_identity::entity::{customer, subject};
use argus_identity::marks;
use argus_identity::users::{NewUser, flag, method};
use argus_useradmin_store::phone::Phone;
use sea_orm::Set;

use super::subject::{change, check_names, folded, touched};
use crate::model::user::{Method, Move, UserAdd, UserUpdate};

/// What a new user can use when nothing is said.
const DEFAULT_METHODS: i32 = method::PASSWORD | method::API_KEY | method::SIGNATURE | method::TOTP;

/// Reads what a user is to be.
///
/// # Errors
/// When the store fails; what is wrong with the body goes into `errors`.
pub async fn read(
    context: &RequestContext,
    scope: &CustomerSet,
    add: UserAdd,
    errors: &mut FieldErrors,
) -> Result<NewUser, ApiError> {
    let home = customer_of(context, scope, "customer", &add.customer, errors).await?;
    let domain = home_domain(context, add.domain.as_deref(), home.as_ref(), errors).await?;
    let names = (Some(add.name.as_str()), Some(add.short_name.as_str()), add.description.as_deref());
    check_names(context, names, domain, None, errors).await?;
    let email = add.email.filter(|email| !email.is_empty());
    check_email(email.as_deref(), errors);
    let phone = add.phone.as_ref().and_then(|phone| read_phone(phone, errors));
    let marks = [
        (flag::DAEMON_ACCOUNT, add.daemon_account),
        (flag::NOTIFICATION_USER, add.notification_user),
        (flag::EXTERNALLY_MANAGED, add.externally_managed),
    ];
    Ok(NewUser {
        domain_id: domain.unwrap_or(0),
        customer_id: home.map_or(0, |home| home.id),
        folded: folded(&add.short_name, &add.name, email.as_deref(), phone.as_ref().map(|(_, number)| number.as_str())),
        short_name: add.short_name,
        name: add.name,
        email,
        password_hash: None,
        methods: read_methods(add.enable_authentication_methods.as_deref(), errors),
        phone,
        description: add.description,
        language: add.language.map(|language| language.name().to_owned()),
        flags: marks::changed(0, &marks),
        created_by: Some(context.caller()?.user_id),
    })
}

fn check_email(email: Option<&str>, errors: &mut FieldErrors) {
    let sound = |text: &str| {
        let plain = !text.chars().any(|c| c.is_whitespace() || c.is_control() || "<>\"".contains(c));
        plain
            && text
                .split_once('@')
                .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'))
    };
    if email.is_some_and(|text| !sound(text)) && !errors.has("email") {
        errors.add("email", "invalid.field.value", "Not an e-mail address");
    }
}

fn read_phone(phone: &Phone, errors: &mut FieldErrors) -> Option<(String, String)> {
    let code = phone.country_code.as_deref().unwrap_or_default();
    let code = code.strip_prefix('+').unwrap_or(code).to_owned();
    let number = phone.national_number.as_deref().unwrap_or_default().replace(' ', "");
    let digits = |text: &str, least: usize, most: usize| {
        (least..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    if digits(&code, 1, 4) && digits(&number, 3, 15) {
        return Some((code, number));
    }
    if !["phone", "phone.countryCode", "phone.nationalNumber"].iter().any(|field| errors.has(field)) {
        errors.add("phone", "invalid.field.value", "Needs a countryCode and a nationalNumber, of digits");
    }
    None
}

fn read_methods(given: Option<&[Method]>, errors: &mut FieldErrors) -> i32 {
    let Some(given) = given else { return DEFAULT_METHODS };
    given.iter().fold(0, |methods, method| {
        methods
            | match method {
                Method::Password => method::PASSWORD,
                Method::Signature => method::SIGNATURE,
                Method::Totp => method::TOTP,
                Method::Apikey => method::API_KEY,
                Method::Ldap => method::LDAP,
                Method::Sms => {
                    let field = "enableAuthenticationMethods";
                    if !errors.has(field) {
                        errors.add(field, "invalid.field.value", "This server does not offer sms");
                    }
                    0
                }
            }
    })
}

/// Checks what is to change about a user; gives its telephone number.
///
/// # Errors
/// When the store fails; what is wrong with the body goes into `errors`.
pub async fn check(
    context: &RequestContext,
    found: &subject::Model,
    update: UserUpdate,
    errors: &mut FieldErrors,
) -> Result<(UserUpdate, Option<(String, String)>), ApiError> {
    let names = (update.name.as_deref(), update.short_name.as_deref(), update.description.as_deref());
    check_names(context, names, Some(found.domain_id), Some(found.id), errors).await?;
    check_email(update.email.as_deref().filter(|email| !email.is_empty()), errors);
    let given = update.phone.as_ref().filter(|phone| phone.country_code.is_some() || phone.national_number.is_some());
    let phone = given.and_then(|phone| read_phone(phone, errors));
    Ok((update, phone))
}

/// Changes a user.
///
/// # Errors
/// 412.
pub async fn update(
    context: &RequestContext,
    found: &subject::Model,
    update: UserUpdate,
    phone: Option<(String, String)>,
) -> Result<subject::Model, ApiError> {
    let done = change(context, found, false, async |_, before| {
        let mut row = touched(context, before.id)?;
        let name = update.name.unwrap_or_else(|| before.name.clone());
        let short_name = update.short_name.unwrap_or_else(|| before.short_name.clone());
        let email = match update.email {
            Some(email) => Some(email).filter(|email| !email.is_empty()),
            None => before.email.clone(),
        };
        let phone = match update.phone {
            Some(_) => phone,
            None => before.phone_country.clone().zip(before.phone_number.clone()),
        };
        let marks = [
            (flag::DAEMON_ACCOUNT, update.daemon_account),
            (flag::NOTIFICATION_USER, update.notification_user),
            (flag::EXTERNALLY_MANAGED, update.externally_managed),
        ];
        row.folded =
            Set(folded(&short_name, &name, email.as_deref(), phone.as_ref().map(|(_, number)| number.as_str())));
        (row.phone_country, row.phone_number) = (Set(phone.clone().map(|it| it.0)), Set(phone.map(|it| it.1)));
        if short_name != before.short_name && before.methods & method::LDAP != 0 && before.ldap_name.is_none() {
            // Another name here makes nobody somebody else at the directory server.
            row.ldap_name = Set(Some(before.short_name.clone()));
        }
        row.short_name_key = Set(short_name.to_lowercase());
        (row.name, row.short_name, row.email) = (Set(name), Set(short_name), Set(email));
        row.flags = Set(marks::changed(before.flags, &marks));
        row.description = Set(update.description.or_else(|| before.description.clone()));
        row.language = Set(update.language.map_or_else(|| before.language.clone(), |it| it.name().to_owned()));
        Ok(row)
    });
    done.await
}

/// The customer that somebody is to move to: in the scope, and of the same domain.
///
/// # Errors
/// When the store fails; what is wrong with the body goes into `errors`.
pub async fn destination(
    context: &RequestContext,
    scope: &CustomerSet,
    found: &subject::Model,
    body: &Move,
    errors: &mut FieldErrors,
) -> Result<customer::Model, ApiError> {
    let to = customer_of(context, scope, "customer", &body.customer, errors).await?;
    let Some(to) = to else { return Err(std::mem::take(errors).finish().err().unwrap_or_else(ApiError::unavailable)) };
    if to.domain_id != found.domain_id {
        errors.add("customer", "invalid.field.value", "The customer is of another domain");
    }
    Ok(to)
}
