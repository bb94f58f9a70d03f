//! What happened: over time, by kind, and who did most.

use argus_audit_log::numbers::{Count, Statistics, percent};

use crate::facts::Facts;
use crate::pdf::bars::{self, Bars};
use crate::pdf::chart::{self, Bar, Chart, EVENTS, chart};
use crate::pdf::flow::Flow;
use crate::pdf::number::{counted, grouped, percents};
use crate::pdf::part::{part, subtitle};
use crate::pdf::spans::{Span, Unit, spans};
use crate::pdf::style::{MARGIN, NOTE, WIDTH};
use crate::pdf::table::{self, nothing, numbers, table, words};

/// Bars beside each other, and as many kinds of objects as have one.
const BARS: usize = 10;
/// Kinds of objects in the table.
const KINDS: usize = 100;
const BETWEEN: f32 = 26.0;

/// Events over time.
pub fn over_time(flow: &mut Flow, facts: &Facts) {
    let (unit, spans) = spans(&facts.log.days, facts.period);
    let least = if facts.log.statistics.total == 0 { 20.0 } else { chart::TALL };
    part(flow, &format!("Activity {}", unit.by()), least, |flow| {
        if facts.log.statistics.total == 0 {
            return nothing(flow, "No events in this period.");
        }
        let bars: Vec<Bar> = spans.iter().map(|span| bar(unit, span)).collect();
        let alternative = alternative(&format!("events {}", unit.by()), unit, &spans, |span| span.events);
        let legend = ("Events", Some("Failed"));
        chart(flow, &Chart { alternative, bars: &bars, legend, color: EVENTS });
        let columns = [
            words(unit.title(), 3.0),
            numbers("Events", 2.0),
            numbers("Failed", 2.0),
            numbers("Success rate", 2.0),
            numbers("Failed logins", 2.0),
        ];
        let rows: Vec<Vec<String>> = spans.iter().map(|span| row(unit, span)).collect();
        table(flow, "Events, failures and failed logins over time", &columns, &rows);
    });
}

fn bar(unit: Unit, span: &Span) -> Bar {
    Bar { label: unit.short(span.first), value: span.events, bad: span.failed }
}

fn row(unit: Unit, span: &Span) -> Vec<String> {
    let rate = match span.events {
        0 => "\u{2013}".to_owned(),
        events => percents(percent(events - span.failed, events)),
    };
    let of = [span.events, span.failed].map(grouped);
    let [events, failed] = of;
    vec![unit.long(span.first), events, failed, rate, grouped(span.failed_logins)]
}

/// What a chart over time says in words.
pub fn alternative(what: &str, unit: Unit, spans: &[Span], value: impl Fn(&Span) -> i64) -> String {
    let all = spans.iter().map(&value).sum();
    let most = spans.iter().max_by_key(|span| value(span));
    let peak = most.map_or(String::new(), |span| {
        format!(" Most of them, {}, on {}.", grouped(value(span)), unit.long(span.first))
    });
    format!("Bar chart of {what}: {} in all.{peak}", grouped(all))
}

/// Verbs and kinds of objects.
pub fn by_kind(flow: &mut Flow, facts: &Facts) {
    let statistics = &facts.log.statistics;
    if statistics.total == 0 {
        return;
    }
    let (verbs, kinds) = (sorted(statistics.verbs()), sorted(statistics.by_target_type.clone()));
    let verbs = top(&verbs, "Verbs");
    let shown = top(&kinds, "Kinds of objects");
    let tall = bars::tall(&verbs).max(bars::tall(&shown));
    part(flow, "What was done", tall, |flow| {
        let half = (WIDTH - BETWEEN) / 2.0;
        bars::bars(flow, MARGIN, half, &verbs);
        bars::bars(flow, MARGIN + half + BETWEEN, half, &shown);
        flow.y += tall + 4.0;
        if kinds.len() > BARS {
            subtitle(flow, "All kinds of objects", table::LEAST);
            all_kinds(flow, statistics, &kinds);
        }
    });
}

fn all_kinds(flow: &mut Flow, statistics: &Statistics, kinds: &[Count]) {
    let columns = [words("Kind of object", 6.0), numbers("Events", 2.0), numbers("Share", 1.5)];
    let row = |(kind, count): &Count| vec![kind.clone(), grouped(*count), share(*count, statistics.total)];
    let rows: Vec<Vec<String>> = kinds.iter().take(KINDS).map(row).collect();
    table(flow, "Events by kind of object", &columns, &rows);
    let more = kinds.len().saturating_sub(KINDS);
    if more > 0 {
        let more = counted(i64::try_from(more).unwrap_or(i64::MAX), "kind", "kinds");
        crate::pdf::block::paragraph(flow, &format!("{more} with fewer events are left out."), NOTE);
    }
}

fn top<'a>(counts: &'a [Count], title: &'static str) -> Bars<'a> {
    let (rows, others) = counts.split_at_checked(BARS).unwrap_or((counts, &[]));
    Bars { title, rows, others: (others.len(), others.iter().map(|(_, count)| count).sum()) }
}

/// By count, then by code point.
fn sorted(counts: impl IntoIterator<Item = Count>) -> Vec<Count> {
    let mut counts: Vec<Count> = counts.into_iter().collect();
    counts.sort_by(|(one, a), (other, b)| b.cmp(a).then_with(|| one.cmp(other)));
    counts
}

fn share(count: i64, total: i64) -> String {
    percents(percent(count, total))
}

/// The most active actors, and the most common actions.
pub fn most(flow: &mut Flow, facts: &Facts) {
    let statistics = &facts.log.statistics;
    if statistics.total == 0 {
        return;
    }
    let lists = [
        ("Most active actors", "Actor", &statistics.most_active_actors),
        ("Most common actions", "Action", &statistics.most_common_actions),
    ];
    part(flow, "Actors and actions", 22.0 + table::LEAST, |flow| {
        for (title, name, counts) in lists {
            subtitle(flow, title, table::LEAST);
            if counts.is_empty() {
                nothing(flow, "None of the events names one.");
                continue;
            }
            let columns = [words(name, 6.0), numbers("Events", 2.0), numbers("Share", 1.5)];
            let row = |(value, count): &Count| vec![value.clone(), grouped(*count), share(*count, statistics.total)];
            table(flow, title, &columns, &counts.iter().map(row).collect::<Vec<_>>());
        }
    });
}
