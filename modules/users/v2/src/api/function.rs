//! Functions in short.

use argus_core::access::Caller;
use argus_core::envelope::{Many, One};
use argus_core::error::ApiError;
use argus_core::search::Draft;
use argus_core::wire::{BodyCriteria, Path, QueryCriteria};
use argus_identity::entity::function::Column;
use argus_useradmin_store::function::{BasicFunction, Texts};
use argus_useradmin_store::search::list::page;
use poem_openapi::OpenApi;
use sea_orm::ColumnTrait;
use sea_orm::sea_query::Condition;

use crate::ViewBasicFunctions;
use crate::search::BasicFunctions;

/// Functions in short.
#[derive(Clone, Copy)]
pub struct FunctionApi;

#[OpenApi]
impl FunctionApi {
    /// List functions.
    #[oai(path = "/function", method = "get", operation_id = "users_v2_function_list")]
    async fn list_functions(
        &self,
        caller: Caller<ViewBasicFunctions>,
        criteria: QueryCriteria<BasicFunctions>,
    ) -> Result<Many<BasicFunction>, ApiError> {
        many(&caller, &criteria.0).await
    }

    /// Search functions.
    #[oai(path = "/function/search", method = "post", operation_id = "users_v2_function_search")]
    async fn search_functions(
        &self,
        caller: Caller<ViewBasicFunctions>,
        criteria: BodyCriteria<BasicFunctions>,
    ) -> Result<Many<BasicFunction>, ApiError> {
        many(&caller, &criteria.0).await
    }

    /// Get a function; removed ones too.
    #[oai(path = "/function/:function", method = "get", operation_id = "users_v2_function_get")]
    async fn get_function(
        &self,
        caller: Caller<ViewBasicFunctions>,
        /// The function, by number or name.
        function: Path<String>,
    ) -> Result<One<BasicFunction>, ApiError> {
        let tree = caller.platform.directory.tree().await?;
        let found = tree.known_function(&function).ok_or_else(|| ApiError::not_found("function"))?;
        Ok(One(Texts::of(&caller).await?.basic(found)))
    }
}

async fn many(
    caller: &Caller<ViewBasicFunctions>,
    draft: &Draft<BasicFunctions>,
) -> Result<Many<BasicFunction>, ApiError> {
    let mut rows = Condition::all();
    if draft.wants("requirePermission") {
        let usable = caller.principal()?.rights.functions().map(|name| name.to_string());
        rows = rows.add(Column::Name.is_in(usable));
    }
    let page = page(caller, draft, caller.scope(), rows).await?;
    let texts = Texts::of(caller).await?;
    let data = page.rows.iter().map(|row| texts.basic(row)).collect();
    Ok(Many::of(page, data))
}
