//! Three-letter pieces of texts: the numbers that stand for them, and the terms that FTS5 knows these by.

use std::collections::HashSet;

/// Bits of a number that stands for three characters of ASCII.
const ASCII: u32 = 21;

/// Bits of a number that stands for three characters: five letters of five bits.
const ALL: u32 = 25;

/// The pieces of many texts, each once.
pub struct Pieces {
    /// One bit for each piece of ASCII.
    ascii: Box<[u64]>,
    others: HashSet<u32>,
    /// Those that were seen, in the order in which they were.
    seen: Vec<u32>,
}

impl Default for Pieces {
    fn default() -> Self {
        Self { ascii: vec![0; 1 << (ASCII - 6)].into(), others: HashSet::new(), seen: Vec::new() }
    }
}

impl Pieces {
    /// Adds those of a text.
    pub fn add(&mut self, text: &str) {
        if text.is_ascii() {
            let bytes = text.as_bytes();
            for three in bytes.windows(3) {
                if let [a, b, c] = *three {
                    self.see(number_of_ascii([a, b, c].map(u32::from)));
                }
            }
        } else {
            numbers_of(text).for_each(|number| self.see(number));
        }
    }

    fn see(&mut self, number: u32) {
        let new = match self.ascii.get_mut((number >> 6) as usize) {
            Some(word) => {
                let bit = 1 << (number & 63);
                let new = *word & bit == 0;
                *word |= bit;
                new
            }
            None => self.others.insert(number),
        };
        if new {
            self.seen.push(number);
        }
    }

    /// All of them, in their order; none is left.
    pub fn drain(&mut self) -> Vec<u32> {
        for number in &self.seen {
            if let Some(word) = self.ascii.get_mut((number >> 6) as usize) {
                *word = 0;
            }
        }
        self.others.clear();
        let mut seen = std::mem::take(&mut self.seen);
        seen.sort_unstable();
        seen
    }
}

/// The pieces of a text.
pub fn numbers_of(text: &str) -> impl Iterator<Item = u32> {
    let next = text.chars().skip(1);
    let last = text.chars().skip(2);
    text.chars().zip(next).zip(last).map(|((a, b), c)| number([a, b, c]))
}

/// Three characters of ASCII have a number of their own; others share theirs with few, which only makes blocks be looked
/// through in vain.
fn number(three: [char; 3]) -> u32 {
    if three.iter().all(char::is_ascii) {
        return number_of_ascii(three.map(u32::from));
    }
    let mixed = three
        .iter()
        .fold(0_u64, |mixed, c| (mixed ^ u64::from(*c as u32)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29));
    let rest = (mixed >> 32) as u32;
    (1 << ASCII) + rest % ((1 << ALL) - (1 << ASCII))
}

/// Seven bits each.
fn number_of_ascii([a, b, c]: [u32; 3]) -> u32 {
    (a << 14) | (b << 7) | c
}

/// A piece in five letters and digits, so that the tokenizer for ASCII takes it for one word.
pub fn term(number: u32) -> String {
    [20, 15, 10, 5, 0].into_iter().filter_map(|shift| char::from_digit((number >> shift) & 31, 32)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(texts: &[&str]) -> HashSet<u32> {
        let mut pieces = Pieces::default();
        texts.iter().for_each(|text| pieces.add(text));
        let found = pieces.drain();
        assert!(pieces.drain().is_empty());
        let different: HashSet<u32> = found.iter().copied().collect();
        assert_eq!(found.len(), different.len(), "each once");
        different
    }

    #[test]
    fn a_part_has_no_other_pieces_than_the_whole() {
        for (whole, part) in [("lease of the wing", "of the"), ("ångström 7", "ngströ"), ("日本語の文", "本語の")]
        {
            let whole = all(&[whole, "something else"]);
            let part: Vec<u32> = numbers_of(part).collect();
            assert!(part.iter().all(|piece| whole.contains(piece)), "{part:?}");
            assert!(!part.is_empty());
        }
        assert_eq!(numbers_of("ab").count(), 0);
    }

    #[test]
    fn different_pieces_of_ascii_are_different_terms() {
        let three = |number: u32| [number >> 14, (number >> 7) & 127, number & 127].map(|c| char::from(c as u8));
        let terms: HashSet<_> = (0..1 << ASCII).map(|it| term(number(three(it)))).collect();
        assert_eq!(terms.len(), 1 << ASCII);
    }

    #[test]
    fn nothing_is_left_of_what_was_drained() {
        let mut pieces = Pieces::default();
        pieces.add("abcdef");
        pieces.drain();
        pieces.add("cde");
        assert_eq!(pieces.drain().len(), 1);
        assert_eq!(all(&["aaaa", "aaa"]).len(), 1);
    }
}
