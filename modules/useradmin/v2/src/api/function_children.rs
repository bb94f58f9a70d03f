//! What roles consist of.

use argus_core::access::{AtRoot, Caller};
use argus_core::envelope::{Many, One};
use argus_core::error::{ApiError, FieldErrors};
use argus_core::search::Draft;
use argus_core::wire::{BodyCriteria, BodyDraft, Path, Query, QueryCriteria};
use poem_openapi::OpenApi;
use sea_orm::sea_query::Condition;

use super::function::one;
use crate::model::function::{ChildrenAdd, Function, functions};
use crate::model::mapping::{FunctionMapping, mappings};
use crate::search::mappings::FunctionMappings;
use crate::store::children::{add, named, of_numbers, remove};
use crate::store::function::find;
use crate::{AddChildFunction, RemoveChildFunction, ViewFunctions};
use argus_useradmin_store::search::list::page;

/// What roles consist of.
#[derive(Clone, Copy)]
pub struct FunctionChildrenApi;

#[OpenApi]
impl FunctionChildrenApi {
    /// The functions that are a part of a function directly.
    #[oai(path = "/function/:function/children", method = "get", operation_id = "useradmin_v2_function_children_list")]
    async fn list_children(
        &self,
        caller: Caller<ViewFunctions>,
        /// The function, by number or name.
        function: Path<String>,
    ) -> Result<Many<Function>, ApiError> {
        let found = find(&caller, &function).await?;
        let tree = caller.platform.directory.tree().await?;
        let rows = of_numbers(&caller, tree.children_of(found.id).to_vec()).await?;
        Ok(Many::whole(functions(&caller, &rows).await?))
    }

    /// The functions that a function is a part of directly.
    #[oai(path = "/function/:function/parents", method = "get", operation_id = "useradmin_v2_function_parents_list")]
    async fn list_parents(
        &self,
        caller: Caller<ViewFunctions>,
        /// The function, by number or name.
        function: Path<String>,
    ) -> Result<Many<Function>, ApiError> {
        let found = find(&caller, &function).await?;
        let tree = caller.platform.directory.tree().await?;
        let rows = of_numbers(&caller, tree.parents_of(found.id).collect()).await?;
        Ok(Many::whole(functions(&caller, &rows).await?))
    }

    /// Make functions parts of a function: whoever has that has them too. You must hold them wherever it is granted.
    #[oai(path = "/function/:function/children", method = "post", operation_id = "useradmin_v2_function_children_add")]
    async fn add_children(
        &self,
        caller: Caller<AtRoot<AddChildFunction>>,
        /// The function, by number or name.
        function: Path<String>,
        body: BodyDraft<ChildrenAdd>,
    ) -> Result<One<Function>, ApiError> {
        let found = find(&caller, &function).await?;
        let children =
            body.check(async |body, errors| named(&caller, "children", &body.children, errors).await).await?;
        add(&caller, &found, &children).await?;
        one(&caller, found).await
    }

    /// Take parts of a function away from it. Answers with those that it still has.
    #[oai(
        path = "/function/:function/children",
        method = "delete",
        operation_id = "useradmin_v2_function_children_remove"
    )]
    async fn remove_children(
        &self,
        caller: Caller<AtRoot<RemoveChildFunction>>,
        /// The function, by number or name.
        function: Path<String>,
        /// Functions, by number or name; at least one.
        child: Query<Vec<String>>,
    ) -> Result<Many<Function>, ApiError> {
        let (found, mut errors) = (find(&caller, &function).await?, FieldErrors::default());
        let children = named(&caller, "child", &child, &mut errors).await?;
        errors.finish()?;
        remove(&caller, &found, &children).await?;
        let tree = caller.platform.directory.tree().await?;
        let rows = of_numbers(&caller, tree.children_of(found.id).to_vec()).await?;
        Ok(Many::whole(functions(&caller, &rows).await?))
    }

    /// List which function is a part of which.
    #[oai(path = "/functionmapping", method = "get", operation_id = "useradmin_v2_functionmapping_list")]
    async fn list_mappings(
        &self,
        caller: Caller<ViewFunctions>,
        criteria: QueryCriteria<FunctionMappings>,
    ) -> Result<Many<FunctionMapping>, ApiError> {
        many(&caller, &criteria.0).await
    }

    /// Search which function is a part of which.
    #[oai(path = "/functionmapping/search", method = "post", operation_id = "useradmin_v2_functionmapping_search")]
    async fn search_mappings(
        &self,
        caller: Caller<ViewFunctions>,
        criteria: BodyCriteria<FunctionMappings>,
    ) -> Result<Many<FunctionMapping>, ApiError> {
        many(&caller, &criteria.0).await
    }
}

async fn many(
    caller: &Caller<ViewFunctions>,
    draft: &Draft<FunctionMappings>,
) -> Result<Many<FunctionMapping>, ApiError> {
    let page = page(caller, draft, caller.scope(), Condition::all()).await?;
    let data = mappings(&caller.platform, &page.rows).await?;
    Ok(Many::of(page, data))
}
