//! Login by a token of an OpenID provider, of users of Argus that are linked to a name there.

use argus_core::access::Level;
use argus_core::authentication::nonce::Nonce;
use argus_core::authentication::{AuthMethod, Tried};
use argus_core::clock::NANOS_PER_MILLI;
use argus_core::context::RequestContext;
use argus_core::error::ApiError;
use argus_identity::entity::subject;
use argus_identity::{openid_links, users};
use poem::http::{HeaderMap, header};

use super::{LoggedIn, begin, may_log_in};
use crate::model::{Flow, OpenIdLogin, OpenIdRequest};
use crate::outside::Outside;
use crate::outside::openid::Provider;

/// How long a login at the provider may take, in ns.
const LIFETIME: i64 = 600_000 * NANOS_PER_MILLI;

/// The longest state, in bytes.
const LONGEST_STATE: usize = 1_024;

/// Where to send a browser that wants to log in, and the nonce that the token has to come back with.
///
/// # Errors
/// 404 for an unknown provider; 412 for an Origin that is not ours; 429; 503.
pub async fn ask(
    context: &RequestContext,
    headers: &HeaderMap,
    provider: &str,
    state: Option<&str>,
) -> Result<OpenIdRequest, ApiError> {
    let (outside, platform) = (Outside::of(context)?, &context.platform);
    let provider = outside.provider(provider)?;
    let redirect = redirect(context, headers, provider)?;
    if state.is_some_and(|state| state.len() > LONGEST_STATE) {
        return Err(ApiError::field("state", "invalid.field.value", "Is longer than 1024 bytes"));
    }
    platform.tries.addresses.begin(&context.client_ip, platform.clock.now())?;
    platform.tries.addresses.succeeded(&context.client_ip);
    let nonce = Nonce::issue(platform, &purpose(provider), LIFETIME);
    let drawn = platform.ids.uuid().simple().to_string();
    let provider_uri = provider.address(&redirect, state.unwrap_or(&drawn), &nonce, platform.clock.now()).await?;
    Ok(OpenIdRequest { nonce, provider_uri })
}

/// Logs a user in by what the provider gave to the browser.
///
/// # Errors
/// 401, always with the same words; 404 for an unknown provider; 412; 429 after too many tries; 503.
pub async fn by_openid(
    context: &RequestContext,
    headers: &HeaderMap,
    provider: &str,
    login: &OpenIdLogin,
) -> Result<LoggedIn, ApiError> {
    let (outside, platform) = (Outside::of(context)?, &context.platform);
    let provider = outside.provider(provider)?;
    let redirect = redirect(context, headers, provider)?;
    let proof = proof(provider, login)?;
    let note = |name: String, user_id| context.note_try(Tried { method: AuthMethod::OpenId.name(), name, user_id });
    let addresses = &platform.tries.addresses;
    addresses
        .begin(&context.client_ip, platform.clock.now())
        .inspect_err(|_| note(provider.short_name.clone(), None))?;
    let looked_at = look(context, provider, proof, &redirect).await;
    // What could not be looked at is no failed try.
    let (name, user) = looked_at.inspect_err(|_| addresses.succeeded(&context.client_ip))?;
    let may = match &user {
        Some(user) => may_log_in(context, user, AuthMethod::OpenId).await?,
        None => false,
    };
    match user {
        Some(user) if may => {
            addresses.succeeded(&context.client_ip);
            begin(context, user, AuthMethod::OpenId, Level::Default, login.requested_authorizations.as_deref()).await
        }
        user => {
            note(name.unwrap_or_else(|| provider.short_name.clone()), user.map(|user| user.id));
            let text = "What the provider gave is not good here, or nobody is known by it";
            Err(ApiError::unauthorized("authentication.failed", text))
        }
    }
}

/// What the provider gave to the browser.
enum Proof<'a> {
    Token(&'a str),
    Code(&'a str),
}

fn proof<'a>(provider: &Provider, login: &'a OpenIdLogin) -> Result<Proof<'a>, ApiError> {
    let missing = |field: &str| ApiError::field(field, "missing.field.value", "Is needed in this flow");
    match login.flow.unwrap_or(Flow::IdToken) {
        Flow::IdToken => login.id_token.as_deref().map(Proof::Token).ok_or_else(|| missing("idToken")),
        Flow::AuthorizationCode if provider.settings.client_secret.reveal().is_empty() => {
            Err(ApiError::field("flow", "invalid.field.value", "This provider is not set up for codes"))
        }
        Flow::AuthorizationCode => {
            login.authorization_code.as_deref().map(Proof::Code).ok_or_else(|| missing("authorizationCode"))
        }
    }
}

/// The name that was proved at the provider, and the user who is linked to it. The nonce is used up as soon as a good token
/// brings it, whoever that token is about.
async fn look(
    context: &RequestContext,
    provider: &Provider,
    proof: Proof<'_>,
    redirect: &str,
) -> Result<(Option<String>, Option<subject::Model>), ApiError> {
    let (platform, now) = (&context.platform, context.platform.clock.now());
    let token = match proof {
        Proof::Token(token) => Some(token.to_owned()),
        Proof::Code(code) => provider.token_of(code, redirect, now).await?,
    };
    let Some(token) = token else { return Ok((None, None)) };
    let Some(verified) = provider.verified(&token, now).await? else { return Ok((None, None)) };
    let nonce = Nonce::parse(platform, &purpose(provider), &verified.nonce);
    let first = match nonce {
        Some(nonce) => nonce.spend(platform).await?,
        None => false,
    };
    let user = if first { linked(context, provider, &verified.name).await? } else { None };
    Ok((Some(verified.name), user))
}

/// The user who is known by that name at the provider, of the domain that it lets in.
async fn linked(context: &RequestContext, provider: &Provider, name: &str) -> Result<Option<subject::Model>, ApiError> {
    let reader = context.platform.db.reader();
    let Some(link) = openid_links::by_name(reader, &provider.short_name, name).await? else { return Ok(None) };
    let user = users::by_id(reader, link.user_id).await?;
    let tree = context.platform.directory.tree().await?;
    Ok(user.filter(|user| provider.lets_in(&tree, user.domain_id)))
}

fn purpose(provider: &Provider) -> String {
    format!("openid {}", provider.short_name)
}

/// Where the provider is to send the browser back to: always a public address of ours, the one that the browser came from.
fn redirect(context: &RequestContext, headers: &HeaderMap, provider: &Provider) -> Result<String, ApiError> {
    let settings = &context.platform.settings;
    let base = match headers.get(header::ORIGIN) {
        Some(origin) => origin.to_str().ok().and_then(|origin| settings.public_address_of(origin)),
        None => settings.public_addresses().into_iter().next(),
    };
    let unknown = || ApiError::field("Origin", "invalid.field.value", "Is no public address of this server");
    Ok(format!("{}{}", base.ok_or_else(unknown)?, provider.settings.redirect_path))
}
