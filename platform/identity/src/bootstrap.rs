//! The first rows of an empty database: domain, root customer group, administrator.

use sea_orm::{ConnectionTrait, DbErr, EntityTrait, PaginatorTrait};

use crate::customers::{self, NewCustomer};
use crate::entity::{customer, domain, subject};
use crate::functions;
use crate::users::{self, NewUser, method};

/// What was made.
#[derive(Debug, Clone)]
pub struct Bootstrapped {
    /// The domain.
    pub domain: domain::Model,
    /// The root customer group.
    pub root: customer::Model,
    /// The administrator, with every function at the root.
    pub admin: subject::Model,
}

/// Whether nobody exists yet.
///
/// # Errors
/// When the store fails.
pub async fn is_empty(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    Ok(domain::Entity::find().count(db).await? == 0)
}

/// Makes the first rows. The functions must have been registered.
///
/// # Errors
/// When the database is not empty, or the store fails.
pub async fn create(
    db: &impl ConnectionTrait,
    domain_name: &str,
    password_hash: String,
    now: i64,
) -> Result<Bootstrapped, DbErr> {
    let domain = customers::insert_domain(db, domain_name).await?;
    let root = NewCustomer {
        domain_id: domain.id,
        parent_id: None,
        group: true,
        short_name: "root".into(),
        name: "Root customer group".into(),
        ..NewCustomer::default()
    };
    let root = customers::insert(db, root, now).await?;
    let admin = NewUser {
        domain_id: domain.id,
        customer_id: root.id,
        short_name: "admin".into(),
        name: "Administrator".into(),
        email: Some(format!("admin@{}.io", domain_name.to_lowercase())),
        password_hash: Some(password_hash),
        methods: method::PASSWORD | method::API_KEY | method::SIGNATURE | method::TOTP,
        ..NewUser::default()
    };
    let admin = users::insert(db, admin, now).await?;
    functions::grant(db, admin.id, functions::ADMINISTRATOR, root.id, now).await?;
    Ok(Bootstrapped { domain, root, admin })
}
