//! The title, and the figures that matter most.

use super::NAME;
use crate::facts::Facts;
use crate::pdf::block::{Tile, paragraph, tiles};
use crate::pdf::flow::Flow;
use crate::pdf::number::{counted, grouped, percents};
use crate::pdf::part::part;
use crate::pdf::shape::{Shape, filled, text};
use crate::pdf::style::{ACCENT, BODY, MARGIN, MIST, NIGHT, PAGE, SNOW, Style, WIDTH, Weight, bold, regular};
use crate::pdf::tags::Role;
use crate::pdf::text::{fitted, wrapped};
use crate::time::minute;

const KIND: Style = Style { weight: Weight::Bold, size: 8.0, color: MIST, spacing: 1.1 };
/// The first in which the name fits two lines, or else the last.
const CUSTOMER: [Style; 3] = [bold(25.0, SNOW), bold(20.0, SNOW), bold(16.0, SNOW)];
const PERIOD: Style = regular(12.5, SNOW);
const MADE: Style = regular(8.5, MIST);

/// The title of the report, on a dark ground over the whole width.
pub fn title(flow: &mut Flow, facts: &Facts) {
    let whole = |style: &Style| wrapped(flow.faces, &facts.subject.name, *style, WIDTH, usize::MAX).len() <= 2;
    let style = CUSTOMER.into_iter().find(whole).unwrap_or(bold(16.0, SNOW));
    let lines = wrapped(flow.faces, &facts.subject.name, style, WIDTH, 3);
    let line_tall = style.size * 1.2;
    let mut below = 92.0;
    for _ in lines.iter().skip(1) {
        below += line_tall;
    }
    let tall = below + 60.0;
    flow.decoration(vec![filled(0.0, 0.0, PAGE.0, tall, NIGHT), filled(0.0, tall, PAGE.0, 3.5, ACCENT)]);
    flow.bookmark(NAME, 0.0);
    flow.within(Role::Section, |flow| {
        let kind = vec![text(MARGIN, 50.0, KIND, NAME.to_uppercase())];
        flow.within(Role::Paragraph, |flow| flow.content(kind));
        let mut y = 84.0;
        let mut name: Vec<Shape> = Vec::new();
        for line in lines {
            name.push(text(MARGIN, y, style, format!("{line} ")));
            y += line_tall;
        }
        let heading = format!("{NAME} of {}", facts.subject.name);
        flow.within(Role::Heading(1, heading), |flow| flow.content(name));
        let period = fitted(flow.faces, &facts.period.words(), PERIOD, WIDTH);
        let period = vec![text(MARGIN, below + 14.0, PERIOD, period)];
        flow.within(Role::Paragraph, |flow| flow.content(period));
        let made = format!("Made {} UTC by {}", minute(facts.made_at), facts.made_by);
        let made = vec![text(MARGIN, below + 34.0, MADE, fitted(flow.faces, &made, MADE, WIDTH))];
        flow.within(Role::Paragraph, |flow| flow.content(made));
    });
    flow.y = tall + 8.0;
}

/// The figures that matter most.
pub fn figures(flow: &mut Flow, facts: &Facts) {
    let statistics = &facts.log.statistics;
    part(flow, "Key figures", 100.0, |flow| {
        paragraph(flow, &summary(facts), BODY);
        flow.y += 6.0;
        let per_day = match facts.log.days.iter().filter(|day| day.events > 0).count() {
            0 => String::new(),
            days => format!("on {}", counted(i64::try_from(days).unwrap_or(i64::MAX), "day", "days")),
        };
        let rows = [
            tile("Events", statistics.total, per_day, false),
            Tile {
                label: "Success rate",
                value: if statistics.total == 0 { "\u{2013}".to_owned() } else { percents(statistics.success_rate()) },
                note: format!("{} failed", grouped(statistics.failed)),
                alert: false,
            },
            tile("Actors", statistics.unique_actors, "by identifier".to_owned(), false),
            tile("Failed logins", statistics.failed_logins, sources(facts), statistics.failed_logins > 0),
            tile("Exports", facts.log.exports.count, "those of Argus too".to_owned(), false),
            tile("Keys created", facts.keys_created.count, "API keys".to_owned(), false),
            tile("Keys revoked", facts.keys_revoked.count, "API keys".to_owned(), false),
            tile(
                "Keys expiring",
                facts.keys_expiring.count,
                "within 30 days after".to_owned(),
                facts.keys_expiring.count > 0,
            ),
        ];
        tiles(flow, &rows);
    });
}

fn tile(label: &'static str, value: i64, note: String, alert: bool) -> Tile {
    Tile { label, value: grouped(value), note, alert }
}

fn sources(facts: &Facts) -> String {
    match &facts.log.sources {
        Some(sources) if sources.count > 0 => format!("from {}", counted(sources.count, "address", "addresses")),
        _ => "those into Argus too".to_owned(),
    }
}

fn summary(facts: &Facts) -> String {
    let statistics = &facts.log.statistics;
    if statistics.total == 0 {
        return "No event happened in this period.".to_owned();
    }
    let actors = counted(statistics.unique_actors, "actor", "actors");
    let failed = match statistics.failed {
        0 => "none of them failed".to_owned(),
        failed => format!("{} of them failed", grouped(failed)),
    };
    let events = counted(statistics.total, "event", "events");
    format!("{events} by {actors} happened in this period; {failed}.")
}
