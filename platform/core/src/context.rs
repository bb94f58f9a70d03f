//! Everything known of one request, made once by the platform and shared by the extractors of the operation.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use poem::Request;
use poem::http::Method;
use sea_orm::sea_query::Condition;
use sea_orm::{DatabaseTransaction, EntityTrait};

use crate::app::{Operation, Platform};
use crate::audit::{Record, Target, outbox};
use crate::authentication::{Principal, Tried};
use crate::clock::Nanos;
use crate::directory::Changed;
use crate::error::ApiError;
use crate::search::{Criteria, Options, Page, Searchable, run};

/// One request.
pub struct RequestContext {
    /// What the platform offers.
    pub platform: Arc<Platform>,
    /// The operation that was routed to.
    pub operation: Arc<Operation>,
    /// HTTP method.
    pub method: Method,
    /// Path as sent, without query.
    pub path: String,
    /// Names of the query parameters; never their values.
    pub parameters: Vec<String>,
    /// Percent-decoded path parameters, in the path's order.
    pub path_values: Vec<String>,
    /// The client's address, IPv4-mapped ones unmapped.
    pub client_ip: IpAddr,
    /// The client's name for itself, at most 512 characters.
    pub user_agent: Option<String>,
    /// The request's id: the client's `X-Request-ID`, or ours.
    pub request_id: String,
    /// When it arrived.
    pub received: Nanos,
    pub(crate) principal: Option<Arc<Principal>>,
    pub(crate) tried: OnceLock<Tried>,
    pub(crate) noted: OnceLock<Target>,
    pub(crate) recorded: AtomicBool,
}

impl RequestContext {
    /// The context that the platform put into the request.
    ///
    /// # Errors
    /// 500 when an operation is called without the platform around it.
    pub fn of(request: &Request) -> Result<&Arc<Self>, ApiError> {
        request.extensions().get::<Arc<Self>>().ok_or_else(|| ApiError::internal("no request context"))
    }

    /// Who is asking, if the caller said so and was believed.
    #[must_use]
    pub fn principal(&self) -> Option<&Arc<Principal>> {
        self.principal.as_ref()
    }

    /// Who is asking, where the gate lets in nobody who did not say.
    ///
    /// # Errors
    /// 500 behind a gate that does.
    pub fn caller(&self) -> Result<&Arc<Principal>, ApiError> {
        self.principal()
            .ok_or_else(|| ApiError::internal("an operation that needs a caller let somebody in without one"))
    }

    /// Name and value of the path parameter at `index`.
    #[must_use]
    pub fn path_parameter(&self, index: usize) -> Option<(&str, &str)> {
        Some((self.operation.parameters.get(index)?, self.path_values.get(index)?))
    }

    /// What the request does, in the words of the audit log: its operation's verb, or a login where one was tried.
    #[must_use]
    pub fn verb(&self) -> Option<&'static str> {
        if self.tried.get().is_some() { Some("LOGIN") } else { self.operation.verb() }
    }

    /// Finds one page of what criteria select among `rows`, counted for as long as the settings allow.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn page<S: Searchable>(
        &self,
        criteria: &Criteria<S>,
        rows: Condition,
    ) -> Result<Page<<S::Entity as EntityTrait>::Model>, ApiError> {
        run(self.platform.db.reader(), criteria, rows, &self.options()).await
    }

    /// How criteria are run here.
    #[must_use]
    pub fn options(&self) -> Options {
        Options { count_timeout: self.platform.settings.count_timeout.duration() }
    }

    /// The record of this request, to be completed by an operation that changes something.
    #[must_use]
    pub fn record(&self) -> Record {
        Record::of(self, None)
    }

    /// Notes the name with which a caller tried to prove who it is, for the record of this request.
    pub fn note_try(&self, tried: Tried) {
        // The first one stands; an operation notes one.
        let _ = self.tried.set(tried);
    }

    /// Notes what the request is about, for the record of one that changes nothing.
    pub fn note_target(&self, kind: &str, id: impl Into<String>) {
        let target = Target { kind: kind.to_owned(), id: id.into(), before: None, after: None };
        // The first one stands; an operation notes one.
        let _ = self.noted.set(target);
    }

    /// Makes a change and its record in one transaction: neither exists without the other.
    ///
    /// # Errors
    /// What `change` returns, or the store's error; then nothing was changed and nothing recorded.
    pub async fn change<T>(
        &self,
        change: impl AsyncFnOnce(&DatabaseTransaction) -> Result<(T, Record), ApiError>,
    ) -> Result<T, ApiError> {
        let transaction = self.platform.db.begin().await?;
        let done = async {
            let (result, record) = change(&transaction).await?;
            outbox::add(&transaction, &record).await?;
            Ok::<T, ApiError>(result)
        };
        match done.await {
            Ok(result) => {
                transaction.commit().await?;
                self.mark_recorded();
                self.platform.trail.committed();
                Ok(result)
            }
            Err(error) => {
                // What broke the transaction may have undone it already, and is what there is to tell.
                let _ = transaction.rollback().await;
                Err(error)
            }
        }
    }

    /// As [`RequestContext::change`], of identity tables: what `changed` says is forgotten before this returns.
    ///
    /// # Errors
    /// As [`RequestContext::change`].
    pub async fn change_identity<T>(
        &self,
        changed: Changed,
        change: impl AsyncFnOnce(&DatabaseTransaction) -> Result<(T, Record), ApiError>,
    ) -> Result<T, ApiError> {
        let done = self.change(change).await;
        // Also after an error: a commit whose answer was lost may have happened.
        self.platform.directory.forget(&changed);
        done
    }

    /// Says that the record of this request was written with its change.
    pub fn mark_recorded(&self) {
        self.recorded.store(true, Ordering::Relaxed);
    }
}
