//! The query of a request: its parameters as they were sent, and what those have in common that choose events (S1-65 to S1-67).

use std::marker::PhantomData;
use std::ops::{Deref, Range};

use argus_audit_log::views::View;
use argus_core::clock::{NANOS_PER_DAY, Nanos};
use poem::{Request, RequestBody};
use poem_openapi::registry::{MetaParamIn, MetaSchemaRef, Registry};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions, types};
use serde_json::{Map, Value, json};

use super::problems::{MISSING, NUL, Place, Problem, Problems};
use crate::time::moment;

const QUERY: Place<'static> = Place::Root("query");

const NO_TIME: &str = "value is not a time: a duration such as 1d or 1h30m, or a date-time of ISO 8601";
const NO_RANGE: &str = "ensure that start is before stop";

/// Parameters as they were sent. The document shows the members of `T`; others are ignored.
pub struct QueryOf<T>(Asked, PhantomData<fn() -> T>);

/// Names and values.
pub struct Asked(Vec<(String, String)>);

impl<T> Deref for QueryOf<T> {
    type Target = Asked;

    fn deref(&self) -> &Asked {
        &self.0
    }
}

// The trait is not imported: it would bring an `is_empty` of its own for texts.
impl<'a, T: types::Type> ApiExtractor<'a> for QueryOf<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::Parameter];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn param_in() -> Option<MetaParamIn> {
        Some(MetaParamIn::Query)
    }

    fn param_schema_ref() -> Option<MetaSchemaRef> {
        Some(T::schema_ref())
    }

    async fn from_request(request: &'a Request, _: &mut RequestBody, _: ExtractParamOptions<()>) -> poem::Result<Self> {
        // What is no text is read as the original reads it: with signs in its place that match nothing.
        Ok(Self(Asked(request.params().unwrap_or_default()), PhantomData))
    }
}

impl Asked {
    /// A parameter that may be missing. Of one that is repeated the last counts.
    pub fn optional(&self, name: &str, problems: &mut Problems) -> Option<&str> {
        let value = self.0.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())?;
        if value.contains('\0') {
            problems.add(Place::Name(&QUERY, name), NUL);
            return None;
        }
        Some(value)
    }

    /// One that may not.
    pub fn required(&self, name: &str, problems: &mut Problems) -> String {
        if !self.0.iter().any(|(known, _)| known == name) {
            problems.add(Place::Name(&QUERY, name), MISSING);
        }
        self.optional(name, problems).unwrap_or_default().to_owned()
    }

    /// What is read of a parameter; `default` when it is missing, or wrong, which is told.
    pub fn read<V>(
        &self,
        name: &str,
        default: V,
        problems: &mut Problems,
        read: impl FnOnce(&str) -> Result<V, Problem>,
    ) -> V {
        let Some(text) = self.optional(name, problems) else { return default };
        read(text).unwrap_or_else(|problem| {
            problems.add(Place::Name(&QUERY, name), problem);
            default
        })
    }
}

/// Which events are wanted.
#[derive(Debug)]
pub struct Wanted {
    category: String,
    application: String,
    environment: Option<String>,
    method: Option<String>,
    status: Option<String>,
    origin: Option<String>,
    /// When they happened, the end not included.
    pub range: Range<Nanos>,
}

impl Wanted {
    /// Reads it, and tells what is wrong with it.
    pub fn read(asked: &Asked, now: Nanos, problems: &mut Problems) -> Self {
        // An empty filter is none.
        let mut some = |name: &str| asked.optional(name, problems).filter(|value| !value.is_empty()).map(str::to_owned);
        let [environment, method, status, origin] = ["env", "method", "status", "origin"].map(&mut some);
        Self {
            category: asked.required("category", problems),
            application: asked.required("app", problems),
            environment,
            method,
            status,
            origin,
            range: range(asked, now, problems),
        }
    }

    /// The criteria of the log, but for times.
    pub fn criteria(&self) -> Map<String, Value> {
        let exact = [
            ("category", Some(&self.category)),
            ("application", Some(&self.application)),
            ("environment", self.environment.as_ref()),
            ("method", self.method.as_ref()),
        ];
        exact.into_iter().filter_map(|(name, value)| Some((name.to_owned(), json!([value?])))).collect()
    }

    /// What holds besides: filters match what is printed.
    pub fn view(&self) -> View {
        let view = match &self.status {
            Some(status) => View::default().of_status(status),
            None => View::default(),
        };
        match &self.origin {
            Some(origin) => view.from_origin(origin),
            None => view,
        }
    }
}

/// From `start`, a day ago unless it is said, to `stop`, now unless it is said.
fn range(asked: &Asked, now: Nanos, problems: &mut Problems) -> Range<Nanos> {
    let before = problems.count();
    let no_time = || ("value_error.time", NO_TIME.into());
    let told = |text: &str| moment(text, now).ok_or_else(no_time);
    let start = asked.read("start", now.saturating_sub(NANOS_PER_DAY), problems, told);
    let stop = asked.read("stop", now, problems, |text| if text == "now()" { Ok(now) } else { told(text) });
    let range = start..stop;
    // Of what is no time there is no more to say.
    if range.is_empty() && problems.count() == before {
        problems.add(Place::Name(&QUERY, "stop"), ("value_error.range", NO_RANGE.into()));
    }
    range
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Nanos = 1_711_886_400_000_000_000;

    fn asked(pairs: &[(&str, &str)]) -> Asked {
        Asked(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    fn wrong(pairs: &[(&str, &str)]) -> Vec<String> {
        let mut problems = Problems::default();
        Wanted::read(&asked(pairs), NOW, &mut problems);
        let messages = problems.finish().map_or_else(|error| error.messages, |()| Vec::new());
        messages.into_iter().filter_map(|message| message.field).collect()
    }

    #[test]
    fn ranges_end_before_their_end() {
        let range = |pairs: &[(&str, &str)]| {
            let mut problems = Problems::default();
            let range = range(&asked(pairs), NOW, &mut problems);
            problems.finish().map(|()| range)
        };
        assert_eq!(range(&[]).unwrap(), NOW - NANOS_PER_DAY..NOW);
        assert_eq!(range(&[("start", "1h"), ("stop", "now()")]).unwrap(), NOW - NANOS_PER_DAY / 24..NOW);
        assert_eq!(
            range(&[("start", "2d"), ("start", "1h")]).unwrap().start,
            NOW - NANOS_PER_DAY / 24,
            "the last counts"
        );
        for bad in [
            &[("start", "now()")][..],
            &[("start", "1h"), ("stop", "1h")],
            &[("start", "1h"), ("stop", "2h")],
            &[("stop", "2d")],
            &[("stop", "2024-03-30T12:00:00Z")],
            &[("start", "")],
            &[("stop", "yesterday")],
        ] {
            assert!(range(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn everything_that_is_wrong_is_told() {
        // S1-65
        let mut problems = Problems::default();
        let wanted = Wanted::read(&asked(&[("env", ""), ("method", "GET")]), NOW, &mut problems);
        assert_eq!((wanted.environment, wanted.method.as_deref()), (None, Some("GET")), "an empty filter is none");
        assert_eq!(wrong(&[]), ["query/category", "query/app"]);
        let good = [("category", "a"), ("app", "b")];
        assert!(wrong(&good).is_empty());
        let more = |name, value| [good[0], good[1], (name, value)];
        assert_eq!(wrong(&more("start", "x")), ["query/start"], "no more is made of it");
        assert_eq!(wrong(&more("origin", "a\0")), ["query/origin"]);
        assert!(wrong(&more("nonsense", "\0")).is_empty());
    }
}
