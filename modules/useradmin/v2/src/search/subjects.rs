//! What of users and groups can be searched.

use std::sync::LazyLock;

use argus_core::preferences::{wanted_preferences, with_preference};
use argus_core::search::{Fields, Kind, Searchable};
use argus_identity::customers::of_domain;
use argus_identity::entity::membership;
use argus_identity::entity::subject::{Column, Entity};
use argus_identity::graph::subjects_named;
use argus_identity::marks;
use argus_identity::users::flag;
use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query};

/// Users, as the search criteria see them.
pub struct Users;

/// Groups, as the search criteria see them.
pub struct Groups;

/// Users and groups, as the search criteria see them.
pub struct Subjects;

/// By preferences.
const PREFERENCES: Kind =
    Kind::Members { condition: |key, wanted| with_preference(Column::Id, key, wanted), schema: wanted_preferences };

impl Searchable for Users {
    type Entity = Entity;
    const NAME: &'static str = "User";

    fn fields() -> &'static Fields {
        static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
            common()
                .filter(
                    "userPreferences",
                    Column::Id,
                    PREFERENCES,
                    "Users who have these preferences, by key, or have not",
                )
                .keyword("email", Column::Email)
                .keyword("phoneNumber", Column::PhoneNumber)
                .time("lastLoginTimestamp", Column::LastLoginAt)
                .time("lastImpersonationTimestamp", Column::LastImpersonatedAt)
                .flag("blocked", |_| Column::Blocked.eq(true))
                .flag("forcePasswordChange", |_| marked(flag::FORCE_PASSWORD_CHANGE))
                .flag("passwordNotSet", |_| Column::PasswordHash.is_null())
                .flag("notificationUser", |_| marked(flag::NOTIFICATION_USER))
                .sort("email", Column::Email)
                .sort("lastLoginTimestamp", Column::LastLoginAt)
        });
        &FIELDS
    }
}

impl Searchable for Groups {
    type Entity = Entity;
    const NAME: &'static str = "Group";

    fn fields() -> &'static Fields {
        static FIELDS: LazyLock<Fields> = LazyLock::new(common);
        &FIELDS
    }
}

impl Searchable for Subjects {
    type Entity = Entity;
    const NAME: &'static str = "Subject";

    fn fields() -> &'static Fields {
        static FIELDS: LazyLock<Fields> =
            LazyLock::new(|| common().filter("type", Column::Kind, Kind::Words(&["user", "group"]), "Users or groups"));
        &FIELDS
    }
}

fn common() -> Fields {
    Fields::new("id", Column::Id)
        .filter("customer", Column::CustomerId, Kind::Customer, "The customer, by number or short name")
        .filter("domain", Column::DomainId, Kind::Custom(|text| Ok(of_domain(Column::DomainId, text))), "The domain")
        .filter("subject", Column::Id, Kind::User, "Just these, by number or short name")
        .filter("parent", Column::Id, Kind::Custom(|text| Ok(in_group(text))), "The group that they are in directly")
        .keyword("shortName", Column::ShortName)
        .keyword("name", Column::Name)
        .time("createdTimestamp", Column::CreatedAt)
        .time("lastUpdatedTimestamp", Column::UpdatedAt)
        .time("deletedTimestamp", Column::DeletedAt)
        .user("createdByUser", Column::CreatedBy)
        .user("lastUpdatedByUser", Column::UpdatedBy)
        .user("deletedByUser", Column::DeletedBy)
        .user("id", Column::Id)
        .flag("deleted", |_| Column::DeletedAt.is_not_null())
        .flag("daemonAccount", |_| marked(flag::DAEMON_ACCOUNT))
        .flag("externallyManaged", |_| marked(flag::EXTERNALLY_MANAGED))
        .hidden("includeDeleted", Some("deleted"), |_| Column::DeletedAt.is_not_null())
        .sort("shortName", Column::ShortName)
        .sort("name", Column::Name)
        .sort("createdTimestamp", Column::CreatedAt)
        .sort("lastUpdatedTimestamp", Column::UpdatedAt)
        .default_sort(&["id"])
}

fn in_group(text: &str) -> Expr {
    let mut members = Query::select();
    members.column(membership::Column::MemberId).from(membership::Entity);
    members.and_where(membership::Column::RemovedAt.is_null());
    members.and_where(Expr::col(membership::Column::GroupId).in_subquery(subjects_named(text)));
    Expr::col(Column::Id.as_column_ref()).in_subquery(members)
}

fn marked(bit: i64) -> Expr {
    marks::is_set(Column::Flags, bit)
}
