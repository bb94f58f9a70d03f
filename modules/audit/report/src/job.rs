//! Reports as jobs.

use std::io::Write;
use std::sync::Arc;

use argus_audit_jobs::file::Part;
use argus_audit_jobs::job::Model;
use argus_audit_jobs::{Failure, Format, Kind, Progress};
use argus_core::access::CustomerSet;
use argus_core::app::Platform;
use argus_core::clock::Nanos;
use argus_core::error::ApiError;
use sea_orm::prelude::Uuid;
use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;

use crate::facts::{Facts, Question, gather};
use crate::time::Period;
use crate::{csv, json, pdf};

/// The name of this kind of job.
pub const REPORT: &str = "REPORT";

/// What a report is to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spec {
    /// Which report; there is one type.
    pub report_type: String,
    /// The first moment of its period, in ns.
    pub start: Nanos,
    /// The first moment that does not belong to it any more.
    pub end: Nanos,
    /// Whether breakdowns are wanted.
    pub include_stats: bool,
    /// Exactly this customer; all that the job may see when none is said.
    pub customer: Option<i64>,
    /// The schedule that it was made by.
    pub schedule: Option<Uuid>,
}

impl Spec {
    /// What a job was made with.
    ///
    /// # Errors
    /// 500 when it cannot be read.
    pub fn of(job: &Model) -> Result<Self, ApiError> {
        serde_json::from_str(&job.request).map_err(ApiError::internal)
    }

    /// Its stretch of time.
    #[must_use]
    pub fn period(&self) -> Period {
        Period { start: self.start, end: self.end }
    }

    /// The customers that a job with it may see, of those that its maker may.
    #[must_use]
    pub fn customers(&self, makers: &CustomerSet) -> CustomerSet {
        match self.customer {
            Some(customer) => makers.and(&CustomerSet::Only(Arc::new([customer].into()))),
            None => makers.clone(),
        }
    }
}

/// This kind of job.
pub struct Report {
    /// The function that it takes.
    pub function: &'static str,
}

#[async_trait::async_trait]
impl Kind for Report {
    fn name(&self) -> &'static str {
        REPORT
    }

    fn function(&self) -> &'static str {
        self.function
    }

    fn completed(&self) -> &'static str {
        "audit.report.completed"
    }

    async fn write(
        &self,
        platform: &Arc<Platform>,
        job: &Model,
        mut part: Part,
        progress: &Progress,
    ) -> Result<Part, Failure> {
        let (spec, format) = (Spec::of(job)?, job.format()?);
        let maker = platform.directory.user(job.created_by).await?;
        let question = Question {
            customers: job.customers()?,
            customer: spec.customer,
            period: spec.period(),
            include_stats: spec.include_stats,
            made_at: job.created_at,
            made_by: maker.map(|maker| maker.short_name.clone()).unwrap_or_default(),
        };
        let facts = gather(platform, question).await?;
        let events = facts.log.statistics.total;
        progress.expect(events);
        let written = spawn_blocking(move || {
            let bytes = bytes(&facts, format)?;
            part.write_all(&bytes)?;
            Ok::<Part, Failure>(part)
        });
        let part = written.await.map_err(ApiError::internal)??;
        progress.add(usize::try_from(events).unwrap_or(usize::MAX));
        Ok(part)
    }
}

/// A report in a form.
fn bytes(facts: &Facts, format: Format) -> Result<Vec<u8>, ApiError> {
    match format {
        Format::Pdf => pdf::write(facts).map_err(ApiError::internal),
        Format::Json => json::write(facts).map_err(ApiError::internal),
        Format::Csv => csv::write(facts).map_err(ApiError::internal),
        other => Err(ApiError::internal(format!("there are no reports as {}", other.as_str()))),
    }
}
