//! Lines of a body, while it arrives.

use argus_audit_log::idempotency::hex;
use ring::digest::{Context, SHA256};

/// A line without its end.
#[derive(Debug, PartialEq, Eq)]
pub enum Line<'a> {
    /// As it was sent.
    Text(&'a [u8]),
    /// It was longer than a line may be: SHA-256 of it, as hexadecimal.
    TooLong(String),
}

/// Cuts pieces into lines. Of a line that is too long nothing is kept.
pub struct Lines {
    limit: usize,
    line: Vec<u8>,
    long: Option<Context>,
}

impl Lines {
    /// Lines of at most `limit` bytes.
    pub fn new(limit: usize) -> Self {
        Self { limit, line: Vec::new(), long: None }
    }

    /// Takes the next piece, and gives every line that ends in it.
    ///
    /// # Errors
    /// What `each` returns.
    pub fn push<E>(&mut self, mut piece: &[u8], mut each: impl FnMut(Line<'_>) -> Result<(), E>) -> Result<(), E> {
        while let Some(end) = piece.iter().position(|byte| *byte == b'\n') {
            let (line, rest) = piece.split_at(end);
            if self.line.is_empty() && self.long.is_none() && line.len() <= self.limit {
                // Most lines lie in one piece, and need not be copied.
                each(Line::Text(line))?;
            } else {
                self.keep(line);
                self.end(&mut each)?;
            }
            piece = rest.get(1..).unwrap_or_default();
        }
        self.keep(piece);
        Ok(())
    }

    /// The last line, when the body does not end with an end of line.
    ///
    /// # Errors
    /// What `each` returns.
    pub fn finish<E>(mut self, mut each: impl FnMut(Line<'_>) -> Result<(), E>) -> Result<(), E> {
        if self.line.is_empty() && self.long.is_none() { Ok(()) } else { self.end(&mut each) }
    }

    fn end<E>(&mut self, each: &mut impl FnMut(Line<'_>) -> Result<(), E>) -> Result<(), E> {
        match self.long.take() {
            Some(context) => each(Line::TooLong(hex(context.finish().as_ref())))?,
            None => each(Line::Text(&self.line))?,
        }
        self.line.clear();
        Ok(())
    }

    fn keep(&mut self, part: &[u8]) {
        if self.long.is_none() && self.line.len() + part.len() > self.limit {
            let mut context = Context::new(&SHA256);
            context.update(&self.line);
            self.line = Vec::new();
            self.long = Some(context);
        }
        match &mut self.long {
            Some(context) => context.update(part),
            None => self.line.extend_from_slice(part),
        }
    }
}

#[cfg(test)]
mod tests {
    use ring::digest::digest;

    use super::*;

    /// The same lines, whatever the pieces are.
    #[test]
    fn lines_do_not_depend_on_the_pieces() {
        let text = b"a\n\nbcde\r\nfghij\nklmnopq\nrst";
        let sha = |bytes: &[u8]| format!("# {}", hex(digest(&SHA256, bytes).as_ref()));
        let expected = vec![
            "a".to_owned(),
            String::new(),
            "bcde\r".to_owned(),
            "fghij".to_owned(),
            sha(b"klmnopq"),
            "rst".to_owned(),
        ];
        for size in 1..=text.len() {
            let (mut lines, mut found) = (Lines::new(5), Vec::new());
            let mut each = |line: Line<'_>| {
                found.push(match line {
                    Line::Text(text) => String::from_utf8(text.to_vec()).unwrap(),
                    Line::TooLong(digest) => format!("# {digest}"),
                });
                Ok::<(), ()>(())
            };
            for piece in text.chunks(size) {
                lines.push(piece, &mut each).unwrap();
            }
            lines.finish(&mut each).unwrap();
            assert_eq!(found, expected, "pieces of {size}");
        }
    }
}
