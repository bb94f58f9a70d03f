//! The results.

use crate::load::Outcome;

/// Rows of results, in the order in which they were added.
#[derive(Default)]
pub struct Table(Vec<[String; 5]>);

/// The medians of several rounds.
#[derive(Clone, Copy)]
pub struct Rate {
    /// Answers a second.
    pub wall: f64,
    /// The server's time on its core for one answer, in microseconds.
    pub cpu: f64,
    /// The part of the time in which the server was on its core.
    pub busy: f64,
}

impl Rate {
    pub fn of(outcomes: &[Outcome]) -> Self {
        Self {
            wall: median(outcomes.iter().map(Outcome::rate)),
            cpu: median(outcomes.iter().map(Outcome::cpu_micros)),
            busy: median(outcomes.iter().map(Outcome::busy)),
        }
    }
}

/// The middle one.
pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

impl Table {
    /// Adds a row: what, the figure, its ratio, and the aim of the ratio.
    pub fn add(&mut self, what: &str, figure: String, cpu: String, ratio: String, aim: &str) {
        self.0.push([what.to_owned(), figure, cpu, ratio, aim.to_owned()]);
    }

    /// Adds a rate with its ratio to another: by the clock, and by the time on the core.
    pub fn rate(&mut self, what: &str, rate: Rate, base: Rate, aim: &str) {
        let figure = format!("{:.0}/s", rate.wall);
        let cpu = format!("{:.2} us ({:.0} % busy)", rate.cpu, rate.busy * 100.0);
        let ratio = format!("{:.2} by clock, {:.2} by core", rate.wall / base.wall, base.cpu / rate.cpu);
        self.add(what, figure, cpu, ratio, aim);
    }

    /// The table as Markdown.
    pub fn render(&self) -> String {
        let head = ["what", "figure", "server's core", "ratio", "aim"].map(str::to_owned);
        let rows = || std::iter::once(&head).chain(&self.0);
        let widths: Vec<usize> =
            (0..head.len()).map(|column| rows().map(|row| row[column].len()).max().unwrap()).collect();
        let line = |row: &[String; 5]| {
            let cells = row.iter().zip(&widths).map(|(cell, width)| format!(" {cell:<width$} "));
            format!("|{}|\n", cells.collect::<Vec<_>>().join("|"))
        };
        let rule = format!("|{}|\n", widths.iter().map(|width| "-".repeat(width + 2)).collect::<Vec<_>>().join("|"));
        rows().take(1).map(line).chain([rule]).chain(self.0.iter().map(line)).collect()
    }
}
