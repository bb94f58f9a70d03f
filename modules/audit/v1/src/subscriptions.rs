//! Subscriptions: what a request asks for, and doing it.

mod again;
pub mod list;
mod wanted;

use argus_audit_webhooks::subscription::{ActiveModel, Column, Entity, Model, signature, state};
use argus_audit_webhooks::{Secret, Target, Webhooks, place, remove};
use argus_core::access::Caller;
use argus_core::audit::Record;
use argus_core::clock::NANOS_PER_SECOND;
use argus_core::error::{ApiError, FieldErrors};
use argus_core::names::{customer_of, name_in};
use argus_core::search::folded_column;
use argus_core::wire::BodyDraft;
use sea_orm::prelude::Uuid;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, Set,
};
use serde_json::{Value, json};

use crate::ManageAuditSubscriptions;
use crate::model::subscription::{
    NewSubscription, SecretRenewal, SignatureKind, Subscription, SubscriptionUpdate, bits, printed_all, types,
};

pub use again::redeliver;

type Manager = Caller<ManageAuditSubscriptions>;

/// How long two secrets sign when nobody says, in s.
const GRACE: i64 = 86_400;

/// One of the caller's subscriptions.
///
/// # Errors
/// 404 when there is none, also when it is another customer's.
pub async fn find(caller: &Manager, id: &str) -> Result<Model, ApiError> {
    let id = Uuid::try_parse(id).map_err(|_| ApiError::not_found("subscription"))?;
    let find = Entity::find().filter(caller.scope().condition(Column::CustomerId)).filter(Column::Id.eq(id));
    find.one(caller.platform.db.reader()).await?.ok_or_else(|| ApiError::not_found("subscription"))
}

/// A subscription as it is printed.
///
/// # Errors
/// When the store fails.
pub async fn printed(caller: &Manager, row: Model) -> Result<Subscription, ApiError> {
    let printed = printed_all(caller, vec![row]).await?.pop();
    printed.ok_or_else(|| ApiError::internal("a row that was not printed"))
}

/// Makes a subscription, from the end of the log on.
///
/// # Errors
/// 412 naming every bad field, or when there are too many; 403 for events that the caller may not see.
pub async fn add(caller: &Manager, body: BodyDraft<NewSubscription>) -> Result<Subscription, ApiError> {
    let (new, mut errors) = body.into_parts();
    let events = wanted::events("events", &new.events, &mut errors);
    wanted::check_url(caller, &new.url, &mut errors);
    let criteria = new.criteria.map_or_else(|| json!({}), |criteria| criteria.0);
    let criteria = wanted::criteria(caller, criteria, &mut errors).await?;
    let by = caller.principal()?;
    let named = name_in(new.customer.as_ref().map(|customer| &customer.0)).unwrap_or(by.customer_id.to_string());
    let customer = customer_of(caller, &caller.scope(), "customer", &named, &mut errors).await?;
    errors.finish()?;
    let customer = customer.ok_or_else(|| ApiError::internal("a customer that nobody refused"))?.id;
    wanted::require_seen(caller, by.user_id, customer).await?;
    let (platform, secret, id) = (&caller.platform, Secret::new(&caller.platform.ids), caller.platform.ids.uuid());
    let kind = new.signature.unwrap_or(SignatureKind::Hmac).name().to_owned();
    let public_key = (kind == signature::ED25519).then(|| secret.public_key()).transpose()?;
    let mut row = ActiveModel {
        id: Set(id),
        customer_id: Set(customer),
        folded: Set(folded_column(&[("name", Some(new.name.as_str())), ("url", Some(new.url.as_str()))])),
        name: Set(new.name),
        url: Set(new.url),
        events: Set(events),
        criteria: Set(criteria),
        signature: Set(kind),
        secret: Set(secret.seal(platform, id)?),
        public_key: Set(public_key),
        state: Set(state::ACTIVE.to_owned()),
        version: Set(1),
        created_at: Set(platform.clock.now()),
        created_by: Set(by.user_id),
        passed: Set(0),
        attempts: Set(0),
        ..Default::default()
    };
    let made = caller.change(async |transaction| {
        refuse_too_many(caller, transaction, customer).await?;
        row.position = Set(place::head_on(transaction).await?);
        let made = row.insert(transaction).await?;
        let record = recorded(caller, None, Some(&made));
        Ok((made, record))
    });
    let made = made.await?;
    changed(caller)?;
    with_secret(caller, made, &secret).await
}

