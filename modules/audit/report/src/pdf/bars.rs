//! Bars that lie, one for each name: how often each occurs.

use super::flow::Flow;
use super::number::{grouped, length};
use super::shape::{Area, Shape, rounded, text};
use super::style::{ACCENT, AXIS, Color, INK, MUTED, SUBTITLE, Style, TINT, regular};
use super::tags::Role;
use super::text::fitted;

const TITLE_TALL: f32 = 20.0;
const TALL: f32 = 17.0;
const NAME: Style = regular(8.0, INK);
const COUNT: Style = regular(8.0, INK);

/// How often names occur.
pub struct Bars<'a> {
    /// What the names are.
    pub title: &'static str,
    /// Names and counts, the greatest first.
    pub rows: &'a [(String, i64)],
    /// What is not among them: how many names, and how often all of them together.
    pub others: (usize, i64),
}

/// How tall they are.
pub fn tall(bars: &Bars<'_>) -> f32 {
    let rows = bars.rows.len() + usize::from(bars.others.0 > 0);
    TITLE_TALL + TALL * length(i64::try_from(rows).unwrap_or(0))
}

/// Puts bars at a place of the last page, which stays as full as it was.
pub fn bars(flow: &mut Flow, x: f32, width: f32, bars: &Bars<'_>) {
    let top = flow.y;
    let heading = vec![text(x, top + 8.0, SUBTITLE, bars.title)];
    flow.within(Role::Heading(3, bars.title.to_owned()), |flow| flow.content(heading));
    let area = Area { x, y: top + TITLE_TALL, width, height: tall(bars) - TITLE_TALL };
    let said = bars.rows.iter().map(|(name, count)| format!("{name}: {}", grouped(*count)));
    let said: Vec<String> = said.collect();
    let alternative = format!("Bar chart. {}: {}.", bars.title, said.join(", "));
    // What a picture says in words has a bound, as everything.
    let alternative: String = alternative.chars().take(1_000).collect();
    let mut shapes = Vec::new();
    let greatest = bars.rows.iter().map(|(_, count)| *count).chain([bars.others.1]).max().unwrap_or(1).max(1);
    let counts = bars.rows.iter().map(|(_, count)| *count).chain([bars.others.1]);
    let widest = counts.map(|count| flow.faces.width(&grouped(count), COUNT)).fold(0.0, f32::max);
    let mut y = area.y;
    for (name, count) in bars.rows {
        row(flow, &mut shapes, (x, y, width, widest), (name, *count, greatest), ACCENT);
        y += TALL;
    }
    if bars.others.0 > 0 {
        let name = format!("{} others", grouped(i64::try_from(bars.others.0).unwrap_or(i64::MAX)));
        row(flow, &mut shapes, (x, y, width, widest), (&name, bars.others.1, greatest), MUTED);
    }
    if shapes.is_empty() {
        shapes.push(text(x, area.y + 8.0, AXIS, "Nothing"));
    }
    let area = Area { height: area.height.max(TALL), ..area };
    let role = Role::Figure(alternative, flow.page(), area);
    flow.within(role, |flow| flow.content(shapes));
}

fn row(
    flow: &Flow,
    shapes: &mut Vec<Shape>,
    (x, y, width, widest): (f32, f32, f32, f32),
    (name, count, greatest): (&str, i64, i64),
    color: Color,
) {
    let names = width * 0.40;
    let (left, room) = (x + names + 8.0, width - names - 8.0 - widest - 8.0);
    let (top, thick) = (y + 3.0, 9.0);
    let count_text = grouped(count);
    let right = x + width - flow.faces.width(&count_text, COUNT);
    shapes.push(text(x, y + 10.5, NAME, fitted(flow.faces, &format!("{name} "), NAME, names)));
    shapes.push(rounded(Area { x: left, y: top, width: room, height: thick }, 2.0, TINT));
    let long = (room * length(count) / length(greatest)).max(if count > 0 { 1.5 } else { 0.0 });
    shapes.push(rounded(Area { x: left, y: top, width: long, height: thick }, 2.0, color));
    shapes.push(text(right, y + 10.5, COUNT, format!("{count_text} ")));
}
