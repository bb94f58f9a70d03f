//! Times as the other systems write them.

use argus_core::clock::Nanos;
use chrono::{DateTime, Utc};

/// Reads a time of RFC 3339, with any offset. Times beyond what nanoseconds since 1970 can say (1678 to 2261) are none.
#[must_use]
pub fn rfc3339(text: &str) -> Option<Nanos> {
    // chrono takes a blank and small letters too.
    let is_strict = text.as_bytes().get(10) == Some(&b'T') && !text.contains(['t', 'z']);
    let at = DateTime::parse_from_rfc3339(text).ok().filter(|_| is_strict)?;
    at.timestamp_nanos_opt()
}

/// UTC with microseconds, without zeros at the end of the fraction: `2024-01-20T10:00:00.1234Z`.
#[must_use]
pub fn micros(at: Nanos) -> String {
    let at = DateTime::<Utc>::from_timestamp_nanos(at);
    let fraction = at.format("%.6f").to_string();
    let fraction = fraction.trim_end_matches('0').trim_end_matches('.');
    format!("{}{fraction}Z", at.format("%Y-%m-%dT%H:%M:%S"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_standard() {
        for (text, printed) in [
            ("2024-01-20T10:00:00Z", "2024-01-20T10:00:00Z"),
            ("2024-01-20T10:00:00.123456Z", "2024-01-20T10:00:00.123456Z"),
            ("2024-01-20T10:00:00.123456789Z", "2024-01-20T10:00:00.123456Z"),
            ("2024-01-20T10:00:00.5+02:00", "2024-01-20T08:00:00.5Z"),
            ("1969-12-31T23:59:59.000001-00:00", "1969-12-31T23:59:59.000001Z"),
        ] {
            assert_eq!(rfc3339(text).map(micros).as_deref(), Some(printed), "{text}");
        }
        for text in [
            "2024-01-20 10:00:00",
            "2024-01-20 10:00:00Z",
            "2024-01-20t10:00:00z",
            "2024-01-20",
            "1500-01-01T00:00:00Z",
            "",
            "é",
        ] {
            assert_eq!(rfc3339(text), None, "{text}");
        }
    }
}
