//! Tables that go over pages.

use super::flow::Flow;
use super::shape::{Shape, rule, text};
use super::style::{BODY, CELL, HEAD, INK, MARGIN, MUTED, RULE, Style, WIDTH};
use super::tags::Role;
use super::text::{fitted, wrapped};

/// A column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// What stands above it.
    pub title: &'static str,
    /// How much of the width it takes, as part of all shares.
    pub share: f32,
    /// Numbers stand at its right side.
    pub numeric: bool,
}

/// A column of words.
pub const fn words(title: &'static str, share: f32) -> Column {
    Column { title, share, numeric: false }
}

/// A column of numbers.
pub const fn numbers(title: &'static str, share: f32) -> Column {
    Column { title, share, numeric: true }
}

const HEAD_TALL: f32 = 19.0;
const LINE: f32 = 11.0;
const AROUND: f32 = 7.5;
const BETWEEN: f32 = 10.0;
/// Lines of a cell.
const MOST_LINES: usize = 3;

/// How much of a table has to be on a page with its title.
pub const LEAST: f32 = HEAD_TALL + 3.0 * (LINE + AROUND);

/// A table. Its first column names the rows; the head stands on every page that it goes on to.
pub fn table(flow: &mut Flow, summary: &str, columns: &[Column], rows: &[Vec<String>]) {
    flow.need(LEAST.min(HEAD_TALL + (LINE + AROUND) * super::number::length(i64::try_from(rows.len()).unwrap_or(3))));
    flow.within(Role::Table(summary.to_owned()), |flow| {
        flow.within(Role::Head, |flow| flow.within(Role::Row, |flow| head(flow, columns)));
        flow.within(Role::Body, |flow| rows.iter().for_each(|row| one(flow, columns, row)));
    });
    flow.y += 4.0;
}

/// Where each column is, and how wide.
fn places(columns: &[Column]) -> Vec<(f32, f32)> {
    let all: f32 = columns.iter().map(|column| column.share).sum();
    let room = WIDTH - BETWEEN * super::number::length(i64::try_from(columns.len()).unwrap_or(1) - 1);
    let mut x = MARGIN;
    let mut place = |column: &Column| {
        let width = room * column.share / all;
        let at = x;
        x += width + BETWEEN;
        (at, width)
    };
    columns.iter().map(&mut place).collect()
}

fn cell(flow: &Flow, column: &Column, (x, width): (f32, f32), y: f32, style: Style, words: &str) -> Shape {
    let words = fitted(flow.faces, words, style, width);
    let x = if column.numeric { x + width - flow.faces.width(&words, style) } else { x };
    text(x, y, style, words)
}

fn titles(flow: &Flow, columns: &[Column]) -> Vec<Shape> {
    let places = places(columns).into_iter();
    columns
        .iter()
        .zip(places)
        .map(|(column, place)| cell(flow, column, place, flow.y + 11.0, HEAD, column.title))
        .collect()
}

fn head(flow: &mut Flow, columns: &[Column]) {
    for title in titles(flow, columns) {
        flow.within(Role::ColumnHeader, |flow| flow.content(vec![title]));
    }
    below_head(flow);
}

fn below_head(flow: &mut Flow) {
    flow.decoration(vec![rule(MARGIN, flow.y + HEAD_TALL - 2.0, WIDTH, MUTED)]);
    flow.y += HEAD_TALL;
}

fn one(flow: &mut Flow, columns: &[Column], row: &[String]) {
    let places = places(columns);
    let lines: Vec<Vec<String>> = (columns.iter().zip(&places).zip(row))
        .map(|((column, (_, width)), words)| match column.numeric {
            true => vec![words.clone()],
            false => wrapped(flow.faces, words, CELL, *width, MOST_LINES),
        })
        .collect();
    let most = lines.iter().map(Vec::len).max().unwrap_or(1).max(1);
    let tall = LINE * super::number::length(i64::try_from(most).unwrap_or(1)) + AROUND;
    if flow.need(tall) {
        let titles = titles(flow, columns);
        flow.decoration(titles);
        below_head(flow);
    }
    flow.within(Role::Row, |flow| {
        for (index, ((column, place), lines)) in columns.iter().zip(places).zip(lines).enumerate() {
            let style = if index == 0 { Style { color: INK, ..CELL } } else { CELL };
            let mut shapes = Vec::new();
            let mut y = flow.y + LINE;
            for line in if lines.is_empty() { vec!["\u{2013}".to_owned()] } else { lines } {
                shapes.push(cell(flow, column, place, y, style, &line));
                y += LINE;
            }
            let role = if index == 0 { Role::RowHeader } else { Role::Cell };
            flow.within(role, |flow| flow.content(shapes));
        }
    });
    flow.decoration(vec![rule(MARGIN, flow.y + tall - 1.2, WIDTH, RULE)]);
    flow.y += tall;
}

/// What a table would say that has no rows.
pub fn nothing(flow: &mut Flow, words: &str) {
    super::block::paragraph(flow, words, Style { color: MUTED, ..BODY });
}
