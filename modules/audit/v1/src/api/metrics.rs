//! Numbers of events by windows of time.

use argus_audit_log::metric;
use argus_audit_log::numbers::{self, BUILT_IN, Categorical, Metric};
use argus_audit_log::search::Events;
use argus_core::access::Caller;
use argus_core::envelope::Many;
use argus_core::error::ApiError;
use argus_core::wire::{Path, Query, QueryCriteria};
use poem_openapi::OpenApi;

use crate::ViewAuditEvents;
use crate::numbers::{CountWindow, MetricSeries};
use crate::windows::Asked;

/// Metrics.
#[derive(Clone, Copy)]
pub struct MetricsApi;

#[OpenApi]
impl MetricsApi {
    /// List the names of metrics.
    ///
    /// First those that events of the caller's customers have used in `metrics`, by code point, at most 100000 of them
    /// (`count` is how many there are), then those that are fields of every event.
    #[oai(path = "/metric", method = "get", operation_id = "audit_v1_metric_list")]
    async fn list_metrics(&self, caller: Caller<ViewAuditEvents>) -> Result<Many<String>, ApiError> {
        let (mut names, count) = metric::names(&caller.platform.db, &caller.scope()).await?;
        let seen = names.len();
        names.retain(|name| !BUILT_IN.contains(&name.as_str()));
        let shadowed = seen - names.len();
        names.extend(BUILT_IN.map(str::to_owned));
        let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        Ok(Many { count: count + number(BUILT_IN.len()) - number(shadowed), ..Many::whole(names) })
    }

    /// A metric by windows of time.
    ///
    /// Windows are whole ones since the epoch, cut to the range; those without a value are left out. The range is the last day
    /// unless it is said, its end not included; an end alone means the day before it. A metric that nobody used is 404; what
    /// takes too long is 503.
    #[oai(path = "/metric/:name", method = "get", operation_id = "audit_v1_metric_get")]
    async fn get_metric(
        &self,
        caller: Caller<ViewAuditEvents>,
        /// One of the listed names.
        name: Path<String>,
        /// Length of a window: numbers with units of ns, us, ms, s, m, h, d, w, mo or y, like `5m` or `1h30m`; 1m when absent.
        interval: Query<Option<String>>,
        /// mean (when absent), sum, min, max, count, median, stddev (of a sample; null for one value), spread, first or last.
        aggregate: Query<Option<String>>,
        /// A field with names for values, such as status; each of its values gives a series of its own.
        #[oai(name = "groupBy")]
        group_by: Query<Option<String>>,
        criteria: QueryCriteria<Events>,
    ) -> Result<Many<MetricSeries>, ApiError> {
        let (platform, scope, metric) = (&*caller.platform, caller.scope(), Metric::of(&name));
        if matches!(metric, Metric::Named(_)) && !metric::is_known(&platform.db, &scope, &name).await? {
            return Err(ApiError::not_found("metric"));
        }
        let asked = Asked::read(&caller, &criteria.0, interval.0, aggregate.0, group_by.0).await?;
        let (selection, series) = asked.series(&scope, metric);
        let limit = platform.settings.statistics_timeout.duration();
        let groups = numbers::series(&platform.db, &selection, &series, limit).await?;
        Ok(Many::whole(groups.into_iter().map(MetricSeries::from).collect()))
    }

    /// The values of a field by windows of time.
    ///
    /// How many events of each window have which value. Windows and range are those of a metric. By hours, or what is made
    /// of them, and with nothing but customers and times asked, it is quick for any length of time.
    #[oai(path = "/metric/:name/count", method = "get", operation_id = "audit_v1_metric_count")]
    async fn count_values(
        &self,
        caller: Caller<ViewAuditEvents>,
        /// A field with names for values: status, severity, category, ...
        name: Path<String>,
        /// Length of a window, as for a metric; 1m when absent.
        interval: Query<Option<String>>,
        criteria: QueryCriteria<Events>,
    ) -> Result<Many<CountWindow>, ApiError> {
        let (platform, scope) = (&*caller.platform, caller.scope());
        let Some(field) = Categorical::find(&name) else {
            let number = BUILT_IN.contains(&name.as_str()) || metric::is_known(&platform.db, &scope, &name).await?;
            let text = "Its values are numbers, which are not counted one by one";
            let refused = || ApiError::field("name", "invalid.field.value", text);
            return Err(if number { refused() } else { ApiError::not_found("metric") });
        };
        let asked = Asked::read(&caller, &criteria.0, interval.0, None, None).await?;
        let limit = platform.settings.statistics_timeout.duration();
        let windows = numbers::counts(&platform.db, &asked.selection(&scope), field, asked.interval, limit).await?;
        Ok(Many::whole(windows.into_iter().map(CountWindow::from).collect()))
    }
}