/// Changes a subscription.
///
/// # Errors
/// 412 naming every bad field; 403 for who may not see what it delivers; 404 when somebody removed it meanwhile.
pub async fn update(
    caller: &Manager,
    found: Model,
    body: BodyDraft<SubscriptionUpdate>,
) -> Result<Subscription, ApiError> {
    let (wanted, mut errors) = body.into_parts();
    if let Some(url) = &wanted.url {
        wanted::check_url(caller, url, &mut errors);
    }
    let criteria = match wanted.criteria {
        Some(criteria) => Some(wanted::criteria(caller, criteria.0, &mut errors).await?),
        None => None,
    };
    let events = |before: i32| {
        let all = wanted.events.as_deref().map_or(before, bits) | wanted.add_events.as_deref().map_or(0, bits);
        all & !wanted.remove_events.as_deref().map_or(0, bits)
    };
    let field = if wanted.remove_events.is_some() { "removeEvents" } else { "events" };
    wanted::some(field, events(found.events), &mut errors);
    errors.finish()?;
    wanted::require_seen(caller, found.created_by, found.customer_id).await?;
    let by = caller.principal()?.user_id;
    let done = caller.change(async |transaction| {
        let before = locked(transaction, found.id).await?;
        let mut row = ActiveModel { id: Set(before.id), ..Default::default() };
        let mut errors = FieldErrors::default();
        let after = Model {
            name: wanted.name.clone().unwrap_or_else(|| before.name.clone()),
            url: wanted.url.clone().unwrap_or_else(|| before.url.clone()),
            events: wanted::some(field, events(before.events), &mut errors),
            criteria: criteria.unwrap_or_else(|| before.criteria.clone()),
            state: wanted.state.map_or_else(|| before.state.clone(), |state| state.name().to_owned()),
            ..before.clone()
        };
        errors.finish()?;
        if after == before {
            let record = recorded(caller, Some(&before), Some(&before));
            return Ok((before, record));
        }
        let renamed = Model { name: after.name.clone(), ..before.clone() };
        if after != renamed {
            // What waits is tried at once, by what is so now. The place stays.
            row.version = Set(before.version + 1);
            (row.attempts, row.failing_since, row.next_at) = (Set(0), Set(None), Set(None));
        }
        if after.state != before.state {
            row.reason = Set(None);
        }
        row.folded = Set(folded_column(&[("name", Some(after.name.as_str())), ("url", Some(after.url.as_str()))]));
        (row.name, row.url, row.events) = (Set(after.name), Set(after.url), Set(after.events));
        (row.criteria, row.state) = (Set(after.criteria), Set(after.state));
        (row.updated_at, row.updated_by) = (Set(Some(caller.platform.clock.now())), Set(Some(by)));
        let after = row.update(transaction).await?;
        let record = recorded(caller, Some(&before), Some(&after));
        Ok((after, record))
    });
    let done = done.await?;
    changed(caller)?;
    printed(caller, done).await
}

/// Removes a subscription.
///
/// # Errors
/// 404 when somebody removed it meanwhile.
pub async fn delete(caller: &Manager, found: Model) -> Result<Subscription, ApiError> {
    let gone = caller.change(async |transaction| {
        let before = locked(transaction, found.id).await?;
        remove(transaction, vec![before.id]).await?;
        let record = recorded(caller, Some(&before), None);
        Ok((before, record))
    });
    let gone = gone.await?;
    changed(caller)?;
    printed(caller, gone).await
}

