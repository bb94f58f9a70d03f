//! The caller on the wire.

use argus_core::clock::millis;
use argus_core::context::RequestContext;
use argus_core::error::ApiError;
use argus_core::info::{CustomerInfo, DomainInfo};
use argus_core::preferences::{PreferenceMap, all};
use argus_identity::entity::subject;
use argus_identity::pictures;
use argus_identity::users::{self, flag, method};
use poem_openapi::Object;

use super::SubjectInfo;
use super::describe::{People, set};

/// The caller, in the older object model.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase")]
pub struct CurrentUser {
    /// Number.
    pub id: i64,
    /// Name to log in with.
    pub user_name: String,
    /// Name for people.
    pub name: String,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone number, with a plus sign and the country code.
    pub mobile: Option<String>,
    /// `ENGLISH` or `NORWEGIAN`.
    pub language: String,
    /// The time zone of your customer; users have none of their own.
    pub time_zone: Option<TimeZone>,
    /// The customer you belong to.
    pub customer: Option<CustomerInfo>,
    /// Your domain.
    pub domain: DomainInfo,
    /// Where your picture is, where you have one.
    #[oai(rename = "imageURL")]
    pub image_url: Option<String>,
    /// Always null: keys are at `/authentication/v1/signature`.
    pub public_key: Option<String>,
    /// Your preferences, by key.
    pub properties: PreferenceMap,
    /// The numbers of all groups that you are in, also by groups.
    #[oai(rename = "ascendantIDs")]
    pub ascendant_ids: Vec<i64>,
    /// Of `DISABLED`, `AUTH_LDAP`, `AUTH_LOCAL`, `AUTH_OPENID`, `BLOCKED`, `FORCE_PWCHANGE`, `DAEMON_ACCOUNT`,
    /// `PASSWORD_NOT_SET`, `AUTH_CRYPTO`, `AUTH_TOTP`, `AUTH_APIKEY`.
    pub flags: Vec<String>,
    /// From where your last login came.
    #[oai(rename = "lastLoginIP")]
    pub last_login_ip: Option<String>,
    /// When that was, in ms.
    pub last_login_timestamp: Option<i64>,
    /// When somebody last acted as you, in ms.
    pub last_impersonation_timestamp: Option<i64>,
    /// When you were made, in ms.
    pub created_timestamp: i64,
    /// By whom.
    pub created_by_user: Option<SubjectInfo>,
    /// When you were last changed, in ms.
    pub last_updated_timestamp: Option<i64>,
    /// By whom.
    pub last_updated_by_user: Option<SubjectInfo>,
}

/// A time zone.
#[derive(Debug, Clone, Object)]
pub struct TimeZone {
    /// Its name in the IANA database.
    pub description: String,
}

/// The caller.
///
/// # Errors
/// When the store fails.
pub async fn current_user(context: &RequestContext) -> Result<CurrentUser, ApiError> {
    let reader = context.platform.db.reader();
    // Not from memory: there the last login is that of the last other change.
    let row = users::by_id(reader, context.caller()?.user_id).await?.ok_or_else(|| ApiError::not_found("user"))?;
    let mut groups = users::with_groups(reader, row.id).await?;
    groups.retain(|id| *id != row.id);
    groups.sort_unstable();
    let people = People::of(context, [row.created_by, row.updated_by].into_iter().flatten().collect()).await?;
    let picture = pictures::exists(reader, row.id).await?.then(|| picture_url(context));
    Ok(print(&row, all(context, row.id).await?, picture, groups, &people))
}

fn picture_url(context: &RequestContext) -> String {
    let public = context.platform.settings.public_addresses();
    format!("{}/currentuser/v1/picture", public.first().map_or("", String::as_str))
}

fn print(
    row: &subject::Model,
    properties: PreferenceMap,
    image_url: Option<String>,
    ascendant_ids: Vec<i64>,
    people: &People,
) -> CurrentUser {
    let phone = row.phone_country.as_deref().zip(row.phone_number.as_deref());
    let home = people.tree.customer(row.customer_id);
    CurrentUser {
        id: row.id,
        user_name: row.short_name.clone(),
        name: row.name.clone(),
        email: row.email.clone(),
        mobile: phone.map(|(code, number)| format!("+{code}{number}")),
        language: row.language.to_uppercase(),
        time_zone: home.map(|home| TimeZone { description: home.time_zone.clone() }),
        customer: home.map(|home| people.tree.info(home)),
        domain: people.tree.domain_info(row.domain_id),
        image_url,
        public_key: None,
        properties,
        ascendant_ids,
        flags: flags(row),
        last_login_ip: row.last_login_ip.clone(),
        last_login_timestamp: row.last_login_at.map(millis),
        last_impersonation_timestamp: row.last_impersonated_at.map(millis),
        created_timestamp: millis(row.created_at),
        created_by_user: people.info(row.created_by),
        last_updated_timestamp: row.updated_at.map(millis),
        last_updated_by_user: people.info(row.updated_by),
    }
}

fn flags(row: &subject::Model) -> Vec<String> {
    let (marked, can) = (|bit: i64| row.flags & bit != 0, |bit: i32| row.methods & bit != 0);
    set(&[
        ("DISABLED", row.deleted_at.is_some()),
        ("AUTH_LDAP", can(method::LDAP)),
        ("AUTH_LOCAL", can(method::PASSWORD)),
        ("AUTH_OPENID", can(method::OPENID)),
        ("BLOCKED", row.blocked),
        ("FORCE_PWCHANGE", marked(flag::FORCE_PASSWORD_CHANGE)),
        ("DAEMON_ACCOUNT", marked(flag::DAEMON_ACCOUNT)),
        ("PASSWORD_NOT_SET", row.password_hash.is_none()),
        ("AUTH_CRYPTO", can(method::SIGNATURE)),
        ("AUTH_TOTP", can(method::TOTP)),
        ("AUTH_APIKEY", can(method::API_KEY)),
    ])
}
