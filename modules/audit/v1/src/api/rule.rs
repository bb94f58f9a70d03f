//! Rules that find suspicious activity.

use argus_audit_rules::rule::{Column, Model};
use argus_audit_rules::search::Rules;
use argus_audit_rules::store;
use argus_core::access::Caller;
use argus_core::context::RequestContext;
use argus_core::envelope::{Created, Many, One};
use argus_core::error::ApiError;
use argus_core::search::Draft;
use argus_core::wire::{BodyCriteria, BodyDraft, Path, QueryCriteria};
use poem_openapi::OpenApi;

use crate::criteria::names;
use crate::model::rule::{NewRule, Rule, RuleUpdate, rules};
use crate::{ManageAuditRules, rule};

/// Rules.
#[derive(Clone, Copy)]
pub struct RuleApi;

#[OpenApi]
impl RuleApi {
    /// List rules.
    ///
    /// Some are there from the start: many failed logins of one user or from one address, a login after these, many
    /// deletions and many exports by one actor.
    #[oai(path = "/rule", method = "get", operation_id = "audit_v1_rule_list")]
    async fn list_rules(
        &self,
        caller: Caller<ManageAuditRules>,
        criteria: QueryCriteria<Rules>,
    ) -> Result<Many<Rule>, ApiError> {
        many(&caller, &criteria.0).await
    }

    /// Search rules.
    #[oai(path = "/rule/search", method = "post", operation_id = "audit_v1_rule_search")]
    async fn search_rules(
        &self,
        caller: Caller<ManageAuditRules>,
        criteria: BodyCriteria<Rules>,
    ) -> Result<Many<Rule>, ApiError> {
        many(&caller, &criteria.0).await
    }

    /// Make a rule.
    ///
    /// It looks at what is written from now on. When as many events as the threshold, alike in the fields of `groupBy`,
    /// happened within the window, there is a finding: an event of type `audit.suspicious.detected` with flag SUSPICIOUS, once
    /// for each burst. A burst goes on while no two of its events are further apart than the window. Times are those of the
    /// events, so that events that come late, or twice, are of the same burst. A finding belongs to the customer whose events
    /// these are, or to the rule's where they are of several.
    #[oai(path = "/rule", method = "post", operation_id = "audit_v1_rule_add")]
    async fn add_rule(
        &self,
        caller: Caller<ManageAuditRules>,
        body: BodyDraft<NewRule>,
    ) -> Result<Created<Rule>, ApiError> {
        let new = body.check(async |new, errors| rule::read(&caller, new, errors).await).await?;
        Ok(Created(one(&caller, store::create(&caller, new).await?).await?.0))
    }

    /// Get a rule.
    #[oai(path = "/rule/:rule", method = "get", operation_id = "audit_v1_rule_get")]
    async fn get_rule(
        &self,
        caller: Caller<ManageAuditRules>,
        /// The rule's number.
        rule: Path<i64>,
    ) -> Result<One<Rule>, ApiError> {
        one(&caller, store::find(caller.platform.db.reader(), &caller.scope(), *rule).await?).await
    }

    /// Change a rule.
    #[oai(path = "/rule/:rule", method = "put", operation_id = "audit_v1_rule_update")]
    async fn update_rule(
        &self,
        caller: Caller<ManageAuditRules>,
        /// The rule's number.
        rule: Path<i64>,
        body: BodyDraft<RuleUpdate>,
    ) -> Result<One<Rule>, ApiError> {
        let found = store::find(caller.platform.db.reader(), &caller.scope(), *rule).await?;
        let change =
            body.check(async |update, errors| rule::read_change(&caller, &found, update, errors).await).await?;
        one(&caller, store::update(&caller, &found, change).await?).await
    }

    /// Remove a rule. Its findings stay. Built-in rules can only be switched off.
    #[oai(path = "/rule/:rule", method = "delete", operation_id = "audit_v1_rule_delete")]
    async fn delete_rule(
        &self,
        caller: Caller<ManageAuditRules>,
        /// The rule's number.
        rule: Path<i64>,
    ) -> Result<One<Rule>, ApiError> {
        let found = store::find(caller.platform.db.reader(), &caller.scope(), *rule).await?;
        one(&caller, store::delete(&caller, &found).await?).await
    }
}

async fn many(caller: &Caller<ManageAuditRules>, draft: &Draft<Rules>) -> Result<Many<Rule>, ApiError> {
    let criteria = draft.resolve(&names(caller)).await?;
    let mut page = caller.page(&criteria, caller.scope().condition(Column::CustomerId)).await?;
    let data = rules(caller, std::mem::take(&mut page.rows)).await?;
    Ok(Many::of(page, data))
}

async fn one(context: &RequestContext, row: Model) -> Result<One<Rule>, ApiError> {
    let mut data = rules(context, vec![row]).await?;
    data.pop().map(One).ok_or_else(|| ApiError::internal("a row that was not printed"))
}
