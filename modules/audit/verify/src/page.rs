//! Pages of rows: so many that reading is quick, and so few that a log of any size fits into memory.

/// The most rows of a page.
pub const ROWS: usize = 1_024;

/// A page is full with so many bytes, whatever the number of its rows.
const BYTES: usize = 8 << 20;

/// A value of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'p> {
    /// None.
    Null,
    /// A whole number.
    Integer(i64),
    /// A double.
    Real(f64),
    /// A text.
    Text(&'p str),
    /// Bytes; also a text that is not UTF-8.
    Blob(&'p [u8]),
}

/// Where a value stands.
#[derive(Debug, Clone, Copy)]
enum Cell {
    Null,
    Integer(i64),
    Real(f64),
    Text(usize, usize),
    Blob(usize, usize),
}

/// Rows of one table, with their texts one behind the other.
#[derive(Debug, Default)]
pub struct Page {
    width: usize,
    cells: Vec<Cell>,
    texts: String,
    blobs: Vec<u8>,
}

impl Page {
    /// Takes all rows away; the next ones have that many values.
    pub fn clear(&mut self, width: usize) {
        self.width = width;
        self.cells.clear();
        self.texts.clear();
        self.blobs.clear();
    }

    /// Whether no more rows should be added.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.rows() >= ROWS || self.texts.len() + self.blobs.len() >= BYTES
    }

    /// How many rows there are.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.cells.len().checked_div(self.width).unwrap_or(0)
    }

    /// Adds a value to the last row, or begins the next one with it.
    pub fn push(&mut self, value: Value<'_>) {
        let cell = match value {
            Value::Null => Cell::Null,
            Value::Integer(number) => Cell::Integer(number),
            Value::Real(number) => Cell::Real(number),
            Value::Text(text) => {
                let from = self.texts.len();
                self.texts.push_str(text);
                Cell::Text(from, self.texts.len())
            }
            Value::Blob(bytes) => {
                let from = self.blobs.len();
                self.blobs.extend_from_slice(bytes);
                Cell::Blob(from, self.blobs.len())
            }
        };
        self.cells.push(cell);
    }

    /// One of the rows.
    #[must_use]
    pub fn row(&self, place: usize) -> Option<Row<'_>> {
        let from = place.checked_mul(self.width)?;
        let cells = self.cells.get(from..from + self.width).filter(|cells| !cells.is_empty())?;
        Some(Row { page: self, cells })
    }
}

/// A row.
#[derive(Debug, Clone, Copy)]
pub struct Row<'p> {
    page: &'p Page,
    cells: &'p [Cell],
}

impl<'p> Row<'p> {
    /// One of its values.
    #[must_use]
    pub fn value(&self, place: usize) -> Value<'p> {
        match self.cells.get(place).copied().unwrap_or(Cell::Null) {
            Cell::Null => Value::Null,
            Cell::Integer(number) => Value::Integer(number),
            Cell::Real(number) => Value::Real(number),
            // Spans are of what was pushed.
            Cell::Text(from, to) => self.page.texts.get(from..to).map_or(Value::Null, Value::Text),
            Cell::Blob(from, to) => self.page.blobs.get(from..to).map_or(Value::Null, Value::Blob),
        }
    }

    /// A text.
    #[must_use]
    pub fn text(&self, place: usize) -> Option<&'p str> {
        if let Value::Text(text) = self.value(place) { Some(text) } else { None }
    }

    /// A whole number.
    #[must_use]
    pub fn integer(&self, place: usize) -> Option<i64> {
        if let Value::Integer(number) = self.value(place) { Some(number) } else { None }
    }

    /// Bytes.
    #[must_use]
    pub fn blob(&self, place: usize) -> Option<&'p [u8]> {
        if let Value::Blob(bytes) = self.value(place) { Some(bytes) } else { None }
    }
}
