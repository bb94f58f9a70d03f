//! Users and groups, as a path names them.

use argus_core::access::CustomerSet;
use argus_core::context::RequestContext;
use argus_core::error::{ApiError, FieldErrors};
use argus_core::names::{domain_of, find_subject};
use argus_core::wire::{Query, Switch};
use argus_identity::entity::subject;

/// What a path names: users, groups, or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// A user.
    User,
    /// A group.
    Group,
    /// Either.
    Any,
}

impl Which {
    fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::Any => "subject",
        }
    }
}

/// The user or group that a path names, deleted ones too: scope first.
///
/// # Errors
/// 404, also for one of a customer that is not in the scope; 412 for an unknown domain.
pub async fn find(
    context: &RequestContext,
    scope: &CustomerSet,
    which: Which,
    domain: Option<&str>,
    id_or_short_name: &str,
) -> Result<subject::Model, ApiError> {
    let domain = domain_of(context, domain).await?;
    let found = find_subject(&context.platform, Some(domain), id_or_short_name).await?;
    let found = found.filter(|found| scope.contains(found.customer_id));
    let found = found.filter(|found| which == Which::Any || found.kind == which.name());
    found.ok_or_else(|| ApiError::not_found(which.name()))
}

/// Whether what comes by groups is meant too; it is when nothing is said.
///
/// # Errors
/// 412 on `includeInherited`.
pub fn include_inherited(switch: &Query<Option<Switch>>) -> Result<bool, ApiError> {
    let mut errors = FieldErrors::default();
    let all = switch.read("includeInherited", true, &mut errors);
    errors.finish()?;
    Ok(all)
}
