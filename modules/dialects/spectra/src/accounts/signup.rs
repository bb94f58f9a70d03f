//! Signing up: a user, its bucket, and a link to take both into use, in one transaction.

use argus_audit_log::access::{SubmitAuditEvents, ViewAuditEvents};
use argus_core::access::Gate;
use argus_core::audit::Record;
use argus_core::authentication::access_key;
use argus_core::context::RequestContext;
use argus_core::directory::Changed;
use argus_core::error::ApiError;
use argus_core::search::folded_column;
use argus_identity::customers::NewCustomer;
use argus_identity::entity::{customer, subject};
use argus_identity::spectra_accounts::NewAccount;
use argus_identity::users::NewUser;
use argus_identity::{administrators, customers, functions, spectra_accounts, subjects, users};
use poem::Request;
use poem::http::StatusCode;
use sea_orm::{ConnectionTrait, DbErr, SqlErr};
use serde_json::{Value, json};

use super::form::{Fields, Reading, require_same};
use super::link::{self, Purpose, Recipient, Way};

/// What the owner of a bucket may do with it.
const RIGHTS: [&str; 2] = [SubmitAuditEvents::NAME, ViewAuditEvents::NAME];

/// Who wants to be somebody.
struct Wanted {
    name: String,
    email: String,
    password: String,
}

/// Makes an account. Gives the text that tells how to take it into use.
///
/// # Errors
/// 422 for bad fields, 400 for a name or an address that is taken, 429 for too many from one address.
pub async fn sign_up(context: &RequestContext, request: &Request, fields: Fields) -> Result<String, ApiError> {
    let wanted = read(fields)?;
    link::count(context)?;
    let platform = &context.platform;
    platform.directory.sync().await?;
    let tree = platform.directory.tree().await?;
    let root = tree.customer(tree.root()).ok_or_else(|| ApiError::internal("there is no root customer"))?;
    refuse_taken(platform.db.reader(), root.domain_id, &wanted).await?;
    let way = Way::of(context, request, Purpose::Activate)?;
    let hash = platform.passwords.hash(&wanted.password).await?;
    let made = context.change_identity(Changed::Everything, async |transaction| {
        // Whoever changes the tree, or signs up, waits here.
        administrators::lock(transaction).await?;
        refuse_taken(transaction, root.domain_id, &wanted).await?;
        let user =
            make(context, transaction, root, &wanted, hash).await.map_err(|error| unless_taken(error, &wanted))?;
        let to = Recipient { user_id: user.id, customer_id: user.customer_id, email: &wanted.email };
        let text = link::give(context, transaction, &to, Purpose::Activate, way, "Account created.").await?;
        let mut after = print(&user);
        if let (Some(members), Value::Object(link)) =
            (after.as_object_mut(), link::recorded(context, Purpose::Activate))
        {
            members.extend(link);
        }
        let record = context.record().about("USER", user.id.to_string(), None, Some(after));
        Ok((text, Record { customer_id: Some(user.customer_id), ..record }))
    });
    made.await
}

fn read(fields: Fields) -> Result<Wanted, ApiError> {
    let mut reading = Reading::of(fields);
    let (name, email) = (reading.user_name("username"), reading.address("email"));
    let (password, repeated) = (reading.password("password"), reading.text("repeatPassword"));
    reading.finish()?;
    require_same(&password, &repeated)?;
    Ok(Wanted { name, email, password })
}

/// Names are those of users, groups and customers alike, since the bucket has it too.
async fn refuse_taken(db: &impl ConnectionTrait, domain: i64, wanted: &Wanted) -> Result<(), ApiError> {
    let is_somebodys = subjects::by_name(db, domain, &wanted.name).await?.is_some();
    if is_somebodys || customers::by_name(db, domain, &wanted.name).await?.is_some() {
        return Err(taken("username", &wanted.name));
    }
    match spectra_accounts::by_email(db, &wanted.email).await? {
        Some(_) => Err(taken("email", &wanted.email)),
        None => Ok(()),
    }
}

fn taken(what: &str, value: &str) -> ApiError {
    let text = format!("The {what} {value} is already registered.");
    ApiError::action(StatusCode::BAD_REQUEST, "spectra.taken", text)
}

/// What somebody else took meanwhile is the client's to change, like what was taken before.
fn unless_taken(error: DbErr, wanted: &Wanted) -> ApiError {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(text)) if text.contains("email") => taken("email", &wanted.email),
        Some(SqlErr::UniqueConstraintViolation(_)) => taken("username", &wanted.name),
        _ => error.into(),
    }
}

async fn make(
    context: &RequestContext,
    transaction: &impl ConnectionTrait,
    root: &customer::Model,
    wanted: &Wanted,
    hash: String,
) -> Result<subject::Model, DbErr> {
    let (platform, now) = (&context.platform, context.platform.clock.now());
    let bucket = NewCustomer {
        domain_id: root.domain_id,
        parent_id: Some(root.id),
        group: false,
        short_name: wanted.name.clone(),
        name: wanted.name.clone(),
        ..NewCustomer::default()
    };
    let bucket = customers::insert(transaction, bucket, now).await?;
    let user = NewUser {
        domain_id: root.domain_id,
        customer_id: bucket.id,
        short_name: wanted.name.clone(),
        name: wanted.name.clone(),
        folded: folded_column(&[("email", Some(&wanted.email))]),
        email: Some(wanted.email.clone()),
        password_hash: Some(hash),
        // None until the account is taken into use.
        methods: 0,
        ..NewUser::default()
    };
    let user = users::insert(transaction, user, now).await?;
    for function in RIGHTS {
        functions::grant(transaction, user.id, function, bucket.id, now).await?;
    }
    let key = access_key::of_user(&platform.secret, user.id).to_string();
    let (user_id, email, access_key_hash) = (user.id, wanted.email.clone(), access_key::hash(&key));
    spectra_accounts::insert(transaction, NewAccount { user_id, email, access_key_hash, activated_at: None }, now)
        .await?;
    Ok(user)
}

fn print(user: &subject::Model) -> Value {
    json!({ "shortName": user.short_name, "customerID": user.customer_id, "email": user.email, "methods": user.methods })
}
