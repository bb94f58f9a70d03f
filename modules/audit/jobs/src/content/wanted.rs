//! What a request wants of a file (RFC 9110, sections 12.5.3, 13 and 14).

use poem::http::{HeaderMap, HeaderName, header};

/// What is to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// The client has it.
    Nothing,
    /// As it is.
    Whole,
    /// As it is, from one byte to another, both included.
    Part { first: u64, last: u64 },
    /// A range that the file does not have.
    Unsatisfiable,
    /// Compressed.
    Encoded(Coding),
}

/// A compression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    Zstd,
    Gzip,
}

impl Coding {
    pub fn name(self) -> &'static str {
        match self {
            Self::Zstd => "zstd",
            Self::Gzip => "gzip",
        }
    }
}

impl Wanted {
    /// Of a file of that tag and size, which may be compressed or not.
    pub fn of(headers: &HeaderMap, tag: &str, size: u64, compressible: bool) -> Self {
        if let Some(known) = text(headers, header::IF_NONE_MATCH) {
            // Of whatever form of it: they are all the same file.
            let bare = |known: &str| {
                let known = known.trim().trim_start_matches("W/").trim_matches('"');
                let known = known.strip_suffix("-gzip").or(known.strip_suffix("-zstd")).unwrap_or(known);
                known == "*" || known == tag.trim_matches('"')
            };
            if known.split(',').any(bare) {
                return Self::Nothing;
            }
        }
        let same = text(headers, header::IF_RANGE).is_none_or(|known| known.trim() == tag);
        let asked = text(headers, header::RANGE).filter(|_| same).and_then(|asked| range(asked, size));
        let plain = headers.contains_key(header::RANGE) || !compressible;
        let coding = text(headers, header::ACCEPT_ENCODING).filter(|_| !plain).and_then(coding);
        asked.or(coding.map(Self::Encoded)).unwrap_or(Self::Whole)
    }

    /// The tag of what is sent: each form of the file has its own.
    pub fn tag(self, tag: &str) -> String {
        match self {
            Self::Encoded(coding) => format!("\"{}-{}\"", tag.trim_matches('"'), coding.name()),
            _ => tag.to_owned(),
        }
    }
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// A single range; nothing for what is none, or several, which are as if they had not been asked for.
fn range(asked: &str, size: u64) -> Option<Wanted> {
    let (unit, asked) = asked.split_once('=')?;
    let (first, last) = asked.trim().split_once('-')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") || asked.contains(',') {
        return None;
    }
    // A number too great for us is beyond the end of any file.
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse::<u64>().unwrap_or(u64::MAX))
    };
    let (first, last) = match (first.trim(), last.trim()) {
        ("", last) => match number(last)? {
            0 => return Some(Wanted::Unsatisfiable),
            most => (size.saturating_sub(most), u64::MAX),
        },
        (first, "") => (number(first)?, u64::MAX),
        (first, last) => (number(first)?, number(last)?),
    };
    if last < first {
        return None;
    }
    if first >= size {
        return Some(Wanted::Unsatisfiable);
    }
    Some(Wanted::Part { first, last: last.min(size - 1) })
}

/// The compression that a client likes best of those that there are; zstd where it likes both as well.
fn coding(accepted: &str) -> Option<Coding> {
    let mut best = None;
    for one in accepted.split(',') {
        let mut parts = one.split(';').map(str::trim);
        let coding = match parts.next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "zstd" => Coding::Zstd,
            "gzip" | "x-gzip" => Coding::Gzip,
            _ => continue,
        };
        let weight = parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")));
        let weight = weight.map_or(1.0, |weight| weight.trim().parse::<f32>().unwrap_or(0.0));
        let better = |(known, than): (Coding, f32)| weight > than || (weight >= than && known == Coding::Gzip);
        if weight > 0.0 && best.is_none_or(better) {
            best = Some((coding, weight));
        }
    }
    best.map(|(coding, _)| coding)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_ranges_are_understood() {
        let part = |first, last| Some(Wanted::Part { first, last });
        for (asked, expected) in [
            ("bytes=0-0", part(0, 0)),
            ("bytes=0-", part(0, 9)),
            ("bytes=3-5", part(3, 5)),
            ("Bytes = 3 - 5", part(3, 5)),
            ("bytes=3-99999999999999999999999", part(3, 9)),
            ("bytes=-4", part(6, 9)),
            ("bytes=-40", part(0, 9)),
            ("bytes=10-", Some(Wanted::Unsatisfiable)),
            ("bytes=99999999999999999999999-", Some(Wanted::Unsatisfiable)),
            ("bytes=-0", Some(Wanted::Unsatisfiable)),
            ("bytes=5-3", None),
            ("bytes=0-1,3-4", None),
            ("bytes=-", None),
            ("bytes=+1-2", None),
            ("lines=0-1", None),
            ("", None),
        ] {
            assert_eq!(range(asked, 10), expected, "{asked}");
        }
        assert_eq!(range("bytes=0-", 0), Some(Wanted::Unsatisfiable));
    }

    #[test]
    fn the_best_compression_is_taken() {
        for (accepted, expected) in [
            ("gzip", Some(Coding::Gzip)),
            ("gzip, deflate, br, zstd", Some(Coding::Zstd)),
            ("zstd;q=0.5, gzip;q=0.8", Some(Coding::Gzip)),
            ("zstd;q=0, gzip", Some(Coding::Gzip)),
            ("GZIP;q=0", None),
            ("br", None),
            ("", None),
            ("zstd;q=none", None),
        ] {
            assert_eq!(coding(accepted), expected, "{accepted}");
        }
    }

    #[test]
    fn what_is_known_already_and_what_is_half_there() {
        let of = |headers: &[(HeaderName, &str)], compressible| {
            let headers = headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap()));
            Wanted::of(&headers.collect(), "\"abc\"", 10, compressible)
        };
        let (range, if_range) = (header::RANGE, header::IF_RANGE);
        assert_eq!(of(&[], true), Wanted::Whole);
        for known in ["\"abc\"", "\"x\", \"abc\"", "W/\"abc\"", "\"abc-gzip\"", "*"] {
            assert_eq!(of(&[(header::IF_NONE_MATCH, known)], true), Wanted::Nothing, "{known}");
        }
        assert_eq!(of(&[(header::IF_NONE_MATCH, "\"x\"")], true), Wanted::Whole);
        let part = Wanted::Part { first: 2, last: 9 };
        assert_eq!(of(&[(range.clone(), "bytes=2-")], true), part);
        assert_eq!(of(&[(range.clone(), "bytes=2-"), (if_range.clone(), "\"abc\"")], true), part);
        for other in ["\"x\"", "W/\"abc\"", "Thu, 01 Jan 2026 00:00:00 GMT"] {
            assert_eq!(of(&[(range.clone(), "bytes=2-"), (if_range.clone(), other)], true), Wanted::Whole);
        }
        let gzip = (header::ACCEPT_ENCODING, "gzip");
        assert_eq!(of(std::slice::from_ref(&gzip), true), Wanted::Encoded(Coding::Gzip));
        assert_eq!(of(std::slice::from_ref(&gzip), false), Wanted::Whole);
        assert_eq!(of(&[gzip, (range, "bytes=2-")], true), part);
        assert_eq!(Wanted::Encoded(Coding::Gzip).tag("\"abc\""), "\"abc-gzip\"");
    }
}
