//! Texts that fit: cleaned, wrapped, cut.

use super::face::Faces;
use super::style::Style;

/// Shown for what cannot be shown, and must not be believed.
const REPLACEMENT: char = '\u{FFFD}';
const ELLIPSIS: char = '\u{2026}';

/// After these a word is broken that is longer than a line.
const JOINTS: [char; 7] = ['-', '_', '.', '/', '@', ':', ','];

/// The most characters of a text that are looked at: more never fits.
const MOST: usize = 2_000;

/// A text as it can stand in one line: without what would break it, turn its direction, or not be seen.
pub fn clean(text: &str) -> String {
    text.chars().take(MOST).map(|character| if character.is_whitespace() { ' ' } else { shown(character) }).collect()
}

fn shown(character: char) -> char {
    let hidden = matches!(character,
        '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{E000}'..='\u{F8FF}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFF0}'..='\u{FFFC}' | '\u{E0000}'..='\u{10FFFF}');
    let none = u32::from(character) & 0xFFFE == 0xFFFE;
    if hidden || none || character.is_control() { REPLACEMENT } else { character }
}

/// A text in one line of at most that width, cut with an ellipsis where it is longer.
pub fn fitted(faces: &Faces, text: &str, style: Style, width: f32) -> String {
    let text = clean(text);
    if faces.width(&text, style) <= width {
        return text;
    }
    let room = width - faces.width(ELLIPSIS.encode_utf8(&mut [0; 4]), style);
    let mut cut: String = prefix(faces, &text, style, room).trim_end().to_owned();
    cut.push(ELLIPSIS);
    cut
}

/// A text in lines of at most that width, broken at blanks, or within words that are longer; the last of `most` lines is
/// cut with an ellipsis.
pub fn wrapped(faces: &Faces, text: &str, style: Style, width: f32, most: usize) -> Vec<String> {
    let text = clean(text);
    let (mut lines, mut rest) = (Vec::new(), text.trim());
    while !rest.is_empty() {
        if lines.len() + 1 >= most {
            lines.push(fitted(faces, rest, style, width));
            break;
        }
        let line = line(faces, rest, style, width);
        lines.push(line.trim_end().to_owned());
        rest = rest.get(line.len()..).unwrap_or_default().trim_start();
    }
    lines
}

/// What of a text stands in its first line.
fn line<'t>(faces: &Faces, text: &'t str, style: Style, width: f32) -> &'t str {
    let most = prefix(faces, text, style, width);
    if most.len() == text.len() || text.get(most.len()..).is_some_and(|rest| rest.starts_with(' ')) {
        return most;
    }
    let blank = most.rfind(' ').and_then(|at| most.get(..at)).filter(|line| !line.trim().is_empty());
    let joint = most.rfind(JOINTS).and_then(|at| most.get(..=at)).filter(|line| 2 * line.len() > most.len());
    // At least one character, or it would never end.
    let first = text.chars().next().map_or(0, char::len_utf8);
    blank.or(joint).or(Some(most)).filter(|line| !line.is_empty()).or_else(|| text.get(..first)).unwrap_or(text)
}

/// The longest beginning of a text that is not wider.
fn prefix<'t>(faces: &Faces, text: &'t str, style: Style, width: f32) -> &'t str {
    let (mut end, mut so_far) = (0, 0.0);
    for (at, character) in text.char_indices() {
        so_far += faces.width(character.encode_utf8(&mut [0; 4]), style);
        if so_far > width {
            break;
        }
        end = at + character.len_utf8();
    }
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::face::faces;
    use super::super::style::BODY;
    use super::*;

    #[test]
    fn what_would_not_be_seen_is_shown() {
        assert_eq!(clean("a\nb\tc\u{202E}d\u{0}e\u{FEFF}\u{10FFFF}"), "a b c\u{FFFD}d\u{FFFD}e\u{FFFD}\u{FFFD}");
        assert_eq!(clean("Ωμέγα Ёж \u{6F22}"), "Ωμέγα Ёж \u{6F22}");
        assert_eq!(clean(&"x".repeat(100_000)).len(), MOST);
    }

    #[test]
    fn lines_are_never_wider_and_lose_nothing() {
        let faces = faces().unwrap();
        for text in ["", "one", "one two three four five", &"longword".repeat(30), "a  b", "\u{6F22}\u{5B57} \u{1F600}"]
        {
            for width in [12.0, 40.0, 90.0] {
                let lines = wrapped(faces, text, BODY, width, usize::MAX);
                assert!(lines.iter().all(|line| faces.width(line, BODY) <= width), "{text} {width} {lines:?}");
                let letters = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
                assert_eq!(letters(&lines.concat()), letters(text), "{width}");
                let cut = wrapped(faces, text, BODY, width, 2);
                assert!(cut.len() <= 2 && cut.iter().all(|line| faces.width(line, BODY) <= width), "{cut:?}");
            }
        }
    }

    #[test]
    fn what_is_cut_says_so() {
        let faces = faces().unwrap();
        assert_eq!(fitted(faces, "short", BODY, 100.0), "short");
        let cut = fitted(faces, "a text that is much too long", BODY, 60.0);
        assert!(cut.ends_with(ELLIPSIS) && cut.starts_with("a text"), "{cut}");
        assert_eq!(fitted(faces, "anything", BODY, 0.0), ELLIPSIS.to_string());
    }
}
