//! What of keys can be searched.

use std::sync::{Arc, LazyLock};

use argus_core::access::{CustomerSet, Gate};
use argus_core::authentication::Principal;
use argus_core::authentication::api_key::service::{self, AdministerApiKeys};
use argus_core::authentication::api_key::wire::{KeyDescriptor, describe};
use argus_core::context::RequestContext;
use argus_core::envelope::Many;
use argus_core::error::ApiError;
use argus_core::names::CallerNames;
use argus_core::search::{Draft, Fields, Kind, Names, Searchable};
use argus_identity::entity::api_key::{Column, Entity};
use argus_identity::entity::subject;
use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Query};

/// Keys, as the search criteria see them.
pub struct Keys;

impl Searchable for Keys {
    type Entity = Entity;
    const NAME: &'static str = "Key";

    fn fields() -> &'static Fields {
        static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
            Fields::new("id", Column::Id)
                .filter("owner", Column::UserId, Kind::User, "Whose, by number or short name")
                .keyword("description", Column::Description)
                .keyword("prefix", Column::Prefix)
                .time("createdTimestamp", Column::CreatedAt)
                .time("lastUsedTimestamp", Column::LastUsedAt)
                .time("validUntil", Column::ValidUntil)
                .user("user", Column::UserId)
                .user("createdByUser", Column::CreatedBy)
                .flag("revoked", |_| Column::RevokedAt.is_not_null())
                .flag("expired", |now| Column::ValidUntil.lt(now))
                .flag("rotated", |_| Column::RotatedAt.is_not_null())
                .hidden("includeDeleted", Some("revoked"), |_| Column::RevokedAt.is_not_null())
                .sort("createdTimestamp", Column::CreatedAt)
                .sort("validUntil", Column::ValidUntil)
                .sort("lastUsedTimestamp", Column::LastUsedAt)
                .sort("description", Column::Description)
                .sort("prefix", Column::Prefix)
                .default_sort(&["createdTimestamp"])
        });
        &FIELDS
    }
}

/// The keys that the criteria select: the caller's own, or, when they name users, those of every user whose keys the
/// caller administers.
///
/// # Errors
/// 412 as the criteria say.
pub async fn find(context: &RequestContext, draft: Draft<Keys>) -> Result<Many<KeyDescriptor>, ApiError> {
    let principal = context.principal().ok_or_else(|| ApiError::internal("a list of keys without a caller"))?;
    let platform = &*context.platform;
    let administered = if principal.level >= AdministerApiKeys::LEVEL {
        principal.customers_for(AdministerApiKeys::NAME)
    } else {
        CustomerSet::none()
    };
    let others = draft.has("user") || draft.has("owner");
    let names = Visible {
        own: principal.clone(),
        others: CallerNames { platform, scope: administered.clone(), domain: Some(principal.domain_id) },
    };
    let criteria = draft.resolve(&names).await?;
    let mut scope = Condition::any().add(Column::UserId.eq(principal.user_id));
    if others {
        scope = scope.add(of_customers(&administered));
    }
    service::flush(context).await;
    let page = context.page(&criteria, Condition::all().add(scope)).await?;
    let data = describe(platform, &page.rows).await?;
    Ok(Many::of(page, data))
}

/// Keys of users of those customers.
fn of_customers(customers: &CustomerSet) -> Expr {
    let mut users = Query::select();
    users.column(subject::Column::Id).from(subject::Entity);
    users.cond_where(customers.condition(subject::Column::CustomerId));
    Expr::col(Column::UserId.as_column_ref()).in_subquery(users)
}

/// Users that a caller may name: itself, and those it administers.
struct Visible<'a> {
    own: Arc<Principal>,
    others: CallerNames<'a>,
}

#[async_trait::async_trait]
impl Names for Visible<'_> {
    async fn customer(&self, id_or_short_name: &str) -> Result<Option<i64>, ApiError> {
        self.others.customer(id_or_short_name).await
    }

    async fn user(&self, id_or_short_name: &str) -> Result<Option<i64>, ApiError> {
        let own = id_or_short_name == self.own.user_id.to_string()
            || id_or_short_name.eq_ignore_ascii_case(&self.own.user_name);
        if own { Ok(Some(self.own.user_id)) } else { self.others.user(id_or_short_name).await }
    }
}
