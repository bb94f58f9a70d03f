//! Who is in which group. Whoever comes into a group gets what the group can do, so the caller holds that too.

use argus_core::access::CustomerSet;
use argus_core::context::RequestContext;
use argus_core::directory::Changed;
use argus_core::error::{ApiError, FieldErrors};
use argus_core::names::find_subject;
use argus_core::rights::{require_administrator, require_held_by_all};
use argus_core::wire::check_safe;
use argus_identity::entity::{membership, subject};
use argus_identity::subjects::NewMembership;
use argus_identity::{administrators, subjects, users};
use sea_orm::DatabaseTransaction;
use sea_orm::prelude::Uuid;
use serde_json::json;

/// The most members or groups that one request names.
const MOST: usize = 1000;

/// The users and groups that a list names, of customers in the scope, none deleted; each once.
///
/// # Errors
/// When the store fails; what is wrong with the list goes into `errors`.
pub async fn named(
    context: &RequestContext,
    scope: &CustomerSet,
    field: &str,
    names: &[String],
    errors: &mut FieldErrors,
) -> Result<Vec<subject::Model>, ApiError> {
    let domain = Some(context.caller()?.domain_id);
    let mut all: Vec<subject::Model> = Vec::new();
    if (names.is_empty() || names.len() > MOST) && !errors.has(field) {
        errors.add(field, "invalid.field.length", format!("Must have 1 to {MOST} elements"));
        return Ok(all);
    }
    for name in names {
        let found = find_subject(&context.platform, domain, name).await?;
        let found = found.filter(|found| scope.contains(found.customer_id) && found.deleted_at.is_none());
        let found = found.filter(|found| field != "parentGroups" || found.kind == "group");
        match found {
            Some(found) if all.iter().any(|known| known.id == found.id) => {}
            Some(found) => all.push(found),
            None if errors.has(field) => {}
            None => errors.add(field, "invalid.field.value", "Unknown, deleted, or not visible to you"),
        }
    }
    Ok(all)
}

/// Checks the reason that is given for a change.
pub fn check_comment(comment: Option<&str>, errors: &mut FieldErrors) {
    check_safe("comment", comment, errors);
    if comment.is_some_and(|text| text.chars().count() > 4000) && !errors.has("comment") {
        errors.add("comment", "invalid.field.length", "Must be at most 4000 characters long");
    }
}

/// Puts every one of `members` into every one of `groups`; who is in one already stays in it. All or nothing.
///
/// # Errors
/// 403 when a group can do what the caller cannot; 412 for a deleted group, or one that would be within itself.
pub async fn join(
    context: &RequestContext,
    groups: &[subject::Model],
    members: &[subject::Model],
    comment: Option<&str>,
) -> Result<Vec<membership::Model>, ApiError> {
    let target = target(groups, members);
    let done = context.change_identity(Changed::Everything, async |transaction| {
        administrators::lock(transaction).await?;
        let mut rows = Vec::new();
        for group in groups {
            rows.extend(join_one(context, transaction, group, members, comment).await?);
        }
        let record = context.record().about(target.0, target.1, None, Some(pairs(&rows)));
        Ok((rows, record))
    });
    done.await
}

/// What a change of memberships is about: the one group, or else the one member.
fn target(groups: &[subject::Model], members: &[subject::Model]) -> (&'static str, String) {
    match (groups, members) {
        ([group], _) => ("GROUP", group.id.to_string()),
        (_, [member]) => ("SUBJECT", member.id.to_string()),
        _ => ("MEMBERSHIP", String::new()),
    }
}

fn pairs(rows: &[membership::Model]) -> serde_json::Value {
    json!(rows.iter().map(|row| json!({"groupID": row.group_id, "memberID": row.member_id})).collect::<Vec<_>>())
}

