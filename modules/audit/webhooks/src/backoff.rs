//! When a message that was not taken is tried again.

use argus_core::clock::{Ids, NANOS_PER_SECOND, Nanos};
use chrono::DateTime;

const MINUTE: Nanos = 60 * NANOS_PER_SECOND;
const HOUR: Nanos = 60 * MINUTE;

/// Waits after the first try, the second, ...; the last one is repeated.
const WAITS: [Nanos; 6] = [5 * NANOS_PER_SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR];

/// What a receiver may ask for by `Retry-After`.
const SHORTEST: Nanos = 5 * NANOS_PER_SECOND;
const LONGEST: Nanos = 12 * HOUR;

/// How long to wait after so many tries, all of which failed: a tenth more or less than the plan, so that receivers that
/// failed together are not asked together.
pub(crate) fn wait(ids: &Ids, attempts: i32) -> Nanos {
    let place = usize::try_from(attempts.saturating_sub(1)).unwrap_or(0).min(WAITS.len() - 1);
    let planned = WAITS.get(place).copied().unwrap_or(LONGEST);
    let tenth = planned / 10;
    planned - tenth + i64::from(u16::from_be_bytes(ids.bytes())) * (2 * tenth / i64::from(u16::MAX))
}

/// How long a receiver asks to wait: seconds, or a date of HTTP. Within bounds: it can neither be asked all the time nor be
/// forgotten.
pub(crate) fn asked(retry_after: &str, now: Nanos) -> Option<Nanos> {
    let text = retry_after.trim();
    let wait = match text.parse::<u32>() {
        Ok(seconds) => Nanos::from(seconds) * NANOS_PER_SECOND,
        Err(_) => DateTime::parse_from_rfc2822(text).ok()?.timestamp_nanos_opt()?.saturating_sub(now),
    };
    Some(wait.clamp(SHORTEST, LONGEST))
}

#[cfg(test)]
mod tests {
    use argus_core::clock::Clock;

    use super::*;

    #[test]
    fn waits_grow_and_differ() {
        let ids = Ids::new(Clock::manual(0));
        for (attempts, planned) in [(1, 5), (2, 300), (3, 1_800), (4, 7_200), (5, 18_000), (6, 36_000), (99, 36_000)] {
            let planned = planned * NANOS_PER_SECOND;
            let waits: std::collections::BTreeSet<Nanos> = (0..100).map(|_| wait(&ids, attempts)).collect();
            let within = planned - planned / 10..=planned + planned / 10;
            assert!(waits.iter().all(|waited| within.contains(waited)), "{attempts}: {waits:?}");
            assert!(waits.len() > 50, "{attempts}: {waits:?}");
        }
        assert!(wait(&ids, 1) < MINUTE, "the first retry comes within a minute");
    }

    #[test]
    fn receivers_may_ask_within_bounds() {
        let now = 1_767_225_600 * NANOS_PER_SECOND;
        for (asks, seconds) in [
            ("120", Some(120)),
            ("0", Some(5)),
            ("1000000", Some(43_200)),
            ("Thu, 01 Jan 2026 00:01:00 GMT", Some(60)),
            ("Wed, 31 Dec 2025 00:00:00 GMT", Some(5)),
            ("-1", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(asked(asks, now), seconds.map(|seconds| seconds * NANOS_PER_SECOND), "{asks}");
        }
    }
}
