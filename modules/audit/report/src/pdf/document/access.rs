//! Who failed to come in, what went out, and what opens the door.

use argus_audit_log::numbers::{Export, LISTED, Source};
use argus_core::authentication::api_key::moments::Moments;

use super::activity::alternative;
use crate::facts::Facts;
use crate::pdf::block::paragraph;
use crate::pdf::chart::{self, Bar, Chart, FAILURES, chart};
use crate::pdf::flow::Flow;
use crate::pdf::number::{counted, grouped, percents};
use crate::pdf::part::{part, subtitle};
use crate::pdf::spans::spans;
use crate::pdf::style::NOTE;
use crate::pdf::table::{self, Column, nothing, numbers, table, words};
use crate::time::minute;

/// Logins that failed: when, and from where.
pub fn failed_logins(flow: &mut Flow, facts: &Facts) {
    let all = facts.log.statistics.failed_logins;
    let least = if all == 0 { 20.0 } else { chart::TALL };
    part(flow, "Failed logins", least, |flow| {
        if all == 0 {
            return nothing(flow, "No login failed in this period.");
        }
        let (unit, spans) = spans(&facts.log.days, facts.period);
        let label =
            |span: &crate::pdf::spans::Span| Bar { label: unit.short(span.first), value: span.failed_logins, bad: 0 };
        let bars: Vec<Bar> = spans.iter().map(label).collect();
        let what = format!("failed logins {}", unit.by());
        let alternative = alternative(&what, unit, &spans, |span| span.failed_logins);
        chart(flow, &Chart { alternative, bars: &bars, legend: ("Failed logins", None), color: FAILURES });
        if let Some(sources) = &facts.log.sources {
            subtitle(flow, "Where they came from", table::LEAST);
            let columns = [
                words("Address", 3.2),
                words("Location", 3.2),
                numbers("Failed logins", 1.8),
                numbers("Share", 1.3),
                numbers("Last (UTC)", 2.4),
            ];
            let rows: Vec<Vec<String>> = sources.most.iter().map(|of| source(of, all)).collect();
            table(flow, "Failed logins by address", &columns, &rows);
            more(flow, sources.count, sources.most.len(), "address", "addresses");
        }
    });
}

fn source(of: &Source, all: i64) -> Vec<String> {
    let address = of.address.map_or_else(|| "unknown".to_owned(), |address| address.to_string());
    let location = of.location.clone().unwrap_or_default();
    let share = percents(argus_audit_log::numbers::percent(of.count, all));
    vec![address, location, grouped(of.count), share, minute(of.last)]
}

/// What a list does not show.
fn more(flow: &mut Flow, all: i64, listed: usize, one: &str, many: &str) {
    let rest = all.saturating_sub(i64::try_from(listed).unwrap_or(i64::MAX));
    if rest > 0 {
        paragraph(flow, &format!("{} more are left out.", counted(rest, one, many)), NOTE);
    }
}

/// What left the log.
pub fn exports(flow: &mut Flow, facts: &Facts) {
    let exports = &facts.log.exports;
    part(flow, "Exports", table::LEAST, |flow| {
        if exports.count == 0 {
            return nothing(flow, "Nothing was exported in this period.");
        }
        let columns = [
            words("Time (UTC)", 2.2),
            words("Actor", 2.5),
            words("Action", 2.7),
            words("What", 3.4),
            words("Outcome", 1.5),
        ];
        let rows: Vec<Vec<String>> = exports.latest.iter().map(export).collect();
        table(flow, "Exports, newest first", &columns, &rows);
        more(flow, exports.count, exports.latest.len(), "export", "exports");
    });
}

fn export(of: &Export) -> Vec<String> {
    let what: Vec<&str> = [&of.target_type, &of.target_id].into_iter().flatten().map(String::as_str).collect();
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    vec![minute(of.timestamp), text(&of.actor), text(&of.action), what.join(" "), of.outcome.clone()]
}

/// API keys.
pub fn keys(flow: &mut Flow, facts: &Facts) {
    let lists = [
        ("Created", "Created (UTC)", &facts.keys_created, "No key was created in this period."),
        ("Revoked", "Revoked (UTC)", &facts.keys_revoked, "No key was revoked in this period."),
        ("Expiring within 30 days after", "Ends (UTC)", &facts.keys_expiring, "No key ends within 30 days after."),
    ];
    part(flow, "API keys", 40.0, |flow| {
        for (title, time, keys, none) in lists {
            let least = if keys.count == 0 { 16.0 } else { table::LEAST };
            subtitle(flow, title, least);
            list(flow, title, time, keys, none);
        }
    });
}

fn list(flow: &mut Flow, title: &str, time: &'static str, keys: &Moments, none: &str) {
    if keys.count == 0 {
        return nothing(flow, none);
    }
    let columns: [Column; 4] = [words("Key", 1.4), words("User", 2.6), words("What it is for", 5.0), words(time, 2.2)];
    let row = |key: &argus_core::authentication::api_key::moments::KeyMoment| {
        vec![key.prefix.clone(), key.owner.clone(), key.description.clone(), minute(key.at)]
    };
    let rows: Vec<Vec<String>> = keys.keys.iter().take(usize::try_from(LISTED).unwrap_or(20)).map(row).collect();
    table(flow, &format!("API keys: {title}"), &columns, &rows);
    more(flow, keys.count, rows.len(), "key", "keys");
}
