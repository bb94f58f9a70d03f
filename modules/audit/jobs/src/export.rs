//! Exports: the events that criteria select, in a file.

pub mod columns;
mod csv;
mod encoder;
mod face;
mod json;
mod parquet;
mod prover;

use std::sync::Arc;

use argus_audit_log::rows::Selection;
use argus_audit_log::search::Events;
use argus_core::app::Platform;
use argus_core::clock::Nanos;
use argus_core::error::ApiError;
use argus_core::names::CallerNames;
use argus_core::search::{Criteria, Draft, Options};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::task::spawn_blocking;

use self::encoder::{Encoder, Rows};
pub use self::face::{Face, NATIVE};
pub use self::prover::{Proved, Prover};
use crate::file::Part;
use crate::job::Model;
use crate::kind::{Failure, Kind, Progress};

/// The name of this kind of job.
pub const EXPORT: &str = "EXPORT";

/// Members of criteria that mean nothing where everything is given.
const OF_PAGES: [&str; 4] = ["limit", "offset", "cursor", "count"];

/// What an export is to hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Spec {
    /// Criteria, as of a search of events.
    pub criteria: Value,
    /// Columns by name; none for all.
    pub columns: Option<Vec<String>>,
    /// The [`Face`] of the log whose events the file has; none for the native one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub face: Option<String>,
    /// Whether each event comes with what proves it; for JSON alone, whole events, and the native face.
    #[serde(default)]
    pub with_proofs: bool,
}

impl Spec {
    /// The criteria, to be understood. `now` is what relative times count from.
    #[must_use]
    pub fn draft(&self, now: Nanos) -> Draft<Events> {
        let mut criteria = self.criteria.clone();
        if let Some(members) = criteria.as_object_mut() {
            members.retain(|name, _| !OF_PAGES.contains(&name.as_str()));
        }
        Criteria::from_json(&criteria, now)
    }

    /// What a job was made with.
    ///
    /// # Errors
    /// 500 when it cannot be read.
    pub fn of(job: &Model) -> Result<Self, ApiError> {
        serde_json::from_str(&job.request).map_err(ApiError::internal)
    }
}

/// This kind of job.
pub struct Export {
    /// The faces of the log through which exports are asked for, each with how it prints events.
    pub faces: Vec<Face>,
    /// What proves their events.
    pub prover: Box<dyn Prover>,
    /// The function that it takes.
    pub function: &'static str,
    /// The function that deleted events take beside that.
    pub deleted: &'static str,
}

impl Export {
    /// How the events of a job are printed. The job says it, so that any node can run it.
    fn face(&self, spec: &Spec) -> Result<&Face, Failure> {
        let name = spec.face.as_deref().unwrap_or(NATIVE);
        let known = self.faces.iter().find(|face| face.name == name);
        known.ok_or_else(|| Failure::ForGood(format!("Nobody knows how the face {name} prints events")))
    }

    /// What is to be read, of what the maker may still see.
    async fn selection(&self, platform: &Platform, job: &Model, spec: &Spec) -> Result<Selection, Failure> {
        let (directory, draft) = (&platform.directory, spec.draft(job.created_at));
        let maker = directory.user(job.created_by).await?;
        if draft.wants_deleted() && !directory.rights(job.created_by).await?.has(self.deleted) {
            let text = format!("Whoever made this has no longer the function {}", self.deleted);
            return Err(Failure::ForGood(text));
        }
        let scope = job.customers()?;
        let names = CallerNames { platform, scope: scope.clone(), domain: maker.map(|maker| maker.domain_id) };
        let criteria = draft.resolve(&names).await?;
        Ok(Selection { scope, criteria, before: job.snapshot })
    }
}

#[async_trait::async_trait]
impl Kind for Export {
    fn name(&self) -> &'static str {
        EXPORT
    }

    fn function(&self) -> &'static str {
        self.function
    }

    fn completed(&self) -> &'static str {
        "audit.export.completed"
    }

    async fn write(
        &self,
        platform: &Arc<Platform>,
        job: &Model,
        part: Part,
        progress: &Progress,
    ) -> Result<Part, Failure> {
        let spec = Spec::of(job)?;
        let face = self.face(&spec)?;
        let selection = self.selection(platform, job, &spec).await?;
        let options = Options { count_timeout: platform.settings.count_timeout.duration() };
        if let Some(rows) = selection.count(&platform.db, &options).await? {
            progress.expect(rows);
        }
        let proved = if spec.with_proofs { Some(self.prover.file().await?) } else { None };
        let mut encoder = Encoder::begin(job.format()?, face.columns, spec.columns.as_deref(), part)?;
        let printer = proved.as_ref().map_or(&*face.printer, |proved| &*proved.printer);
        let mut pages = selection.read(&platform.db);
        while let Some(page) = pages.recv().await {
            let page = page?;
            let number = page.len();
            let rows = match encoder.takes_printed() {
                true => Rows::Printed(printer.print(page).await?),
                false => Rows::Stored(page),
            };
            encoder = in_its_place(move || encoder.add(rows).map(|()| encoder)).await?;
            progress.add(number);
        }
        in_its_place(move || {
            if let Some(proved) = proved {
                encoder.add(Rows::Printed(vec![proved.last]))?;
            }
            encoder.end()
        })
        .await
    }
}

/// Runs what may take long, or wait for the disk, where it hinders nobody.
async fn in_its_place<T: Send + 'static>(
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> Result<T, Failure> {
    Ok(spawn_blocking(work).await.map_err(ApiError::internal)??)
}
