//! Texts that a spreadsheet would calculate when it opens a file of values: whoever writes such files puts a `'` before them.

/// What a formula begins with, as spreadsheets see it: also the full-width forms of the signs.
pub const SIGNS: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// Whether a text would be taken for a formula.
#[must_use]
pub fn is_formula(text: &str) -> bool {
    text.starts_with(SIGNS)
}
