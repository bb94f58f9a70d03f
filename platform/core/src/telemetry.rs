//! What operators see: structured log lines (tracing) and metrics (Prometheus), both by operation id.

use std::io::IsTerminal;
use std::sync::Arc;
use std::time::Duration;

use metrics::{Counter, Gauge, Histogram, Label};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use poem::http::StatusCode;
use tracing_subscriber::EnvFilter;

use crate::config::{LogFormat, LogSettings};

/// Upper bounds of the duration histogram, in seconds.
const BUCKETS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// Starts log lines on standard error. A second call in one process changes nothing (tests).
pub fn init(settings: &LogSettings) {
    let filter = EnvFilter::try_new(&settings.filter).unwrap_or_else(|_| EnvFilter::new("info"));
    // Colours are for people at a terminal; a journal or a file would keep their escapes.
    let colours = std::io::stderr().is_terminal();
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colours);
    // A line that cannot be written, on a full disk, is lost. To complain of it on standard error would be a panic.
    let lines = lines.log_internal_errors(false);
    let started = match settings.format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    drop(started);
}

/// The metrics of one server. Every series is made at start: its number is that of the operations, whatever clients do.
pub struct Metrics {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
}

/// The series of one operation.
pub struct OperationMetrics {
    duration: Histogram,
    by_class: [Counter; 4],
}

impl Metrics {
    /// Metrics of a server that listens.
    #[must_use]
    pub fn new() -> Arc<Self> {
        let builder = PrometheusBuilder::new();
        let matcher = Matcher::Suffix("_seconds".to_owned());
        // The bounds are not empty, which is all that can be wrong with them.
        let builder = builder.set_buckets_for_metric(matcher, &BUCKETS).unwrap_or_else(|_| PrometheusBuilder::new());
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        Arc::new(Self { recorder, handle })
    }

    /// The series of an operation; an empty id stands for requests that led to none.
    #[must_use]
    pub fn operation(&self, id: &str) -> OperationMetrics {
        let operation = || Label::new("operation", if id.is_empty() { "none".to_owned() } else { id.to_owned() });
        metrics::with_local_recorder(&self.recorder, || {
            metrics::describe_histogram!("argus_http_request_duration_seconds", "Time from head to answer");
            metrics::describe_counter!("argus_http_requests_total", "Requests by operation and class of status");
            let counted = |class: &'static str| {
                metrics::counter!("argus_http_requests_total", vec![operation(), Label::new("status", class)])
            };
            OperationMetrics {
                duration: metrics::histogram!("argus_http_request_duration_seconds", vec![operation()]),
                by_class: [counted("2xx"), counted("3xx"), counted("4xx"), counted("5xx")],
            }
        })
    }

    /// A counter without labels.
    pub fn counter(&self, name: &'static str, about: &'static str) -> Counter {
        metrics::with_local_recorder(&self.recorder, || {
            metrics::describe_counter!(name, about);
            metrics::counter!(name)
        })
    }

    /// A gauge without labels.
    pub fn gauge(&self, name: &'static str, about: &'static str) -> Gauge {
        metrics::with_local_recorder(&self.recorder, || {
            metrics::describe_gauge!(name, about);
            metrics::gauge!(name)
        })
    }

    /// The Prometheus text.
    #[must_use]
    pub fn render(&self) -> String {
        self.handle.render()
    }

    /// Folds samples into their buckets; to be called every few seconds, or they would pile up between two readings.
    pub fn fold(&self) {
        self.handle.run_upkeep();
    }
}

impl OperationMetrics {
    /// Counts one answer.
    pub fn answered(&self, status: StatusCode, took: Duration) {
        self.duration.record(took.as_secs_f64());
        let [success, redirect, client, server] = &self.by_class;
        let class = match status.as_u16() {
            500.. => server,
            400.. => client,
            300.. => redirect,
            _ => success,
        };
        class.increment(1);
    }
}
