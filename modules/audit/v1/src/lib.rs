//! audit/v1: events in, events out.

mod access;
mod add;
mod api;
mod bulk;
mod criteria;
mod erasure;
mod export;
pub mod input;
mod job;
mod json;
mod keyed;
mod listen;
mod machine;
mod mail;
pub mod model;
mod numbers;
pub mod output;
pub mod proof;
mod raw;
mod report;
mod rule;
mod subscriptions;
mod view;
mod windows;

pub use argus_audit_log::access::*;
use argus_core::module::{Module, ModuleApi};
use sea_orm_migration::MigrationTrait;

/// The module.
#[must_use]
pub fn module() -> Module {
    Module {
        name: "audit",
        version: "v1",
        title: "Audit log: events of every service, searchable",
        functions: FUNCTIONS,
        migrations,
        dialect: None,
        api: || {
            let events = (api::event::EventApi, api::bulk::BulkApi, api::stream::StreamApi);
            let views =
                (api::series::SeriesApi, api::history::HistoryApi, api::access::AccessApi, api::login::LoginApi);
            let numbers = (api::statistics::StatisticsApi, api::metrics::MetricsApi, api::machine::MachineApi);
            let made =
                (api::rule::RuleApi, api::subscription::SubscriptionApi, api::export::ExportApi, api::mail::MailApi);
            let reports = (api::report::ReportApi, api::schedule::ScheduleApi);
            let proved = (api::log::LogApi, api::erasure::ErasureApi);
            ModuleApi::of((events, views, numbers, made, reports, proved), "audit/v1", "v1")
        },
    }
}

/// The tables of the log, and of all that is made of it.
fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    let mut all = argus_audit_log::migration::all();
    all.extend(argus_audit_jobs::migration::all());
    all.extend(argus_audit_rules::migration::all());
    all.extend(argus_audit_webhooks::migration::all());
    all.extend(argus_audit_report::migration::all());
    all
}