/// Gives a subscription another secret.
///
/// # Errors
/// 412 naming every bad field; 403 for who may not see what it delivers; 404 when somebody removed it meanwhile.
pub async fn renew(caller: &Manager, found: Model, body: BodyDraft<SecretRenewal>) -> Result<Subscription, ApiError> {
    let (wanted, errors) = body.into_parts();
    errors.finish()?;
    wanted::require_seen(caller, found.created_by, found.customer_id).await?;
    let (platform, secret, now) = (&caller.platform, Secret::new(&caller.platform.ids), caller.platform.clock.now());
    let until = now.saturating_add(wanted.grace_seconds.unwrap_or(GRACE).saturating_mul(NANOS_PER_SECOND));
    let until = Some(until).filter(|until| *until > now);
    let renewed = caller.change(async |transaction| {
        let before = locked(transaction, found.id).await?;
        let public_key = (before.signature == signature::ED25519).then(|| secret.public_key()).transpose()?;
        let row = ActiveModel {
            id: Set(before.id),
            version: Set(before.version + 1),
            secret: Set(secret.seal(platform, before.id)?),
            public_key: Set(public_key),
            previous_secret: Set(until.map(|_| before.secret.clone())),
            previous_until: Set(until),
            updated_at: Set(Some(now)),
            updated_by: Set(Some(caller.principal()?.user_id)),
            ..Default::default()
        };
        let after = row.update(transaction).await?;
        let record = recorded(caller, Some(&before), Some(&after));
        Ok((after, record))
    });
    let renewed = renewed.await?;
    changed(caller)?;
    with_secret(caller, renewed, &secret).await
}

async fn with_secret(caller: &Manager, row: Model, secret: &Secret) -> Result<Subscription, ApiError> {
    // Of a pair of keys nobody else needs the private one.
    let shown = (row.signature == signature::HMAC).then(|| secret.text());
    Ok(Subscription { secret: shown, ..printed(caller, row).await? })
}

async fn refuse_too_many(caller: &Manager, transaction: &DatabaseTransaction, customer: i64) -> Result<(), ApiError> {
    let most = &caller.platform.settings.webhooks;
    let of_it = Entity::find().filter(Column::CustomerId.eq(customer)).count(transaction).await?;
    if of_it >= u64::from(most.per_customer) || Entity::find().count(transaction).await? >= u64::from(most.per_server) {
        let text = "There are as many subscriptions as the server's settings allow";
        return Err(ApiError::unmet("subscription.too.many", text));
    }
    Ok(())
}

/// A subscription, kept from others until the transaction ends.
async fn locked(transaction: &DatabaseTransaction, id: Uuid) -> Result<Model, ApiError> {
    let found = Entity::find_by_id(id).lock_exclusive().one(transaction).await?;
    found.ok_or_else(|| ApiError::not_found("subscription"))
}

fn recorded(caller: &Manager, before: Option<&Model>, after: Option<&Model>) -> Record {
    let id = before.or(after).map(|row| row.id.to_string()).unwrap_or_default();
    caller.record().about("SUBSCRIPTION", id, before.map(told), after.map(told))
}

/// What records say of a subscription. Of its address only the host: what stands behind it can be a secret.
fn told(row: &Model) -> Value {
    let host = Target::parse(&row.url).map(|target| target.authority).ok();
    json!({
        "name": row.name,
        "host": host,
        "events": types(row.events).into_iter().map(|it| it.name()).collect::<Vec<_>>(),
        "criteria": serde_json::from_str::<Value>(&row.criteria).unwrap_or_default(),
        "state": row.state,
        "signature": row.signature,
        "version": row.version,
    })
}

/// Tells the tasks that deliver.
fn changed(caller: &Manager) -> Result<(), ApiError> {
    let webhooks = caller.platform.services.get::<Webhooks>();
    webhooks.ok_or_else(|| ApiError::internal("a service is missing"))?.changed();
    Ok(())
}
