//! Parts of the document, and their titles.

use super::flow::Flow;
use super::shape::{filled, text};
use super::style::{ACCENT, MARGIN, SUBTITLE, TITLE, TOP};
use super::tags::Role;
use super::text::clean;

/// Above a title within the page.
const ABOVE: f32 = 26.0;
/// From the top of a title's letters to what follows.
const TALL: f32 = 24.0;

/// A part: its title, and what `put` puts below it. They stay together with the first `least` points of that.
pub fn part(flow: &mut Flow, title: &str, least: f32, put: impl FnOnce(&mut Flow)) {
    let above = if flow.y > TOP { ABOVE } else { 0.0 };
    if !flow.need(above + TALL + least) {
        flow.y += above;
    }
    flow.bookmark(title, flow.y - 8.0);
    flow.within(Role::Section, |flow| {
        flow.decoration(vec![filled(MARGIN, flow.y, 3.0, 12.5, ACCENT)]);
        let shapes = vec![text(MARGIN + 10.0, flow.y + 11.0, TITLE, title)];
        flow.within(Role::Heading(2, title.to_owned()), |flow| flow.content(shapes));
        flow.y += TALL;
        put(flow);
    });
}

/// A title within a part; it stays together with `least` points of what follows.
pub fn subtitle(flow: &mut Flow, title: &str, least: f32) {
    flow.need(22.0 + least);
    flow.y += 8.0;
    let shapes = vec![text(MARGIN, flow.y + 7.0, SUBTITLE, clean(title))];
    flow.within(Role::Heading(3, title.to_owned()), |flow| flow.content(shapes));
    flow.y += 14.0;
}
