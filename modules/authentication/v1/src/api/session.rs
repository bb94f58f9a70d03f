//! The caller's own session: what it is, what it may do, ending it.

use argus_core::access::{Caller, MySession, Myself};
use argus_core::authentication::session::session_key;
use argus_core::authentication::{Credential, Principal, presented_token};
use argus_core::clock::millis;
use argus_core::context::RequestContext;
use argus_core::directory::Changed;
use argus_core::envelope::{Many, One, With};
use argus_core::error::ApiError;
use argus_core::info::{CustomerInfo, FunctionInfo};
use argus_core::rights::require_use;
use argus_core::wire::{Path, Query};
use argus_identity::sessions;
use poem::Request;
use poem::http::header;
use poem_openapi::OpenApi;
use poem_openapi::types::Any;
use serde_json::Value;

use crate::login::cookie;
use crate::model::SessionInfo;

/// Sessions.
#[derive(Clone, Copy)]
pub struct SessionApi;

#[OpenApi]
impl SessionApi {
    /// The caller's session.
    ///
    /// With `domain`, 401 unless the session is of that domain.
    #[oai(path = "/session", method = "get", operation_id = "authentication_v1_session_get")]
    async fn get(
        &self,
        caller: Caller<MySession>,
        /// Name or number of the domain that is expected.
        domain: Query<Option<String>>,
        request: &Request,
    ) -> Result<One<SessionInfo>, ApiError> {
        expect_domain(&caller, domain.0.as_deref()).await?;
        let token = presented_token(request.headers());
        Ok(One(info(&caller, caller.principal()?, token).await?))
    }

    /// End the caller's session. A caller by key has none to end: nothing happens.
    #[oai(path = "/session", method = "delete", operation_id = "authentication_v1_session_logout")]
    async fn delete(&self, caller: Caller<MySession>) -> Result<With<One<Any<Value>>>, ApiError> {
        end(&caller, caller.principal()?).await
    }

    /// End the caller's session, as older clients do.
    #[oai(path = "/logout", method = "delete", operation_id = "authentication_v1_logout", deprecated)]
    async fn logout(&self, caller: Caller<MySession>) -> Result<With<One<Any<Value>>>, ApiError> {
        end(&caller, caller.principal()?).await
    }

    /// The functions that the caller may use on any customer.
    #[oai(path = "/session/function", method = "get", operation_id = "authentication_v1_session_function_list")]
    async fn functions(&self, caller: Caller<Myself>) -> Result<Many<FunctionInfo>, ApiError> {
        let tree = caller.platform.directory.tree().await?;
        let names = caller.principal()?.rights.functions();
        let mut functions: Vec<FunctionInfo> =
            names.filter_map(|name| tree.find_function(name)).map(FunctionInfo::from).collect();
        functions.sort_by_key(|function| function.id);
        Ok(Many::whole(functions))
    }

    /// The customers on which the caller may do anything.
    #[oai(path = "/session/customer", method = "get", operation_id = "authentication_v1_session_customer_list")]
    async fn customers(&self, caller: Caller<Myself>) -> Result<Many<CustomerInfo>, ApiError> {
        let tree = caller.platform.directory.tree().await?;
        let reached = caller.principal()?.rights.customers();
        let known = tree.customers().filter(|customer| customer.deleted_at.is_none() && reached.contains(customer.id));
        let mut customers: Vec<CustomerInfo> = known.map(|customer| tree.info(customer)).collect();
        customers.sort_by_key(|customer| customer.id);
        Ok(Many::whole(customers))
    }

    /// Whether the caller may use a function on any customer: 200, or else 403.
    #[oai(
        path = "/session/permission/:function",
        method = "get",
        operation_id = "authentication_v1_session_permission_get"
    )]
    async fn permission(
        &self,
        caller: Caller<Myself>,
        /// The name of the function.
        function: Path<String>,
    ) -> Result<One<Any<Value>>, ApiError> {
        if caller.principal()?.has(&function) { Ok(nothing()) } else { Err(denied(&function)) }
    }

    /// Whether the caller may use a function on a customer, by number or short name: 200, or else 403.
    #[oai(
        path = "/session/permission/:function/:customer",
        method = "get",
        operation_id = "authentication_v1_session_customer_permission_get"
    )]
    async fn customer_permission(
        &self,
        caller: Caller<Myself>,
        /// The name of the function.
        function: Path<String>,
        /// The customer, by number or short name.
        customer: Path<String>,
    ) -> Result<One<Any<Value>>, ApiError> {
        require_use(&caller, &function, &customer).await?;
        Ok(nothing())
    }
}

async fn expect_domain(context: &RequestContext, expected: Option<&str>) -> Result<(), ApiError> {
    let (Some(expected), Some(principal)) = (expected, context.principal()) else { return Ok(()) };
    let tree = context.platform.directory.tree().await?;
    let own = principal.domain_id;
    if expected.eq_ignore_ascii_case(tree.domain(own)) || expected == own.to_string() {
        return Ok(());
    }
    Err(ApiError::unauthorized("session.other.domain", "The session is of another domain"))
}

fn nothing() -> One<Any<Value>> {
    One(Any(Value::Null))
}

fn denied(function: &str) -> ApiError {
    ApiError::forbidden("access.denied", format!("Access denied: the function {function} is needed"))
}

async fn info(context: &RequestContext, principal: &Principal, token: Option<&str>) -> Result<SessionInfo, ApiError> {
    let user = context.platform.directory.user(principal.user_id).await?;
    let (created, until, client_ip, key, identifier) = match &principal.credential {
        Credential::Session { id, created_at, valid_until, client_ip, .. } => {
            (*created_at, *valid_until, client_ip.clone(), token.map(session_key), Some(id.to_string()))
        }
        Credential::ApiKey(_) | Credential::Signature(_) | Credential::Dialect | Credential::Anonymous => {
            (context.received, 0, context.client_ip.to_string(), None, None)
        }
    };
    Ok(SessionInfo {
        identifier,
        authentication_method: principal.method.name().to_owned(),
        client_ip,
        created_timestamp: millis(created),
        timestamp: millis(context.received),
        valid_until_timestamp: millis(until),
        password_not_set: user.is_none_or(|user| user.password_hash.is_none()),
        read_only: principal.read_only,
        security_level: principal.level.session_name().to_owned(),
        session_key: key,
        username: principal.user_name.clone(),
        user_id: principal.user_id,
        impersonating_user_id: principal.impersonator.as_ref().map(|who| who.user_id),
    })
}

async fn end(context: &RequestContext, principal: &Principal) -> Result<With<One<Any<Value>>>, ApiError> {
    let Some(id) = principal.session_id() else {
        return Ok(With { answer: nothing(), headers: Vec::new() });
    };
    let now = context.platform.clock.now();
    let done = context.change_identity(Changed::Sessions, async |transaction| {
        if let Some(row) = sessions::by_id(transaction, id).await? {
            sessions::end(transaction, &row, now).await?;
        }
        Ok(((), context.record().about("SESSION", id.to_string(), None, None)))
    });
    done.await?;
    Ok(With { answer: nothing(), headers: vec![(header::SET_COOKIE, cookie(context, None)?)] })
}
