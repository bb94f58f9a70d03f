//! Sentences, and figures on tiles.

use super::flow::Flow;
use super::shape::{Area, Shape, filled, rounded, text};
use super::style::{ACCENT, ALERT, INK, MARGIN, MUTED, Style, TINT, WIDTH, bold, regular};
use super::tags::Role;
use super::text::{fitted, wrapped};

/// One figure.
pub struct Tile {
    /// What it is.
    pub label: &'static str,
    /// How much.
    pub value: String,
    /// What to know about it.
    pub note: String,
    /// Whether it is about something that went wrong.
    pub alert: bool,
}

/// Tiles in a row.
const ACROSS: usize = 4;
const GAP: f32 = 9.0;
const TALL: f32 = 62.0;
const LABEL: Style = regular(8.0, MUTED);
const REMARK: Style = regular(7.5, MUTED);

/// Sentences, in as many lines as they take.
pub fn paragraph(flow: &mut Flow, words: &str, style: Style) {
    let tall = style.size * 1.5;
    let lines = wrapped(flow.faces, words, style, WIDTH, usize::MAX);
    flow.within(Role::Paragraph, |flow| {
        for line in lines {
            flow.need(tall);
            // A blank between the words of two lines, for whoever hears or copies them.
            flow.content(vec![text(MARGIN, flow.y + style.size, style, format!("{line} "))]);
            flow.y += tall;
        }
    });
}

/// Figures, four in a row.
pub fn tiles(flow: &mut Flow, tiles: &[Tile]) {
    for row in tiles.chunks(ACROSS) {
        flow.need(TALL);
        for (index, tile) in row.iter().enumerate() {
            one(flow, index, tile);
        }
        flow.y += TALL + GAP;
    }
    flow.y -= GAP;
}

fn one(flow: &mut Flow, index: usize, tile: &Tile) {
    let across = [0.0, 1.0, 2.0, 3.0];
    let width = (WIDTH - 3.0 * GAP) / 4.0;
    let x = MARGIN + across.get(index).copied().unwrap_or(0.0) * (width + GAP);
    let area = Area { x, y: flow.y, width, height: TALL };
    let (lead, edge) = if tile.alert { (ALERT, ALERT) } else { (INK, ACCENT) };
    let (left, room) = (x + 11.0, width - 20.0);
    let value = [19.0, 15.0, 11.5].map(|size| bold(size, lead));
    // With the blank behind it, which keeps it from what comes next for whoever hears or copies it.
    let figure = format!("{} ", tile.value);
    let style = value.into_iter().find(|style| flow.faces.width(&figure, *style) <= room);
    let style = style.unwrap_or(bold(9.0, lead));
    let line = |y: f32, style: Style, words: &str| -> Shape {
        // A blank behind each, for whoever hears or copies them.
        text(left, flow.y + y, style, format!("{} ", fitted(flow.faces, words, style, room)))
    };
    let shapes = vec![line(17.0, LABEL, tile.label), line(39.0, style, &tile.value), line(52.0, REMARK, &tile.note)];
    flow.decoration(vec![rounded(area, 4.0, TINT), filled(x, flow.y + 10.0, 2.5, TALL - 20.0, edge)]);
    flow.within(Role::Paragraph, |flow| flow.content(shapes));
}
