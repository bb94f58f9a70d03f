//! What the log holds, and how the figures are counted.

use crate::facts::Facts;
use crate::pdf::block::paragraph;
use crate::pdf::flow::Flow;
use crate::pdf::number::grouped;
use crate::pdf::part::part;
use crate::pdf::style::NOTE;
use crate::pdf::table::{self, table, words};
use crate::time::minute;

/// What the log holds.
pub fn log(flow: &mut Flow, facts: &Facts) {
    let kept = &facts.log.kept;
    part(flow, "State of the log", table::LEAST, |flow| {
        let time = |at: Option<i64>| at.map_or_else(|| "\u{2013}".to_owned(), |at| format!("{} UTC", minute(at)));
        let rows = [
            ("Events in the log", grouped(kept.events)),
            ("Oldest event", time(kept.oldest)),
            ("Newest event", time(kept.newest)),
            ("Retention", "Not configured: events are kept without end".to_owned()),
        ];
        let rows: Vec<Vec<String>> = rows.into_iter().map(|(name, value)| vec![name.to_owned(), value]).collect();
        table(flow, "State of the log", &[words("What", 3.0), words("At the time of this report", 6.0)], &rows);
    });
}

/// How the figures are counted.
pub fn notes(flow: &mut Flow, facts: &Facts) {
    let breakdowns = if facts.include_stats { "" } else { "Breakdowns were not asked for and are left out. " };
    let sentences = [
        "All times are in UTC; an event belongs to the period in which it happened, whenever it was received.",
        "Requests to Argus itself are not among the events; failed logins and exports count them too.",
        "An event failed when its outcome is FAILURE; an unknown outcome is no failure.",
        "API keys are those of the customers' users, as they are known at the time of this report.",
    ];
    part(flow, "How these figures are counted", 40.0, |flow| {
        paragraph(flow, &format!("{breakdowns}{}", sentences.join(" ")), NOTE);
    });
}
