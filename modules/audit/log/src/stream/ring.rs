//! The newest events of the log, shared by all listeners.

use std::collections::VecDeque;
use std::sync::{Arc, OnceLock};

use argus_core::search::{Cell, InMemory, Row};
use bytes::Bytes;
use sea_orm::Iterable;

use super::Found;
use crate::event::{Column, Model};
use crate::search::Events;

/// Bytes that the ring may hold, as far as they can be estimated; the newest event is kept whatever its size.
const BYTES: usize = 64 * 1024 * 1024;

/// What an event takes beside its texts.
const OVERHEAD: usize = 2_048;

/// Pieces that a listener takes at a time, so that what it holds has a bound.
const WAVE: usize = 64;

/// An event on its way to listeners, and what was made of it for all of them.
pub struct Piece {
    /// The event.
    pub row: Row<Events>,
    printed: OnceLock<Bytes>,
    bytes: usize,
}

impl Piece {
    pub(super) fn new(row: Model) -> Arc<Self> {
        let text = |column| match Events::cell(&row, column) {
            Cell::Text(text) => text.len(),
            _ => 0,
        };
        // Twice: once it is printed, it is there twice.
        let bytes = OVERHEAD + 2 * Column::iter().map(text).sum::<usize>();
        Arc::new(Self { row: Row::new(row), printed: OnceLock::new(), bytes })
    }

    /// The event as listeners get it, if it was printed for one already.
    pub fn printed(&self) -> Option<&Bytes> {
        self.printed.get()
    }

    /// The same, printed now if nobody did before. All listeners see one form.
    pub fn print(&self, print: impl FnOnce(&Model) -> Bytes) -> &Bytes {
        self.printed.get_or_init(|| print(self.row.model()))
    }
}

/// Events without a gap, up to the newest one that was read.
pub(super) struct Ring {
    /// The number of the first one.
    first: i64,
    pieces: VecDeque<Arc<Piece>>,
    bytes: usize,
}

impl Ring {
    /// An empty one, about to hold the event of that number.
    pub(super) fn at(next: i64) -> Self {
        Self { first: next, pieces: VecDeque::new(), bytes: 0 }
    }

    /// The number after the newest one.
    pub(super) fn next(&self) -> i64 {
        self.first.saturating_add_unsigned(self.pieces.len() as u64)
    }

    /// Adds those that come next, and lets the oldest go beyond `most`. The log has no gaps; were there one all the same,
    /// the ring would begin anew behind it, for nothing can be had that would fill it.
    pub(super) fn add(&mut self, pieces: Vec<Arc<Piece>>, most: usize) {
        for piece in pieces {
            let (sequence, next) = (piece.row.model().sequence, self.next());
            if sequence < next {
                continue;
            }
            if sequence > next {
                tracing::error!(next, sequence, "the audit log has a gap");
                *self = Self::at(sequence);
            }
            self.bytes += piece.bytes;
            self.pieces.push_back(piece);
        }
        while self.pieces.len() > most.max(1) || (self.bytes > BYTES && self.pieces.len() > 1) {
            let Some(oldest) = self.pieces.pop_front() else { break };
            self.bytes -= oldest.bytes;
            self.first += 1;
        }
    }

    /// What comes at and after a number.
    pub(super) fn from(&self, next: i64) -> Found {
        let Ok(skipped) = usize::try_from(next - self.first) else { return Found::Passed(self.first) };
        let pieces: Vec<_> = self.pieces.iter().skip(skipped).take(WAVE).cloned().collect();
        if pieces.is_empty() { Found::Nothing } else { Found::Pieces(pieces) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::empty;

    fn pieces(numbers: std::ops::Range<i64>) -> Vec<Arc<Piece>> {
        numbers.map(|sequence| Piece::new(Model { sequence, ..empty() })).collect()
    }

    fn found(ring: &Ring, next: i64) -> Result<Vec<i64>, i64> {
        match ring.from(next) {
            Found::Pieces(pieces) => Ok(pieces.iter().map(|piece| piece.row.model().sequence).collect()),
            Found::Nothing => Ok(Vec::new()),
            Found::Passed(first) => Err(first),
        }
    }

    #[test]
    fn it_holds_the_newest_without_a_gap() {
        let mut ring = Ring::at(5);
        assert_eq!(found(&ring, 5), Ok(vec![]));
        assert_eq!(found(&ring, 4), Err(5));
        ring.add(pieces(5..9), 3);
        assert_eq!((ring.next(), found(&ring, 5)), (9, Err(6)));
        assert_eq!(found(&ring, 7), Ok(vec![7, 8]));
        // What is there already is not taken again.
        ring.add(pieces(7..10), 3);
        assert_eq!((ring.next(), found(&ring, 10), found(&ring, 20)), (10, Ok(vec![]), Ok(vec![])));
        ring.add(pieces(10..200), 1_000);
        assert_eq!(found(&ring, 7).unwrap().len(), WAVE);
        ring.add(pieces(201..203), 1_000);
        assert_eq!((found(&ring, 199), found(&ring, 201)), (Err(201), Ok(vec![201, 202])));
    }

    #[test]
    fn large_events_push_others_out_but_the_newest_stays() {
        let large = |sequence| Piece::new(Model { sequence, description: Some("x".repeat(BYTES / 5)), ..empty() });
        let mut ring = Ring::at(0);
        ring.add((0..4).map(large).collect(), 1_000);
        assert_eq!(found(&ring, 2), Ok(vec![2, 3]));
        assert_eq!(found(&ring, 1), Err(2));
        ring.add(vec![Piece::new(Model { sequence: 4, description: Some("x".repeat(BYTES)), ..empty() })], 1_000);
        assert_eq!(found(&ring, 4), Ok(vec![4]));
    }
}
