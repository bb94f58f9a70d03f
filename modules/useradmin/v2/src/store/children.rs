//! What roles consist of. Whoever has a role has its parts, so whoever adds one holds it wherever the role is granted.

use argus_core::context::RequestContext;
use argus_core::directory::{Changed, Tree};
use argus_core::error::{ApiError, FieldErrors};
use argus_core::rights::{require_administrator, require_held_where_granted};
use argus_identity::administrators;
use argus_identity::entity::function::Model;
use argus_identity::functions::{self, ADMINISTRATOR};
use sea_orm::DatabaseTransaction;
use serde_json::{Value, json};

/// The most functions that one request names.
const MOST: usize = 1000;

/// The functions that a list names, none removed, each once.
///
/// # Errors
/// When the store fails; what is wrong with the list goes into `errors`.
pub async fn named(
    context: &RequestContext,
    field: &str,
    names: &[String],
    errors: &mut FieldErrors,
) -> Result<Vec<Model>, ApiError> {
    let tree = context.platform.directory.tree().await?;
    let mut all: Vec<Model> = Vec::new();
    if (names.is_empty() || names.len() > MOST) && !errors.has(field) {
        errors.add(field, "invalid.field.length", format!("Must have 1 to {MOST} elements"));
        return Ok(all);
    }
    for name in names {
        match tree.named_function(name) {
            Some(found) if all.iter().any(|known| known.id == found.id) => {}
            Some(found) => all.push(found.clone()),
            None if errors.has(field) => {}
            None => errors.add(field, "invalid.field.value", "Unknown or removed function"),
        }
    }
    Ok(all)
}

/// The functions of those numbers, in their order.
///
/// # Errors
/// When the store fails.
pub async fn of_numbers(context: &RequestContext, mut ids: Vec<i64>) -> Result<Vec<Model>, ApiError> {
    let tree = context.platform.directory.tree().await?;
    ids.sort_unstable();
    ids.dedup();
    Ok(ids.into_iter().filter_map(|id| tree.function(id).cloned()).collect())
}

/// Makes functions parts of a role; what is one already stays one. All or nothing.
///
/// # Errors
/// 403 when the caller does not hold one of them wherever the role is granted; 412 for one that was removed, or that the
/// role is itself a part of.
pub async fn add(context: &RequestContext, role: &Model, children: &[Model]) -> Result<(), ApiError> {
    let done = context.change_identity(Changed::Everything, async |transaction| {
        administrators::lock(transaction).await?;
        let tree = Tree::load(transaction).await?;
        let above = tree.above(role.id);
        let before = tree.children_of(role.id).to_vec();
        for child in children.iter().filter(|child| !before.contains(&child.id)) {
            if [role.id, child.id].iter().any(|id| tree.function(*id).is_none_or(|it| it.deleted_at.is_some())) {
                return Err(ApiError::unmet("object.deleted", "The function is removed"));
            }
            if above.contains(&child.id) {
                return Err(ApiError::unmet("function.circle", "A function cannot be a part of itself"));
            }
            add_one(context, transaction, &tree, role.id, child.id).await?;
        }
        let after = before.iter().copied().chain(children.iter().map(|child| child.id)).collect();
        let record = context.record().about("FUNCTION", role.id.to_string(), Some(print(before)), Some(print(after)));
        Ok(((), record))
    });
    done.await
}

async fn add_one(
    context: &RequestContext,
    transaction: &DatabaseTransaction,
    tree: &Tree,
    role: i64,
    child: i64,
) -> Result<(), ApiError> {
    let (caller, id) = (context.caller()?, context.platform.ids.uuid());
    require_held_where_granted(transaction, caller, tree, child, role).await?;
    functions::add_child(transaction, id, role, child, Some(caller.user_id), context.platform.clock.now()).await?;
    Ok(())
}

/// Takes parts away from a role, all or none.
///
/// # Errors
/// 412 for what is no part of it, for what modules made known and the administrator role, and when the last administrator
/// would be gone.
pub async fn remove(context: &RequestContext, role: &Model, children: &[Model]) -> Result<(), ApiError> {
    let (now, by) = (context.platform.clock.now(), Some(context.caller()?.user_id));
    if role.name == ADMINISTRATOR && children.iter().any(|child| child.built_in) {
        let text = "The administrator role has every function that a module made known";
        return Err(ApiError::field("child", "function.built.in", text));
    }
    let done = context.change_identity(Changed::Everything, async |transaction| {
        administrators::lock(transaction).await?;
        let mut links = functions::links_of(transaction, role.id).await?;
        links.retain(|link| link.parent_id == role.id);
        let before = links.iter().map(|link| link.child_id).collect();
        let (gone, left): (Vec<_>, Vec<_>) =
            links.into_iter().partition(|link| children.iter().any(|child| child.id == link.child_id));
        if gone.len() < children.len() {
            return Err(ApiError::field("child", "invalid.field.value", "No part of the function"));
        }
        for link in gone {
            functions::end_child(transaction, link.id, by, now).await?;
        }
        require_administrator(transaction, now).await?;
        let after = left.iter().map(|link| link.child_id).collect();
        let record = context.record().about("FUNCTION", role.id.to_string(), Some(print(before)), Some(print(after)));
        Ok(((), record))
    });
    done.await
}

fn print(mut children: Vec<i64>) -> Value {
    children.sort_unstable();
    children.dedup();
    json!({ "children": children })
}