async fn join_one(
    context: &RequestContext,
    transaction: &DatabaseTransaction,
    group: &subject::Model,
    members: &[subject::Model],
    comment: Option<&str>,
) -> Result<Vec<membership::Model>, ApiError> {
    let (caller, tree) = (context.caller()?, context.platform.directory.tree().await?);
    // As it is now, not as it was when it was named.
    let live = subjects::by_id(transaction, group.id).await?.filter(|group| group.deleted_at.is_none());
    if live.is_none() {
        return Err(ApiError::unmet("object.deleted", "The group is deleted"));
    }
    require_held_by_all(transaction, caller, &tree, group.id).await?;
    let above = users::with_groups(transaction, group.id).await?;
    let (now, mut rows) = (context.platform.clock.now(), subjects::members_of(transaction, group.id).await?);
    rows.retain(|row| members.iter().any(|member| member.id == row.member_id));
    for member in members {
        if above.contains(&member.id) {
            return Err(ApiError::unmet("group.circle", "A group cannot be within itself"));
        }
        if rows.iter().any(|row| row.member_id == member.id) {
            continue;
        }
        let new = NewMembership {
            id: context.platform.ids.uuid(),
            group_id: group.id,
            member_id: member.id,
            by: Some(caller.user_id),
            comment: comment.map(str::to_owned),
        };
        rows.push(subjects::join(transaction, new, now).await?);
    }
    Ok(rows)
}

/// Ends memberships, all or none.
///
/// # Errors
/// 412 when the last administrator would be gone.
pub async fn leave(
    context: &RequestContext,
    rows: Vec<membership::Model>,
    comment: Option<&str>,
) -> Result<Vec<membership::Model>, ApiError> {
    let (now, by) = (context.platform.clock.now(), Some(context.caller()?.user_id));
    let done = context.change_identity(Changed::Everything, async |transaction| {
        administrators::lock(transaction).await?;
        let mut ended = Vec::new();
        for row in &rows {
            ended.push(subjects::leave(transaction, row.id, by, comment.map(str::to_owned), now).await?);
        }
        require_administrator(transaction, now).await?;
        let group = rows.first().filter(|first| rows.iter().all(|row| row.group_id == first.group_id));
        let (kind, id) = group.map_or(("MEMBERSHIP", String::new()), |row| ("GROUP", row.group_id.to_string()));
        let record = context.record().about(kind, id, Some(pairs(&ended)), None);
        Ok((ended, record))
    });
    done.await
}

/// The memberships of those members in a group, to be ended.
///
/// # Errors
/// 412 for one who is not in it.
pub async fn of_group(
    context: &RequestContext,
    group: i64,
    members: &[subject::Model],
) -> Result<Vec<membership::Model>, ApiError> {
    let mut rows = subjects::members_of(context.platform.db.reader(), group).await?;
    rows.retain(|row| members.iter().any(|member| member.id == row.member_id));
    if rows.len() < members.len() {
        return Err(ApiError::field("subject", "invalid.field.value", "Not a member of the group"));
    }
    Ok(rows)
}

/// The memberships with those identifiers, within the scope and not ended.
///
/// # Errors
/// 412 for one that there is not.
pub async fn identified(
    context: &RequestContext,
    scope: &CustomerSet,
    ids: &[String],
) -> Result<Vec<membership::Model>, ApiError> {
    let unknown = |text: &'static str| ApiError::field("membershipID", "invalid.field.value", text);
    let uuids: Result<std::collections::BTreeSet<Uuid>, _> = ids.iter().map(|id| Uuid::try_parse(id)).collect();
    let uuids: Vec<Uuid> = uuids.map_err(|_| unknown("Not a UUID"))?.into_iter().collect();
    if uuids.is_empty() || uuids.len() > MOST {
        return Err(unknown("Must have 1 to 1000 elements"));
    }
    let reader = context.platform.db.reader();
    let mut rows = subjects::memberships(reader, &uuids).await?;
    let ends = rows.iter().flat_map(|row| [row.group_id, row.member_id]).collect();
    let known = context.platform.directory.users(ends).await?;
    let visible = |id: i64| known.get(&id).is_some_and(|found| scope.contains(found.customer_id));
    rows.retain(|row| row.removed_at.is_none() && visible(row.group_id) && visible(row.member_id));
    if rows.len() < uuids.len() { Err(unknown("No such membership")) } else { Ok(rows) }
}
