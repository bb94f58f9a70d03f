//! Bars that stand, one for each stretch of time: how much happened when.

use super::flow::Flow;
use super::number::{grouped, length, step};
use super::shape::{Area, Shape, filled, rounded, rule, text};
use super::style::{ACCENT, ALERT, AXIS, Color, MARGIN, MUTED, RIGHT, RULE, WIDTH};
use super::tags::Role;

/// One bar.
pub struct Bar {
    /// When.
    pub label: String,
    /// How much.
    pub value: i64,
    /// What of it went wrong.
    pub bad: i64,
}

/// What a chart shows.
pub struct Chart<'a> {
    /// In words, for whoever does not see it.
    pub alternative: String,
    /// Bars, in order of time.
    pub bars: &'a [Bar],
    /// What the bars are; the second is what of them went wrong, where that is told apart.
    pub legend: (&'static str, Option<&'static str>),
    /// Their colour.
    pub color: Color,
}

/// How tall a chart is.
pub const TALL: f32 = 168.0;
const LEGEND: f32 = 18.0;
const BELOW: f32 = 16.0;

/// Puts a chart.
pub fn chart(flow: &mut Flow, chart: &Chart<'_>) {
    flow.need(TALL);
    let area = Area { x: MARGIN, y: flow.y, width: WIDTH, height: TALL };
    let mut shapes = Vec::new();
    legend(flow, &mut shapes, chart);
    let greatest = chart.bars.iter().map(|bar| bar.value).max().unwrap_or(0).max(1);
    let step = step(greatest);
    let steps = greatest.div_euclid(step) + i64::from(greatest % step != 0);
    let top = length(step) * length(steps);
    let axis = flow.faces.width(&grouped(step.saturating_mul(steps)), AXIS) + 8.0;
    let plot = Area { x: MARGIN + axis, y: flow.y + LEGEND, width: WIDTH - axis, height: TALL - LEGEND - BELOW };
    for number in 0..=steps {
        let y = plot.y + plot.height - plot.height * length(number) / length(steps);
        let words = grouped(step.saturating_mul(number));
        let wide = flow.faces.width(&words, AXIS);
        shapes.push(rule(plot.x, y - 0.3, plot.width, if number == 0 { MUTED } else { RULE }));
        shapes.push(text(plot.x - 6.0 - wide, y + 2.5, AXIS, format!("{words} ")));
    }
    bars(flow, &mut shapes, chart, plot, top);
    let role = Role::Figure(chart.alternative.clone(), flow.page(), area);
    flow.within(role, |flow| flow.content(shapes));
    flow.y += TALL + 6.0;
}

fn legend(flow: &Flow, shapes: &mut Vec<Shape>, chart: &Chart<'_>) {
    let (whole, bad) = chart.legend;
    let mut x = MARGIN;
    for (words, color) in [(Some(whole), chart.color), (bad, ALERT)] {
        let Some(words) = words else { continue };
        shapes.push(rounded(Area { x, y: flow.y + 1.5, width: 7.0, height: 7.0 }, 1.5, color));
        shapes.push(text(x + 11.0, flow.y + 8.0, AXIS, format!("{words} ")));
        x += 11.0 + flow.faces.width(words, AXIS) + 16.0;
    }
}

fn bars(flow: &Flow, shapes: &mut Vec<Shape>, chart: &Chart<'_>, plot: Area, top: f32) {
    let slot = plot.width / length(i64::try_from(chart.bars.len()).unwrap_or(1).max(1));
    let (width, floor) = ((slot * 0.68).min(30.0), plot.y + plot.height);
    let widest = chart.bars.iter().map(|bar| flow.faces.width(&bar.label, AXIS)).fold(0.0, f32::max);
    // So many slots does a label take.
    let mut every = 1_usize;
    while slot * length(i64::try_from(every).unwrap_or(1)) < widest + 8.0 && every < chart.bars.len() {
        every += 1;
    }
    let mut left = plot.x;
    for (index, bar) in chart.bars.iter().enumerate() {
        let tall = |value: i64| if value > 0 { (plot.height * length(value) / top).max(1.0) } else { 0.0 };
        let x = left + (slot - width) / 2.0;
        let (whole, bad) = (tall(bar.value), tall(bar.bad).min(tall(bar.value)));
        shapes.push(rounded(Area { x, y: floor - whole, width, height: whole }, 1.2, chart.color));
        shapes.push(filled(x, floor - bad, width, bad, ALERT));
        if index.is_multiple_of(every) {
            let wide = flow.faces.width(&bar.label, AXIS);
            let at = (left + slot / 2.0 - wide / 2.0).clamp(plot.x, (RIGHT - wide).max(plot.x));
            shapes.push(text(at, floor + 11.0, AXIS, format!("{} ", bar.label)));
        }
        left += slot;
    }
}

/// The colour of events.
pub const EVENTS: Color = ACCENT;
/// The colour of what went wrong.
pub const FAILURES: Color = ALERT;
