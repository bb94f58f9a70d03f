//! What is wrong with a log.

use std::fmt;

/// Where something is wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A leaf and its row, by their index.
    Leaf(i64),
    /// A line of an exported file, from 1.
    Line(u64),
    /// A tile, by its level and its index.
    Tile(i64, i64),
    /// A checkpoint, by its size.
    Checkpoint(i64),
    /// A checkpoint that was given, by its place among them, from 1.
    Given(usize),
    /// A key of the log, by its number.
    Key(i64),
    /// The log as a whole.
    Log,
}

impl fmt::Display for Place {
    fn fmt(&self, into: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Leaf(index) => write!(into, "leaf {index}"),
            Self::Line(line) => write!(into, "line {line}"),
            Self::Tile(level, index) => write!(into, "tile {level}/{index}"),
            Self::Checkpoint(size) => write!(into, "checkpoint {size}"),
            Self::Given(place) => write!(into, "given checkpoint no. {place}"),
            Self::Key(id) => write!(into, "key {id}"),
            Self::Log => write!(into, "log"),
        }
    }
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Where.
    pub place: Place,
    /// What.
    pub reason: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, into: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(into, "{}: {}", self.place, self.reason)
    }
}

/// Faults as they are found.
#[derive(Debug)]
pub struct Faults {
    most: usize,
    told: Vec<Fault>,
    found: u64,
}

impl Faults {
    /// None yet; so many are kept.
    pub fn new(most: usize) -> Self {
        Self { most, told: Vec::new(), found: 0 }
    }

    /// One more.
    pub fn add(&mut self, place: Place, reason: impl Into<String>) {
        self.found += 1;
        if self.told.len() < self.most {
            self.told.push(Fault { place, reason: reason.into() });
        }
    }

    /// In the order of the log, and how many there are beside those that are kept.
    pub fn into_parts(mut self) -> (Vec<Fault>, u64) {
        self.told.sort();
        (self.told, self.found)
    }
}
