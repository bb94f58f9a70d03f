//! Functions.

use argus_core::access::{AtRoot, Caller};
use argus_core::context::RequestContext;
use argus_core::envelope::{Created, Many, One};
use argus_core::error::ApiError;
use argus_core::search::Draft;
use argus_core::wire::{BodyCriteria, BodyDraft, Path, QueryCriteria};
use argus_identity::entity::function::Model;
use poem_openapi::OpenApi;
use sea_orm::sea_query::Condition;

use crate::model::function::{Function, FunctionAdd, FunctionUpdate, functions};
use crate::search::functions::Functions;
use crate::store::function as store;
use crate::store::function::find;
use crate::{AddFunction, RemoveFunction, UpdateFunction, ViewFunctions};
use argus_useradmin_store::search::list::page;

/// Functions. They are the same for all customers: to change one, its function is needed at the root.
#[derive(Clone, Copy)]
pub struct FunctionApi;

#[OpenApi]
impl FunctionApi {
    /// List functions.
    #[oai(path = "/function", method = "get", operation_id = "useradmin_v2_function_list")]
    async fn list_functions(
        &self,
        caller: Caller<ViewFunctions>,
        criteria: QueryCriteria<Functions>,
    ) -> Result<Many<Function>, ApiError> {
        many(&caller, &criteria.0).await
    }

    /// Search functions.
    #[oai(path = "/function/search", method = "post", operation_id = "useradmin_v2_function_search")]
    async fn search_functions(
        &self,
        caller: Caller<ViewFunctions>,
        criteria: BodyCriteria<Functions>,
    ) -> Result<Many<Function>, ApiError> {
        many(&caller, &criteria.0).await
    }

    /// Make a function that is a part of another. You must hold that one wherever it is granted.
    #[oai(path = "/function", method = "post", operation_id = "useradmin_v2_function_add")]
    async fn add_function(
        &self,
        caller: Caller<AtRoot<AddFunction>>,
        body: BodyDraft<FunctionAdd>,
    ) -> Result<Created<Function>, ApiError> {
        let (row, parent) = body.check(async |add, errors| store::read(&caller, add, errors).await).await?;
        Ok(Created(one(&caller, store::create(&caller, row, parent).await?).await?.0))
    }

    /// Get a function; removed ones too.
    #[oai(path = "/function/:function", method = "get", operation_id = "useradmin_v2_function_get")]
    async fn get_function(
        &self,
        caller: Caller<ViewFunctions>,
        /// The function, by number or name.
        function: Path<String>,
    ) -> Result<One<Function>, ApiError> {
        one(&caller, find(&caller, &function).await?).await
    }

    /// Change a function. What a module made known keeps its name, and asks for no less than the module does.
    #[oai(path = "/function/:function", method = "put", operation_id = "useradmin_v2_function_update")]
    async fn update_function(
        &self,
        caller: Caller<AtRoot<UpdateFunction>>,
        /// The function, by number or name.
        function: Path<String>,
        body: BodyDraft<FunctionUpdate>,
    ) -> Result<One<Function>, ApiError> {
        let found = find(&caller, &function).await?;
        let new = body.check(async |update, errors| store::check(&caller, &found, update, errors).await).await?;
        one(&caller, store::update(&caller, &found, new).await?).await
    }

    /// Remove a function that no module made known: nobody has it any more, nor anything by it.
    #[oai(path = "/function/:function", method = "delete", operation_id = "useradmin_v2_function_delete")]
    async fn delete_function(
        &self,
        caller: Caller<AtRoot<RemoveFunction>>,
        /// The function, by number or name.
        function: Path<String>,
    ) -> Result<One<Function>, ApiError> {
        let found = find(&caller, &function).await?;
        one(&caller, store::delete(&caller, &found).await?).await
    }
}

async fn many(caller: &Caller<ViewFunctions>, draft: &Draft<Functions>) -> Result<Many<Function>, ApiError> {
    let page = page(caller, draft, caller.scope(), Condition::all()).await?;
    let data = functions(caller, &page.rows).await?;
    Ok(Many::of(page, data))
}

/// One function.
///
/// # Errors
/// When the store fails.
pub async fn one(context: &RequestContext, row: Model) -> Result<One<Function>, ApiError> {
    let mut data = functions(context, &[row]).await?;
    data.pop().map(One).ok_or_else(|| ApiError::internal("a row that was not printed"))
}
